/** gzip and zstd: members, names, faults; universal Mach-O files. */
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gzipOf, noise, tarOf, walk } from './support.ts';

/** Name, object, its name, layers, unscanned. */
type Row = readonly [string, Buffer, string, readonly string[], readonly string[]];

interface HeaderSpec {
  readonly flags?: number;
  readonly fields?: Buffer;
}

function gzipMember(text: string, { flags = 0, fields = Buffer.alloc(0) }: HeaderSpec = {}): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([header, fields, deflateRawSync(text), Buffer.alloc(8)]);
}

const plain = Buffer.from('plain');
const zstd = zstdCompressSync(plain);
const skippable = Buffer.from('\x50\x2a\x4d\x18\x03\0\0\0abc', 'latin1');
const STREAMS: readonly Row[] = [
  ['a gzip file is named without its extension', gzipOf(plain), 'dir/a.txt.gz', ['gzip', 'text a.txt'], []],
  [
    'a .tgz holds a .tar',
    gzipOf(tarOf([{ name: 'f', bytes: 'x' }])),
    'a.tgz',
    ['gzip', 'tar a.tar', 'text a.tar > f'],
    [],
  ],
  ['an object without a name', gzipOf(plain), '', ['gzip', 'text contents'], []],
  [
    'a name in the header',
    gzipMember('x', { flags: 8, fields: Buffer.from('../n\0') }),
    'a.gz',
    ['gzip', 'text ../n'],
    [],
  ],
  [
    'all optional fields',
    gzipMember('x', { flags: 31, fields: Buffer.from('\x02\0..name\0comment\0..') }),
    'a.gz',
    ['gzip', 'text name'],
    [],
  ],
  [
    'a long comment',
    gzipMember('x', { flags: 16, fields: Buffer.from(`${'c'.repeat(5000)}\0`) }),
    'a.gz',
    ['gzip', 'text a'],
    [],
  ],
  [
    'a header that never ends',
    gzipMember('x', { flags: 8, fields: noise(140_000).fill(1) }),
    'a.gz',
    ['gzip'],
    ['damaged a'],
  ],
  ['nothing inside', gzipOf(Buffer.alloc(0)), 'a.gz', ['gzip'], []],
  ['zstd', zstd, 'a.zst', ['zstd', 'text a'], []],
  ['zstd behind a skippable frame', Buffer.concat([skippable, zstd]), 'a.zst', ['zstd', 'text a'], []],
  ['gzip in gzip', gzipOf(plain, 3), 'a.gz', ['gzip', 'gzip a', 'gzip a > a', 'text a > a > a'], []],
];

describe('STREAMS', () => {
  test.each(STREAMS)('%s', async (_name, object, name, layers, unscanned) => {
    const seen = await walk(object, { name });
    expect(seen.layers).toEqual(layers);
    expect(seen.unscanned).toEqual(unscanned);
  });
});

/** Name, object, what comes out, unscanned. */
type ContentRow = readonly [string, Buffer, Buffer, readonly string[]];
const big = noise(3_000_000);
const CONTENTS: readonly ContentRow[] = [
  [
    'members follow each other',
    Buffer.concat([gzipOf(plain), gzipMember(' text'), gzipOf(plain)]),
    Buffer.from('plain textplain'),
    [],
  ],
  ['junk behind the last member', Buffer.concat([gzipOf(plain), Buffer.from('junk')]), plain, []],
  ['zeros behind the last member', Buffer.concat([gzipOf(plain), Buffer.alloc(5000)]), plain, []],
  ['a wrong checksum', Buffer.concat([gzipOf(plain).subarray(0, -8), Buffer.alloc(8)]), plain, []],
  ['no trailer', gzipOf(plain).subarray(0, -8), plain, []],
  [
    'a second member that is cut',
    Buffer.concat([gzipOf(plain), gzipMember('text').subarray(0, -10)]),
    Buffer.from('plaintex'),
    ['damaged contents'],
  ],
  ['zstd frames follow each other', Buffer.concat([zstd, skippable, zstd]), Buffer.from('plainplain'), []],
  ['junk behind zstd frames', Buffer.concat([zstd, Buffer.from('junk')]), plain, []],
  ['more than one call decompresses', gzipOf(big), big, []],
  ['members of that size', Buffer.concat([gzipOf(big), gzipOf(plain)]), Buffer.concat([big, plain]), []],
  ['zstd of that size', Buffer.concat([zstdCompressSync(big), zstd]), Buffer.concat([big, plain]), []],
];

test.each(CONTENTS)('%s', async (_name, object, contents, unscanned) => {
  const seen = await walk(object);
  expect(Buffer.compare(seen.contents[1], contents)).toBe(0);
  expect(seen.unscanned).toEqual(unscanned);
});

/** A deflate stream whose blocks are flushed, with a block of the reserved type behind them. */
function faulty(bytes: Buffer): Buffer {
  const stream = deflateRawSync(bytes, { finishFlush: 2 });
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), stream, Buffer.alloc(20, 0xff)]);
}

test.each([
  ['in one call', 20],
  ['of some size', 100_000],
  ['piece by piece', 1_500_000],
])('nothing before a fault is missing: %s', async (_name, length) => {
  const bytes = noise(length);
  const seen = await walk(faulty(bytes));
  expect(Buffer.compare(seen.contents[1], bytes)).toBe(0);
  expect(seen.unscanned).toEqual(['damaged contents']);
});

test('nothing before a fault is missing: small input, large output', async () => {
  const bytes = Buffer.alloc(10_000_000, 'abc');
  const seen = await walk(faulty(bytes));
  expect(Buffer.compare(seen.contents[1], bytes)).toBe(0);
});

describe('universal Mach-O files', () => {
  const program = Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(60)]);
  /** @param wide 64-bit offsets */
  function fat(slices: readonly (readonly [number, number])[], wide = false): Buffer {
    const header = Buffer.alloc(256);
    header.writeUInt32BE(wide ? 0xcafebabf : 0xcafebabe, 0);
    header.writeUInt32BE(slices.length, 4);
    slices.forEach(([offset, size], i) => {
      const at = 8 + i * (wide ? 32 : 20);
      header.writeUInt32BE(0x01000007 + i, at);
      header.writeUInt32BE(offset, at + (wide ? 12 : 8));
      header.writeUInt32BE(size, at + (wide ? 20 : 12));
    });
    return Buffer.concat([header, program, program]);
  }
  test.each([
    [
      'two architectures',
      fat([
        [256, 64],
        [320, 64],
      ]),
      ['machOFat', 'machO cpu-1000007', 'machO cpu-1000008'],
      [],
    ],
    [
      '64-bit offsets',
      fat(
        [
          [256, 64],
          [320, 64],
        ],
        true,
      ),
      ['machOFat', 'machO cpu-1000007', 'machO cpu-1000008'],
      [],
    ],
    ['one that ends early', fat([[320, 1000]]), ['machOFat', 'machO cpu-1000007'], ['damaged cpu-1000007']],
    ['one that is not there', fat([[9999, 10]]), ['machOFat'], ['damaged cpu-1000007']],
    ['a list that ends early', fat([[256, 64]]).subarray(0, 20), ['machOFat'], ['damaged']],
  ])('%s', async (_name, object, layers, unscanned) => {
    const seen = await walk(object);
    expect(seen.layers).toEqual(layers);
    expect(seen.unscanned).toEqual(unscanned);
  });
});
