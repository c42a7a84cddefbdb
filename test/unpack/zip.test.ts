/** zip: what is listed, what is hidden, what is broken. */
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Sighted, walk, zipOf } from './support.ts';

/** Name, archive, layers, unscanned. */
type Row = readonly [string, Buffer, readonly string[], readonly string[]];

const BASICS: readonly Row[] = [
  ['an empty archive', zipOf([]), ['zip'], []],
  ['a stored entry', zipOf([{ name: 'a', bytes: 'plain', method: 0 }]), ['zip', 'text a'], []],
  ['a deflated entry', zipOf([{ name: 'a', bytes: 'plain' }]), ['zip', 'text a'], []],
  [
    'a zstd entry',
    zipOf([{ name: 'a', bytes: zstdCompressSync(Buffer.from('plain')), method: 93 }]),
    ['zip', 'text a'],
    [],
  ],
  [
    'entries come in the order of the directory',
    zipOf([
      { name: 'b', bytes: '1' },
      { name: 'a', bytes: '2' },
    ]),
    ['zip', 'text b', 'text a'],
    [],
  ],
  ['directories and empty files are no layers', zipOf([{ name: 'd/' }, { name: 'e', method: 0 }]), ['zip'], []],
  ['sizes in a descriptor', zipOf([{ name: 'a', bytes: 'plain', hasDescriptor: true }]), ['zip', 'text a'], []],
  ['64-bit fields', zipOf([{ name: 'a', bytes: 'plain' }], { isZip64: true }), ['zip', 'text a'], []],
  [
    'a zip in a zip: an object before its entries, entries before siblings',
    zipOf([
      { name: 'z', bytes: zipOf([{ name: 'a', bytes: 'plain' }]) },
      { name: 'b', bytes: 'plain' },
    ]),
    ['zip', 'zip z', 'text z > a', 'text b'],
    [],
  ],
];

const NAMES: readonly Row[] = [
  [
    'a name that leaves the directory',
    zipOf([{ name: '../../etc/passwd', bytes: '1' }]),
    ['zip', 'text ../../etc/passwd'],
    [],
  ],
  ['an absolute name', zipOf([{ name: '/etc/passwd', bytes: '1' }]), ['zip', 'text /etc/passwd'], []],
  ['a backslash', zipOf([{ name: 'C:\\a', bytes: '1' }]), ['zip', 'text C:\\a'], []],
  ['a newline', zipOf([{ name: 'a\nb: OK', bytes: '1' }]), ['zip', 'text a\nb: OK'], []],
  ['a NUL', zipOf([{ name: 'a\0b', bytes: '1' }]), ['zip', 'text a\0b'], []],
  ['no name at all', zipOf([{ name: '', bytes: '1' }]), ['zip', 'text'], []],
  ['UTF-8, flagged or not', zipOf([{ name: 'ä€', bytes: '1' }]), ['zip', 'text ä€'], []],
  [
    'bytes that are no UTF-8 are code page 437',
    zipOf([{ name: Buffer.from([0x84, 0xff]), bytes: '1' }]),
    ['zip', 'text ä\u00a0'],
    [],
  ],
  [
    'the same name twice',
    zipOf([
      { name: 'a', bytes: '1' },
      { name: 'a', bytes: '2' },
    ]),
    ['zip', 'text a', 'text a'],
    [],
  ],
];

const CLOSED: readonly Row[] = [
  ['an encrypted entry', zipOf([{ name: 'a', bytes: 'x', flags: 1 }]), ['zip'], ['encrypted a']],
  [
    'an encrypted entry hides no other',
    zipOf([
      { name: 'a', bytes: 'x', flags: 1 },
      { name: 'b', bytes: '1' },
    ]),
    ['zip', 'text b'],
    ['encrypted a'],
  ],
  [
    'strong encryption ends the directory for yauzl, and not for us',
    zipOf([
      { name: 'a', bytes: 'x', flags: 0x41 },
      { name: 'b', bytes: '1' },
    ]),
    ['zip', 'text b'],
    ['damaged', 'encrypted a'],
  ],
  ['a method of another program', zipOf([{ name: 'a', bytes: 'x', method: 12 }]), ['zip'], ['unsupported a']],
  ['a method that does not exist', zipOf([{ name: 'a', bytes: 'x', method: 77 }]), ['zip'], ['unsupported a']],
];

const two = [
  { name: 'a', bytes: 'first' },
  { name: 'b', bytes: 'second' },
];
const JUNK = Buffer.from('\x01\x02 junk \0\0');
const HIDDEN: readonly Row[] = [
  ['junk before the archive', zipOf(two, { prefix: JUNK }), ['data', 'text a', 'text b'], []],
  [
    'junk before it that the offsets know',
    zipOf(two, { prefix: JUNK, isAdjusted: true }),
    ['data', 'text a', 'text b'],
    [],
  ],
  ['junk before 64-bit fields', zipOf(two, { prefix: JUNK, isZip64: true }), ['data', 'text a', 'text b'], []],
  ['junk behind the archive', zipOf(two, { suffix: JUNK }), ['zip', 'text a', 'text b'], []],
  ['a comment', zipOf(two, { comment: Buffer.from('hello') }), ['zip', 'text a', 'text b'], []],
  [
    'an end record in the comment does not replace the archive',
    zipOf(two, { comment: zipOf([{ name: 'c', bytes: 'third' }]) }),
    ['zip', 'text c', 'text a', 'text b'],
    [],
  ],
  [
    'an entry that the directory leaves out',
    zipOf([two[0], { ...two[1], isHidden: true }]),
    ['zip', 'text a', 'text b'],
    [],
  ],
  ['an end record that counts too few', zipOf(two, { entryCount: 1 }), ['zip', 'text a', 'text b'], []],
  [
    'two archives one behind the other',
    Buffer.concat([zipOf([two[0]]), zipOf([two[1]])]),
    ['zip', 'text b', 'text a'],
    [],
  ],
  [
    'an entry that covers another by its size in the directory',
    zipOf([
      { ...two[0], compressedBytes: 200 },
      { ...two[1], isHidden: true },
    ]),
    ['zip', 'text a', 'text b'],
    [],
  ],
  [
    'hidden bytes that only look like a header are no damage',
    zipOf(two, { prefix: Buffer.from('MZ PK\x03\x04, PK\x03\x04\x14\0\0\0\x08\0 and so on, and so on, and so on') }),
    ['dos', 'text a', 'text b'],
    [],
  ],
];

