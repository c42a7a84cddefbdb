/** Imports and version information of PE files; where clamscan is installed it is asked whether it has the same. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { type Library, peWithImports, peWithResource, type TableSpec, versionBlock, versionInfo } from './pe-tables.ts';
import { sourceOf } from './support.ts';

const version = spawnSync('clamscan', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const hasOracle = version.startsWith('ClamAV 1.4');

const directory = mkdtempSync(join(tmpdir(), 'filetype-pe-'));
afterAll(() => rmSync(directory, { recursive: true }));

function importsOf(object: Uint8Array): string | undefined {
  const text = sight(sourceOf(object)).executable?.imports?.();
  return text && Buffer.from(text).toString('latin1');
}

const placesOf = (object: Uint8Array): readonly number[] => sight(sourceOf(object)).executable?.versionInfo?.() ?? [];

/** Names of the signatures that clamscan finds in the object. */
function clamscan(format: string, lines: readonly string[], object: Buffer): string[] {
  const [database, path] = [join(directory, `oracle.${format}`), join(directory, 'object.bin')];
  writeFileSync(database, `${lines.join('\n')}\n`);
  writeFileSync(path, object);
  const { stdout } = spawnSync('clamscan', ['-z', '--no-summary', '-d', database, path], { encoding: 'utf8' });
  return (stdout.match(/\S+(?=\.UNOFFICIAL FOUND)/g) ?? []).sort();
}

const TWO: readonly Library[] = [
  ['a.dll', ['F']],
  ['b.dll', ['G']],
];
const f = (count: number): string => 'f'.repeat(count);

const IMPORTS: readonly (readonly [
  name: string,
  libraries: readonly Library[],
  text: string | undefined,
  spec?: TableSpec,
])[] = [
  ['letters are made small', [['KERNEL32.dll', ['ExitProcess', 'Sleep']]], 'kernel32.exitprocess,kernel32.sleep'],
  ['two libraries', TWO, 'a.f,b.g'],
  ['an ordinal', [['a.dll', [7, 0x7ffe]]], 'a.ord7,a.ord32766'],
  ['of an ordinal 16 bits', [['a.dll', [0x7001234]]], 'a.ord4660'],
  ['ordinals of sockets', [['WS2_32.DLL', [1, 115, 200]]], 'ws2_32.accept,ws2_32.wsastartup,ws2_32.ord200'],
  ['ordinals of old sockets', [['wsock32.dll', [3]]], 'wsock32.closesocket'],
  ['ordinals of automation', [['oleaut32.dll', [2, 144]]], 'oleaut32.sysallocstring,oleaut32.dllcanunloadnow'],
  ['ordinals need the whole name', [['ws2_32', [1]]], 'ws2_32.ord1'],
  ['an extension of controls', [['a.ocx', ['F']]], 'a.f'],
  ['an extension of drivers', [['a.SYS', ['F']]], 'a.f'],
  ['another extension stays', [['winspool.drv', ['F']]], 'winspool.drv.f'],
  ['no extension', [['a', ['F']]], 'a.f'],
  ['the first dot counts', [['a.b.dll', ['F']]], 'a.b.dll.f'],
  ['the extension may go on', [['a.dllx.y', ['F']]], 'a.f'],
  ['a library of no name', [['', ['F']]], '.f'],
  ['a library that nothing is taken from', [['a.dll', []], TWO[1]], 'b.g'],
  ['bytes in the name of a library', [['A\x01\xc9.dll', ['F']]], 'a\x01\xc9.f'],
  ['a function of no name', [['a.dll', ['F', '', 'G']]], 'a.f,a.,a.g'],
  ['a function whose name is nowhere', [['a.dll', ['F', { address: 0x99999 }, 'G']]], 'a.f,a.,a.g'],
  ['a function of 300 letters is cut', [['a.dll', [f(300)]]], `a.${f(256)}`],
  ['a library of 128 characters', [[`${f(124)}.dll`, ['G']]], `${f(124)}.g`],
  ['a library of 256 characters ends it', [TWO[0], [`${f(252)}.dll`, ['G']]], 'a.f'],
  ['no size', TWO, undefined, { size: 0 }],
  ['a size of one descriptor', TWO, undefined, { size: 20 }],
  ['a size of more than one', TWO, 'a.f', { size: 21 }],
  ['a size of two', TWO, 'a.f', { size: 40 }],
  ['a size of more than two', TWO, 'a.f,b.g', { size: 41 }],
  ['a size beyond the object', TWO, undefined, { size: 0x10000 }],
  ['no name table: the other one', TWO, 'a.f,b.g', { patches: [[0, 0]] }],
  ['a name table that is nowhere: the other one', TWO, 'a.f,b.g', { patches: [[0, 0x99999]] }],
  ['no other table', TWO, 'a.f,b.g', { patches: [[16, 0x99999]] }],
  [
    'neither table',
    TWO,
    undefined,
    {
      patches: [
        [0, 0x99999],
        [16, 0x99999],
      ],
    },
  ],
  ['a second name that is nowhere', TWO, undefined, { patches: [[32, 0x99999]] }],
  ['a first descriptor without a name', TWO, undefined, { patches: [[12, 0]] }],
];

