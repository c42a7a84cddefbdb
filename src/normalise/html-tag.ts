/**
 * One tag of a page, from `<` to `>`: its name, its attributes and their values.
 */
import { isSpace } from './html-blocks.ts';
import { HtmlCharacter } from './html-character.ts';
import { lower, type Output } from './html-output.ts';
import { HtmlValue } from './html-value.ts';

const SPACE = 0x20;
const LF = 0x0a;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const COLON = 0x3a;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** Longer than any name that matters. */
const NAME_CHARACTERS = 256;
/** Attributes that are kept of a script. */
const KEPT_ATTRIBUTES = 64;

type State =
  | 'name'
  | 'attributes' // where the next attribute, `=` or `>` is expected
  | 'attribute' // in the name of one
  | 'equals' // behind `=`
  | 'value'
  | 'valueSpace' // behind the first white space or `>` in a quoted value
  | 'dataColon' // behind `data:`
  | 'dataHead' // between it and the comma
  | 'data' // behind its comma
  | 'character' // behind `&`
  | 'end';

/** Name in small letters; the value is undefined when there is none. */
export type Attribute = readonly [name: string, value: readonly number[] | undefined];

export class HtmlTag {
  readonly #output: Output;
  readonly #character = new HtmlCharacter();
  readonly #value = new HtmlValue();
  #state: State = 'end';
  /** Where a character reference lies. */
  #within: State = 'value';
  #attribute = '';
  /** Behind `data:…` no space comes before the next attribute. */
  #isTight = false;
  name = '';
  /** Address of the first link in the tag. */
  link: readonly number[] | undefined;
  /** Of a script. */
  attributes: Attribute[] = [];

  /** @param output of *nocomment* */
  constructor(output: Output) {
    this.#output = output;
  }

  /** Behind `<`. */
  begin(): void {
    this.#output.put(LESS);
    this.#state = 'name';
    this.#attribute = '';
    this.#isTight = false;
    this.name = '';
    this.link = undefined;
    if (this.attributes.length > 0) this.attributes = [];
  }

  /** @returns true when the byte ends it */
  add(byte: number): boolean {
    while (!this.#step(byte));
    return this.#state === 'end';
  }

  /** The page ends. */
  finish(): void {
    if (this.#state === 'dataColon') this.#output.put(COLON);
    if (this.#state === 'character') this.#putAll(this.#character.atEnd());
  }

  /** @returns false when the state has changed, and the byte is to be looked at once more */
  #step(byte: number): boolean {
    switch (this.#state) {
      case 'name':
        return this.#inName(byte);
      case 'attributes':
        return this.#inAttributes(byte);
      case 'attribute':
        return this.#inAttribute(byte);
      case 'equals':
        return this.#equals(byte);
      case 'value':
        return this.#inValue(byte);
      case 'valueSpace':
        if (isSpace(byte)) return true;
        this.#state = 'value';
        return false;
      case 'dataColon':
        if (this.#value.quote !== 0) this.#output.put(QUOTE);
        this.#state = 'dataHead';
        return false;
      case 'dataHead':
        return this.#dataHead(byte);
      case 'data':
        return this.#data(byte);
      case 'character':
        return this.#inCharacter(byte);
      case 'end':
        return true;
    }
  }

  #inName(byte: number): boolean {
    if (byte === GREATER) return this.#end();
    if (isSpace(byte)) this.#state = 'attributes';
    else {
      this.#output.put(lower(byte));
      if (this.name.length < NAME_CHARACTERS) this.name += String.fromCharCode(lower(byte));
    }
    return true;
  }

  #inAttributes(byte: number): boolean {
    if (isSpace(byte)) return true;
    if (byte === GREATER) return this.#end();
    if (byte === EQUALS) return this.#toValue();
    if (!this.#isTight) {
      this.#output.put(SPACE);
      this.#keepAttribute();
    }
    this.#isTight = false;
    this.#state = 'attribute';
    return false;
  }

  #inAttribute(byte: number): boolean {
    if (byte === GREATER) return this.#end();
    if (byte === EQUALS) return this.#toValue();
    if (isSpace(byte)) this.#state = 'attributes';
    else {
      this.#output.put(lower(byte));
      if (this.#attribute.length < NAME_CHARACTERS) this.#attribute += String.fromCharCode(lower(byte));
    }
    return true;
  }

  #toValue(): boolean {
    this.#output.put(EQUALS);
    this.#state = 'equals';
    return true;
  }

  #equals(byte: number): boolean {
    if (isSpace(byte)) return true;
    if (byte === GREATER) return this.#end();
    const isQuoted = byte === QUOTE || byte === APOSTROPHE;
    this.#value.begin(isQuoted ? byte : 0);
    this.#state = 'value';
    if (isQuoted) this.#output.put(QUOTE);
    return isQuoted;
  }

  #inValue(byte: number): boolean {
    const value = this.#value;
    if (byte === QUOTE || byte === APOSTROPHE) {
      this.#output.put(QUOTE);
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
    this.#output.put(lower(byte));
    value.push(byte);
    return true;
  }

  /** White space or `>`: the first one may lie in quotes, but then the value is read as one without. */
  #interrupt(byte: number): boolean {
    if (this.#value.isEndedBySpace()) {
      this.#endValue();
      return byte === GREATER ? this.#end() : true;
    }
    const written = byte === LF ? SPACE : byte;
    this.#output.put(written);
    this.#value.push(byte === GREATER ? byte : SPACE);
    this.#state = 'valueSpace';
    return true;
  }

  #endValue(): void {
    const isLink =
      (this.name === 'a' && this.#attribute === 'href') || (this.name === 'img' && this.#attribute === 'src');
    if (isLink) this.link ??= this.#value.bytes();
    this.#keepAttribute(this.#value);
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

  #end(): true {
    this.#keepAttribute();
    this.#output.put(GREATER);
    this.#state = 'end';
    return true;
  }

  /** The attribute that was read last, when it is one of a script. */
  #keepAttribute(value?: HtmlValue): void {
    const isThere = value !== undefined || this.#attribute !== '';
    if (isThere && this.name === 'script' && this.attributes.length < KEPT_ATTRIBUTES)
      this.attributes.push([this.#attribute, value?.bytes()]);
    this.#attribute = '';
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

  #putAll(bytes: readonly number[]): void {
    for (const byte of bytes) this.#output.put(byte);
  }
}
