/** The cache of images: right whatever lies in it, compiled once, and never believed when somebody else could have written it. */

import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { peHost } from '../../bench/plants/hosts.ts';
import { readImageHeader } from '../../native-free-engine/index.ts';
import { takeLock } from '../../src/files/lock.ts';
import { Engine } from '../../src/scan/engine.ts';
import { lookUpImage } from '../../src/scan/images.ts';
import { readPatternInfo } from '../../src/scan/pattern-info.ts';
import { writePatternFile } from '../../src/scan/pattern-writer.ts';
import { findSourceFiles } from '../../src/scan/source-files.ts';
import { EVIL, hashLine, type Scene, SOURCES, summary, withScene } from './support/scene.ts';

const scene = withScene();
const OPEN_ONCE = new URL('./support/open-once.ts', import.meta.url).pathname;
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

/** Opens, scans the text that is evil and one that is not, closes. */
async function open({ patterns, cache }: Scene): Promise<{ compiled: boolean; verdicts: string[] }> {
  const engine = await Engine.open({ patterns: [patterns], cacheDirectory: cache, threads: 1 });
  const verdicts = [summary(await engine.scanBuffer(EVIL)), summary(await engine.scanBuffer(Buffer.from('nothing')))];
  await engine.close();
  return { compiled: engine.info.compiled, verdicts: verdicts.flat() };
}
const RIGHT = ['infected', 'Test.Evil', 'clean'];

function cached(extension: string): string[] {
  return readdirSync(scene().cache)
    .filter((name) => name.endsWith(extension))
    .map((name) => join(scene().cache, name));
}

/** Just now, however long a busy machine takes to read it. */
function writtenJustNow(path: string): void {
  const soon = new Date(Date.now() + 3_600_000);
  utimesSync(path, soon, soon);
}

