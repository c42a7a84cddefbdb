/**
 * What hostile objects cost, in steps: work grows with the bytes and no faster, and the worst object costs at most 20 ordinary ones of its size.
 *
 * The counters are those of the kernel and of the scanner; that the twins count the same says kernel.test.ts. Weights are nanoseconds, as measured with the
 * real set of patterns (2026-11, two shared cores): they make one figure of all, none of them decides alone.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ScanStatistics, Signature } from '../../native-free-engine/index.ts';
import { compile, ORDINARY_MODEL, RELEASE, signature, TestEngine } from '../support/engine/engine.ts';
import { ANYWHERE, concat, latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { deBruijn, digits, repeat } from './hostile.ts';
import { match, regex } from './tables/regex-patterns.ts';

const MEGABYTE = 1 << 20;
const SIZES = [MEGABYTE, 4 * MEGABYTE] as const;
const MOST_ORDINARY = 20;

function workOf(size: number, counted: ScanStatistics): number {
  return (
    // Reading, digests, and the filter's table in the second-level cache.
    5 * size +
    2 * counted.candidates1 +
    // A bucket and its entries, which are in no cache.
    20 * counted.candidates2 +
    8 * counted.steps +
    50 * counted.hits +
    10 * counted.atoms +
    40 * counted.comparisons +
    20 * counted.intervals +
    0.1 * counted.searchedBytes +
    20 * counted.walkedBytes +
    1000 * counted.started
  );
}

/** A piece of a large program that every machine has: the one that runs this. */
function program(at: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, bytes, 0, size, at);
  } finally {
    closeSync(file);
  }
  return bytes;
}

const random = new Random(seedOf('complexity'));
const SAMPLED = program(24 * MEGABYTE, MEGABYTE);

/** Literals of programs, as those of the real set are, of `min` to `max` bytes. */
function literals(count: number, min: number, max: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const length = random.between(min, max);
    const at = random.below(SAMPLED.length - length);
    return SAMPLED.slice(at, at + length);
  }).filter((bytes) => new Set(bytes).size > bytes.length / 2);
}
const LONG = literals(4000, 10, 32);
const SHORT = literals(200, 3, 6);
/** 300 signatures of the real set begin with one string, and 36 with one byte: each of its places asks all of them. */
const FAMILY = latin1('%WINDOWS%\\system32\\');
const SHORT_FAMILY = latin1('\x86\x07\xeb');

const SIGNATURES: readonly Signature[] = [
  ...LONG.map((bytes, i) => signature(`long ${i}`, [pattern(digits(bytes))])),
  ...SHORT.map((bytes, i) => signature(`short ${i}`, [pattern(`${digits(bytes)}{1-8}'${i}~'`)])),
  ...Array.from({ length: 350 }, (_, i) => signature(`family ${i}`, [pattern(`${digits(FAMILY)}'${i}.exe'`)])),
  ...Array.from({ length: 350 }, (_, i) => signature(`gaps ${i}`, [pattern(`'Software\\Run'{0-${i}}'${i}.dll'`)])),
  ...Array.from({ length: 36 }, (_, i) =>
    signature(`short family ${i}`, [pattern(`${digits(SHORT_FAMILY)}????${digits(Uint8Array.of(i))}{0-200}'x${i}'`)]),
  ),
  ...Array.from({ length: 100 }, (_, i) =>
    signature(`two ${i}`, [pattern(`'begin of ${i % 10}'`), pattern(`'ab'{0-}'cd'{0-}'end${i}'`)], {
      kind: 'and',
      of: [match(0), match(1)],
    }),
  ),
];
const engine = new TestEngine(compile(SIGNATURES, ORDINARY_MODEL).bytes, RELEASE, { windowBytes: 4 * MEGABYTE });
const work = (bytes: Uint8Array): number => workOf(bytes.length, engine.scanBytes(bytes).statistics);

const ORDINARY = [8, 32, 56].map((at) => [`${at} MB into a program`, program(at * MEGABYTE, 4 * MEGABYTE)] as const);

