import { describe, expect, it } from 'vitest';
import { buildAutomaton } from '../../native-free-engine/automaton/build.ts';
import { MAX_ATOM, ROOT } from '../../native-free-engine/layout.ts';
import { compile, engineOf, signature, TestEngine, TWINS, type Twin } from '../support/engine/engine.ts';
import { concat, latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { type AutomatonRow, BASICS, OVERLAPPING, REGRESSION } from './tables/automaton.ts';

const ROWS = [BASICS, OVERLAPPING, REGRESSION].flat();
type Found = readonly [atom: number, start: number, end: number];

const fold = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte | 0x20);

/** The definition: every atom at every place. */
function naive(atoms: readonly Uint8Array[], haystack: Uint8Array): Found[] {
  const found: Found[] = [];
  for (let end = 0; end <= haystack.length; end++) {
    atoms.forEach((atom, i) => {
      const start = end - atom.length;
      if (start >= 0 && atom.every((byte, k) => haystack[start + k] === byte)) found.push([i, start, end]);
    });
  }
  return found;
}

/** Walks the tables as Aho and Corasick do, byte by byte. */
function walk(atoms: readonly Uint8Array[], haystack: Uint8Array): Found[] {
  const { cells, links, outputStates, outputStarts, outputAtoms } = buildAutomaton(atoms);
  const found: Found[] = [];
  let state: number = ROOT;
  haystack.forEach((byte, at) => {
    for (;;) {
      const target = (cells[state * 2]! >>> 5) + byte;
      if (cells[target * 2 + 1] === state) {
        state = target;
        break;
      }
      if (state === ROOT) break;
      state = links[state]!;
    }
    for (let s = state; s !== ROOT; s = links[s]!) {
      const row = outputStates.indexOf(s);
      // The bit that says "has output" must be right, since the search stops where it is not set.
      if (row >= 0) expect(cells[state * 2]! & 1).toBe(1);
      if (row < 0) continue;
      for (let k = outputStarts[row]!; k < outputStarts[row + 1]!; k++) {
        const atom = outputAtoms[k]!;
        found.push([atom, at + 1 - atoms[atom]!.length, at + 1]);
      }
    }
  });
  return found;
}
const sorted = (found: readonly Found[]): Found[] =>
  [...found].sort((a, b) => a[2] - b[2] || a[1] - b[1] || a[0] - b[0]);

describe('the automaton alone', () => {
  it.each(ROWS.map(([name, atoms, haystack, matches]) => ({ name, atoms, haystack, matches })))('$name', (row) => {
    const atoms = row.atoms.map(latin1).map(fold);
    const haystack = fold(latin1(row.haystack));
    expect(sorted(naive(row.atoms.map(latin1), latin1(row.haystack)))).toEqual(sorted(row.matches));
    expect(sorted(walk(atoms, haystack))).toEqual(sorted(naive(atoms, haystack)));
  });
  it('random atoms of few letters', () => {
    const seed = seedOf('automaton');
    const random = new Random(seed);
    for (let round = 0; round < 60; round++) {
      const alphabet = round % 2 ? [0x61, 0x62] : [0x20, 0x61, 0x7f, 0xe0, 0xff];
      const atoms = Array.from({ length: random.between(1, 80) }, () =>
        random.bytes(random.between(1, MAX_ATOM), alphabet),
      );
      const haystack = random.bytes(200, alphabet);
      expect(sorted(walk(atoms, haystack)), `seed ${seed}, round ${round}`).toEqual(sorted(naive(atoms, haystack)));
    }
  });
  it('atoms of every byte there is', () => {
    const atoms = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte | 0x20, 0x61, (byte * 7) | 0x20));
    const haystack = concat(...atoms);
    expect(sorted(walk(atoms, haystack))).toEqual(sorted(naive(atoms, haystack)));
  });
  it('no atoms at all', () => {
    expect(walk([], latin1('abc'))).toEqual([]);
  });
  it.each([0, MAX_ATOM + 1])('an atom of %d bytes is refused', (length) => {
    expect(() => buildAutomaton([new Uint8Array(length)])).toThrow(expect.objectContaining({ code: 'AUTOMATON_ATOM' }));
  });
});

for (const twin of TWINS) automatonSuite(twin, ROWS);

/** Each letter three bytes long, so that atoms are long enough for the automaton; what overlaps still overlaps. */
const stretch = (text: string): Uint8Array => latin1(Array.from(text, (letter) => `${letter}12`).join(''));
const digits = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function automatonSuite(twin: Twin, rows: readonly AutomatonRow[]): void {
  describe(`the automaton in the engine, ${twin.name}`, () => {
    for (const [form, bytesOf] of [
      ['as they are', latin1],
      ['stretched', stretch],
    ] as const) {
      it.each(rows.map(([name, atoms, haystack]) => ({ name, atoms, haystack })))(`${form}: $name`, (row) => {
        const atoms = row.atoms.map((atom) => bytesOf(atom));
        const signatures = atoms.flatMap((atom, i) => {
          const patterns = [pattern(digits(atom))];
          const counts = Array.from({ length: 8 }, (_, count) =>
            signature(`${i} more than ${count}`, patterns, {
              kind: 'count',
              of: { kind: 'match', pattern: 0 },
              comparison: 'greater',
              count,
              distinct: 0,
            }),
          );
          return [signature(`${i} found`, patterns), ...counts];
        });
        const engine = engineOf(signatures, twin);
        for (let padding = 0; padding <= 65; padding++) {
          const haystack = concat(new Uint8Array(padding).fill(0x7e), bytesOf(row.haystack));
          const expected = atoms.flatMap((atom, i) => {
            const count = naive([atom], haystack).length;
            return [
              ...(count > 0 ? [`${i} found`] : []),
              ...Array.from({ length: Math.min(8, count) }, (_, k) => `${i} more than ${k}`),
            ];
          });
          expect(engine.namesIn(haystack), `behind ${padding} bytes`).toEqual(expected.sort());
        }
      });
    }

    it('every row cut in two blocks at every place', () => {
      const block = 131_072;
      const object = new Uint8Array(block + 4096).fill(0x7e);
      // The search lags behind the block; both are places where it stops and goes on.
      for (const border of [block, block - 2048]) {
        for (const [name, texts, text] of rows) {
          const haystack = stretch(text);
          const atoms = texts.map(stretch);
          const engine = new TestEngine(
            compile(atoms.map((atom, i) => signature(`${i}`, [pattern(digits(atom))]))).bytes,
            twin,
          );
          const expected = atoms.flatMap((atom, i) => (naive([atom], haystack).length > 0 ? [`${i}`] : []));
          const step = twin.name === 'reference' ? Math.max(1, haystack.length >> 1) : 1;
          for (let cut = 0; cut <= haystack.length; cut += step) {
            object.set(haystack, border - cut);
            const found = engine.namesIn(object);
            object.fill(0x7e, border - cut, border - cut + haystack.length);
            expect(found, `${name}, cut at ${cut}`).toEqual(expected.sort());
          }
        }
      }
    });
  });
}
