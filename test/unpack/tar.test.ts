/** tar: its dialects, and reading on behind what is broken. */
import { describe, expect, test } from 'vitest';
import { paxRecord, type TarEntrySpec, tarOf, walk } from './support.ts';

/** Name, archive, layers, unscanned. */
type Row = readonly [string, Buffer, readonly string[], readonly string[]];

const a: TarEntrySpec = { name: 'a', bytes: 'first' };
const b: TarEntrySpec = { name: 'b', bytes: 'second' };
const long = `${'d/'.repeat(200)}f`;

/** The size as GNU writes it when octal digits do not suffice. */
function base256(size: number, length = 12): Buffer {
  const field = Buffer.alloc(length);
  field.writeUInt32BE(size, length - 4);
  field[0] = 0x80;
  return field;
}

const DIALECTS: readonly Row[] = [
  ['POSIX', tarOf([a, b]), ['tar', 'text a', 'text b'], []],
  ['GNU', tarOf([{ ...a, magic: 'ustar  \0' }]), ['tar', 'text a'], []],
  ['before POSIX: no magic number', tarOf([{ ...a, magic: '\0\0\0\0\0\0\0\0', type: '\0' }]), ['tar', 'text a'], []],
  ['without an end mark', tarOf([a], 0), ['tar', 'text a'], []],
  ['a prefix of the name', tarOf([{ ...a, prefix: 'dir' }]), ['tar', 'text dir/a'], []],
  [
    'GNU long names',
    tarOf([{ name: '././@LongLink', type: 'L', bytes: `${long}\0` }, a, b]),
    ['tar', `text ${long}`, 'text b'],
    [],
  ],
  [
    'pax names',
    tarOf([{ name: 'x', type: 'x', bytes: paxRecord('path', long) }, a, b]),
    ['tar', `text ${long}`, 'text b'],
    [],
  ],
  [
    'pax sizes',
    tarOf([{ name: 'x', type: 'x', bytes: paxRecord('size', '5') }, { ...a, size: 0 }, b]),
    ['tar', 'text a', 'text b'],
    [],
  ],
  [
    'global pax headers',
    tarOf([{ name: 'x', type: 'g', bytes: paxRecord('comment', 'hello') }, a]),
    ['tar', 'text a'],
    [],
  ],
  ['sizes in base 256', tarOf([{ ...a, sizeField: base256(5) }, b]), ['tar', 'text a', 'text b'], []],
  [
    'links and directories',
    tarOf([{ name: 'd/', type: '5' }, { name: 'l', type: '2' }, { name: 'h', type: '1' }, a]),
    ['tar', 'text a'],
    [],
  ],
  ['links that have a size and no bytes', tarOf([{ name: 'h', type: '1', size: 700 }, a]), ['tar', 'text a'], []],
  ['a directory that has bytes', tarOf([{ name: 'd', type: '5', bytes: 'first' }, b]), ['tar', 'text d', 'text b'], []],
  ['a type that nobody knows', tarOf([{ ...a, type: '~' }]), ['tar', 'text a'], []],
  ['sparse files are what is stored of them', tarOf([sparse(0), b]), ['tar', 'text a', 'text b'], []],
  ['sparse files with a list that goes on', sparseArchive(), ['tar', 'text a', 'text b'], []],
  ['a tar in a tar', tarOf([{ name: 't', bytes: tarOf([a]) }, b]), ['tar', 'tar t', 'text t > a', 'text b'], []],
];

function sparse(isContinued: number): TarEntrySpec {
  // 482 in the header; the builder puts the prefix at 345.
  return { ...a, type: 'S', magic: 'ustar  \0', prefix: '\0'.repeat(137) + String.fromCharCode(isContinued) };
}

/** Two more blocks of holes between the header and the bytes. */
function sparseArchive(): Buffer {
  const archive = tarOf([sparse(1), b]);
  const holes = Buffer.alloc(1024);
  holes[504] = 1;
  return Buffer.concat([archive.subarray(0, 512), holes, archive.subarray(512)]);
}

const broken = { ...a, isBroken: true };
const BROKEN: readonly Row[] = [
  ['a bad header', tarOf([b, broken, { ...b, name: 'c' }]), ['tar', 'text b', 'text c'], ['damaged']],
  [
    'junk between entries',
    Buffer.concat([tarOf([a], 0), Buffer.alloc(512, 'x'), tarOf([b])]),
    ['tar', 'text a', 'text b'],
    ['damaged'],
  ],
  ['an archive behind the end mark', Buffer.concat([tarOf([a], 20), tarOf([b])]), ['tar', 'text a', 'text b'], []],
  ['junk behind the end mark', Buffer.concat([tarOf([a]), Buffer.alloc(700, 'x')]), ['tar', 'text a'], []],
  [
    'an archive behind junk behind the end mark',
    Buffer.concat([tarOf([a]), Buffer.alloc(512, 'x'), tarOf([b])]),
    ['tar', 'text a', 'text b'],
    [],
  ],
  ['an entry that ends early', tarOf([{ ...a, size: 5000 }], 0), ['tar', 'data a'], ['damaged a']],
  [
    'a size that is no number',
    tarOf([{ ...a, sizeField: Buffer.from('not a number') }, b]),
    ['tar', 'text b'],
    ['damaged'],
  ],
  [
    'a size of 2^63',
    tarOf([{ ...a, sizeField: Buffer.from([0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]) }, b]),
    ['tar', 'text b'],
    ['damaged'],
  ],
  [
    'pax records that lie about their length',
    tarOf([{ name: 'x', type: 'x', bytes: '99999 path=q\n' }, a]),
    ['tar', 'text q\n'],
    [],
  ],
  ['pax records without a length', tarOf([{ name: 'x', type: 'x', bytes: 'path=q\n' }, a]), ['tar', 'text a'], []],
  [
    'pax sizes that are no number',
    tarOf([{ name: 'x', type: 'x', bytes: paxRecord('size', '-1') }, a]),
    ['tar', 'text a'],
    [],
  ],
  [
    'an extended header with nothing behind it',
    tarOf([a, { name: 'x', type: 'x', bytes: paxRecord('path', 'q') }]),
    ['tar', 'text a'],
    [],
  ],
];

describe.each(Object.entries({ DIALECTS, BROKEN }))('%s', (_, rows) => {
  test.each(rows)('%s', async (_name, archive, layers, unscanned) => {
    const seen = await walk(archive);
    expect(seen.layers).toEqual(layers);
    expect(seen.unscanned).toEqual(unscanned);
  });
});

test('entries are the bytes of the archive', async () => {
  const seen = await walk(tarOf([a, b]));
  expect(seen.contents.slice(1).map(String)).toEqual(['first', 'second']);
});
