/** The three forms of the kernel on the same bytes: every hit, every counter, every place to go on at must be equal. */
import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../native-free-engine/image/open.ts';
import { openImage, type Signature } from '../../native-free-engine/index.ts';
import { HIT_CAPACITY, ROUND, STATE, STATE_BYTES, WHOLE, WORK_BYTES } from '../../native-free-engine/layout.ts';
import { coldReader, compile, NODE_DIGESTER, signature, TWINS, type Twin } from '../support/engine/engine.ts';
import { concat, latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';

const BASE = 65536;
const MAX_OBJECT = 1 << 17;

/** A kernel, an image and an object in one memory. */
class Bench {
  readonly #kernel: ReturnType<Twin['kernel']>;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #matcher: Matcher;
  readonly #at: { state: number; work: number; hits: number; object: number };
  #size = 0;

  constructor(image: Uint8Array, twin: Twin) {
    const hotBytes = new DataView(image.buffer).getFloat64(16, true);
    const state = BASE + hotBytes;
    const work = state + STATE_BYTES;
    const hits = work + WORK_BYTES;
    const object = hits + HIT_CAPACITY * 8 + 64;
    this.#at = { state, work, hits, object };
    const pages = Math.ceil((object + MAX_OBJECT + 1024) / 65536);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#bytes.set(image.subarray(0, hotBytes), BASE);
    this.#matcher = openImage(memory, BASE, coldReader(image), NODE_DIGESTER).matchers[0]!;
    this.#kernel = twin.kernel(memory);
  }

  put(object: Uint8Array): void {
    this.#size = object.length;
    this.#bytes.fill(0, this.#at.object, this.#at.object + MAX_OBJECT + 1024);
    this.#bytes.set(object, this.#at.object);
  }

  /** Runs one of the kernel's functions from `from` on until it is done. @returns everything that it said */
  #run(from: number, words: number, once: (next: number) => void): number[] {
    const { state, hits, object } = this.#at;
    const said: number[] = [];
    this.#words.fill(0, state >>> 2, (state + STATE_BYTES) >>> 2);
    for (let next = from, rounds = 0; next < this.#size; rounds++) {
      if (rounds > 100_000) throw new Error(`the kernel does not get past ${next}`);
      once(next + object);
      const count = this.#words[(state >>> 2) + STATE.hits]!;
      said.push(...this.#words.subarray(hits >>> 2, (hits >>> 2) + count * words));
      next = this.#words[(state >>> 2) + STATE.next]! - object;
      said.push(next);
    }
    said.push(...this.#words.subarray((state >>> 2) + STATE.candidates1, (state >>> 2) + STATE.steps + 1));
    return said;
  }

  get filters(): number {
    return this.#matcher.filters.length;
  }

  /** With each of the filters. */
  search(from: number, capacity: number): number[] {
    const { state, work, hits, object } = this.#at;
    const end = object + this.#size;
    return this.#matcher.filters.flatMap((filter) =>
      this.#run(from, 2, (next) =>
        this.#kernel.search(filter, BASE, object, next, end, end, state, work, hits, capacity),
      ),
    );
  }

  shuffle(from: number, capacity: number): number[] {
    const { state, hits, object } = this.#at;
    return this.#run(from, 2, (next) =>
      this.#kernel.shuffle(this.#matcher.address, BASE, next, object + this.#size, state, hits, capacity),
    );
  }

  findPair(from: number, capacity: number, pair: readonly [number, number, number, number, number, number]): number[] {
    const { state, hits, object } = this.#at;
    return this.#run(from, 1, (next) =>
      this.#kernel.findPair(next, object + this.#size, ...pair, state, hits, capacity),
    );
  }
}

const random = (name: string): { seed: number; random: Random } => {
  const seed = seedOf(name);
  return { seed, random: new Random(seed) };
};
const digits = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Atoms of all kinds: runs, spread ones, short ones, open ones. */
const OFTEN = latin1('ab\0abbab\0aab');

