import { describe, expect, it } from 'vitest';
import type { ObjectFacts, Signature } from '../../native-free-engine/index.ts';
import {
  compile,
  NO_FACTS,
  ORDINARY_MODEL,
  REFERENCE,
  RELEASE,
  signature,
  TestEngine,
  TWINS,
  type Twin,
} from '../support/engine/engine.ts';
import { concat, latin1, pattern } from '../support/engine/notation.ts';
import { countOf, matchesOf, namesHolding } from '../support/engine/oracle.ts';
import type { PatternRow } from './tables/patterns.ts';
import * as tables from './tables/patterns.ts';

const TABLES: Readonly<Record<string, readonly PatternRow[]>> = tables;
const ROWS = Object.entries(TABLES).flatMap(([table, rows]) =>
  rows.map((row) => ({ name: `${table}: ${row[0]}`, row })),
);

const match = { kind: 'match', pattern: 0 } as const;

/** A row as signatures that say how often its pattern is there. */
function signaturesOf(name: string, [, text, , count, options]: PatternRow): Signature[] {
  const { facts: _, ...rest } = options ?? {};
  const patterns = [pattern(text, rest)];
  const counted = (comparison: 'equal' | 'less' | 'greater', wanted: number): Signature =>
    signature(`${name} ${comparison} ${wanted}`, patterns, {
      kind: 'count',
      of: match,
      comparison,
      count: wanted,
      distinct: 0,
    });
  return [
    signature(`${name} found`, patterns),
    counted('equal', count),
    counted('greater', count),
    counted('less', count + 1),
    ...(count > 0 ? [counted('greater', count - 1)] : []),
  ];
}

const factsOf = (row: PatternRow): ObjectFacts => row[4]?.facts ?? NO_FACTS;
const bytesOf = (row: PatternRow): Uint8Array => latin1(row[2]);

/** The object with its headers' places `by` bytes further on. */
function moved({ executable, ...facts }: ObjectFacts, by: number): ObjectFacts {
  if (!executable) return { ...facts, executable };
  const { entryPoint, sections } = executable;
  return {
    ...facts,
    executable: {
      entryPoint: entryPoint === undefined ? undefined : entryPoint + by,
      sections: sections.map(({ offset, size }) => ({ offset: offset + by, size })),
    },
  };
}

describe('the tables of patterns', () => {
  it('have rows of unique names, at least 120', () => {
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
    expect(ROWS.length).toBeGreaterThanOrEqual(120);
  });
  it.each(ROWS)('say what the oracle says: $name', ({ row }) => {
    const { facts: _, ...options } = row[4] ?? {};
    expect(countOf(pattern(row[1], options), bytesOf(row), factsOf(row))).toBe(row[3]);
  });
});

for (const twin of TWINS) patternSuite(twin);

function patternSuite(twin: Twin): void {
  describe(`patterns, ${twin.name}`, () => {
    it.each(ROWS)('$name', ({ name, row }) => {
      const signatures = signaturesOf(name, row);
      const engine = new TestEngine(compile(signatures).bytes, twin);
      expect(engine.namesIn(bytesOf(row), factsOf(row))).toEqual(namesHolding(signatures, bytesOf(row), factsOf(row)));
    });
  });
}

describe('every pattern against every haystack', () => {
  const signatures = ROWS.map(({ name, row }) => signaturesOf(name, row)[0]!);
  for (const model of [undefined, ORDINARY_MODEL]) {
    const image = compile(signatures, model).bytes;
    for (const twin of TWINS) {
      const engine = new TestEngine(image, twin);
      it(`${twin.name}, ${model ? 'ordinary' : 'empty'} model`, () => {
        for (const { name, row } of ROWS) {
          const bytes = bytesOf(row);
          expect(engine.namesIn(bytes, factsOf(row)), name).toEqual(EXPECTED.get(name));
        }
      });
    }
  }
  const EXPECTED = new Map(ROWS.map(({ name, row }) => [name, namesHolding(signatures, bytesOf(row), factsOf(row))]));
});