describe('the image of the same sources', () => {
  test('is compiled once', async () => {
    expect(await open(scene())).toEqual({ compiled: true, verdicts: RIGHT });
    expect(await open(scene())).toEqual({ compiled: false, verdicts: RIGHT });
    expect(cached('.img')).toHaveLength(1);
    expect(statSync(cached('.img')[0]!).mode & 0o777).toBe(0o600);
    expect(statSync(scene().cache).mode & 0o777).toBe(0o700);
  });

  test('is found without reading sources that were left alone for a while, and by reading them when the index is damaged', async () => {
    const written = join(scene().patterns, 'evil.ndb');
    writtenJustNow(written);
    await open(scene());
    expect(cached('.index')).toEqual([]);
    // A file that changes twice within one tick of its clock looks the same.
    utimesSync(written, new Date(0), new Date(0));
    await sleep(3200);
    expect((await open(scene())).compiled).toBe(false);
    const [index] = cached('.index');
    const { files } = findSourceFiles([scene().patterns]);
    const places = { cacheDirectory: scene().cache, stores: [] };
    expect(lookUpImage(places, files)?.sources.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    writeFileSync(index!, readFileSync(index!).fill(0x20, 40, 60));
    expect(lookUpImage(places, files)).toBeUndefined();
    expect((await open(scene())).compiled).toBe(false);
    // The same bytes elsewhere are the same image.
    const copy = scene().write('copy/evil.ndb', SOURCES['evil.ndb']);
    scene().write('copy/evil.ldb', SOURCES['evil.ldb']);
    const engine = await scene().engine({ patterns: [join(copy, '..')] });
    expect(engine.info.compiled).toBe(false);
  });

  test('is compiled again when a source changes, even one of the same size within the same second', async () => {
    await open(scene());
    const path = join(scene().patterns, 'evil.ndb');
    const changed = SOURCES['evil.ndb'].replace('Test.Evil', 'Test.Good');
    writeFileSync(path, changed);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    const result = await open(scene());
    expect(result).toEqual({ compiled: true, verdicts: ['infected', 'Test.Good', 'clean'] });
  });

  test('is compiled again when a source is added or taken away', async () => {
    await open(scene());
    scene().writePatterns({ 'more.ndb': 'Test.More:0:*:6d6f7265206f662069740a\n' });
    expect((await open(scene())).compiled).toBe(true);
    expect((await open(scene())).compiled).toBe(false);
  });

  test('sources that were just written are read again, and not compiled again', async () => {
    const path = join(scene().patterns, 'evil.ndb');
    writeFileSync(path, SOURCES['evil.ndb']);
    writtenJustNow(path);
    expect((await open(scene())).compiled).toBe(true);
    expect(cached('.index')).toEqual([]);
    expect((await open(scene())).compiled).toBe(false);
  });

  test('five sets of patterns leave four images', async () => {
    for (let i = 0; i < 5; i++) {
      scene().writePatterns({ 'more.ndb': `Test.More:0:*:6d6f72652030${i}${i}${i}${i}\n` });
      await open(scene());
    }
    expect(cached('.img')).toHaveLength(4);
    expect((await open(scene())).compiled).toBe(false);
  });
});

describe('images of other engine versions', () => {
  test('stay beside ours: the four that were used last, and none for longer than a month', async () => {
    await open(scene());
    const [own] = cached('.img');
    const other = readFileSync(own!);
    other.write('0.0.1\0', 32, 'latin1');
    const daysAgo = [1, 2, 3, 29, 31, 32];
    const foreign = daysAgo.map((days) => {
      const path = join(scene().cache, `older-${days}.img`);
      writeFileSync(path, other, { mode: 0o600 });
      const used = new Date(Date.now() - days * 86_400_000);
      utimesSync(path, used, used);
      return path;
    });
    for (let i = 0; i < 5; i++) {
      scene().writePatterns({ 'more.ndb': `Test.More:0:*:6d6f72652030${i}${i}${i}${i}\n` });
      await open(scene());
    }
    const kept = cached('.img');
    expect(kept.filter((path) => !foreign.includes(path))).toHaveLength(4);
    expect(foreign.filter((path) => kept.includes(path))).toEqual(foreign.slice(0, 4));
  });
});

describe('a damaged image', () => {
  test('is made again, with right verdicts, wherever a bit is wrong', async () => {
    await open(scene());
    const [path] = cached('.img');
    const whole = readFileSync(path!);
    const hot = Number(whole.readDoubleLE(16));
    // Header, section table, sections, padding of the hot part; digests and names in the cold part; the summary and its digest.
    const offsets = [0, 17, 97, 230, 300, 2000, hot - 1, hot + 4, whole.length - 70, whole.length - 20];
    for (const offset of offsets) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 0x10;
      writeFileSync(path!, damaged);
      const { verdicts } = await open(scene());
      expect({ offset, verdicts }).toEqual({ offset, verdicts: RIGHT });
      // The cold part is read on a hit alone, and most of it is padding.
      if (offset < hot || offset > whole.length - 100)
        expect({ offset, same: readFileSync(path!).equals(whole) }).toEqual({ offset, same: true });
      writeFileSync(path!, whole);
    }
  });

  test('is made again when it is cut', async () => {
    await open(scene());
    const [path] = cached('.img');
    const { size } = statSync(path!);
    for (const length of [100, 30_000, size - 60_000, size - 1]) {
      truncateSync(path!, length);
      expect({ length, ...(await open(scene())) }).toEqual({ length, compiled: true, verdicts: RIGHT });
    }
  });

  test('a name that is damaged in the file is found out on the hit, and the object is scanned again', async () => {
    const engine = await scene().engine({ threads: 1 });
    const [path] = cached('.img');
    const whole = readFileSync(path!);
    // The last one is the name itself; before it there are reports for people.
    const at = whole.lastIndexOf('Test.Evil');
    expect(at).toBeGreaterThan(0);
    const damaged = Buffer.from(whole);
    damaged.write('Fine', at);
    writeFileSync(path!, damaged);
    const verdicts = await Promise.all([engine.scanBuffer(EVIL), engine.scanBuffer(EVIL), engine.scanBuffer(EVIL)]);
    expect(verdicts.map(summary)).toEqual(Array(3).fill(['infected', 'Test.Evil']));
    expect(readFileSync(path!).equals(whole)).toBe(true);
  });

  test('what Windows programs alone need is checked when the first one comes, and the program is scanned again', async () => {
    // Enough of them for pages of their own.
    const digest = (i: number): string => createHash('sha256').update(`late ${i}`).digest('hex');
    const lines = Array.from({ length: 4000 }, (_, i) => `Test.Late${i}:1:*:${digest(i)}\n`);
    scene().writePatterns({ 'late.ndb': lines.join('') });
    await open(scene());
    const [path] = cached('.img');
    const whole = readFileSync(path!);
    const { hotBytes, lateFrom } = readImageHeader(whole);
    expect(hotBytes - lateFrom).toBeGreaterThan(2 * 65536);
    const program = peHost({ sections: [512], entry: 0 }).bytes;
    program.write(digest(7), program.length - 100, 'hex');
    for (const offset of [lateFrom, lateFrom + 65536, hotBytes - 1]) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 0x10;
      // Opening looks at all of an image whose sources are as new as these: it is damaged behind that.
      const engine = await scene().engine({ threads: 1 });
      expect(engine.info.compiled).toBe(false);
      writeFileSync(path!, damaged);
      expect(summary(await engine.scanBuffer(EVIL))).toEqual(['infected', 'Test.Evil']);
      expect({ offset, same: readFileSync(path!).equals(damaged) }).toEqual({ offset, same: true });
      expect(summary(await engine.scanBuffer(program))).toEqual(['infected', 'Test.Late7']);
      expect({ offset, same: readFileSync(path!).equals(whole) }).toEqual({ offset, same: true });
      await engine.close();
    }
  });
});