function signaturesOf(source: Random): Signature[] {
  const alphabet = [0x61, 0x62, 0x00, 0xff, 0x20];
  const runs = Array.from({ length: 60 }, (_, i) =>
    signature(`r${i}`, [pattern(digits(source.bytes(source.between(7, 16), alphabet)))]),
  );
  const short = Array.from({ length: 12 }, (_, i) =>
    signature(`s${i}`, [pattern(digits(source.bytes(source.between(2, 6), alphabet)))]),
  );
  const spread = Array.from({ length: 8 }, (_, i) =>
    signature(`w${i}`, [
      pattern(
        `${digits(source.bytes(4, alphabet))}??${digits(source.bytes(4, alphabet))}??${digits(source.bytes(3, alphabet))}`,
      ),
    ]),
  );
  return [
    ...runs,
    ...short,
    ...spread,
    signature('open', [pattern("'a'")]),
    signature('often', [pattern(digits(OFTEN))]),
  ];
}

/** What an attacker, or chance, may give it. */
function objectsOf(source: Random): readonly (readonly [string, Uint8Array])[] {
  const repeat = (text: Uint8Array, size: number): Uint8Array =>
    Uint8Array.from({ length: size }, (_, i) => text[i % text.length]!);
  return [
    ['empty', new Uint8Array(0)],
    ...[1, 2, 3, 4, 5, 15, 16, 17, 27, 28, 29, 31, 32, 33, 63, 64, 65].map(
      (size) => [`of ${size} bytes`, source.bytes(size, [0x61, 0x62, 0, 0xff])] as const,
    ),
    ['random', source.bytes(20_000)],
    ['random, of few bytes', source.bytes(20_000, [0x61, 0x62, 0x00, 0xff, 0x20])],
    ['random, of two bytes', source.bytes(40_000, [0x61, 0x62])],
    ['NULs', new Uint8Array(ROUND * 2 + 5)],
    ['0xff', new Uint8Array(ROUND + 1).fill(0xff)],
    ['one letter', new Uint8Array(ROUND - 1).fill(0x61)],
    ['two letters in turn', repeat(latin1('ab'), 30_000)],
    ['a period of seven', repeat(latin1('abba\0\xff '), 30_000)],
    ['a round, then something', concat(new Uint8Array(ROUND).fill(0x7e), source.bytes(100, [0x61, 0x62, 0x00]))],
  ];
}

describe('the three forms of the kernel agree', () => {
  const { seed, random: source } = random('kernel');
  const image = compile(signaturesOf(source)).bytes;
  const benches = TWINS.map((twin) => new Bench(image, twin));
  const all = (run: (bench: Bench) => number[]): number[] => {
    const [reference, ...others] = benches.map(run);
    for (const other of others) expect(other, `seed ${seed}`).toEqual(reference);
    return reference!;
  };

  for (const [name, object] of objectsOf(source)) {
    it(name, () => {
      for (const bench of benches) bench.put(object);
      const capacities = object.length > 10_000 ? [HIT_CAPACITY, 500] : [HIT_CAPACITY, 1, 2, 100];
      for (const capacity of capacities) {
        for (const from of [0, 1, 2, 3, 16, 29].filter((start) => start <= object.length)) {
          all((bench) => bench.search(from, capacity));
          if (capacity >= 16) all((bench) => bench.shuffle(from, capacity));
          all((bench) => bench.findPair(from, Math.max(capacity, 64), [0, 0x61, 0xff, 1, 0x62, 0xff]));
          if (object.length > 10_000) break;
        }
        all((bench) => bench.findPair(0, Math.max(capacity, 64), [7, 0x60, 0xf0, 3, 0x01, 0x0f]));
        all((bench) => bench.findPair(0, Math.max(capacity, 64), [2, 0x00, 0x00, 2, 0x00, 0x00]));
        all((bench) => bench.findPair(0, Math.max(capacity, 64), [40, 0xff, 0xff, 63, 0xff, 0xff]));
      }
    });
  }

  it('a list that is full goes on where it stopped, and nothing is lost', () => {
    const object = concat(source.bytes(2000, [0x61, 0x62, 0x00]), ...Array.from({ length: 40 }, () => OFTEN));
    for (const bench of benches) bench.put(object);
    const ends = (capacity: number): Set<string> => {
      const said = all((bench) => bench.search(0, capacity)).map((each) => each % WHOLE);
      const found = new Set<string>();
      // Pairs of item and start, with a place to go on at between them: an item is a small number, an address is not.
      for (let i = 0; i + 1 < said.length - 4; ) {
        if (said[i]! > 200_000 || said[i + 1]! < BASE) i += 1;
        else {
          found.add(`${said[i]} ${said[i + 1]}`);
          i += 2;
        }
      }
      return found;
    };
    const whole = ends(HIT_CAPACITY);
    expect(whole.size).toBeGreaterThan(5);
    for (const hit of whole) expect(ends(3)).toContain(hit);
  });

  it('what findPair finds is what a loop finds', () => {
    const object = source.bytes(3000, [0x61, 0x62, 0x00, 0xff]);
    for (const bench of benches) bench.put(object);
    for (const [i1, v1, m1, i2, v2, m2] of [
      [0, 0x61, 0xff, 1, 0x62, 0xff],
      [5, 0x60, 0xf0, 2, 0x0f, 0x0f],
      [0, 0, 0xff, 0, 0, 0xff],
    ] as const) {
      const expected: number[] = [];
      for (let p = 0; p < object.length; p++)
        if (((object[p + i1] ?? 0) & m1) === v1 && ((object[p + i2] ?? 0) & m2) === v2) expected.push(p);
      const said = all((bench) => bench.findPair(0, HIT_CAPACITY, [i1, v1, m1, i2, v2, m2]));
      const first = said[0]! - expected[0]!;
      expect(said.slice(0, expected.length).map((address) => address - first)).toEqual(expected);
    }
  });

  it('does not get stuck when there is room for one candidate only', () => {
    const object = new Uint8Array(3000).fill(0x61);
    for (const bench of benches) bench.put(object);
    all((bench) => bench.search(0, 1));
    all((bench) => bench.shuffle(0, 16));
    all((bench) => bench.findPair(0, 64, [0, 0x61, 0xff, 0, 0x61, 0xff]));
  });
});