/** What every pattern's prefix, or one of them, repeated comes to; `from` says what is repeated to the object's size. */
const HOSTILE: readonly (readonly [name: string, piece: Uint8Array])[] = [
  ...[0x00, 0xff, 0x90, 0x20, 0x61, 0x86].map((byte) => [`a run of ${byte}`, Uint8Array.of(byte)] as const),
  ['a de Bruijn sequence of two letters', deBruijn([0x61, 0x62], 18)],
  ['a de Bruijn sequence of NUL and 0xff', deBruijn([0x00, 0xff], 18)],
  ['a de Bruijn sequence of eight letters', deBruijn([...latin1('abcdefgh')], 6)],
  ['a de Bruijn sequence of all bytes', deBruijn([...Uint8Array.from({ length: 256 }, (_, i) => i)], 2)],
  ['every prefix', concat(...random.shuffled([...LONG, ...SHORT]).map((bytes) => bytes.subarray(0, -1)))],
  ['eight bytes of every pattern', concat(...random.shuffled(LONG).map((bytes) => bytes.subarray(0, 8)))],
  ['grams that pass the filter at each of its positions', concat(...LONG.map((bytes) => bytes.subarray(0, 4)))],
  ['all patterns, whole', concat(...random.shuffled([...LONG, ...SHORT]))],
  ['short patterns', concat(...SHORT)],
  ['the beginning of a family', FAMILY],
  ['the beginning of a family with gaps', latin1('Software\\Run')],
  [
    'beginnings of a family with gaps, and one end of each',
    concat(
      ...Array.from({ length: 350 }, (_, i) => latin1(`Software\\Run${'.'.repeat(i + 1)}${i}.dll`.repeat(40))),
      repeat(latin1('Software\\Run'), 400_000),
    ),
  ],
  ['the beginning of a short family', SHORT_FAMILY],
  ['a short family and what follows', concat(SHORT_FAMILY, latin1('\0\0'), SHORT_FAMILY, latin1('..'))],
  ['parts without an end', latin1('begin of 1 ab cd begin of 2 ab.')],
];

describe('hostile objects', () => {
  const ordinary = SIZES.map((size) => {
    const works = ORDINARY.map(([, bytes]) => work(bytes.subarray(0, size)));
    return works.reduce((sum, one) => sum + one, 0) / works.length;
  });
  it.each(HOSTILE)('%s: linear, and at most 20 times an ordinary file', (_, piece) => {
    const works = SIZES.map((size) => work(repeat(piece, size)));
    // Budgets of a whole object, 64 KB each, weigh less in the larger one.
    expect(works[1]! / works[0]!, `${works}`).toBeLessThan(4.4);
    works.forEach((one, i) => {
      expect(one / ordinary[i]!, `${SIZES[i]} bytes`).toBeLessThanOrEqual(MOST_ORDINARY);
    });
  });

  it('the weights can tell: a walk without a filter would cost more than any of them', () => {
    const counted = engine.scanBytes(repeat(FAMILY, MEGABYTE)).statistics;
    expect(counted.steps).toBeGreaterThan(MEGABYTE / 32);
    expect(workOf(MEGABYTE, { ...counted, comparisons: 5 * MEGABYTE }) / ordinary[0]!).toBeGreaterThan(MOST_ORDINARY);
  });
});

/** Name, source, piece of the object, and whether the steps of an object suffice. None of them matches. */
const EXPRESSIONS: readonly (readonly [name: string, source: string, piece: string, isEnough: boolean])[] = [
  ['a loop in a loop', '(a*)*\\d', 'a', true],
  ['loops side by side', '(x+x+)+\\d', 'x', true],
  ['five gaps', '(.*)(.*)(.*)(.*)(.*)\\d', 'a', true],
  ['a count that begins with every byte', 'a.{500}\\d', 'a', true],
  ['a chain of counts', '(?:a.{100,200}){10}\\d', 'aaacac', true],
  ['options that are all the same', '(?:a?){300}[ac]{300}\\d', 'a', false],
];

describe('hostile expressions', () => {
  it.each(EXPRESSIONS)('%s: within the steps of an object of a megabyte, or said', (_, source, piece, isEnough) => {
    const hostile = new TestEngine(
      compile([signature('x', [pattern("'go!'"), regex(source, 's', ANYWHERE, match(0))], match(1))]).bytes,
      RELEASE,
    );
    const { detections, spent, statistics } = hostile.scanBytes(concat(latin1('go!'), repeat(latin1(piece), MEGABYTE)));
    expect(statistics.regexSteps).toBeGreaterThan(0);
    expect(statistics.regexSteps).toBeLessThanOrEqual(64 * (MEGABYTE + 3) + 32_000_000);
    expect([detections.length, spent?.reason]).toEqual([0, isEnough ? undefined : 'matching']);
  });
});