describe('a cache that cannot be believed or written', () => {
  test('a directory that others can write is left alone', async () => {
    mkdirSync(scene().cache);
    chmodSync(scene().cache, 0o777);
    expect(await open(scene())).toEqual({ compiled: true, verdicts: RIGHT });
    expect(await open(scene())).toEqual({ compiled: true, verdicts: RIGHT });
    expect(readdirSync(scene().cache)).toEqual([]);
    expect((await scene().engine()).info.cacheTrouble).toMatch(/cache: expected it to belong to this user/);
  });

  test('an image that others can write, or a link, is not read', async () => {
    await open(scene());
    const [path] = cached('.img');
    chmodSync(path!, 0o666);
    expect((await open(scene())).compiled).toBe(true);
    const elsewhere = scene().write('elsewhere', readFileSync(path!));
    unlinkSync(path!);
    symlinkSync(elsewhere, path!);
    expect((await open(scene())).compiled).toBe(true);
  });

  test.runIf(IS_ROOT)('a directory of another user is left alone', async () => {
    await open(scene());
    chownSync(scene().cache, NOBODY, NOBODY);
    expect(await open(scene())).toEqual({ compiled: true, verdicts: RIGHT });
  });

  test('a file where the directory should be does no harm', async () => {
    writeFileSync(scene().cache, 'x');
    expect(await open(scene())).toEqual({ compiled: true, verdicts: RIGHT });
  });

  test.runIf(IS_ROOT)('a directory that cannot be written is read', async () => {
    await open(scene());
    for (const directory of [scene().directory, scene().cache]) chmodSync(directory, 0o755);
    for (const name of readdirSync(scene().cache)) chmodSync(join(scene().cache, name), 0o644);
    expect(openAs(NOBODY, scene())).toEqual({ compiled: false, kind: 'infected' });
    unlinkSync(cached('.img')[0]!);
    expect(openAs(NOBODY, scene())).toEqual({ compiled: true, kind: 'infected' });
  });
});

