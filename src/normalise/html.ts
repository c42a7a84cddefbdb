/**
 * HTML normalisation: a page as signatures for target 3 expect it, in three texts.
 *
 * *nocomment* is the page without comments, *notags* what a reader sees and where its links go, *javascript* its scripts. All quirks are
 * clamscan's (`sigtool --html-normalise`, asked by test/real/normalise-html.test.ts): signatures are written against them, so they are part of the format.
 *
 * *Limits*: one pass, constant memory but for the scripts, whose normaliser grows with them.
 */
import { HtmlBlocks, isSpace } from './html-blocks.ts';
import { HtmlCharacter } from './html-character.ts';
import { lower, Output, TextOutput } from './html-output.ts';
import { HtmlScripts } from './html-scripts.ts';
import type { HtmlSinks, State } from './html-state.ts';
import { HtmlValue } from './html-value.ts';

const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const LESS = 0x3c;
const EQUALS = 0x3d;
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
  readonly #character: HtmlCharacter;
  readonly #value = new HtmlValue();
  #state: State = 'trim';
  /** Where a character reference or a run of wide bytes lies. */
  #within: State = 'text';
  /** Element whose content is no markup. */
  #raw: 'script' | 'style' | undefined;
  #name = '';
  #attribute = '';
  /** Behind `data:…` no space comes before the next attribute. */
  #isTight = false;
  /** Up to three bytes from 0x80 on that are not written yet; values have their own. */
  #wide: number[] = [];
  /** Address of the first link in the tag. */
  #link: readonly number[] | undefined;

  constructor(sinks: HtmlSinks) {
    this.#noComment = new Output(sinks.noComment);
    this.#noTags = new TextOutput(sinks.noTags);
    this.#scripts = new HtmlScripts(sinks.script);
    this.#character = new HtmlCharacter();
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
    if (this.#state === 'open') this.#noComment.put(LESS);
    if (this.#state === 'dataColon') this.#noComment.put(COLON);
    if (this.#state === 'character') this.#putAll(this.#character.atEnd());
    this.#scripts.finish();
    this.#noComment.finish();
    this.#noTags.finish();
  }

  #read(block: Uint8Array): void {
    this.#scripts.beginBlock();
    for (let i = 0; i < block.length; i++) {
      this.#scripts.at(block, i, this.#raw === 'script');
      const byte = block[i];
      if (byte === CR) continue;
      while (!this.#step(byte));
    }
    this.#scripts.endBlock(block);
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
      case 'name':
        return this.#raw === undefined ? this.#inName(byte) : this.#rawName(byte);
      case 'attributes':
        return this.#attributes(byte);
      case 'attribute':
        return this.#inAttribute(byte);
      case 'equals':
        return this.#equals(byte);
      case 'value':
        return this.#inValue(byte);
      case 'valueSpace':
        return this.#skipSpace(byte, 'value');
      case 'dataColon':
        if (this.#value.quote !== 0) this.#noComment.put(QUOTE);
        this.#state = 'dataHead';
        return false;
      case 'dataHead':
        return this.#dataHead(byte);
      case 'data':
        return this.#data(byte);
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
      else this.#enterCharacter('text');
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
    this.#noComment.put(LESS);
    this.#name = '';
    this.#attribute = '';
    this.#isTight = false;
    this.#link = undefined;
    this.#state = 'name';
    return false;
  }

  #inName(byte: number): boolean {
    if (byte === GREATER) return this.#endTag();
    if (isSpace(byte)) this.#state = 'attributes';
    else {
      this.#noComment.put(lower(byte));
      if (this.#name.length < NAME_CHARACTERS) this.#name += String.fromCharCode(lower(byte));
    }
    return true;
  }

  /** In a script `<` begins nothing but `</…` and `<!…`. */
  #openRaw(byte: number): boolean {
    if (isSpace(byte)) return true;
    this.#noComment.put(LESS);
    this.#noComment.put(lower(byte));
    this.#name = '/';
    this.#state = byte === SLASH ? 'name' : byte === EXCLAMATION ? 'rawComment' : 'text';
    return true;
  }

  #rawName(byte: number): boolean {
    if (!isSpace(byte)) this.#noComment.put(lower(byte));
    if (byte !== GREATER && !isSpace(byte)) {
      if (this.#name.length < NAME_CHARACTERS) this.#name += String.fromCharCode(lower(byte));
      return true;
    }
    this.#state = 'text';
    const isEnd = this.#name === '/script' || (this.#raw === 'style' && this.#name === '/style');
    if (!isEnd) return true;
    this.#state = 'trim';
    this.#scripts.end();
    this.#raw = undefined;
    return true;
  }

  #attributes(byte: number): boolean {
    if (isSpace(byte)) return true;
    if (byte === GREATER) return this.#endTag();
    if (byte === EQUALS) return this.#toValue();
    if (!this.#isTight) {
      this.#noComment.put(SPACE);
      this.#attribute = '';
    }
    this.#isTight = false;
    this.#state = 'attribute';
    return false;
  }

  #inAttribute(byte: number): boolean {
    if (byte === GREATER) return this.#endTag();
    if (byte === EQUALS) return this.#toValue();
    if (isSpace(byte)) this.#state = 'attributes';
    else {
      this.#noComment.put(lower(byte));
      if (this.#attribute.length < NAME_CHARACTERS) this.#attribute += String.fromCharCode(lower(byte));
    }
    return true;
  }

  #toValue(): boolean {
    this.#noComment.put(EQUALS);
    this.#state = 'equals';
    return true;
  }

  #equals(byte: number): boolean {
    if (isSpace(byte)) return true;
    if (byte === GREATER) return this.#endTag();
    const isQuoted = byte === QUOTE || byte === APOSTROPHE;
    this.#value.begin(isQuoted ? byte : 0);
    this.#state = 'value';
    if (isQuoted) this.#noComment.put(QUOTE);
    return isQuoted;
  }

  #inValue(byte: number): boolean {
    const value = this.#value;
    if (byte === QUOTE || byte === APOSTROPHE) {
      this.#noComment.put(QUOTE);
      if (byte === value.quote) this.#endValue();
      else value.push(QUOTE);
      return true;
    }
    if (isSpace(byte) || byte === GREATER) return this.#interrupt(byte);
    if (byte === AMPERSAND) {
      this.#enterCharacter('value');
      return true;
    }
    if (byte >= 0x80) {
      this.#putAll(value.addWide(byte));
      return true;
    }
    if (byte === COLON && value.isData()) {
      this.#state = 'dataColon';
      return true;
    }
    this.#putAll(value.takeWide());
    this.#noComment.put(lower(byte));
    value.push(byte);
    return true;
  }

  /** White space or `>`: the first one may lie in quotes, but then the value is read as one without. */
  #interrupt(byte: number): boolean {
    if (this.#value.isEndedBySpace()) {
      this.#endValue();
      return byte === GREATER ? this.#endTag() : true;
    }
    const written = byte === LF ? SPACE : byte;
    this.#noComment.put(written);
    this.#value.push(byte === GREATER ? byte : SPACE);
    this.#state = 'valueSpace';
    return true;
  }

  #endValue(): void {
    const isLink =
      (this.#name === 'a' && this.#attribute === 'href') || (this.#name === 'img' && this.#attribute === 'src');
    if (isLink) this.#link ??= this.#value.bytes();
    this.#attribute = '';
    this.#state = 'attributes';
  }

  #dataHead(byte: number): boolean {
    if (byte === COMMA) this.#state = 'data';
    else if (byte === this.#value.quote) this.#state = 'attributes';
    else if ((isSpace(byte) || byte === GREATER) && this.#value.isEndedBySpace()) {
      this.#state = 'attributes';
      return byte !== GREATER;
    }
    return true;
  }

  #data(byte: number): boolean {
    const { quote } = this.#value;
    if (byte === AMPERSAND) {
      this.#enterCharacter('data');
      return true;
    }
    if (quote !== 0 ? byte !== quote : !isSpace(byte) && byte !== GREATER) return true;
    this.#isTight = true;
    this.#state = 'attributes';
    return true;
  }

  #endTag(): boolean {
    this.#noComment.put(GREATER);
    this.#state = 'trim';
    if (this.#name === 'style') this.#raw = 'style';
    if (this.#name === 'script') this.#raw = 'script';
    return true;
  }

  #writeLink(): void {
    if (this.#link === undefined) return;
    if (this.#link.length > 0) this.#noTags.link(this.#link);
    this.#link = undefined;
  }

  #skipSpace(byte: number, next: State): boolean {
    if (isSpace(byte)) return true;
    this.#state = next;
    return false;
  }

  /** Content of scripts and styles: no white space, one kind of quotes. */
  #putRaw(byte: number): true {
    if (!isSpace(byte)) this.#noComment.put(byte === APOSTROPHE ? QUOTE : lower(byte));
    return true;
  }

  #putAll(bytes: readonly number[]): void {
    for (const byte of bytes) this.#noComment.put(byte);
  }

  #enterCharacter(within: State): void {
    this.#within = within;
    this.#character.begin();
    this.#state = 'character';
  }

  #inCharacter(byte: number): boolean {
    const end = this.#character.add(byte);
    if (end === undefined) return true;
    this.#putAll(end.text);
    if (this.#within === 'value') for (const each of end.value) this.#value.push(each);
    this.#state = this.#within;
    return end.isTaken;
  }

  #enterWide(byte: number): true {
    this.#within = this.#state;
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
    this.#state = this.#within;
    return false;
  }

  /** *notags* has of one such byte NUL, of two the first one twice, of three the second one twice. */
  #writeWide(): void {
    const bytes = this.#wide;
    if (bytes.length === 0) return;
    this.#putAll(bytes);
    if (this.#within === 'text') {
      const shown = bytes.length === 1 ? [0] : [...bytes.slice(0, -1), bytes[bytes.length - 2]];
      for (const byte of shown) this.#noTags.put(byte);
    }
    this.#wide = [];
  }
}