/** A byte that no row holds, is no letter and no boundary. */
const FILLER = 0x7e;
describe('every row behind 0 to 65 bytes', () => {
  // Whether it is there, and how often.
  const byRow = new Map(ROWS.map(({ name, row }) => [name, signaturesOf(name, row).slice(0, 2)]));
  const image = compile([...byRow.values()].flat()).bytes;
  for (const twin of TWINS) {
    const engine = new TestEngine(image, twin);
    it(twin.name, () => {
      // One byte on after another for each row: all residues, all distances, in a few thousand scans.
      for (const [i, { name, row }] of ROWS.entries()) {
        for (let padding = (i * 7) % 22; padding <= 65; padding += 22) {
          const bytes = concat(new Uint8Array(padding).fill(FILLER), bytesOf(row));
          const facts = moved(factsOf(row), padding);
          const signatures = byRow.get(name)!;
          const names = new Set(signatures.map((each) => each.name));
          const own = engine.namesIn(bytes, facts).filter((found) => names.has(found));
          expect(own, `${name}, behind ${padding} bytes`).toEqual(namesHolding(signatures, bytes, facts));
        }
      }
    });
  }
});

describe('where a detection says it lies', () => {
  const engine = new TestEngine(compile(ROWS.map(({ name, row }) => signaturesOf(name, row)[0]!)).bytes, REFERENCE);
  const found = ROWS.filter(({ row }) => row[3] > 0);
  it.each(found)('a match starts there: $name', ({ name, row }) => {
    const { facts: _, ...options } = row[4] ?? {};
    const { detections } = engine.scanBytes(bytesOf(row), { facts: factsOf(row) });
    const starts = matchesOf(pattern(row[1], options), bytesOf(row), factsOf(row)).map(({ start }) => start);
    expect(starts).toContain(detections.find((detection) => detection.name === `${name} found`)?.offset);
  });
});

/** Places where the engine changes from one piece of an object to the next: how far the search may lag, the end of a block, of a window. */
const BORDERS = [129_024, 131_072, 260_096, 262_144, 393_216, 400_000];
describe('every row over every border', () => {
  const rows = ROWS.filter(({ row }) => (row[4]?.offset ?? { kind: 'any' }).kind === 'any' && row[2].length > 0);
  const filler = new Uint8Array(70).fill(FILLER);
  const prepared = rows.map(({ name, row }) => {
    const { facts: _, ...options } = row[4] ?? {};
    // Whether it is there, and how often: patterns that the filler itself matches are counted up to a few.
    const signatures = signaturesOf(name, row).slice(0, 2);
    const inFiller = countOf(pattern(row[1], options), concat(filler, filler), NO_FACTS) > 0;
    const bytes = concat(filler, bytesOf(row), filler);
    return { name, bytes: bytesOf(row), signatures, inFiller, expected: namesHolding(signatures, bytes, NO_FACTS) };
  });
  const usable = prepared.filter(({ inFiller }) => !inFiller);
  for (const twin of TWINS) {
    it(twin.name, () => {
      const object = new Uint8Array(420_000).fill(FILLER);
      for (const [i, { name, bytes, signatures, expected }] of usable.entries()) {
        const engine = new TestEngine(compile(signatures).bytes, twin);
        // The slow twins take one border for each row, the fast one all.
        for (let k = i % BORDERS.length; k < BORDERS.length; k += twin === RELEASE ? 1 : BORDERS.length) {
          const cut = (i + k * 3) % (Math.min(bytes.length, 40) + 1);
          const at = BORDERS[k]! - cut;
          object.set(bytes, at);
          const found = engine.namesIn(object);
          object.fill(FILLER, at, at + bytes.length);
          expect(found, `${name}, ${cut} bytes before ${BORDERS[k]}`).toEqual(expected);
        }
      }
    });
  }
});
