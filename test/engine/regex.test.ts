/** Regular expressions: the tables, in every way of searching, and against V8 where it has the same syntax. */
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../native-free-engine/regex/regex.ts';
import { ALL, EMPTY_LOOPS } from './tables/regex.ts';
import { forV8, searchWithV8 } from './tables/regex-v8.ts';
import { bytesOf, disagreement, PLENTY, spanOf } from './tables/regex-ways.ts';

const ROWS = [...ALL.flat(), ...EMPTY_LOOPS];

describe('tables', () => {
  it('have names of their own', () => {
    expect(new Set(ROWS.map(([name]) => name)).size).toBe(ROWS.length);
  });

  it.each(ROWS)('%s', (_, source, flags, haystack, span) => {
    expect(disagreement(source, flags, haystack, span)).toBeUndefined();
  });

  it('V8 finds the same where it has the same syntax', () => {
    const common = ALL.flat().flatMap((row) => {
      const regex = forV8(row[1], row[2]);
      return regex ? [{ row, found: searchWithV8(regex, row[3]) }] : [];
    });
    expect(common.length).toBeGreaterThan(110);
    for (const { row, found } of common) expect(found && [...found], row[0]).toEqual(row[4]);
  });
});

describe('where a search begins', () => {
  it.each<[string, string, number, boolean, readonly [number, number] | undefined]>([
    ['in front of the match', 'b', 1, false, [2, 3]],
    ['behind the first of two', 'b', 3, false, [5, 6]],
    ['behind the last', 'b', 6, false, undefined],
    ['at the end, for nothing', 'x*', 6, false, [6, 6]],
    ['where ^ does not hold', '^b', 2, false, undefined],
    ['where \\A does not hold, with an option that does without', '\\Ab|a', 2, false, [3, 4]],
    ['where \\G holds', '\\Gb', 2, false, [2, 3]],
    ['in front of where \\G would have to hold', '\\Gb', 1, false, undefined],
    ['behind a word byte', '\\bb', 2, false, undefined],
    ['behind a byte that look-behind sees', '(?<=a)b', 2, false, [2, 3]],
    ['where a match must begin', 'b', 2, true, [2, 3]],
    ['where a match must begin, and does not', 'b', 1, true, undefined],
  ])('%s', (_, source, from, isAnchored, span) => {
    const bytes = bytesOf('aabaab');
    for (const tableCells of [undefined, 1, 0]) {
      const regex = compileRegex(source, '', tableCells === undefined ? {} : { tableCells });
      expect(spanOf(regex.search(bytes, from, bytes.length, { steps: PLENTY }, isAnchored))).toEqual(span);
    }
  });

  it('the subject ends where the search ends', () => {
    const bytes = bytesOf('abc');
    expect(spanOf(compileRegex('b$', '').search(bytes, 0, 2, { steps: PLENTY }))).toEqual([1, 2]);
    expect(spanOf(compileRegex('b(?!c)', '').search(bytes, 0, 2, { steps: PLENTY }))).toEqual([1, 2]);
  });
});

describe('searches of one expression', () => {
  it('may be interleaved, block by block', () => {
    // So small a table is forgotten all the time.
    const regex = compileRegex('a[bc]{2,9}d\\b', '', { tableCells: 1 });
    const haystacks = ['xabcbcbcd abcd', 'abcbcbcbcbcbcbcd', 'abbd', 'acccd.'].map(bytesOf);
    const streams = haystacks.map(({ length }) =>
      regex.existence({ size: length, at: 0, before: -1, isAnchored: false }),
    );
    const results: (string | undefined)[] = [];
    for (let at = 0; at < 17; at++) {
      for (const [i, bytes] of haystacks.entries()) {
        if (results[i] || at > bytes.length) continue;
        const to = Math.min(at + 1, bytes.length);
        results[i] = streams[i]!.feed(bytes, Math.min(at, to), to, { steps: PLENTY })?.kind;
      }
    }
    expect(results).toEqual(['match', 'none', 'match', 'match']);
  });

  it('a byte is not read before it is there', () => {
    const regex = compileRegex('ab', '');
    const stream = regex.span({ size: 1000, at: 0, before: -1, isAnchored: false });
    expect(stream.feed(bytesOf('xa'), 0, 2, { steps: PLENTY })).toBeUndefined();
    // The match is known when the thread that found it has no other in front of it.
    expect(stream.feed(bytesOf('bc'), 0, 2, { steps: PLENTY })).toEqual({ kind: 'match', start: 1, end: 3 });
  });
});