describe('several processes', () => {
  test('that start at once compile once', async () => {
    const options = JSON.stringify({ patterns: [scene().patterns], cacheDirectory: scene().cache, threads: 1 });
    const run = () => promisify(execFile)(process.execPath, [OPEN_ONCE, options, EVIL.toString()]);
    const results = await Promise.all(Array.from({ length: 8 }, run));
    const opened = results.map(({ stdout }) => JSON.parse(stdout));
    expect(opened.map(({ kind }) => kind)).toEqual(Array(8).fill('infected'));
    expect(opened.filter(({ compiled }) => compiled)).toHaveLength(1);
  });

  test('a lock is free again when its holder is killed', () => {
    mkdirSync(scene().cache);
    const script = `
      const { takeLock } = await import(${JSON.stringify(new URL('../../src/files/lock.ts', import.meta.url).href)});
      takeLock(${JSON.stringify(join(scene().cache, 'compile.lock'))}, 1000);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(signal).toBe('SIGKILL');
    const release = takeLock(join(scene().cache, 'compile.lock'), 0);
    expect(release).toBeDefined();
    expect(takeLock(join(scene().cache, 'compile.lock'), 0)).toBeUndefined();
    release!();
    expect(takeLock(join(scene().cache, 'compile.lock'), 0)).toBeDefined();
  });
});

describe('pattern files', () => {
  test('give the verdicts of the sources that they were made from', async () => {
    scene().writePatterns({ 'half.hdb': hashLine('md5', Buffer.from('first half'), 'Test.Half') });
    const output = join(scene().directory, '1234.npf');
    const report = writePatternFile([scene().patterns], {
      output,
      number: 1234,
      channel: 'stable',
      released: '2026-01-01T00:00:00Z',
    });
    expect(report).toMatchObject({ number: 1234, signatures: 4, byKind: { body: 3, hash: 1, ignore: 0 }, skipped: [] });
    const fromSources = await scene().engine({ allMatches: true });
    const fromFile = await scene().engine({ allMatches: true, patterns: [output] });
    expect(fromFile.info).toMatchObject({
      patternNumber: 1234,
      signatures: 4,
      patterns: [{ number: 1234, factory: false }],
    });
    for (const text of ['', 'nothing', 'ZERO', `${EVIL} ZERO`, 'first half second half', 'first half']) {
      const bytes = Buffer.from(text);
      const [one, other] = await Promise.all([fromSources.scanBuffer(bytes), fromFile.scanBuffer(bytes)]);
      expect({ text, verdict: summary(other).sort() }).toEqual({ text, verdict: summary(one).sort() });
    }
  });

  test('a damaged one is refused, by name', async () => {
    const output = join(scene().directory, '7.npf');
    writePatternFile([scene().patterns], { output, number: 7, channel: 'stable', released: '2026-01-01T00:00:00Z' });
    const whole = readFileSync(output);
    for (const offset of [0, 20, whole.length - 5]) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 1;
      writeFileSync(output, damaged);
      const opening = Engine.open({ patterns: [output], cacheDirectory: scene().cache, threads: 1 });
      await expect(opening).rejects.toMatchObject({ code: 'SCAN_PATTERNS', message: expect.stringContaining(output) });
    }
    truncateSync(output, 10);
    await expect(Engine.open({ patterns: [output], cacheDirectory: scene().cache })).rejects.toMatchObject({
      code: 'SCAN_PATTERNS',
    });
  });
});

describe('sources', () => {
  test('what cannot be used is counted by reason, and the rest works', async () => {
    scene().writePatterns({
      'broken.ndb': 'no line of its format\nTest.Fine:0:*:66696e652066696e65\n',
      'noise.ldb': Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 0xff)),
      'long.ndb': `Test.Long:0:*:${'41'.repeat(2_000_000)}\n`,
      'readme.txt': 'ignored',
    });
    const engine = await scene().engine();
    const byName = new Map(engine.info.patterns.map((each) => [each.path.slice(each.path.lastIndexOf('/') + 1), each]));
    expect(byName.get('broken.ndb')).toMatchObject({
      number: 0,
      channel: 'local',
      signatures: 1,
      skipped: { malformed: 1 },
    });
    expect(byName.get('noise.ldb')).toMatchObject({ signatures: 0 });
    expect(byName.get('evil.ndb')).toMatchObject({ signatures: 2, skipped: {} });
    expect(byName.has('readme.txt')).toBe(false);
    expect(engine.info).toMatchObject({ ignored: [join(scene().patterns, 'readme.txt')], cacheTrouble: undefined });
    expect(summary(await engine.scanBuffer(Buffer.from('fine fine')))).toEqual(['infected', 'Test.Fine']);
    expect(await readPatternInfo({ patterns: [scene().patterns], cacheDirectory: scene().cache })).toMatchObject({
      patternNumber: 0,
      signatures: engine.info.signatures,
      patterns: engine.info.patterns,
    });
  });
});

function openAs(uid: number, { patterns, cache }: Scene): unknown {
  const options = JSON.stringify({ patterns: [patterns], cacheDirectory: cache, threads: 1 });
  const { stdout, stderr } = spawnSync(process.execPath, [OPEN_ONCE, options, EVIL.toString()], {
    uid,
    gid: uid,
    encoding: 'utf8',
  });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

describe('ignore lists', () => {
  test('a name switches off, a digest only as long as the line stays what it was', async () => {
    const line = `Test.Noisy:0:*:${Buffer.from('some noise').toString('hex')}`;
    scene().writePatterns({
      'noisy.ndb': `${line}\n`,
      'off.ign2': `Test.Zero\nTest.Noisy:${createHash('md5').update(line).digest('hex')}\n`,
    });
    const found = async (text: string) => {
      const engine = await scene().engine({ allMatches: true });
      return summary(await engine.scanBuffer(Buffer.from(text)));
    };
    expect(await found('ZERO, some noise')).toEqual(['clean']);
    const output = join(scene().directory, '5.npf');
    const options = { output, number: 5, channel: 'stable', released: '2026-01-01T00:00:00Z' };
    expect(writePatternFile([scene().patterns], options).skipped).toMatchObject([
      { name: 'Test.Noisy', line: 1, reason: 'ignored' },
    ]);
    const engine = await scene().engine({ patterns: [output] });
    expect(summary(await engine.scanBuffer(Buffer.from('ZERO, some noise')))).toEqual(['clean']);
    scene().writePatterns({ 'noisy.ndb': `${line}00\n` });
    expect(await found('ZERO, some noise\0')).toEqual(['infected', 'Test.Noisy']);
  });
});
