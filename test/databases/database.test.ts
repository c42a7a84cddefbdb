/** Databases: what is opened, what is refused and with which words. All of them are built here; those of clamav.net are in real.test.ts. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openDatabase, verifyMembers } from '../../src/databases/database.ts';
import type { DatabaseKind } from '../../src/databases/names.ts';
import { buildDatabase, buildTar, FILES, headerText, infoText, tarHeader } from './support/build.ts';

function open(bytes: Uint8Array, kind: DatabaseKind = 'cud') {
  const database = openDatabase(bytes, kind);
  verifyMembers(database);
  return database;
}

describe('an unsigned database', () => {
  for (const gzip of [true, false]) {
    test(`is opened ${gzip ? 'compressed' : 'as a plain tar'}`, () => {
      const { header, members } = open(buildDatabase({ gzip, version: 7 }));
      expect(header).toMatchObject({ version: 7, functionalityLevel: 90, builtSeconds: 1_795_522_339 });
      expect([...members.keys()]).toEqual(['COPYING', 'own.info', ...Object.keys(FILES)]);
      expect(Buffer.from(members.get('own.ndb')!).toString()).toBe(FILES['own.ndb']);
    });
  }

  test('without an MD5 is held to its .info alone', () => {
    expect(open(buildDatabase({ md5: 'X' })).members.size).toBe(4);
  });

  test('without a time in its header is opened', () => {
    const header = headerText(1).replace(/:\d+$/, '');
    const info = infoText(FILES, 1).replace(headerText(1), header);
    expect(open(buildDatabase({ header, info })).header.builtSeconds).toBeUndefined();
  });
});

const other = 'A'.repeat(172);
const REFUSED: readonly (readonly [
  name: string,
  bytes: () => Uint8Array,
  kind: DatabaseKind,
  code: string,
  message: string,
])[] = [
  [
    'a .cvd without a digital signature',
    () => buildDatabase(),
    'cvd',
    'DATABASE_UNSIGNED',
    'name it .cud if you vouch for it yourself',
  ],
  [
    'a .cvd with another digital signature',
    () => buildDatabase({ digitalSignature: other }),
    'cvd',
    'DATABASE_DIGITAL_SIGNATURE',
    "header: expected ClamAV's digital signature, got another",
  ],
  [
    'a .cvd whose digital signature is no number',
    () => buildDatabase({ digitalSignature: '-!-' }),
    'cvd',
    'DATABASE_DIGITAL_SIGNATURE',
    'got another',
  ],
  [
    'a .cvd whose digital signature is empty',
    () => buildDatabase({ digitalSignature: '' }),
    'cvd',
    'DATABASE_DIGITAL_SIGNATURE',
    'got another',
  ],
  [
    'a .cvd whose digital signature has no end',
    () => buildDatabase({ digitalSignature: 'b'.repeat(400) }),
    'cvd',
    'DATABASE_DIGITAL_SIGNATURE',
    'got another',
  ],
  ['a .cvd without an MD5', () => buildDatabase({ md5: 'X' }), 'cvd', 'DATABASE_UNSIGNED', 'header: expected'],
  [
    'a .cld whose .info is unsigned',
    () => buildDatabase(),
    'cld',
    'DATABASE_UNSIGNED',
    ".info: expected ClamAV's digital signature, got none",
  ],
  [
    'a .cld whose .info has another digital signature',
    () => buildDatabase({ info: `${infoText(FILES, 1)}DSIG:${other}\n` }),
    'cld',
    'DATABASE_DIGITAL_SIGNATURE',
    '.info: expected',
  ],
  [
    'a .cud whose .info has another digital signature',
    () => buildDatabase({ info: `${infoText(FILES, 1)}DSIG:${other}\n` }),
    'cud',
    'DATABASE_DIGITAL_SIGNATURE',
    '.info: expected',
  ],
  ['a wrong MD5', () => buildDatabase({ md5: '0'.repeat(32) }), 'cud', 'DATABASE_DIGEST', 'expected the MD5 00000000'],
  [
    'no .info',
    () => buildDatabase({ info: undefined }),
    'cud',
    'DATABASE_MALFORMED',
    'expected a .info file in it, got none',
  ],
  [
    'a file that .info does not list',
    () => buildDatabase({ info: infoText({ 'own.ndb': FILES['own.ndb']! }, 1) }),
    'cud',
    'DATABASE_DIGEST',
    'own.ldb: expected a line of .info that lists it',
  ],
  [
    'a file that .info lists and that is not there',
    () => buildDatabase({ info: infoText({ ...FILES, 'own.hdb': 'x' }, 1) }),
    'cud',
    'DATABASE_DIGEST',
    'expected own.hdb as .info says',
  ],
  [
    'a file of another size',
    () => buildDatabase({ info: infoText({ ...FILES, 'own.ndb': 'short' }, 1) }),
    'cud',
    'DATABASE_DIGEST',
    'own.ndb: expected 5 bytes as .info says, got 65',
  ],
  [
    'a file of other bytes',
    () =>
      buildDatabase({ info: infoText({ ...FILES, 'own.ndb': FILES['own.ndb']!.toString().replace('41', '42') }, 1) }),
    'cud',
    'DATABASE_DIGEST',
    'own.ndb: expected the SHA-256',
  ],
  [
    'an .info of another version',
    () => buildDatabase({ info: infoText(FILES, 2) }),
    'cud',
    'DATABASE_DIGEST',
    '.info: expected version 1 as in the header, got 2',
  ],
  [
    'an .info with a line of its own',
    () => buildDatabase({ info: `${infoText(FILES, 1)}hello\n` }),
    'cud',
    'DATABASE_MALFORMED',
    '.info:4: expected name:size:SHA-256',
  ],
  [
    'an .info without a header',
    () => buildDatabase({ info: 'own.ndb:1:2\n' }),
    'cud',
    'DATABASE_MALFORMED',
    'header: expected ClamAV-VDB at the start, got "own.ndb"',
  ],
  [
    'an .info beyond the limit',
    () => buildDatabase({ info: infoText(FILES, 1).padEnd(5_000_000, '\n') }),
    'cud',
    'DATABASE_LIMIT',
    'own.info: expected at most 4194304 bytes',
  ],
  [
    'another magic',
    () => buildDatabase({ header: 'ClamAV-XXX:a:1:2:3:X:X:me:0' }),
    'cud',
    'DATABASE_MALFORMED',
    'got "ClamAV-XXX"',
  ],
  [
    'an executable by that name',
    () => Buffer.from('MZ\x90\0'.repeat(300), 'latin1'),
    'cvd',
    'DATABASE_MALFORMED',
    'expected ClamAV-VDB at the start, got other bytes',
  ],
  [
    'too few fields',
    () => buildDatabase({ header: 'ClamAV-VDB:a:1:2:3:X:X' }),
    'cud',
    'DATABASE_MALFORMED',
    'header: expected 8 or 9 fields between colons, got 7',
  ],
  ['too many fields', () => buildDatabase({ header: `${headerText(1)}:x` }), 'cud', 'DATABASE_MALFORMED', 'got 10'],
  [
    'a version that is no number',
    () => buildDatabase({ header: headerText(1).replace(':1:4', ':1x:4') }),
    'cud',
    'DATABASE_MALFORMED',
    'header: version: expected digits, got "1x"',
  ],
  [
    'an MD5 that is none',
    () => buildDatabase({ md5: 'xyz' }),
    'cud',
    'DATABASE_MALFORMED',
    'header: MD5: expected 32 hexadecimal digits or X',
  ],
  [
    'nothing behind the header',
    () => Buffer.from(headerText(1).padEnd(512)),
    'cud',
    'DATABASE_MALFORMED',
    'expected more than a header of 512 bytes, got 512',
  ],
  ['an empty file', () => Buffer.alloc(0), 'cvd', 'DATABASE_MALFORMED', 'header: expected ClamAV-VDB'],
];

/** One field of the header changed, while `.info` says what it was. */
const OTHER_HEADERS: readonly (readonly [field: string, from: string, to: string, message: string])[] = [
  ['time', ':1795522339', ':7', 'expected time 7 as in the header, got 1795522339'],
  ['no time', ':1795522339', '', 'expected time none as in the header, got 1795522339'],
  ['number of signatures', ':4:90', ':5:90', 'expected number of signatures 5 as in the header, got 4'],
  ['functionality level', ':4:90', ':4:91', 'expected functionality level 91 as in the header, got 90'],
  ['date', '24 Nov', '25 Nov', 'expected date "25 Nov 2026 12-12 +0000" as in the header, got "24 Nov'],
  ['builder', ':me:', ':\x1b[m:', 'expected builder "?[m" as in the header, got "me"'],
];

