/** Updates of databases: header, digital signature, version, and what they make. */
import { describe, expect, test } from 'vitest';
import { openDatabase, verifyMembers } from '../../src/databases/database.ts';
import { applyUpdate, openUpdate } from '../../src/databases/update.ts';
import { buildDatabase, buildUpdate, FILES, infoScript } from './support/build.ts';

const AFTER = { ...FILES, 'own.ndb': 'Own.One:0:*:41424344\nOwn.Three:0:*:494a4b4c\nOwn.Four:0:*:55565758\n' };
const CHANGE = 'OPEN own.ndb\nDEL 2 Own.Two\nADD Own.Four:0:*:55565758\nCLOSE\n';
const SCRIPT = infoScript(FILES, AFTER, 2) + CHANGE;

const first = () => openDatabase(buildDatabase(), 'cud');

test('an update makes the next version', () => {
  const next = applyUpdate(first(), openUpdate(buildUpdate(2, SCRIPT), 'cud'));
  verifyMembers(next);
  expect(next.header).toMatchObject({ version: 2, md5: undefined });
  expect(Buffer.from(next.members.get('own.ndb')!).toString()).toBe(AFTER['own.ndb']);
});

test('an update that adds a file and takes one away makes the next version', () => {
  const { 'own.ldb': _, ...rest } = FILES;
  const after = { ...rest, 'own.hdb': '44d88612fea8a8f36de82e1278abb02e:68:Own.Hash\n' };
  const script = `${infoScript(FILES, after, 2)}UNLINK own.ldb\nOPEN own.hdb\nADD ${after['own.hdb']}CLOSE\n`;
  const next = applyUpdate(first(), openUpdate(buildUpdate(2, script), 'cud'));
  verifyMembers(next);
  expect([...next.members.keys()].sort()).toEqual(['COPYING', 'own.hdb', 'own.info', 'own.ndb']);
});

test('an update that does not make what its .info says is refused', () => {
  const next = applyUpdate(first(), openUpdate(buildUpdate(2, infoScript(FILES, AFTER, 2)), 'cud'));
  expect(() => verifyMembers(next)).toThrow(expect.objectContaining({ code: 'DATABASE_DIGEST' }));
});

test('nothing is half applied', () => {
  const database = first();
  const before = [...database.members].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
  const update = openUpdate(buildUpdate(2, `${SCRIPT}OPEN own.ldb\nDEL 1 wrong\nCLOSE\n`), 'cud');
  expect(() => applyUpdate(database, update)).toThrow(expect.objectContaining({ code: 'DATABASE_UPDATE' }));
  expect([...database.members].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual(before);
});

const REFUSED: readonly (readonly [name: string, run: () => unknown, code: string, message: string])[] = [
  [
    'an unsigned one for a .cvd',
    () => openUpdate(buildUpdate(2, SCRIPT), 'cvd'),
    'DATABASE_UNSIGNED',
    "expected ClamAV's digital signature, got none",
  ],
  ['an unsigned one for a .cld', () => openUpdate(buildUpdate(2, SCRIPT), 'cld'), 'DATABASE_UNSIGNED', 'got none'],
  [
    'a wrongly signed one',
    () => openUpdate(buildUpdate(2, SCRIPT, { digitalSignature: 'A'.repeat(341) }), 'cud'),
    'DATABASE_DIGITAL_SIGNATURE',
    'got another',
  ],
  [
    'one for a later version',
    () => applyUpdate(first(), openUpdate(buildUpdate(3, SCRIPT), 'cud')),
    'DATABASE_UPDATE',
    'expected the update from version 1 to 2, got that to 3',
  ],
  [
    'one that leaves the version as it was',
    () => applyUpdate(first(), openUpdate(buildUpdate(2, CHANGE), 'cud')),
    'DATABASE_UPDATE',
    'expected a .info of version 2 from it, got 1',
  ],
  [
    'another magic',
    () => openUpdate(Buffer.from('ClamAV-Dif:2:3:::'), 'cud'),
    'DATABASE_MALFORMED',
    'expected ClamAV-Diff:version:length:',
  ],
  ['no script', () => openUpdate(Buffer.from('ClamAV-Diff:2:3:'), 'cud'), 'DATABASE_MALFORMED', 'expected ClamAV-Diff'],
  ['an empty file', () => openUpdate(Buffer.alloc(0), 'cud'), 'DATABASE_MALFORMED', 'expected ClamAV-Diff'],
  [
    'a script shorter than it says',
    () => openUpdate(buildUpdate(2, SCRIPT, { length: 9999 }), 'cud'),
    'DATABASE_MALFORMED',
    `script: expected 9999 bytes, got ${SCRIPT.length}`,
  ],
  [
    'a script longer than it says',
    () => openUpdate(buildUpdate(2, SCRIPT, { length: 10 }), 'cud'),
    'DATABASE_MALFORMED',
    'script: ',
  ],
  [
    'a script beyond the limit',
    () => openUpdate(buildUpdate(2, SCRIPT, { length: 2 ** 40 }), 'cud'),
    'DATABASE_LIMIT',
    'script: expected at most 268435456 bytes',
  ],
];

describe('refused', () => {
  for (const [name, run, code, message] of REFUSED) {
    test(name, () => expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) })));
  }

  test('cut at any length', () => {
    const whole = buildUpdate(2, SCRIPT, { digitalSignature: 'A'.repeat(341) });
    for (let length = 0; length < whole.length; length++) {
      expect(() => openUpdate(whole.subarray(0, length), 'cvd')).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^DATABASE_/) }),
      );
    }
  });
});
