/**
 * sigtool as the judge of databases: what it builds is opened, and scripts of updates do the same there and here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, verifyMembers } from '../../src/databases/database.ts';
import { applyScript } from '../../src/databases/script.ts';
import { FILES } from '../databases/support/build.ts';
import { FITTING, MISFITS, START } from '../databases/support/scripts.ts';

const isMissing = spawnSync('sigtool', ['--version']).status !== 0;
if (isMissing)
  process.stderr.write('SKIPPED: sigtool is not installed (Debian: clamav); databases are not compared with it\n');

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
