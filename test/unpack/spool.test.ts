/** Spools and sources: memory first, then a file that nobody sees. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileSource, MemorySource, SliceSource } from '../../src/unpack/source.ts';
import { Spool, SpoolPool } from '../../src/unpack/spool.ts';
import { noise, readAll } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'spool-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Chunk sizes, memory, what it becomes. */
const ROWS: readonly (readonly [string, readonly number[], number, 'memory' | 'file'])[] = [
  ['nothing', [], 0, 'memory'],
  ['one chunk', [10], 10, 'memory'],
  ['chunks up to the limit', [4, 0, 6], 10, 'memory'],
  ['one byte more', [4, 6, 1], 10, 'file'],
  ['no memory at all', [5], 0, 'file'],
  ['a chunk larger than the limit', [100_000], 10, 'file'],
  ['chunks behind the limit', [6, 6, 2, 2], 10, 'file'],
];

describe('spools', () => {
  test.each(ROWS)('%s', (_name, sizes, memoryBytes, kind) => {
    const pool = new SpoolPool({ memoryBytes, directory });
    const spool = new Spool(pool);
    const chunks = sizes.map((size, n) => noise(size, n + 1));
    for (const chunk of chunks) spool.write(chunk);
    const whole = Buffer.concat(chunks);
    expect(spool.size).toBe(whole.length);
    const source = spool.finish();
    expect(source).toBeInstanceOf(kind === 'file' ? FileSource : MemorySource);
    expect(Buffer.compare(readAll(source), whole)).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
    source.close();
    source.close();
    expect(pool.take(memoryBytes)).toBe(true);
    expect(pool.take(1)).toBe(false);
  });

  test('two share one pool', () => {
    const pool = new SpoolPool({ memoryBytes: 10, directory });
    const [first, second] = [new Spool(pool), new Spool(pool)];
    first.write(noise(8));
    second.write(noise(8));
    expect(second.finish()).toBeInstanceOf(FileSource);
    first.discard();
    const third = new Spool(pool);
    third.write(noise(8));
    expect(third.finish()).toBeInstanceOf(MemorySource);
  });

  test('a directory that is not there is an error of ours', () => {
    const spool = new Spool(new SpoolPool({ memoryBytes: 0, directory: join(directory, 'missing') }));
    expect(() => spool.write(noise(5))).toThrow(expect.objectContaining({ code: 'UNPACK_SPOOL' }));
  });

  test.runIf(process.platform === 'linux')('the file is private and has no name', () => {
    const spool = new Spool(new SpoolPool({ memoryBytes: 0, directory }));
    spool.write(noise(5));
    const descriptor = readdirSync('/proc/self/fd').find((fd) => {
      try {
        const { mode, nlink, size } = statSync(`/proc/self/fd/${fd}`);
        return (mode & 0o777) === 0o600 && nlink === 0 && size === 5;
      } catch {
        return false;
      }
    });
    expect(descriptor).toBeDefined();
    spool.discard();
  });
});

describe('sources', () => {
  const bytes = noise(100);
  function fileSource() {
    const spool = new Spool(new SpoolPool({ memoryBytes: 0, directory }));
    spool.write(bytes);
    return spool.finish();
  }
  test.each([
    ['memory', () => new MemorySource(bytes)],
    ['a file', fileSource],
    ['a slice', () => new SliceSource(new MemorySource(Buffer.concat([noise(7), bytes, noise(9)])), 7, 100)],
    [
      'a slice of a slice',
      () =>
        new SliceSource(new SliceSource(new MemorySource(Buffer.concat([noise(7), bytes, noise(9)])), 3, 105), 4, 100),
    ],
  ])('%s: reads everywhere, and short at the end', (_name, make) => {
    const source = make();
    expect(source.size).toBe(100);
    for (let offset = 0; offset <= 101; offset += 1) {
      for (const length of [0, 1, 7, 100]) {
        const into = Buffer.alloc(length, 0xee);
        const count = source.read(offset, into);
        const expected = bytes.subarray(offset, offset + length);
        expect(count).toBe(expected.length);
        expect(Buffer.compare(into.subarray(0, count), expected)).toBe(0);
        expect(into.subarray(count).every((byte) => byte === 0xee)).toBe(true);
      }
    }
    source.close();
  });

  test('a slice is cut to its parent', () => {
    const parent = new MemorySource(bytes);
    expect(new SliceSource(parent, 90, 1000).size).toBe(10);
    expect(new SliceSource(parent, 100, 5).size).toBe(0);
    expect(new SliceSource(parent, 1e9, 5).size).toBe(0);
    expect(new SliceSource(new SliceSource(parent, 90, 5), 2, 1000).size).toBe(3);
  });
});
