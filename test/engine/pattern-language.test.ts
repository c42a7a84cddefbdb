/**
 * The pattern language from its text to its matches: the tables say where a pattern matches, the plain twin (test/fuzz) and the engine with each of
 * its kernels must say the same, wherever the haystack lies and wherever it is cut off.
 */
import { describe, expect, it } from 'vitest';
import type { Signature } from '../../native-free-engine/index.ts';
import { signatureOf } from '../dialects/clamav/read-lines.ts';
import { subsignatureMatches } from '../fuzz/twin.ts';
import { countOf } from '../fuzz/twin-pattern.ts';
import { compile, ORDINARY_MODEL, RELEASE, TestEngine, TWINS } from '../support/engine/engine.ts';
import { concat, latin1 } from '../support/engine/notation.ts';
import { isAnywhere, patternText, type SpanRow } from '../tables/clamav/spans.ts';
import * as bytes from '../tables/clamav/spans-bytes.ts';
import * as edges from '../tables/clamav/spans-edges.ts';
import * as gaps from '../tables/clamav/spans-gaps.ts';
import * as groups from '../tables/clamav/spans-groups.ts';
import { REGRESSION } from '../tables/clamav/spans-regression.ts';

const TABLES: Readonly<Record<string, readonly SpanRow[]>> = { ...bytes, ...gaps, ...groups, ...edges, REGRESSION };
const ROWS = Object.entries(TABLES).flatMap(([table, rows]) =>
  rows.map((row) => ({ name: `${table}: ${row[0]}`, row })),
);
const OTHER = 14;
/** Takes part in no row: no letter, no digit, no boundary, no byte of a pattern. */
const FILLER = 0x7e;
/** Starts up to here are asked for one by one. */
const PLACES = 80;

const twinMatches = (row: SpanRow, bytes: Uint8Array) =>
  subsignatureMatches(patternText(row), { name: '', bytes, target: OTHER });
const twinCount = (row: SpanRow, bytes: Uint8Array): number => countOf(twinMatches(row, bytes));

function line(name: string, logic: string, subsignature: string): Signature {
  return signatureOf(`${name};Engine:51-255,Target:0;${logic};${subsignature}`, 'ldb');
}

/** Found, and found just so often. */
function countSignatures(name: string, row: SpanRow): Signature[] {
  const count = row[4] ?? row[3].length;
  const text = patternText(row);
  return [
    line(`${name} found`, '0', text),
    line(`${name} ${count} times`, `0=${count}`, text),
    line(`${name} more`, `0>${count}`, text),
    line(`${name} less`, `0<${count}`, text),
  ];
}
const expectedNames = (name: string, { length }: SpanRow[3], count = length): string[] =>
  [...(length > 0 ? [`${name} found`] : []), `${name} ${count} times`].sort();

/** A signature for each place: the pattern begins there. */
function placeSignatures(row: SpanRow): Signature[] {
  const places = Math.min(row[2].length, PLACES);
  return Array.from({ length: places + 1 }, (_, place) => line(String(place), '0', `${place}:${patternText(row)}`));
}

describe('the tables of the pattern language', () => {
  it('have at least 300 rows, of unique names', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(300);
    expect(new Set(ROWS.map(({ row }) => row[0])).size).toBe(ROWS.length);
  });

  it.each(ROWS)('say what the plain twin says: $name', ({ row }) => {
    const nearest = new Map<number, number>();
    const matches = twinMatches(row, latin1(row[2]));
    for (const { start, end } of matches) nearest.set(start, Math.min(end, nearest.get(start) ?? end));
    expect([...nearest].sort(([a], [b]) => a - b)).toEqual(row[3]);
    expect(countOf(matches)).toBe(row[4] ?? row[3].length);
  });
});

for (const twin of TWINS) {
  describe(`the pattern language, ${twin.name}`, () => {
    it.each(ROWS)('$name', ({ name, row }) => {
      const haystack = latin1(row[2]);
      const engine = new TestEngine(compile(countSignatures(name, row)).bytes, twin);
      expect(engine.namesIn(haystack)).toEqual(expectedNames(name, row[3], row[4]));
    });
  });
}

describe('starts and ends', () => {
  const rows = ROWS.filter(({ row }) => isAnywhere(row));
  it.each(rows)('matches begin where they should: $name', ({ row }) => {
    const engine = new TestEngine(compile(placeSignatures(row)).bytes, RELEASE);
    const starts = row[3].map(([start]) => start).filter((start) => start <= PLACES);
    expect(
      engine
        .namesIn(latin1(row[2]))
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(starts);
  });

  it.each(rows.filter(({ row }) => row[2].length <= PLACES))('cut off anywhere: $name', ({ name, row }) => {
    const haystack = latin1(row[2]);
    const engine = new TestEngine(compile([line(name, '0', patternText(row))]).bytes, RELEASE);
    for (let end = 0; end <= haystack.length; end++) {
      const cut = haystack.subarray(0, end);
      expect(engine.namesIn(cut), `the first ${end} bytes`).toEqual(twinCount(row, cut) > 0 ? [name] : []);
    }
  });
});

describe('all rows in one image', () => {
  const signatures = ROWS.map(({ name, row }) => line(name, '0', patternText(row)));
  for (const [kind, model] of [
    ['empty', undefined],
    ['ordinary', ORDINARY_MODEL],
  ] as const) {
    const image = compile(signatures, model).bytes;
    for (const twin of TWINS) {
      const engine = new TestEngine(image, twin);
      it(`each haystack holds its own pattern or not, ${kind} model, ${twin.name}`, () => {
        for (const { name, row } of ROWS) {
          expect(engine.namesIn(latin1(row[2])).includes(name), name).toBe(row[3].length > 0);
        }
      });
    }
  }

  const engine = new TestEngine(compile(signatures).bytes, RELEASE);
  it('behind 0 to 65 bytes of filler', () => {
    // Each row behind every fifth number of bytes, one on after another: all residues and all distances.
    for (const [i, { name, row }] of ROWS.entries()) {
      for (let padding = i % 5; padding <= 65; padding += 5) {
        const bytes = concat(new Uint8Array(padding).fill(FILLER), latin1(row[2]));
        expect(engine.namesIn(bytes).includes(name), `${name}, behind ${padding}`).toBe(twinCount(row, bytes) > 0);
      }
    }
  });
});

/** Places where the engine goes from one piece of an object to the next. */
const BORDERS = [129_024, 131_072, 260_096, 262_144, 393_216, 400_000];
describe('over every border of blocks and windows', () => {
  const rows = ROWS.filter(({ row }) => isAnywhere(row));
  const filler = new Uint8Array(70).fill(FILLER);
  for (const [which, twin] of TWINS.entries()) {
    it(twin.name, () => {
      const object = new Uint8Array(420_000).fill(FILLER);
      for (const [i, { name, row }] of rows.entries()) {
        // The fast twin takes every second row, the slow ones one of twelve.
        if (i % (twin === RELEASE ? 2 : 12) !== which % 2) continue;
        const haystack = latin1(row[2]);
        const count = twinCount(row, concat(filler, haystack, filler));
        const engine = new TestEngine(compile([line(name, `0=${count}`, patternText(row))]).bytes, twin);
        for (const [k, border] of BORDERS.entries()) {
          const at = border - (((i >> 1) + k * 3) % (haystack.length + 1));
          object.set(haystack, at);
          const found = engine.namesIn(object);
          object.fill(FILLER, at, at + haystack.length);
          expect(found, `${name}, at ${at}`).toEqual([name]);
        }
      }
    });
  }
});
