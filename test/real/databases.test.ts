/**
 * sigtool as the judge of databases: what it builds is opened, and scripts of updates do the same there and here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, verifyMembers } from '../../src/databases/database.ts';
import { DatabaseError } from '../../src/databases/errors.ts';
import { applyScript } from '../../src/databases/script.ts';
import { type Built, buildDatabase, FILES, headerText, infoText } from '../databases/support/build.ts';
import { FITTING, MISFITS, START } from '../databases/support/scripts.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const isMissing = spawnSync('sigtool', ['--version']).status !== 0;
if (isMissing)
  process.stderr.write('SKIPPED: sigtool is not installed (Debian: clamav); databases are not compared with it\n');

/** Which of them clamscan loads, and which of those we refuse: declared in src/databases/database.ts. */
const BUILT: readonly (readonly [name: string, built: Built, declared?: 'stricter here'])[] = [
  ['as it should be', {}],
  ['a plain tar', { gzip: false }],
  ['no MD5', { md5: 'X' }],
  ['another MD5', { md5: '0'.repeat(32) }, 'stricter here'],
  ['no .info', { info: undefined }],
  ['a file that .info does not list', { info: infoText({ 'own.ndb': FILES['own.ndb']! }, 1) }],
  ['a line of .info without a file', { info: infoText({ ...FILES, 'own.hdb': 'x' }, 1) }, 'stricter here'],
  ['another size', { info: infoText({ ...FILES, 'own.ndb': 'short' }, 1) }],
  ['another digest', { info: infoText({ ...FILES, 'own.ndb': FILES['own.ndb']!.toString().replace('41', '42') }, 1) }],
  ['another version in .info', { info: infoText(FILES, 2) }],
  ['another time in the header', { header: headerText(1).replace(/:\d+$/, ':7') }],
  ['a wrong digital signature', { info: `${infoText(FILES, 1)}DSIG:${'A'.repeat(341)}\n` }],
  ['a line of its own in .info', { info: `${infoText(FILES, 1)}hello\n` }],
  ['another magic', { header: 'ClamAV-XXX:a:1:2:3:X:X:me:0' }],
  ['too few fields', { header: 'ClamAV-VDB:a:1:2:3' }],
];

describe.skipIf(isMissing)('as sigtool has it', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'real-databases-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function sigtool(args: readonly string[]): string {
    const environment = { ...process.env, SIGNDUSER: 'me' };
    const { stdout, stderr } = spawnSync('sigtool', args, { cwd: directory, encoding: 'utf8', env: environment });
    return stdout + stderr;
  }

  function write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  }

  test('a database that it builds is opened, file by file', () => {
    write({ ...FILES, COPYING: 'public domain\n' });
    sigtool(['--build=own', '--unsigned', '--cvd-version=12', '--no-cdiff']);
    const database = openDatabase(readFileSync(join(directory, 'own')), 'cud');
    verifyMembers(database);
    expect(database.header).toMatchObject({ version: 12, digitalSignature: undefined });
    for (const [name, text] of Object.entries(FILES)) {
      expect(Buffer.from(database.members.get(name)!).toString()).toBe(text);
    }
  });

  function isOpened(bytes: Uint8Array): boolean {
    try {
      verifyMembers(openDatabase(bytes, 'cud'));
      return true;
    } catch (error) {
      if (error instanceof DatabaseError) return false;
      throw error;
    }
  }

  for (const [name, built, declared] of BUILT) {
    test(`opened or refused as clamscan does: ${name}`, () => {
      write({ 'own.cud': buildDatabase(built), object: 'ABCD EFGH' });
      const { status } = spawnSync('clamscan', ['-d', 'own.cud', 'object'], { cwd: directory, timeout: 300_000 });
      const isLoaded = status === 1;
      expect(isOpened(buildDatabase(built))).toBe(declared === undefined ? isLoaded : !isLoaded);
    });
  }

  test('lines as clamscan writes them', () => {
    mkdirSync(join(directory, 'in'));
    const hash = createHash('md5').update('ABCD QRST').digest('hex');
    write({
      'own.cud': buildDatabase(),
      'more.hdb': `${hash}:9:More.Hash\n`,
      'more.ndb': 'More.One:0:*:51525354\n',
      'in/both': 'ABCD QRST',
      'in/none': 'nothing of it',
      'in/empty': '',
      'in/left.out': 'ABCD',
    });
    symlinkSync('both', join(directory, 'in/link'));
    const patterns = ['-d', 'own.cud', '-d', 'more.hdb', '-d', 'more.ndb'];
    // Less than all of it: clamscan names a file once for each pass that it makes over it.
    const theirs = spawnSync('clamscan', [...patterns, '--no-summary', '-r', '--exclude=out', 'in'], {
      cwd: directory,
    });
    const environment = { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') };
    const args = [MAIN, 'scan', '--clamscan', ...patterns, '--exclude', '*.out', 'in'];
    const ours = spawnSync(process.execPath, args, { cwd: directory, env: environment });
    const linesOf = (bytes: Buffer): string[] => bytes.toString().trim().split('\n').sort();
    expect(linesOf(ours.stdout)).toEqual(linesOf(theirs.stdout));
    expect([ours.status, theirs.status]).toEqual([1, 1]);
  });

  /** It complains of the script's name when all is done, so what it did to the files is what counts. */
  function filesAfter(script: string): { files: Record<string, string>; output: string } {
    write({ ...START, 't.script': Buffer.from(script, 'latin1') });
    const output = sigtool(['--run-cdiff=t.script']);
    const names = readdirSync(directory).filter((name) => name.endsWith('.ndb'));
    return {
      output,
      files: Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'latin1')])),
    };
  }

  for (const [name, script] of FITTING) {
    test(`a script that fits: ${name}`, () => {
      const members = new Map(Object.entries(START).map(([file, text]) => [file, Buffer.from(text)]));
      const ours = [...applyScript(members, Buffer.from(script, 'latin1'))];
      const { files, output } = filesAfter(script);
      expect(output).toContain('verifydiff');
      expect(Object.fromEntries(ours.map(([file, bytes]) => [file, Buffer.from(bytes).toString('latin1')]))).toEqual(
        files,
      );
    });
  }

  for (const [name, script] of MISFITS) {
    test(`a script that does not fit: ${name}`, () => {
      const { output } = filesAfter(script);
      expect(output).not.toContain('verifydiff');
      expect(output).toMatch(/error|panicked/i);
    });
  }
});
