/**
 * YARA rules as lines of .ldb, where both can say the same: strings of text and bytes, and how many of them must be there.
 *
 * Rules that ask for headers, sizes, counts, offsets, regular expressions, xor or base64 are left out, and counted by what stood in the way.
 */

export interface ConvertedRule {
  readonly name: string;
  /** The rule as YARA reads it, without its meta section. */
  readonly rule: string;
  /** The line of .ldb. */
  readonly line: string;
}

export interface Conversion {
  readonly rules: readonly ConvertedRule[];
  readonly skipped: Readonly<Record<string, number>>;
}

/** Subsignatures of one line. */
const MAX_STRINGS = 64;
/** f-level since which all of what is written here is known. */
const LEVELS = '81-255';
/** A bracket of `N of` may hold a bracket, a condition of people never so many. */
const MAX_DEPTH = 32;

/** What cannot be said; its message is the reason that is counted. */
class Unsayable extends Error {}

/** @param text of a file of rules, in the usual layout: a rule ends with a brace at the start of a line */
export function convertRules(text: string): Conversion {
  const rules: ConvertedRule[] = [];
  const skipped: Record<string, number> = {};
  for (const [, name, body] of text.matchAll(/^(?:(?:private|global) )*rule (\w+)[^{\n]*\{\n(.*?)^\}/gms)) {
    try {
      rules.push(convertRule(name!, body!));
    } catch (error) {
      if (!(error instanceof Unsayable)) throw error;
      skipped[error.message] = (skipped[error.message] ?? 0) + 1;
    }
  }
  return { rules, skipped };
}

function convertRule(name: string, body: string): ConvertedRule {
  const sections = /^\s*strings:\n(.*?)^\s*condition:\n(.*)$/ms.exec(body);
  if (!sections) throw new Unsayable('no strings');
  const [, stringLines, condition] = sections as unknown as [string, string, string];
  const strings = [...stringLines.matchAll(/^\s*(\$\w*) = (.*)$/gm)].map(([, id, value]) => ({
    id: id!,
    value: value!,
  }));
  if (strings.length > MAX_STRINGS) throw new Unsayable('too many strings');
  const parts = strings.map(({ value }) => convertString(value.trim()));
  const logic = new ConditionReader(
    condition,
    strings.map(({ id }) => id),
  ).read();
  const line = `${name};Engine:${LEVELS},Target:0;${logic};${parts.join(';')}`;
  return { name, rule: `rule ${name} {\nstrings:\n${stringLines}condition:\n${condition}}\n`, line };
}

function convertString(value: string): string {
  if (value.startsWith('{')) return convertHex(value);
  if (value.startsWith('/')) throw new Unsayable('regular expression');
  const [, text, modifiers] = /^"((?:[^"\\]|\\.)*)"(.*)$/.exec(value) ?? [];
  if (text === undefined) throw new Unsayable('string');
  const words = new Set(modifiers!.split(/\s+/).filter((word) => word !== ''));
  for (const word of words) {
    if (!['ascii', 'wide', 'nocase', 'fullword'].includes(word)) throw new Unsayable(word.replace(/\(.*/, ''));
  }
  // What a word is bounded by differs.
  if (words.has('wide') && words.has('fullword')) throw new Unsayable('wide fullword');
  const flags = [
    words.has('nocase') ? 'i' : '',
    words.has('wide') ? 'w' : '',
    words.has('wide') && words.has('ascii') ? 'a' : '',
    words.has('fullword') ? 'f' : '',
  ].join('');
  return Buffer.from(unescaped(text), 'latin1').toString('hex') + (flags === '' ? '' : `::${flags}`);
}

function unescaped(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r' }[code] ?? code;
  });
}

function convertHex(value: string): string {
  const text = value.slice(1, value.indexOf('}')).toLowerCase().replace(/\s+/g, '');
  if (/[~/]/.test(text)) throw new Unsayable('byte that is not');
  return text
    .replace(/\[(\d*)(-?)(\d*)\]/g, (_, least: string, dash: string, most: string) => `{${least}${dash}${most}}`)
    .replaceAll('{-}', '*');
}

/** `all of them`, `2 of ($a*)`, `$a and ($b or $c)`. */
class ConditionReader {
  readonly #words: readonly string[];
  readonly #ids: readonly string[];
  #at = 0;

  constructor(text: string, ids: readonly string[]) {
    this.#words = text.match(/\$\w*\*?|\w+|[(),]|\S/g) ?? [];
    this.#ids = ids;
  }

  read(): string {
    const logic = this.#any(0);
    if (this.#at !== this.#words.length) throw new Unsayable('condition');
    return logic;
  }

  #any(depth: number): string {
    return this.#joined('or', '|', () => this.#joined('and', '&', () => this.#one(depth)));
  }

  #joined(word: string, sign: string, next: () => string): string {
    const parts = [next()];
    while (this.#words[this.#at] === word) {
      this.#at++;
      parts.push(next());
    }
    return parts.length === 1 ? parts[0]! : `(${parts.join(sign)})`;
  }

  #one(depth: number): string {
    const word = this.#words[this.#at++] ?? '';
    if (word === '(' && depth < MAX_DEPTH) {
      const inner = this.#any(depth + 1);
      if (this.#words[this.#at++] !== ')') throw new Unsayable('condition');
      return inner;
    }
    if (word.startsWith('$')) return String(this.#numberOf(word));
    if (this.#words[this.#at] !== 'of' || !/^(all|any|\d+)$/.test(word)) throw new Unsayable('condition');
    this.#at++;
    return someOf(word, this.#set());
  }

  #set(): number[] {
    if (this.#words[this.#at] === 'them') {
      this.#at++;
      return this.#ids.map((_, number) => number);
    }
    const end = this.#words.indexOf(')', this.#at);
    const names = this.#words.slice(this.#at + 1, end).filter((word) => word !== ',');
    if (this.#words[this.#at] !== '(' || !names.every((name) => name.startsWith('$'))) throw new Unsayable('condition');
    this.#at = end + 1;
    return [...new Set(names.flatMap((name) => this.#numbersOf(name)))].sort((a, b) => a - b);
  }

  #numbersOf(name: string): number[] {
    if (!name.endsWith('*')) return [this.#numberOf(name)];
    return this.#ids.flatMap((id, number) => (id.startsWith(name.slice(0, -1)) ? [number] : []));
  }

  #numberOf(name: string): number {
    const number = this.#ids.indexOf(name);
    if (number < 0) throw new Unsayable('condition');
    return number;
  }
}

function someOf(quantity: string, numbers: readonly number[]): string {
  const least = quantity === 'all' ? numbers.length : quantity === 'any' ? 1 : Number(quantity);
  if (least < 1 || least > numbers.length) throw new Unsayable('quantity');
  if (numbers.length === 1) return String(numbers[0]);
  if (least === numbers.length) return `(${numbers.join('&')})`;
  const any = `(${numbers.join('|')})`;
  // As many different ones, and so more hits than one fewer.
  return least === 1 ? any : `${any}>${least - 1},${least}`;
}
