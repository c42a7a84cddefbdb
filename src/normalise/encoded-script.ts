/**
 * A script whose language is JScript.Encode or VBScript.Encode, in a page or as a file of its own.
 */
import { lower } from './html-output.ts';
import type { Attribute } from './html-tag.ts';
import { MARK_BYTES, markIn, ScriptDecoder } from './script-encoding.ts';

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['jscript.encode', 'javascript'],
  ['vbscript.encode', 'vbscript'],
]);
const NONE = new Uint8Array(0);
const START_TAG = Buffer.from('<script>');
const END_TAG = Buffer.from('</script>');

export class EncodedScript {
  #tag: string;
  #decoder: ScriptDecoder | undefined;

  private constructor(tag: string) {
    this.#tag = tag;
  }

  /** @param attributes of the tag @returns undefined when its first language is no encoded one */
  static of(attributes: readonly Attribute[]): EncodedScript | undefined {
    const at = attributes.findIndex(([name]) => name === 'language');
    if (at < 0) return undefined;
    const language = LANGUAGES.get(textOf(attributes[at][1]) ?? '');
    if (language === undefined) return undefined;
    const written = attributes.map(([name, value], i) => {
      const text = i === at ? language : textOf(value);
      return text === undefined ? ` ${name}` : ` ${name}="${text}"`;
    });
    return new EncodedScript(`<script${written.join('')}>`);
  }

  /** The tag once more, with the language that is behind the encoding: written once, in front of what follows the tag. */
  takeTag(): readonly number[] {
    const tag = Array.from(this.#tag, (character) => character.charCodeAt(0));
    this.#tag = '';
    return tag;
  }

  get isOver(): boolean {
    return this.#decoder?.isOver ?? false;
  }

  /**
   * @param bytes next bytes of the script and what is behind it
   * @returns what stands before the encoded text, and what the rest stands for
   */
  take(bytes: Uint8Array): { readonly plain: Uint8Array; readonly decoded: Uint8Array } {
    if (this.#decoder !== undefined) return { plain: NONE, decoded: this.#decoder.add(bytes) };
    const at = markIn(bytes);
    if (at < 0) return { plain: bytes, decoded: NONE };
    this.#decoder = new ScriptDecoder();
    return { plain: bytes.subarray(0, at), decoded: this.#decoder.add(bytes.subarray(at + MARK_BYTES)) };
  }

  /** @returns what is left when the page ends */
  finish(): Uint8Array {
    return this.#decoder?.finish() ?? NONE;
  }
}

/** A file that is one encoded script: what comes of it is a page with that script. */
export class EncodedFile {
  readonly #decoder = new ScriptDecoder();
  /** Bytes of the mark that are still to come. */
  #mark = MARK_BYTES;

  /** @param block next bytes of the file; not kept @returns next bytes of the page */
  take(block: Uint8Array): Uint8Array {
    const isStart = this.#mark === MARK_BYTES;
    const marked = Math.min(this.#mark, block.length);
    this.#mark -= marked;
    const decoded = this.#decoder.add(block.subarray(marked).filter((byte) => byte !== 0));
    return isStart ? Buffer.concat([START_TAG, decoded]) : decoded;
  }

  finish(): Uint8Array {
    return Buffer.concat([this.#decoder.finish(), END_TAG]);
  }
}

function textOf(value: readonly number[] | undefined): string | undefined {
  return value === undefined ? undefined : String.fromCharCode(...value.map(lower));
}
