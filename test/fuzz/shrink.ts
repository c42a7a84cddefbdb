/** Makes a difference small: fewer subsignatures, shorter patterns, fewer bytes, as long as the side still does not say what the twin says. */
import { RELEASE } from '../support/engine/engine.ts';
import { askTwin, type Difference, type Side } from './compare.ts';
import { askClamscan, askEngine, readLines } from './sides.ts';
import { macroOf, regexOf, subsignatureMatches, type TwinLine, type TwinObject } from './twin.ts';
import { compareOf } from './twin-number.ts';
import { countOf } from './twin-pattern.ts';

interface Case {
  readonly line: TwinLine;
  readonly object: TwinObject;
}

/** Questions that one difference may cost. */
const MOST_QUESTIONS = 400;

/** @returns the smallest case that was found */
export async function shrink({ side, line, object, expected }: Difference): Promise<Case> {
  const shrinker = new Shrinker(side, expected);
  let best: Case = { line, object };
  for (let changed = true; changed && shrinker.questions < MOST_QUESTIONS; ) {
    const before = best;
    for (const step of [asPart, asOneSubsignature, asData, shorterPatterns, shorterBytes, plainBytes]) {
      best = await shrinker.first(step, best);
    }
    changed = best !== before;
  }
  return best;
}

class Shrinker {
  readonly #side: Side;
  readonly #expected: boolean;
  questions = 0;

  /** @param expected what the twin must go on to say: another difference is not smaller */
  constructor(side: Side, expected: boolean) {
    this.#side = side;
    this.#expected = expected;
  }

