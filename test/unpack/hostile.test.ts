/**
 * Every container, cut at every length, with every read failing, with every byte damaged: the walk ends, nothing leaks, and
 * nothing is passed over in silence.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SpoolPool } from '../../src/unpack/spool.ts';
import { FailingSource, gzipOf, noise, ReadFailure, tarOf, walk, zipOf } from './support.ts';

const text = Buffer.from('some words, and some more words, and more of these words');
const entries = [{ name: 'a', bytes: text }, { name: 'dir/' }, { name: 'b', bytes: noise(300), method: 0 }];
const CONTAINERS: readonly (readonly [string, Buffer])[] = [
  ['zip', zipOf(entries)],
  ['zip with descriptors', zipOf(entries.map((entry) => ({ ...entry, hasDescriptor: true })))],
  ['zip64', zipOf(entries, { isZip64: true })],
  ['zip behind junk', zipOf(entries, { prefix: Buffer.from('MZ'), comment: Buffer.from('hello') })],
  ['tar', tarOf(entries)],
  ['gzip', gzipOf(noise(500))],
  ['zstd', zstdCompressSync(noise(500))],
  ['zip in gzip', gzipOf(zipOf(entries))],
  ['tar in zip', zipOf([{ name: 't', bytes: tarOf(entries.slice(0, 1), 0) }])],
];

describe.each(CONTAINERS)('%s', (name, object) => {
  test('cut at every length: it ends, and shows no byte that is not there', async () => {
    const whole = await walk(object);
    expect(whole.unscanned).toEqual([]);
    const step = Math.max(1, Math.floor(object.length / 700));
    for (let length = 0; length < object.length; length += step) {
      const seen = await walk(object.subarray(0, length));
      expect(seen.layers.length, `${length} bytes`).toBeLessThanOrEqual(whole.layers.length + 2);
      // What has lost an entry says so. Two cannot: an archive behind junk shows by its end, a tar file may end anywhere.
      const isTellable = name !== 'zip behind junk' && name !== 'tar' && seen.layers[0] === whole.layers[0];
      const hasAll = whole.layers.every((layer) => seen.layers.includes(layer));
      if (!hasAll && isTellable) expect(seen.unscanned.length, `${length} bytes`).toBeGreaterThan(0);
    }
  });

  test('a read that fails, for every read: its own error, and everything closed', async () => {
    const counter = new FailingSource(object);
    await walk(counter);
    expect(counter.reads).toBeGreaterThan(0);
    for (let n = 0; n < counter.reads; n += 1) {
      const failing = new FailingSource(object, n);
      await expect(walk(failing), `read ${n} of ${counter.reads}`).rejects.toThrow(ReadFailure);
    }
  });

  test('every byte damaged: it ends', async () => {
    const step = Math.max(1, Math.floor(object.length / 400));
    for (let at = 0; at < object.length; at += step) {
      for (const value of [0, 0xff, object[at] ^ 0x80]) {
        const damaged = Buffer.from(object);
        damaged[at] = value;
        const seen = await walk(damaged, { keep: false });
        expect(seen.layers.length, `${value} at ${at}`).toBeGreaterThan(0);
      }
    }
  });

  test('a source that shrank: it ends', async () => {
    for (let length = 0; length < object.length; length += Math.max(1, Math.floor(object.length / 50))) {
      const shrunk = new FailingSource(object.subarray(0, length));
      Object.defineProperty(shrunk, 'size', { value: object.length });
      const seen = await walk(shrunk);
      expect(seen.layers.length).toBeGreaterThan(0);
    }
  });
});

/** Our temporary files that are open, seen by the system. */
function openSpools(): number {
  const links = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.includes('sigwall-')).length;
}

test.runIf(process.platform === 'linux')('files of what is unpacked are closed, however the walk ends', async () => {
  const big = gzipOf(gzipOf(tarOf([{ name: 'z', bytes: zipOf([{ name: 'n', bytes: noise(100_000) }]) }])));
  const options = { keep: false };
  const pool = () => new SpoolPool({ memoryBytes: 1000 });
  const before = openSpools();
  await walk(big, { ...options, pool: pool() });
  const stopped = await walk(big, { ...options, pool: pool(), stopAt: 4 });
  expect(stopped.isStopped).toBe(true);
  await walk(big, { ...options, pool: pool(), limits: { maxExpandedBytes: 250_000 } });
  const counter = new FailingSource(big);
  await walk(counter, { ...options, pool: pool() });
  for (let n = 0; n < counter.reads; n += 1) {
    await walk(new FailingSource(big, n), { ...options, pool: pool() }).catch(() => {});
  }
  expect(openSpools()).toBe(before);
});

test('stop ends the walk at once, and reports nothing more', async () => {
  const archive = zipOf([
    { name: 'a', bytes: '1' },
    { name: 'b', bytes: '2', flags: 1 },
    { name: 'c', bytes: '3' },
  ]);
  expect(await walk(archive, { stopAt: 0 })).toMatchObject({ layers: ['zip'], unscanned: [], isStopped: true });
  expect(await walk(archive, { stopAt: 1 })).toMatchObject({
    layers: ['zip', 'text a'],
    unscanned: [],
    isStopped: true,
  });
  expect(await walk(archive)).toMatchObject({ unscanned: ['encrypted b'], isStopped: false });
});

test('an error of the visit ends the walk with it', async () => {
  const thrown = { ...entries[0] };
  const options = {
    get stopAt(): number {
      throw thrown;
    },
  };
  await expect(walk(zipOf(entries), options)).rejects.toBe(thrown);
});

describe('what stays closed is said', () => {
  test.each([
    ['7z', Buffer.from('7z\xbc\xaf\x27\x1c  ', 'latin1'), ['unsupported']],
    ['rar', Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'), ['unsupported']],
    [
      'a rar with a zip behind it',
      zipOf(entries, { prefix: Buffer.from('Rar!\x1a\x07\x01\0', 'latin1') }),
      ['unsupported'],
    ],
    [
      'a mail with an encoded part',
      Buffer.from('From: a\nContent-Transfer-Encoding: base64\n\nAAAA\n'),
      ['unsupported'],
    ],
    [
      'a mail with the encoding of a part on a line of its own',
      Buffer.from('From: a\nContent-Transfer-Encoding:\r\n base64\n\nAAAA\n'),
      ['unsupported'],
    ],
    [
      'a mail whose text begins with a word for an encoding',
      Buffer.from('From: a\nContent-Transfer-Encoding: \n\nbase64\n'),
      [],
    ],
    ['a mail without', Buffer.from('From: a\nSubject: b\n\nhello\n'), []],
    ['a PDF', Buffer.from('%PDF-1.4\n'), []],
    ['text', text, []],
    ['nothing', Buffer.alloc(0), []],
  ])('%s', async (_name, object, unscanned) => {
    expect((await walk(object)).unscanned).toEqual(unscanned);
  });
});
