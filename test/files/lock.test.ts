/** Locks that the system gives back when their holder dies. */
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockHolder, takeLock, takeSharedLock } from '../../src/files/lock.ts';
import { NOBODY, startHolder, stopHolders } from '../support/lock-holder.ts';

const IS_ROOT = process.getuid?.() === 0;

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sigwall-lock-'));
  chmodSync(directory, 0o755);
  path = join(directory, 'a.lock');
});
afterEach(async () => {
  await stopHolders();
  rmSync(directory, { recursive: true, force: true });
});

/** Whether another process gets the lock at once. */
function isFreeElsewhere(): boolean {
  const script = `import { takeLock } from ${JSON.stringify(new URL('../../src/files/lock.ts', import.meta.url).href)};
    process.exit(takeLock(${JSON.stringify(path)}, 0) ? 0 : 1);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script]).status === 0;
}

describe('a lock', () => {
  test('is had by one at a time, in this process and in others', () => {
    const release = takeLock(path, 0);
    expect(takeLock(path, 0)).toBeUndefined();
    expect(isFreeElsewhere()).toBe(false);
    release!();
    expect(isFreeElsewhere()).toBe(true);
    takeLock(path, 0)!();
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });

  test('is still had after another try in the same process', () => {
    const release = takeLock(path, 0);
    // To open and close the file would give the lock away, whoever has it in this process.
    for (let i = 0; i < 3; i++) expect(takeLock(path, 0)).toBeUndefined();
    expect(isFreeElsewhere()).toBe(false);
    release!();
  });

  test('is waited for as long as it was said', async () => {
    const holder = await startHolder('exclusive', path);
    const startedMs = performance.now();
    expect(takeLock(path, 300)).toBeUndefined();
    expect(performance.now() - startedMs).toBeGreaterThan(250);
    await holder.kill();
    takeLock(path, 0)!();
  });

  test('makes no other file than its own, which stays empty', () => {
    const release = takeLock(path, 0);
    expect(readdirSync(directory)).toEqual(['a.lock']);
    release!();
    expect([readdirSync(directory), lstatSync(path).size]).toEqual([['a.lock'], 0]);
  });

  test('is free at once when its holder is killed', async () => {
    const holder = await startHolder('exclusive', path);
    expect(takeLock(path, 0)).toBeUndefined();
    await holder.kill();
    const release = takeLock(path, 0);
    expect(release).toBeDefined();
    release!();
  });

  test('is not had where its file cannot be made', () => {
    expect(takeLock(join(directory, 'nowhere/a.lock'), 0)).toBeUndefined();
    writeFileSync(path, 'no database');
    expect(takeLock(path, 0)).toBeUndefined();
  });

  test.skipIf(process.platform !== 'linux')('names its holder', async () => {
    const { process: number } = await startHolder('exclusive', path);
    expect(lockHolder(path)).toEqual({ process: number, command: expect.stringContaining('lock-holder-process') });
    expect(lockHolder(join(directory, 'nothing'))).toBeUndefined();
    await stopHolders();
    expect(lockHolder(path)).toBeUndefined();
  });
});

describe('a shared lock', () => {
  test('is had by many, and keeps the exclusive one away until the last lets go', async () => {
    takeLock(path, 0)!();
    const here = takeSharedLock(path, 0);
    const there = await startHolder('shared', path);
    expect(takeLock(path, 0)).toBeUndefined();
    here!();
    expect(takeLock(path, 0)).toBeUndefined();
    await there.kill();
    const release = takeLock(path, 0);
    expect(takeSharedLock(path, 0)).toBeUndefined();
    release!();
  });
  test('needs the file', () => {
    expect(takeSharedLock(path, 0)).toBeUndefined();
  });
  test.skipIf(!IS_ROOT)('is had by a user who may only read (skipped: only root can become another user)', async () => {
    writeFileSync(path, '', { mode: 0o644 });
    const holder = await startHolder('shared', path, NOBODY);
    expect(takeLock(path, 0)).toBeUndefined();
    await holder.kill();
    takeLock(path, 0)!();
  });
});
