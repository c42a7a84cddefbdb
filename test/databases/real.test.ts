/** Databases that ClamAV signed: a real one, and the three with two updates that its authors test their client with. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SHARED_DATA } from '../../bench/places.ts';
import { openDatabase, verifyMembers } from '../../src/databases/database.ts';
import { applyUpdate, openUpdate } from '../../src/databases/update.ts';
import { buildTar } from './support/build.ts';

const directory = join(SHARED_DATA, 'clamav-sigs/cvd');
const bytesOf = (name: string): Buffer => readFileSync(join(directory, name));
const test1 = () => openDatabase(bytesOf('freshclam_testfiles/test-1.cvd'), 'cvd');
const update = (version: number) => openUpdate(bytesOf(`freshclam_testfiles/test-${version}.cdiff`), 'cvd');

const isMissing = !existsSync(directory);
if (isMissing) process.stderr.write(`SKIPPED: ${directory} is missing; no real digital signature is checked\n`);

describe.skipIf(isMissing)('digitally signed by ClamAV', () => {
  for (const [name, version, files] of [
    ['bytecode-268-2015.cvd', 268, 51],
    ['freshclam_testfiles/test-1.cvd', 1, 4],
    ['freshclam_testfiles/test-2.cvd', 2, 4],
    ['freshclam_testfiles/test-3.cvd', 3, 20],
  ] as const) {
    test(name, () => {
      const database = openDatabase(bytesOf(name), 'cvd');
      verifyMembers(database);
      expect([database.header.version, database.members.size]).toEqual([version, files]);
    });
  }

  test('the first and two updates are the third', () => {
    const updated = applyUpdate(applyUpdate(test1(), update(2)), update(3));
    verifyMembers(updated);
    const third = openDatabase(bytesOf('freshclam_testfiles/test-3.cvd'), 'cvd').members;
    expect([...updated.members.keys()].sort()).toEqual([...third.keys()].sort());
    for (const [name, bytes] of third) expect(Buffer.from(bytes).equals(updated.members.get(name)!)).toBe(true);
  });

  test('is what a client makes of it, without a header that could be signed', () => {
    const { members } = applyUpdate(test1(), update(2));
    const [header] = Buffer.from(members.get('test.info')!).toString().split('\n');
    const cld = Buffer.concat([Buffer.from(header!.padEnd(512)), buildTar([...members])]);
    const database = openDatabase(cld, 'cld');
    verifyMembers(database);
    expect(database.header).toMatchObject({ version: 2, md5: undefined, digitalSignature: undefined });
    expect(() => openDatabase(cld, 'cvd')).toThrow(expect.objectContaining({ code: 'DATABASE_UNSIGNED' }));
  });

  test('no byte of the database can change', () => {
    const whole = bytesOf('freshclam_testfiles/test-1.cvd');
    for (let at = 512; at < whole.length; at += 97) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      expect(() => openDatabase(changed, 'cvd')).toThrow(expect.objectContaining({ code: 'DATABASE_DIGEST' }));
    }
  });

  test('no byte of an update can change', () => {
    const whole = bytesOf('freshclam_testfiles/test-2.cdiff');
    for (let at = 0; at < whole.length; at += 7) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      expect(() => openUpdate(changed, 'cvd')).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^DATABASE_(MALFORMED|DIGITAL_SIGNATURE|UNSIGNED)$/) }),
      );
    }
  });

  test('no byte of .info can change', () => {
    const database = test1();
    const info = Buffer.from(database.members.get('test.info')!);
    for (let at = 0; at < info.length - 1; at += 5) {
      const changed = Buffer.from(info);
      changed[at]! ^= 1;
      const members = new Map(database.members).set('test.info', changed);
      expect(() => verifyMembers({ ...database, members })).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^DATABASE_/) }),
      );
    }
  });
});
