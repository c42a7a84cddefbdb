/** How much work an object makes, and sources that do not do as they said. Work is counted in steps, never in milliseconds. */
import { describe, expect, it } from 'vitest';
import {
  type ByteSource,
  type Condition,
  ScannerError,
  type ScanStatistics,
  type Signature,
} from '../../native-free-engine/index.ts';
import {
  compile,
  engineOf,
  ORDINARY_MODEL,
  RELEASE,
  signature,
  sourceOf,
  TestEngine,
  TWINS,
} from '../support/engine/engine.ts';
import { concat, latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { deBruijn, digits, repeat } from './hostile.ts';

const random = new Random(seedOf('streaming'));
const WORDS = Array.from({ length: 300 }, () => random.bytes(random.between(4, 24)));
const SIGNATURES: readonly Signature[] = [
  ...WORDS.map((word, i) => signature(`word ${i}`, [pattern(digits(word))])),
  ...Array.from({ length: 12 }, (_, i) => signature(`run ${i}`, [pattern(`${'61'.repeat(4 + i)}62`)])),
  ...Array.from({ length: 12 }, (_, i) => signature(`gap ${i}`, [pattern(`'aaaaaaa'{0-${i * 80}}'b${i}zz'`)])),
  ...Array.from({ length: 10 }, (_, i) => signature(`far ${i}`, [pattern(`'aaaa'{0-}'b${i}zz'{0-}'nothing'`)])),
  signature('zeros', [pattern(`${'00'.repeat(16)}ff41`)]),
];
const ADVERSARIES: readonly (readonly [name: string, piece: Uint8Array])[] = [
  ['NULs', Uint8Array.of(0)],
  ['0xff', Uint8Array.of(0xff)],
  ['one letter', latin1('a')],
  ['two letters', latin1('ab')],
  ['every beginning of every pattern', concat(...WORDS.map((word) => word.subarray(0, -1)))],
  [
    'every pattern but its last byte, and the letter that runs begin with',
    concat(...WORDS.map((word) => concat(word.subarray(0, -1), latin1('aaaaaaaa')))),
  ],
  ['every sequence of three bytes', deBruijn([...latin1('abcdefgh')], 5)],
  ['random', new Random(7).bytes(65_536)],
];

/** All that is done for an object, in steps of about the same weight. */
const workOf = ({ candidates1, steps, hits, searchedBytes }: ScanStatistics): number =>
  candidates1 + steps + hits + searchedBytes;

describe('work grows with the object, and not faster', () => {
  const engines = [compile(SIGNATURES), compile(SIGNATURES, ORDINARY_MODEL)].map(
    ({ bytes }) => new TestEngine(bytes, RELEASE),
  );
  it.each(ADVERSARIES.map(([name, piece]) => ({ name, piece })))('$name', ({ piece }) => {
    for (const engine of engines) {
      const works = [14, 15, 16, 17].map((power) => {
        const { statistics, spent } = engine.scanBytes(repeat(piece, 2 ** power));
        expect(spent).toBeUndefined();
        return workOf(statistics) + 1000;
      });
      const exponent = Math.log2(works[3]! / works[0]!) / 3;
      // Not one alone: a small object leaves searches on demand for the walk, which is not counted here, before a larger one does. A square would be two.
      expect(exponent, works.join(' ')).toBeLessThan(1.15);
      // Not more than a few steps a byte, whatever the byte.
      expect(works[3]!).toBeLessThan(30 * 2 ** 17);
    }
  });
  it('hardly any on ordinary text', () => {
    const text = repeat(latin1('The quick brown fox jumps over the lazy dog. '), 2 ** 19);
    const { statistics } = engines[1]!.scanBytes(text);
    expect(statistics.steps).toBeLessThan(2 ** 19 / 4);
  });
});

describe('budgets', () => {
  const match = (index: number): Condition => ({ kind: 'match', pattern: index });
  it('the time is over before the first block', () => {
    const engine = engineOf([signature('x', [pattern("'needle'")])], RELEASE);
    const { spent, detections } = engine.scanBytes(latin1('needle'), { isTimeOver: () => true });
    expect(spent?.reason).toBe('time');
    expect(detections).toEqual([]);
    expect(engine.namesIn(latin1('needle'))).toEqual(['x']);
  });
  it('the time is over at any moment: never a wrong name, never "clean" without saying so', () => {
    const engine = engineOf(
      [
        signature('x', [pattern("'needle'"), pattern("'hay'{0-}'stack'")], { kind: 'and', of: [match(0), match(1)] }),
        signature('y', [pattern("'absent one'")]),
      ],
      RELEASE,
    );
    const object = repeat(latin1('needle hay stack needl '), 600_000);
    const asked = (limit: number): { asks: number; result: ReturnType<TestEngine['scanBytes']> } => {
      let asks = 0;
      const result = engine.scanBytes(object, { isTimeOver: () => asks++ >= limit });
      return { asks, result };
    };
    const { asks: total } = asked(Number.POSITIVE_INFINITY);
    expect(total).toBeGreaterThan(4);
    for (let limit = 0; limit < total; limit++) {
      const { result } = asked(limit);
      expect(result.spent?.reason, `${limit}`).toBe('time');
    }
    expect(asked(total).result).toMatchObject({ spent: undefined, detections: [{ name: 'x' }] });
  });
  it('more separate places than are kept end as a spent budget', () => {
    const engine = engineOf(
      [
        signature('x', [pattern("'start'"), pattern("'ab'{0-}'cd'{0-}'never'")], {
          kind: 'and',
          of: [match(0), match(1)],
        }),
      ],
      RELEASE,
      { windowBytes: 1 << 22 },
    );
    const object = concat(latin1('start cd '), repeat(latin1('ab.'), 3_300_000));
    const { spent, detections } = engine.scanBytes(object);
    expect(spent?.reason).toBe('matching');
    expect(detections).toEqual([]);
    // The next object starts with a clean slate.
    expect(engine.namesIn(latin1('start ab cd never'))).toEqual(['x']);
    expect(engine.namesIn(latin1('start ab cd nearly'))).toEqual([]);
  });
  it('windowBytes has a form', () => {
    for (const windowBytes of [0, 65_536, 262_145, 131_072])
      expect(() => engineOf([], RELEASE, { windowBytes })).toThrow(expect.objectContaining({ code: 'SCANNER_OPTION' }));
  });
});

/** Answers as `answer` says. */
function sourceThat(bytes: Uint8Array, answer: (offset: number, into: Uint8Array, read: number) => number): ByteSource {
  let reads = 0;
  return { size: bytes.length, read: (offset, into) => answer(offset, into, reads++) };
}

describe('sources', () => {
  const signatures = [
    signature('near', [pattern("'needle'")]),
    signature('far', [pattern("'begin'{0-}'finish'")]),
    signature('counted', [pattern("'needle'")], {
      kind: 'count',
      of: { kind: 'match', pattern: 0 },
      comparison: 'greater',
      count: 1,
      distinct: 0,
    }),
  ];
  const object = concat(latin1('begin'), repeat(latin1('needle hay '), 400_000), latin1('finish'));
  const expected = ['counted', 'far', 'near'];
  for (const twin of TWINS) {
    const engine = engineOf(signatures, twin);
    it(`${twin.name}: that answer a few bytes at a time`, () => {
      for (const most of [1, 7, 4096, 65_535]) {
        const part = most < 100 ? object.subarray(0, 3000) : object;
        const source = sourceThat(part, (offset, into) => sourceOf(part).read(offset, into.subarray(0, most)));
        expect(
          engine
            .scan(source)
            .detections.map(({ name }) => name)
            .sort(),
        ).toEqual(most < 100 ? ['counted', 'near'] : expected);
      }
    });
  }
  const engine = engineOf(signatures, RELEASE);
  let reads = 0;
  engine.scan(
    sourceThat(object, (offset, into, read) => {
      reads = read + 1;
      return sourceOf(object).read(offset, into);
    }),
  );

  it('that shrink are no clean objects', () => {
    expect(reads).toBeGreaterThan(3);
    for (let size = 0; size < object.length; size += 49_999) {
      const shrunk = { ...sourceOf(object.subarray(0, size)), size: object.length };
      expect(() => engine.scan(shrunk), `${size}`).toThrow(expect.objectContaining({ code: 'SCANNER_SHORT_READ' }));
    }
    expect(engine.namesIn(object)).toEqual(expected);
  });
  it('that shrink while they are searched a second time are no clean objects', () => {
    for (let n = 0; n < reads; n++) {
      const source = sourceThat(object, (offset, into, read) => (read >= n ? 0 : sourceOf(object).read(offset, into)));
      expect(() => engine.scan(source), `at read ${n}`).toThrow(ScannerError);
    }
  });
  it('that throw at any read: the error comes out, and the scanner still works', () => {
    for (let n = 0; n < reads; n++) {
      const source = sourceThat(object, (offset, into, read) => {
        if (read === n) throw new Error(`read ${n} failed`);
        return sourceOf(object).read(offset, into);
      });
      expect(() => engine.scan(source)).toThrow(`read ${n} failed`);
      expect(engine.namesIn(latin1('a needle'))).toEqual(['near']);
      expect(engine.namesIn(latin1('no such thing'))).toEqual([]);
    }
  });
  it('a scanner does not remember the object before', () => {
    expect(engine.namesIn(object)).toEqual(expected);
    expect(engine.namesIn(latin1('a needl'))).toEqual([]);
    expect(engine.namesIn(new Uint8Array(0))).toEqual([]);
    expect(engine.namesIn(latin1('needle'))).toEqual(['near']);
  });
});