describe('an atom that leaves too much open', () => {
  const START = [0x68, 1, 2, 3, 4, 5, 0x25, 6, 7, 8, 9];
  const benches = TWINS.map(
    (twin) => new Bench(compile([signature('open', [pattern('68??????????25????????00000001')])]).bytes, twin),
  );
  const reported = (object: Uint8Array): number[] =>
    benches.map((bench) => {
      bench.put(object);
      // Pairs, behind them where to go on and three counters.
      return (bench.shuffle(0, HIT_CAPACITY).length - 4) / 2;
    });
  it.each([
    ['nowhere in a run of its first byte', new Uint8Array(1000).fill(0x68), 0],
    ['once, where its word is', concat(new Uint8Array(1000).fill(0x68), Uint8Array.of(...START, 0, 0, 0, 1)), 1],
    [
      'at every place, each in front of the next',
      concat(...Array.from({ length: 50 }, () => Uint8Array.of(...START, 0, 0, 0, 1))),
      50,
    ],
    ['not where the object ends before its word', Uint8Array.of(...START), 0],
  ])('is reported %s', (_, object, count) => {
    expect(reported(object)).toEqual(TWINS.map(() => count));
  });
});

describe('filters of each stride', () => {
  const { seed, random: source } = random('strides');
  const alphabet = [0x61, 0x62, 0x00, 0xff];
  // Of five bytes so many that completing them to seven costs more than a smaller stride.
  const KINDS: readonly { stride: number; length: number; count: number; of?: number[] }[] = [
    { stride: 16, length: 40, count: 30, of: alphabet },
    { stride: 8, length: 16, count: 200, of: alphabet },
    { stride: 4, length: 7, count: 200, of: alphabet },
    { stride: 2, length: 5, count: 3000 },
    { stride: 1, length: 4, count: 500 },
  ];
  it.each(KINDS)('$stride', ({ stride, length, count, of }) => {
    const literals = Array.from({ length: count }, () => source.bytes(length, of));
    const { bytes: image, report } = compile(literals.map((each, i) => signature(`${i}`, [pattern(digits(each))])));
    expect(
      report.matchers[0]!.filters.map((filter) => filter.stride),
      `seed ${seed}`,
    ).toEqual([stride]);
    const benches = TWINS.map((twin) => new Bench(image, twin));
    const object = concat(source.bytes(3000, alphabet), ...literals, source.bytes(500, alphabet));
    for (const bench of benches) bench.put(object);
    for (const from of [0, 1, 5, 16, 29]) {
      for (const capacity of [HIT_CAPACITY, 61]) {
        const [reference, ...others] = benches.map((bench) => bench.search(from, capacity));
        for (const other of others) expect(other, `seed ${seed}`).toEqual(reference);
        if (from === 0) expect(reference!.length).toBeGreaterThan(2 * count);
      }
    }
  });
});