  /** Takes each smaller case that still differs, until none does. */
  async first(step: (of: Case) => Iterable<Case>, from: Case): Promise<Case> {
    let best = from;
    search: for (;;) {
      for (const smaller of step(best)) {
        if (this.questions >= MOST_QUESTIONS) return best;
        if (!(await this.#differs(smaller))) continue;
        best = smaller;
        continue search;
      }
      return best;
    }
  }

  async #differs({ line, object }: Case): Promise<boolean> {
    this.questions++;
    try {
      if (readLines([line]).skipped.length > 0) return false;
      const right = askTwin([line], [object]).get(object.name)!;
      if (right.size > 0 !== this.#expected) return false;
      if (this.#side === 'engine')
        return askEngine([line], [object], RELEASE, false).get(object.name)!.size !== right.size;
      const { answers, refused } = await askClamscan([line], [object]);
      return refused.length === 0 && answers.get(object.name)!.size !== right.size;
    } catch {
      // The twin does not know the form, or a limit was met: no smaller case.
      return false;
    }
  }
}

/** Out of its container. */
function* asPart({ line, object }: Case): Iterable<Case> {
  for (const { containers: _, ...part } of object.parts ?? []) yield { line, object: part };
}

/** Of several subsignatures one alone, found just as often as the twin says; then found at all. */
function* asOneSubsignature({ line, object }: Case): Iterable<Case> {
  if (line.format === 'ndb') {
    const [name, target, offset, pattern] = line.text.split(':') as [string, string, string, string];
    const text = `${name};Engine:81-255,Target:${target};0;${offset === '*' ? '' : `${offset}:`}${pattern}`;
    yield { line: { name, format: 'ldb', text }, object };
  }
  if (line.format !== 'ldb') return;
  const [name, attributes, , ...subsignatures] = line.text.split(';') as [string, string, string, ...string[]];
  const target = /Target:\d+/.exec(attributes)![0];
  for (const subsignature of subsignatures) {
    if (compareOf(subsignature) || macroOf(subsignature) || regexOf(subsignature)) continue;
    const count = countOf(subsignatureMatches(subsignature, object));
    for (const simple of ['0', `0=${count}`]) {
      const text = `${name};Engine:81-255,${target};${simple};${subsignature}`;
      if (text.length < line.text.length) yield { line: { ...line, text }, object };
    }
  }
}

/** Any target and an object of no type. */
function* asData({ line, object }: Case): Iterable<Case> {
  const text = line.text.replace(/Target:[1-9]\d*/, 'Target:0');
  if (text !== line.text) yield { line: { ...line, text }, object };
  if (object.target === 14 || object.parts) return;
  const { name } = object;
  const bytes = Uint8Array.from(object.bytes);
  bytes.set([0x01, 0x00, 0xfe, 0x02, 0x00, 0x03]);
  yield { line, object: { name, bytes, target: 14 } };
}

/** Without one piece of a pattern, or with a group's first option in its place. */
function* shorterPatterns({ line, object }: Case): Iterable<Case> {
  if (line.format !== 'ldb') return;
  const fields = line.text.split(';');
  for (let field = 3; field < fields.length; field++) {
    if (compareOf(fields[field]!) || macroOf(fields[field]!) || regexOf(fields[field]!)) continue;
    for (const shorter of shorterTexts(fields[field]!)) {
      yield { line: { ...line, text: fields.with(field, shorter).join(';') }, object };
    }
  }
}

function* shorterTexts(subsignature: string): Iterable<string> {
  const [body, modifiers] = subsignature.split('::') as [string, string?];
  const colon = body.indexOf(':');
  const offset = body.slice(0, colon + 1);
  const pieces = piecesOf(body.slice(colon + 1));
  const text = (parts: readonly string[], letters = modifiers): string =>
    `${offset}${parts.join('')}${letters ? `::${letters}` : ''}`;
  for (const [i, letter] of [...(modifiers ?? '')].entries())
    yield text(pieces, modifiers!.replace(letter, i < 0 ? letter : ''));
  for (let length = pieces.length >> 1; length >= 1; length >>= 1) {
    for (let i = 0; i + length <= pieces.length; i += length) yield text(pieces.toSpliced(i, length));
  }
  for (const [i, piece] of pieces.entries()) {
    for (const option of optionsOf(piece)) yield text(pieces.with(i, option));
  }
}

/** Pairs of digits, groups, gaps. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const start = at;
    if (text[at] === '!' || text[at] === '(') {
      let depth = 0;
      do {
        if (text[at] === '(') depth++;
        if (text[at] === ')') depth--;
        at++;
      } while (depth > 0 || text[at - 1] === '!');
    } else if (text[at] === '{' || text[at] === '[') {
      at = text.slice(at).search(/[}\]]/) + at + 1;
    } else {
      at += text[at] === '*' ? 1 : 2;
    }
    pieces.push(text.slice(start, at));
  }
  return pieces;
}

function optionsOf(piece: string): string[] {
  const inside = /^(!?)\(([^()]*\|[^()]*)\)$/.exec(piece);
  if (!inside) return [];
  const options = inside[2]!.split('|');
  const fewer = options.map((_, i) => `${inside[1]}(${options.toSpliced(i, 1).join('|')})`);
  return inside[1] === '!' ? fewer : [...options, ...fewer];
}

function* shorterBytes({ line, object }: Case): Iterable<Case> {
  if (object.target !== 14) return;
  const { bytes } = object;
  for (let length = bytes.length >> 1; length >= 1; length >>= 1) {
    for (let from = 6; from + length <= bytes.length; from += length) {
      const shorter = new Uint8Array(bytes.length - length);
      shorter.set(bytes.subarray(0, from));
      shorter.set(bytes.subarray(from + length), from);
      yield { line, object: { ...object, bytes: shorter } };
    }
  }
}

/** Bytes that do not matter become `~`. */
function* plainBytes({ line, object }: Case): Iterable<Case> {
  if (object.target !== 14) return;
  for (let at = 6; at < object.bytes.length; at++) {
    if (object.bytes[at] === 0x7e) continue;
    yield { line, object: { ...object, bytes: object.bytes.with(at, 0x7e) } };
  }
}
