/** The ways in which a regular expression can be searched. They all have to agree. */
import type { Existence } from '../../../native-free-engine/regex/existence.ts';
import { compileRegex, type Regex } from '../../../native-free-engine/regex/regex.ts';
import type { RegexResult, RegexStream } from '../../../native-free-engine/regex/search.ts';

export type Span = readonly [start: number, end: number] | undefined;

/** More than any test spends. */
export const PLENTY = 1e9;

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** Limits that make the existence of a match be decided in one way only, or in all by turns. */
const TABLES: readonly (readonly [name: string, tableCells: number | undefined])[] = [
  ['a table', undefined],
  ['a table that is always full', 1],
  ['no table', 0],
];

/** Searches in every way; the first disagreement with `span` is returned as text, undefined when there is none. */
export function disagreement(source: string, flags: string, haystack: string, span: Span): string | undefined {
  const bytes = bytesOf(haystack);
  for (const [name, tableCells] of TABLES) {
    const regex = compileRegex(source, flags, tableCells === undefined ? {} : { tableCells });
    const whole = spanOf(regex.search(bytes, 0, bytes.length, { steps: PLENTY }));
    if (!areEqual(whole, span)) return `search with ${name}: ${describe(whole)}`;
    for (let cut = 0; cut <= bytes.length; cut++) {
      const range = { size: bytes.length, at: 0, before: -1, lastStart: Number.POSITIVE_INFINITY };
      const existence = inTwo(regex.existence(range), bytes, cut);
      const wrong = existenceFault(existence, span);
      if (wrong) return `existence with ${name}, cut at ${cut}: ${wrong}`;
      if (tableCells !== undefined) continue;
      const streamed = spanOf(inTwo(regex.span(range), bytes, cut));
      if (!areEqual(streamed, span)) return `span, cut at ${cut}: ${describe(streamed)}`;
    }
    const fault = factsFault(regex, bytes, span);
    if (fault) return fault;
  }
  return undefined;
}

function inTwo<Result>(stream: RegexStream<Result>, bytes: Uint8Array, cut: number): Result | undefined {
  const budget = { steps: PLENTY };
  return stream.feed(bytes, 0, cut, budget) ?? stream.feed(bytes, cut, bytes.length, budget);
}

function existenceFault(existence: Existence | undefined, span: Span): string | undefined {
  if (existence?.kind !== 'match') return span ? `${existence?.kind}` : undefined;
  if (!span) return `a match that ends at ${existence.end}`;
  // The first end of all matches may lie in front of that of the preferred one, and belong to another start.
  const isBound = existence.notBefore <= span[0] && existence.notBefore <= existence.end;
  return isBound ? undefined : `not before ${existence.notBefore}`;
}

/** What the expression says of itself must hold for its match. */
function factsFault({ facts }: Regex, bytes: Uint8Array, span: Span): string | undefined {
  if (!span) return undefined;
  const [start, end] = span;
  const length = end - start;
  if (length < facts.minLength || length > facts.maxLength) {
    return `length: expected ${facts.minLength} … ${facts.maxLength}, got ${length}`;
  }
  if (facts.anchor !== 'none' && start !== 0) return `anchor: expected 0, got ${start}`;
  if (facts.isAnchoredAtEnd && end < bytes.length - 1) return `end: expected ${bytes.length}, got ${end}`;
  const missing = facts.literals.findIndex(
    (literals) => !literals.some((one) => holds(bytes.subarray(start, end), one)),
  );
  return missing < 0 ? undefined : `literals: set ${missing} is not in the match`;
}

function holds(bytes: Uint8Array, { values, masks }: { values: Uint8Array; masks: Uint8Array }): boolean {
  for (let at = 0; at + values.length <= bytes.length; at++) {
    if (values.every((value, i) => (bytes[at + i]! & masks[i]!) === value)) return true;
  }
  return false;
}

export function spanOf(result: RegexResult | undefined): Span {
  if (result === undefined || result.kind === 'spent')
    throw new Error(`regex: expected an answer, got ${result?.kind}`);
  return result.kind === 'match' ? [result.start, result.end] : undefined;
}

export function areEqual(a: Span, b: Span): boolean {
  return a?.[0] === b?.[0] && a?.[1] === b?.[1];
}

export function describe(span: Span): string {
  return span ? `[${span[0]}, ${span[1]})` : 'nothing';
}