describe('a header that is not that of .info', () => {
  test.each(OTHER_HEADERS)('is refused: %s', (_field, from, to, message) => {
    expect(headerText(1)).toContain(from);
    expect(() => open(buildDatabase({ header: headerText(1).replace(from, to) }))).toThrow(`.info: ${message}`);
  });

  test('is refused whatever bit of it changed', () => {
    const whole = buildDatabase();
    // The MD5 of a .cud may be missing, so `X` in the place of it cannot be told from a change: it is there here.
    for (let bit = 0; bit < 8 * 512; bit++) {
      const changed = Buffer.from(whole);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      // Digits of the MD5 in capitals are the same digits.
      if (changed.toString('latin1', 0, 512).toLowerCase() === whole.toString('latin1', 0, 512).toLowerCase()) continue;
      // Nobody signed it, so that any digital signature is as good as none.
      if (changed.toString('latin1', 0, 512).replace(/:[^:]:me:/, ':X:me:') === whole.toString('latin1', 0, 512))
        continue;
      expect(() => open(changed)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^DATABASE_/) }));
    }
  });
});

describe('refused', () => {
  for (const [name, bytes, kind, code, message] of REFUSED) {
    test(name, () => {
      expect(() => open(bytes(), kind)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(message) }),
      );
    });
  }
});

