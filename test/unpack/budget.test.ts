/** Every limit, at it and one above it; bombs of each kind. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../src/unpack/budget.ts';
import { gzipOf, LIMITS, noise, tarOf, type WalkOptions, walk, zipOf } from './support.ts';

const three = [1, 2, 3].map((n) => ({ name: `f${n}`, bytes: 'x'.repeat(100) }));
const zeros = Buffer.alloc(20 * 1024 * 1024);

/** Name, object, options, unscanned, its message. */
type Row = readonly [string, Buffer, WalkOptions, readonly string[], RegExp?];
/** For those whose message is that of another row. */
const ANY = /^/;
const LIMIT_ROWS: readonly Row[] = [
  ['depth: at the limit', gzipOf(Buffer.from('x'), 3), { limits: { maxDepth: 3 } }, []],
  [
    'depth: above it',
    gzipOf(Buffer.from('x'), 4),
    { limits: { maxDepth: 3 } },
    ['depth contents'],
    /^gzip inside 3 containers, the limit is 3$/,
  ],
  ['depth: none at all', zipOf(three), { limits: { maxDepth: 0 } }, ['depth']],
  ['entries: at the limit', zipOf(three), { limits: { maxEntries: 3 } }, []],
  [
    'entries: above it',
    zipOf(three),
    { limits: { maxEntries: 2 } },
    ['entries'],
    /^3 entries in containers, the limit is 2$/,
  ],
  [
    'entries: over all levels',
    tarOf([{ name: 'z', bytes: zipOf(three) }]),
    { limits: { maxEntries: 3 } },
    ['entries z'],
  ],
  ['bytes: at the limit', tarOf(three), { limits: { maxExpandedBytes: 300 } }, []],
  [
    'bytes: above it, in slices',
    tarOf(three),
    { limits: { maxExpandedBytes: 299 } },
    ['bytes f3'],
    /^300 bytes came out of containers, the limit is 299$/,
  ],
  ['bytes: above it, in one call', zipOf(three), { limits: { maxExpandedBytes: 299 } }, ['bytes f3']],
  [
    'bytes: above it, piece by piece',
    gzipOf(zeros),
    { limits: { maxExpandedBytes: 10_000_000, maxRatio: 1e6 } },
    ['bytes contents'],
  ],
  ['bytes: over all levels', gzipOf(tarOf(three)), { limits: { maxExpandedBytes: 4096 + 299 } }, ['bytes f3']],
  ['ratio: below the floor it is not counted', gzipOf(zeros), { limits: { ratioFloorBytes: zeros.length } }, []],
  [
    'ratio: above it',
    gzipOf(zeros),
    { limits: { ratioFloorBytes: 1000 } },
    ['ratio contents'],
    /^\d+ bytes came out of containers, more than 250 times the object's size$/,
  ],
  ['ratio: no limit', gzipOf(zeros), { limits: { maxRatio: 1e9, ratioFloorBytes: 0 } }, []],
];

describe('limits', () => {
  test.each(
    LIMIT_ROWS.map(
      ([name, object, options, unscanned, message = ANY]) => [name, object, options, unscanned, message] as const,
    ),
  )('%s', async (_name, object, options, unscanned, message) => {
    const seen = await walk(object, options);
    expect(seen.unscanned).toEqual(unscanned);
    expect(seen.messages.join()).toMatch(message);
  });
});

test('what is over the budget in bytes is looked at up to there', async () => {
  const seen = await walk(gzipOf(zeros), { limits: { maxExpandedBytes: 10_000_000, maxRatio: 1e6 } });
  expect(seen.layers).toEqual(['gzip', 'data contents']);
  expect(seen.contents[1].length).toBeLessThanOrEqual(10_000_000);
  expect(seen.contents[1].length).toBeGreaterThan(9_000_000);
});

/** Name, object, unscanned with the default limits. Each walk must also end soon. */
const BOMBS: readonly (readonly [string, () => Buffer, readonly string[]])[] = [
  ['gzip in gzip, 50 deep', () => gzipOf(Buffer.from('x'), 50), ['depth']],
  ['zip in zip, 50 deep', () => nested(50), ['depth']],
  ['100,000 entries', () => zipOf(many(100_000), { isZip64: true }), ['entries']],
  ['100,000 entries in a tar', () => tarOf(many(100_000)), ['entries']],
  ['200 MB of zeros', () => gzipSync(Buffer.alloc(200_000_000)), ['ratio']],
  ['entries that share one stream', overlapping, ['ratio']],
  ['a stored entry in each entry: every level holds the rest of the archive', telescope, []],
  ['a stream of 50,000 empty members', () => Buffer.alloc(20 * 50_000, gzipOf(Buffer.alloc(0))), []],
];