const wrong = (entry: object) => zipOf([{ name: 'a', bytes: 'first', ...entry }, two[1]]);
const DAMAGED: readonly Row[] = [
  ['a size that is too small in the headers', wrong({ compressedBytes: 2 }), ['zip', 'text a', 'text b'], []],
  ['a size that is too large', wrong({ compressedBytes: 1e9 }), ['zip', 'text a', 'text b'], []],
  ['an expanded size that lies', wrong({ expandedBytes: 1 }), ['zip', 'text a', 'text b'], []],
  [
    'a stored entry that ends behind the object',
    wrong({ method: 0, compressedBytes: 1e9 }),
    ['zip', 'data a', 'text b'],
    ['damaged a'],
  ],
  ['a wrong checksum', corrupt(zipOf(two), (bytes) => bytes.fill(0xff, 14, 18)), ['zip', 'text a', 'text b'], []],
  ['no end record', zipOf(two).subarray(0, -22), ['zip', 'text a', 'text b'], ['damaged']],
  [
    'a broken directory',
    corrupt(zipOf(two), (bytes) => bytes.write('XX', bytes.indexOf('PK\x01\x02'))),
    ['zip', 'text a', 'text b'],
    ['damaged'],
  ],
  [
    'no directory, and sizes in descriptors',
    zipOf(two.map((entry) => ({ ...entry, hasDescriptor: true }))).subarray(0, -22),
    ['zip', 'text a', 'text b'],
    ['damaged'],
  ],
  [
    'no directory, stored, and sizes in descriptors',
    zipOf(two.map((entry) => ({ ...entry, method: 0, hasDescriptor: true }))).subarray(0, -22),
    ['zip', 'text a', 'text b'],
    ['damaged'],
  ],
  [
    'a local header that is not there',
    corrupt(zipOf(two), (bytes) => bytes.write('XX')),
    ['data', 'text b'],
    ['damaged a'],
  ],
  ['a stream that breaks off', broken(Buffer.from([0xff])), ['zip', 'text a', 'text b'], ['damaged a']],
  [
    'a stream of nonsense',
    zipOf([{ name: 'a', bytes: '', expandedBytes: 5 }, two[1]]).fill(0xff, 31, 33),
    ['zip', 'text b'],
    ['damaged a'],
  ],
];

/** An entry whose stream is whole up to a block that cannot be. */
function broken(tail: Buffer): Buffer {
  const whole = deflateRawSync(Buffer.from('so far so good'), { finishFlush: 2 });
  const archive = zipOf([{ name: 'a', bytes: Buffer.concat([whole, tail]), method: 93, expandedBytes: 99 }, two[1]]);
  // The method is changed afterwards: the builder compresses what is to be deflated.
  archive.writeUInt16LE(8, 8);
  archive.writeUInt16LE(8, archive.indexOf('PK\x01\x02') + 10);
  return archive;
}

function corrupt(archive: Buffer, change: (bytes: Buffer) => unknown): Buffer {
  change(archive);
  return archive;
}

const tables = { BASICS, NAMES, CLOSED, HIDDEN, DAMAGED };
describe.each(Object.entries(tables))('%s', (_, rows) => {
  test.each(rows)('%s', async (_name, archive, layers, unscanned) => {
    const seen: Sighted = await walk(archive);
    expect(seen.layers).toEqual(layers);
    expect(seen.unscanned).toEqual(unscanned);
  });
});

test('what a broken stream gave before its fault is looked at', async () => {
  const seen = await walk(broken(Buffer.from([0xff])));
  expect(seen.contents[1].toString()).toBe('so far so good');
  expect(seen.messages[0]).toBe('zip: cannot be decompressed after 14 bytes');
});

test('entries lie in the types around them', async () => {
  const inner = zipOf([{ name: 'a', bytes: 'plain' }], { prefix: Buffer.from('MZ') });
  const seen = await walk(zipOf([{ name: 'x', bytes: inner }]));
  expect(seen.layers).toEqual(['zip', 'dos x', 'text x > a']);
  expect(seen.containers).toEqual(['', 'zip', 'zip/dos/zip']);
});

test('an archive whose entries are all one local header is opened once for each', async () => {
  const same = Array.from({ length: 5 }, (_, i) => ({ name: `copy${i}`, bytes: 'first', sameAs: 0 }));
  const seen = await walk(zipOf([two[0], ...same]));
  expect(seen.layers.length).toBe(7);
});
