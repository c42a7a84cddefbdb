/** Files that appear whole or not at all. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DurableFiles, nodeFiles, temporaryFor, writeDurably, writeNew } from '../../src/files/durable.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sigwall-durable-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** The calls of a write, by name; `failAt` throws instead of doing the call of that number. */
function recording(calls: string[], failAt = Number.POSITIVE_INFINITY): DurableFiles {
  const wrap =
    (name: string, call: unknown) =>
    (...parameters: unknown[]) => {
      if (calls.push(name) > failAt) throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
      return (call as (...all: unknown[]) => unknown)(...parameters);
    };
  return Object.fromEntries(
    Object.entries(nodeFiles).map(([name, call]) => [name, wrap(name, call)]),
  ) as unknown as DurableFiles;
}

test('a file is written aside, synced, renamed, and its directory synced', () => {
  const calls: string[] = [];
  writeDurably(join(directory, 'a'), Buffer.from('new'), 0o600, recording(calls));
  expect(calls).toEqual(['create', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close']);
  expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('new');
  expect(lstatSync(join(directory, 'a')).mode & 0o777).toBe(0o600);
});

test('a failure at any call leaves the old file or the new one, and nothing else', () => {
  for (let failAt = 0; failAt < 8; failAt++) {
    writeFileSync(join(directory, 'a'), 'old');
    const write = () => writeDurably(join(directory, 'a'), Buffer.from('new'), 0o644, failingOnce(failAt));
    // A file that is synced and closed is as good as it gets: what close says then is passed on all the same.
    expect(write, `call ${failAt}`).toThrow('EIO');
    expect(readdirSync(directory), `call ${failAt}`).toEqual(['a']);
    expect(readFileSync(join(directory, 'a'), 'utf8'), `call ${failAt}`).toBe(failAt < 5 ? 'old' : 'new');
  }
});

/** Fails at one call; what follows it, cleaning up, works again. */
function failingOnce(failAt: number): DurableFiles {
  let count = 0;
  return new Proxy(nodeFiles, {
    get:
      (target, name: keyof DurableFiles) =>
      (...parameters: never[]) => {
        if (count++ === failAt) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        return (target[name] as (...all: never[]) => unknown)(...parameters);
      },
  });
}

test('short writes go on where they stopped', () => {
  const files: DurableFiles = {
    ...nodeFiles,
    write: (descriptor, bytes) => nodeFiles.write(descriptor, bytes.subarray(0, 3)),
  };
  writeDurably(join(directory, 'a'), Buffer.from('more than three bytes'), 0o644, files);
  expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('more than three bytes');
});

test('a mode is what was asked for, whatever the umask is', () => {
  const before = process.umask(0o077);
  try {
    writeDurably(join(directory, 'a'), Buffer.from(''), 0o644);
  } finally {
    process.umask(before);
  }
  expect(lstatSync(join(directory, 'a')).mode & 0o777).toBe(0o644);
});

test('a link is replaced, not followed, and a new file is never written through one', () => {
  writeFileSync(join(directory, 'target'), 'left alone');
  symlinkSync('target', join(directory, 'a'));
  expect(() => writeNew(join(directory, 'a'), Buffer.from('new'))).toThrow('EEXIST');
  writeDurably(join(directory, 'a'), Buffer.from('new'));
  expect(readFileSync(join(directory, 'target'), 'utf8')).toBe('left alone');
  expect(lstatSync(join(directory, 'a')).isFile()).toBe(true);
});

test('the name of a file that is not whole says whose it is', () => {
  const calls: string[] = [];
  const names: string[] = [];
  const files = recording(calls);
  writeDurably(join(directory, 'state.json'), Buffer.from(''), 0o644, {
    ...files,
    create: (path, mode) => {
      names.push(path.slice(directory.length + 1));
      return nodeFiles.create(path, mode);
    },
  });
  expect(names.map(temporaryFor)).toEqual(['state.json']);
  for (const name of ['state.json', '.state.json.tmp', '.state.json.0123456789abcdef', 'x.0123456789abcdef.tmp']) {
    expect(temporaryFor(name)).toBeUndefined();
  }
});