function nested(times: number): Buffer {
  let archive: Buffer = Buffer.from('x');
  for (let n = 0; n < times; n += 1) archive = zipOf([{ name: 'z', bytes: archive }]);
  return archive;
}

function many(count: number): { name: string; method: number }[] {
  return Array.from({ length: count }, (_, n) => ({ name: String(n), method: 0 }));
}

/** 2,000 names for one stream of 4 MB. */
function overlapping(): Buffer {
  const copies = Array.from({ length: 2000 }, (_, n) => ({ name: `c${n}`, bytes: '', sameAs: 0 }));
  const stream = deflateRawSync(Buffer.alloc(4_000_000));
  const first = { name: 'first', bytes: stream, method: 99 };
  const archive = zipOf([
    first,
    ...copies.map((copy) => ({ ...copy, compressedBytes: stream.length, expandedBytes: 1 })),
  ]);
  for (let at = archive.indexOf('PK\x03\x04'); at >= 0; at = archive.indexOf('PK\x03\x04', at + 1))
    archive.writeUInt16LE(8, at + 8);
  return archive;
}

/** Local headers one behind the other, each stored entry reaching to the end: all share one directory and end record. */
function telescope(): Buffer {
  const whole = zipOf([{ name: 'z', bytes: 'x', method: 0 }]);
  const header = whole.subarray(0, 31);
  const rest = whole.subarray(31);
  const headers = Array.from({ length: 200 }, (_, n) => {
    const copy = Buffer.from(header);
    const size = (199 - n) * header.length + rest.length;
    copy.writeUInt32LE(size, 18);
    copy.writeUInt32LE(size, 22);
    return copy;
  });
  return Buffer.concat([...headers, rest]);
}

describe('bombs', () => {
  test.each(BOMBS)('%s', async (_name, make, unscanned) => {
    const object = make();
    const seen = await walk(object, { keep: false });
    expect(seen.unscanned.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining([...unscanned]));
    const isOver = unscanned.length > 0;
    expect(seen.unscanned.length > 0 || !isOver).toBe(true);
  });
});

describe('time', () => {
  /** A clock that moves by itself: every look at it takes a millisecond. */
  const ticking = (): (() => number) => {
    let now = 0;
    return () => now++;
  };
  test.each([
    ['zip', zipOf(many(5000))],
    ['a zip without a directory', zipOf(many(5000)).subarray(0, -22)],
    ['tar', tarOf(many(5000))],
    ['a tar of junk', Buffer.concat([tarOf([{ name: 'a' }], 0), noise(60_000_000)])],
    ['gzip', gzipOf(noise(30_000_000))],
    ['gzip members', Buffer.alloc(20 * 5000, gzipOf(Buffer.alloc(0)))],
    ['zstd skippable frames', Buffer.alloc(8 * 5000, '\x50\x2a\x4d\x18\0\0\0\0', 'latin1')],
  ])('%s: the deadline is seen', async (_name, object) => {
    const seen = await walk(object, { now: ticking(), limits: { timeoutMs: 60 } });
    expect(seen.unscanned.at(-1)).toMatch(/^time/);
    expect(seen.messages.at(-1)).toBe('61 ms have passed, the limit is 60');
  });

  test.each([
    ['zip', zipOf(many(50))],
    ['tar', tarOf(many(50))],
    ['gzip', gzipOf(noise(30_000_000))],
  ])('%s: an abort ends the walk with its reason', async (_name, object) => {
    let checks = 0;
    const reason = new Error('stop');
    const signal = {
      get aborted() {
        checks += 1;
        return checks > 20;
      },
      reason,
    };
    await expect(walk(object, { signal })).rejects.toBe(reason);
  });
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a limit of %s is refused', (maxDepth) => {
  expect(() => new Budget({ ...LIMITS, maxDepth }, 1)).toThrow(
    expect.objectContaining({
      code: 'UNPACK_LIMIT',
      message: `maxDepth: expected an integer from 0 on, got ${maxDepth}`,
    }),
  );
});

test('the first limit that was met stays the answer', () => {
  const budget = new Budget({ ...LIMITS, maxEntries: 0, maxExpandedBytes: 0 }, 1);
  expect(budget.spendEntry()).toBe(false);
  expect(budget.spendBytes(5)).toBe(false);
  expect(budget.check()).toBe(false);
  expect(budget.overrun?.reason).toBe('entries');
  expect(budget.bytesLeft).toBe(0);
});
