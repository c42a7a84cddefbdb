/**
 * HTML normalisation: a page as signatures for target 3 expect it, in three texts.
 *
 * *nocomment* is the page without comments, *notags* what a reader sees and where its links go, *javascript* its scripts. All quirks are
 * clamscan's (`sigtool --html-normalise`, asked by test/real/normalise-html.test.ts): signatures are written against them, so they are part of the format.
 *
 * *Limits*: one pass, constant memory but for the scripts, whose normaliser grows with them.
 */
import { EncodedScript } from './encoded-script.ts';
import { HtmlBlocks, isSpace } from './html-blocks.ts';
import { HtmlCharacter } from './html-character.ts';
import { lower, Output, TextOutput } from './html-output.ts';
import { HtmlScripts } from './html-scripts.ts';
import type { HtmlSinks, State } from './html-state.ts';
import { HtmlTag } from './html-tag.ts';

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const EXCLAMATION = 0x21;

/** Longer than any name that matters. */
const NAME_CHARACTERS = 12;

/** Normalises one page; how it is cut does not change what comes out. */
export class HtmlNormaliser {
  readonly #blocks = new HtmlBlocks((block) => this.#read(block));
  readonly #noComment: Output;
  readonly #noTags: TextOutput;
  readonly #scripts: HtmlScripts;
  readonly #character = new HtmlCharacter();
  readonly #tag: HtmlTag;
  #state: State = 'trim';
  /** Element whose content is no markup. */
  #raw: 'script' | 'style' | undefined;
  /** Set while the script is one of JScript.Encode, and its end was not read. */
  #encoded: EncodedScript | undefined;
  /** Behind `<` in a script or style. */
  #rawEnd = '';
  /** Up to three bytes from 0x80 on that are not written yet; values have their own. */
  #wide: number[] = [];

  constructor(sinks: HtmlSinks) {
    this.#noComment = new Output(sinks.noComment);
    this.#noTags = new TextOutput(sinks.noTags);
    this.#scripts = new HtmlScripts(sinks.script);
    this.#tag = new HtmlTag(this.#noComment);
  }

  /** True when a script grew beyond what its normaliser may take: what follows is not to be added. */
  get isScriptTooLong(): boolean {
    return this.#scripts.isTooLong;
  }

  /** Behind finish(): true when a script is not complete, since unfolding it met a limit. */
  get isScriptFolded(): boolean {
    return this.#scripts.isFolded;
  }

  /** @param bytes next bytes of the page; not kept */
  add(bytes: Uint8Array): void {
    this.#blocks.add(bytes);
  }