const withContent = (content: Uint8Array) => Buffer.concat([Buffer.from(headerText(1).padEnd(512)), content]);
const TARS: readonly (readonly [name: string, tar: () => Uint8Array, message: string])[] = [
  ['a path', () => buildTar([['../own.ndb', 'x']]), 'expected a name of letters'],
  ['an absolute path', () => buildTar([['/etc/passwd', 'x']]), 'expected a name of letters'],
  ['a hidden name', () => buildTar([['.own', 'x']]), 'expected a name of letters'],
  ['no name', () => buildTar([['', 'x']]), 'expected a name of letters'],
  ['a link', () => tarHeader('own.ndb', 0, { type: '2' }), 'expected regular files alone'],
  ['a directory', () => tarHeader('own', 0, { type: '5' }), 'expected regular files alone'],
  [
    'the same name twice',
    () =>
      buildTar([
        ['a.ndb', 'x'],
        ['a.ndb', 'y'],
      ]),
    'a.ndb is there twice',
  ],
  ['a size beyond the end', () => tarHeader('own.ndb', 2 ** 32), 'own.ndb: expected 4294967296 bytes, got 0'],
  [
    'half a header',
    () =>
      buildTar([['a.ndb', 'x']])
        .subarray(0, 1100)
        .fill(1, 1024),
    'tar, byte 1024: expected a header',
  ],
  [
    'a header with another checksum',
    () => tarHeader('own.ndb', 0).fill('x', 0, 1),
    'tar, byte 0: expected a header with its checksum',
  ],
];

describe('a tar is refused that has', () => {
  for (const [name, tar, message] of TARS) {
    test(name, () => {
      for (const content of [tar(), gzipSync(tar())]) {
        expect(() => open(withContent(content))).toThrow(
          expect.objectContaining({ code: 'DATABASE_MALFORMED', message: expect.stringContaining(message) }),
        );
      }
    });
  }

  test('too many files', () => {
    const tar = buildTar(Array.from({ length: 16_385 }, (_, i) => [`a${i}.ndb`, '']));
    expect(() => open(withContent(tar))).toThrow(expect.objectContaining({ code: 'DATABASE_LIMIT' }));
  });
});

test('a bomb meets a limit', () => {
  // A gzip of many members, one behind the other, is expanded as a whole.
  const member = gzipSync(Buffer.alloc(110_000));
  const bomb = withContent(Buffer.concat(Array.from({ length: 100 }, () => member)));
  expect(() => openDatabase(bomb, 'cud', { maxExpandedBytes: 1_000_000 })).toThrow(
    expect.objectContaining({ code: 'DATABASE_LIMIT', message: 'expected at most 1000000 bytes expanded' }),
  );
  expect(openDatabase(bomb, 'cud', { maxExpandedBytes: 11_000_000 }).members.size).toBe(0);
});

test('cut at any length it is refused by name, or whole', () => {
  const whole = buildDatabase({ md5: 'X' });
  for (let length = 0; length < whole.length; length++) {
    const code = /^DATABASE_(MALFORMED|DIGEST)$/;
    expect(() => open(whole.subarray(0, length))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(code) }),
    );
  }
});

test('with any byte changed it is refused by name, or what it holds is the same', () => {
  for (const whole of [buildDatabase({ md5: 'X' }), buildDatabase({ md5: 'X', gzip: false })]) {
    for (let at = 512; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at & 7);
      try {
        const { members } = open(changed);
        for (const [name, text] of Object.entries(FILES)) expect(members.get(name)?.toString()).toBe(text);
      } catch (error) {
        expect((error as { code?: string }).code).toMatch(/^DATABASE_/);
      }
    }
  }
});
