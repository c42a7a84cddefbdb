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
  const ANYWHERE = Number.POSITIVE_INFINITY;
  it.each<[string, string, number, number, readonly [number, number] | undefined]>([
    ['in front of the match', 'b', 1, ANYWHERE, [2, 3]],
    ['behind the first of two', 'b', 3, ANYWHERE, [5, 6]],
    ['behind the last', 'b', 6, ANYWHERE, undefined],
    ['at the end, for nothing', 'x*', 6, ANYWHERE, [6, 6]],
    ['behind the end', 'x*', 7, ANYWHERE, undefined],
    ['where ^ does not hold', '^b', 2, ANYWHERE, undefined],
    ['where \\A does not hold, with an option that does without', '\\Ab|a', 2, ANYWHERE, [3, 4]],
    ['where \\G holds', '\\Gb', 2, ANYWHERE, [2, 3]],
    ['in front of where \\G would have to hold', '\\Gb', 1, ANYWHERE, undefined],
    ['behind a word byte', '\\bb', 2, ANYWHERE, undefined],
    ['behind a byte that look-behind sees', '(?<=a)b', 2, ANYWHERE, [2, 3]],
    ['where a match must begin', 'b', 2, 2, [2, 3]],
    ['where a match must begin, and does not', 'b', 1, 1, undefined],
    ['where a match must begin, for nothing at the end', 'x*', 6, 6, [6, 6]],
    ['at the start, where it must begin', 'a+b', 0, 0, [0, 3]],
    ['at the start of a window that ends in front of a match', 'b', 0, 1, undefined],
    ['at the start of a window that ends at a match', 'b', 0, 2, [2, 3]],
    ['at the start of a window with the beginning of a match', 'b.+b', 0, 2, [2, 6]],
    ['at the start of a window, the match of which is behind it', 'ab', 2, 4, [4, 6]],
    ['at the start of a window that reaches past the end', 'ab', 2, 99, [4, 6]],
    ['in a window, with ^', '^a+b', 0, 3, [0, 3]],
  ])('%s', (_, source, from, lastStart, span) => {
    const bytes = bytesOf('aabaab');
    for (const tableCells of [undefined, 1, 0]) {
      const regex = compileRegex(source, '', tableCells === undefined ? {} : { tableCells });
      expect(spanOf(regex.search(bytes, from, bytes.length, { steps: PLENTY }, lastStart))).toEqual(span);
      const range = { size: bytes.length, at: from, before: from > 0 ? bytes[from - 1]! : -1, lastStart };
      const streams = [regex.span(range), regex.existence(range)];
      const kinds = streams.map((stream) => {
        for (let at = from; at < bytes.length; at++) {
          const result = stream.feed(bytes, at, at + 1, { steps: PLENTY });
          if (result) return result.kind;
        }
        return stream.feed(bytes, 0, 0, { steps: PLENTY })?.kind;
      });
      expect(kinds).toEqual(span ? ['match', 'match'] : ['none', 'none']);
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
      regex.existence({ size: length, at: 0, before: -1, lastStart: Number.POSITIVE_INFINITY }),
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
    const stream = regex.span({ size: 1000, at: 0, before: -1, lastStart: Number.POSITIVE_INFINITY });
    expect(stream.feed(bytesOf('xa'), 0, 2, { steps: PLENTY })).toBeUndefined();
    // The match is known when the thread that found it has no other in front of it.
    expect(stream.feed(bytesOf('bc'), 0, 2, { steps: PLENTY })).toEqual({ kind: 'match', start: 1, end: 3 });
  });
});