  finish(): void {
    this.#blocks.finish();
    if (this.#encoded !== undefined) this.#readPart(this.#encoded.finish());
    if (this.#state === 'open') this.#noComment.put(LESS);
    if (this.#state === 'tag') this.#tag.finish();
    if (this.#state === 'character') this.#putAll(this.#character.atEnd());
    this.#scripts.finish();
    this.#noComment.finish();
    this.#noTags.finish();
  }

  #read(block: Uint8Array): void {
    let rest = block;
    do rest = this.#readPart(this.#encoded === undefined ? rest : this.#decode(rest));
    while (rest.length > 0);
  }

  /** @returns what is left of it: the rest of a block is decoded when the tag of an encoded script ends */
  #readPart(part: Uint8Array): Uint8Array {
    this.#scripts.beginBlock();
    const before = this.#encoded;
    for (let i = 0; i < part.length; i++) {
      this.#scripts.at(part, i, this.#raw === 'script');
      const byte = part[i];
      if (byte === CR) continue;
      while (!this.#step(byte));
      if (this.#encoded !== before && this.#encoded !== undefined) {
        this.#scripts.endBlock(part.subarray(0, i + 1));
        return part.subarray(i + 1);
      }
    }
    this.#scripts.endBlock(part);
    return part.subarray(part.length);
  }

  /** What stands before the encoded text is written as it is. @returns what the rest stands for */
  #decode(bytes: Uint8Array): Uint8Array {
    if (this.#encoded === undefined) return bytes;
    this.#putAll(this.#encoded.takeTag());
    const { plain, decoded } = this.#encoded.take(bytes);
    this.#scripts.beginBlock();
    for (let i = 0; i < plain.length; i++) {
      this.#scripts.at(plain, i, true);
      this.#putPlain(plain[i]);
    }
    this.#scripts.endBlock(plain);
    if (this.#encoded.isOver) this.#encoded = undefined;
    return decoded;
  }

  #putPlain(byte: number): void {
    if (byte === CR || (this.#state === 'trim' && isSpace(byte))) return;
    this.#state = 'text';
    this.#noComment.put(byte === LF ? SPACE : lower(byte));
  }

  /** @returns false when the state has changed, and the byte is to be looked at once more */
  #step(byte: number): boolean {
    switch (this.#state) {
      case 'text':
      case 'trim':
      case 'space':
        return this.#text(byte);
      case 'open':
        return this.#raw === undefined ? this.#open(byte) : this.#openRaw(byte);
      case 'tag':
        if (this.#tag.add(byte)) this.#endTag();
        return true;
      case 'rawName':
        return this.#rawName(byte);
      case 'comment':
        if (byte === GREATER) this.#state = 'trim';
        return true;
      case 'rawComment':
        this.#putRaw(byte);
        if (byte === GREATER) this.#state = 'text';
        return true;
      case 'character':
        return this.#inCharacter(byte);
      case 'wide':
        return this.#inWide(byte);
    }
  }

  #text(byte: number): boolean {
    const isRaw = this.#raw !== undefined;
    this.#writeLink();
    if (isSpace(byte)) {
      if (this.#state !== 'text') return true;
      this.#state = 'space';
      if (!isRaw) this.#noTags.space();
      return true;
    }
    if (this.#state === 'space' && !isRaw) this.#noComment.put(SPACE);
    this.#state = 'text';
    if (byte >= 0x80) return this.#enterWide(byte);
    if (byte === LESS || byte === AMPERSAND) {
      if (!isRaw) this.#noTags.space();
      if (byte === LESS) this.#state = 'open';
      else {
        this.#character.begin();
        this.#state = 'character';
      }
      return true;
    }
    if (isRaw) return this.#putRaw(byte);
    this.#noComment.put(lower(byte));
    this.#noTags.character(byte);
    return true;
  }

  #open(byte: number): boolean {
    if (isSpace(byte)) return true;
    if (byte === EXCLAMATION) {
      this.#state = 'comment';
      return true;
    }
    this.#tag.begin();
    this.#state = 'tag';
    return false;
  }

  /** In a script `<` begins nothing but `</…` and `<!…`. */
  #openRaw(byte: number): boolean {
    if (isSpace(byte)) return true;
    this.#noComment.put(LESS);
    this.#noComment.put(lower(byte));
    this.#rawEnd = '/';
    this.#state = byte === SLASH ? 'rawName' : byte === EXCLAMATION ? 'rawComment' : 'text';
    return true;
  }

  #rawName(byte: number): boolean {
    if (!isSpace(byte)) this.#noComment.put(lower(byte));
    if (byte !== GREATER && !isSpace(byte)) {
      if (this.#rawEnd.length < NAME_CHARACTERS) this.#rawEnd += String.fromCharCode(lower(byte));
      return true;
    }
    this.#state = 'text';
    const isEnd = this.#rawEnd === '/script' || (this.#raw === 'style' && this.#rawEnd === '/style');
    if (!isEnd) return true;
    this.#state = 'trim';
    this.#scripts.end();
    this.#raw = undefined;
    return true;
  }

  #endTag(): void {
    const { name, attributes } = this.#tag;
    this.#state = 'trim';
    if (name === 'style') this.#raw = 'style';
    if (name !== 'script') return;
    this.#raw = 'script';
    this.#encoded = EncodedScript.of(attributes);
  }

  #writeLink(): void {
    const { link } = this.#tag;
    if (link === undefined) return;
    if (link.length > 0) this.#noTags.link(link);
    this.#tag.link = undefined;
  }

  /** Content of scripts and styles: no white space, one kind of quotes. */
  #putRaw(byte: number): true {
    if (!isSpace(byte)) this.#noComment.put(byte === APOSTROPHE ? QUOTE : lower(byte));
    return true;
  }

  #putAll(bytes: readonly number[]): void {
    for (const byte of bytes) this.#noComment.put(byte);
  }

  #inCharacter(byte: number): boolean {
    const end = this.#character.add(byte);
    if (end === undefined) return true;
    this.#putAll(end.text);
    this.#state = 'text';
    return end.isTaken;
  }

  #enterWide(byte: number): true {
    this.#wide = [byte];
    this.#state = 'wide';
    return true;
  }

  #inWide(byte: number): boolean {
    if (byte >= 0x80) {
      if (this.#wide.length === 3) this.#writeWide();
      this.#wide.push(byte);
      return true;
    }
    this.#writeWide();
    this.#state = 'text';
    return false;
  }

  /** *notags* has of one such byte NUL, of two the first one twice, of three the second one twice. */
  #writeWide(): void {
    const bytes = this.#wide;
    if (bytes.length === 0) return;
    this.#putAll(bytes);
    const shown = bytes.length === 1 ? [0] : [...bytes.slice(0, -1), bytes[bytes.length - 2]];
    for (const byte of shown) this.#noTags.put(byte);
    this.#wide = [];
  }
}