describe('imports', () => {
  for (const [name, libraries, text, spec] of IMPORTS) {
    const object = peWithImports(libraries, spec);
    test(name, () => expect(importsOf(object)).toBe(text));

    test.runIf(hasOracle)(`${name}: as clamscan has it`, () => {
      const known = createHash('md5')
        .update(text ?? 'a.f', 'latin1')
        .digest('hex');
      const size = Buffer.byteLength(text ?? 'a.f', 'latin1');
      const lines = [`${known}:${size}:Imports`, `${known}:${size + 1}:OneMore`];
      expect(clamscan('imp', lines, object)).toEqual(text === undefined ? [] : ['Imports']);
    });

    // Clamscan asks no PE32+ for its imports.
    test(`${name}: the same in PE32+`, () =>
      expect(importsOf(peWithImports(libraries, { ...spec, wide: true }))).toBe(text));
  }

  test('names of functions with other characters, which end it in clamscan', () => {
    expect(importsOf(peWithImports([['a.dll', ['F', '?f@@YAXXZ', 'b d', 'caf\xe9']]]))).toBe(
      'a.f,a.?f@@yaxxz,a.b d,a.caf\xe9',
    );
  });

  test('tables that name each other without end stay within 4 MB of text', () => {
    const descriptors = Array.from(
      { length: 1020 },
      (_, i): Library => [`${i}.dll`, i === 0 ? Array(2000).fill(f(250)) : []],
    );
    // All libraries point to the table of the first.
    const object = peWithImports(descriptors);
    for (let i = 1; i < descriptors.length; i++) object.copy(object, 0x400 + i * 20, 0x400, 0x400 + 4);
    expect(importsOf(object)?.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  });
});

const STRINGS = [
  ['CompanyName', 'Maker'],
  ['FileVersion', '1.2.3'],
  ['ProductName', ''],
] as const;
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const KEYS = STRINGS.map(([key]) => utf16(key));

describe('version information', () => {
  const object = peWithResource(versionInfo(STRINGS));

  test('a place is the first byte of a key', () => {
    expect(placesOf(object)).toEqual(KEYS.map((key) => object.indexOf(key)));
  });

  test('the same in PE32+', () => {
    const wide = peWithResource(versionInfo(STRINGS), { wide: true });
    expect(placesOf(wide)).toEqual(KEYS.map((key) => wide.indexOf(key)));
  });

  test.runIf(hasOracle)('as clamscan has it: keys, and neither values nor other keys', () => {
    const lines = ['CompanyName', 'FileVersion', 'ProductName', 'Maker', 'StringFileInfo', '040904b0'].map(
      (text) => `${text}:1:VI:${utf16(text).toString('hex')}`,
    );
    for (const wide of [false, true]) {
      const found = clamscan('ndb', lines, peWithResource(versionInfo(STRINGS), { wide }));
      expect(found).toEqual(['CompanyName', 'FileVersion', 'ProductName']);
    }
  });

  const NONE: readonly (readonly [name: string, object: Buffer])[] = [
    ['another type of resource', peWithResource(versionInfo(STRINGS), { type: 24 })],
    ['another key of the whole', peWithResource(replaced(versionInfo(STRINGS), 'VS_VERSION_INFO', 'VS_VERSION_INFA'))],
    ['another key of the strings', peWithResource(replaced(versionInfo(STRINGS), 'StringFileInfo', 'StringFileInfa'))],
    ['no fixed part', peWithResource(versionBlock('VS_VERSION_INFO', Buffer.alloc(0), [], 0))],
    ['a fixed part of other magic', peWithResource(replacedBytes(versionInfo(STRINGS), 0xfeef04bd, 0xfeef04be))],
    ['a leaf that is nowhere', peWithResource(versionInfo(STRINGS), { patches: [[72, 0x99999]] })],
    ['a leaf of no size', peWithResource(versionInfo(STRINGS), { patches: [[76, 0]] })],
    ['a directory that leads to itself', peWithResource(versionInfo(STRINGS), { patches: [[20, 0x80000000]] })],
    ['a directory that leads nowhere', peWithResource(versionInfo(STRINGS), { patches: [[20, 0xf0000000]] })],
    ['a leaf a level too early', peWithResource(versionInfo(STRINGS), { patches: [[44, 72]] })],
  ];
  for (const [name, without] of NONE) {
    test(`none: ${name}`, () => expect(placesOf(without)).toEqual([]));

    test.runIf(hasOracle)(`none: ${name}: as clamscan has it`, () => {
      expect(clamscan('ndb', [`A:1:VI:${KEYS[0].toString('hex')}`], without)).toEqual([]);
    });
  }

  test('cut at every length it throws nothing', () => {
    const start = object.indexOf(utf16('VS_VERSION_INFO')) - 6;
    for (let length = 0; length < object.length; length += length < start ? 13 : 1)
      placesOf(object.subarray(0, length));
  });

  test('any byte changed throws nothing, and no place is outside', () => {
    for (let at = 0x400; at < object.length; at++) {
      const changed = Buffer.from(object);
      changed[at] ^= 0xff;
      expect(placesOf(changed).every((place) => place < changed.length)).toBe(true);
    }
  });
});

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  utf16(to).copy(bytes, bytes.indexOf(utf16(from)));
  return bytes;
}

function replacedBytes(bytes: Buffer, from: number, to: number): Buffer {
  const sought = Buffer.alloc(4);
  sought.writeUInt32LE(from);
  bytes.writeUInt32LE(to, bytes.indexOf(sought));
  return bytes;
}
