/** What an engine answers about files, buffers and streams. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/scan/engine.ts';
import { STREAM_MEMORY_BYTES } from '../../src/scan/spool-stream.ts';
import { gzipOf, tarOf, zipOf } from '../unpack/support.ts';
import { codeOf, EICAR, EVIL, hashLine, summary, withScene } from './support/scene.ts';

const scene = withScene();

async function* chunksOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('the test file, with the factory patterns', () => {
  const plain = EICAR;
  const inZip = zipOf([{ name: 'eicar.com', bytes: EICAR }]);
  const inTar = tarOf([
    { name: 'a.txt', bytes: 'nothing' },
    { name: 'eicar.com', bytes: EICAR },
  ]);
  const FORMS: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['as it is', plain, ['EICAR-Test-File']],
    ['with a line end', Buffer.concat([EICAR, Buffer.from('\r\n')]), ['EICAR-Test-File']],
    ['with white space up to 128 bytes', Buffer.concat([EICAR, Buffer.alloc(60, ' ')]), ['EICAR-Test-File']],
    ['behind a byte order mark', Buffer.concat([Buffer.from('efbbbf', 'hex'), EICAR]), ['EICAR-Test-File.Utf8']],
    ['in UTF-16', Buffer.from(`\ufeff${EICAR}`, 'utf16le'), ['EICAR-Test-File.Utf16']],
    ['in a zip', inZip, ['EICAR-Test-File > eicar.com']],
    ['in a tar.gz', gzipOf(inTar), ['EICAR-Test-File > the.tar > eicar.com']],
    ['in a zip in a zip', zipOf([{ name: 'inner.zip', bytes: inZip }]), ['EICAR-Test-File > inner.zip > eicar.com']],
    ['in zstd', zstdCompressSync(plain), ['EICAR-Test-File']],
  ];

  test('is found in each of its usual forms, by file, buffer and stream alike', async () => {
    const engine = await scene().engine({ patterns: [] });
    expect(engine.info.patterns).toMatchObject([{ number: 1000, factory: true, channel: 'factory' }]);
    for (const [form, bytes, [expected]] of FORMS) {
      const path = scene().write('the.tar.gz', bytes);
      const verdicts = await Promise.all([
        engine.scanFile(path),
        engine.scanBuffer(bytes),
        engine.scanStream(chunksOf(bytes, 7)),
      ]);
      const [name] = expected!.split(' > ');
      for (const verdict of verdicts) {
        expect({ form, name: summary(verdict)[1]!.split(' > ')[0] }).toEqual({ form, name });
        expect(verdict).toMatchObject({ kind: 'infected', size: bytes.length, patternNumber: 1000 });
      }
    }
    const path = scene().write('the.tar.gz', gzipOf(inTar));
    expect(summary(await engine.scanFile(path))).toEqual(['infected', 'EICAR-Test-File > the.tar > eicar.com']);
    expect(summary(await engine.scanBuffer(FORMS[7]![1]))).toEqual([
      'infected',
      'EICAR-Test-File > inner.zip > eicar.com',
    ]);
  });

  test('is not found where it is only talked about', async () => {
    const engine = await scene().engine({ patterns: [] });
    expect(summary(await engine.scanBuffer(Buffer.concat([Buffer.from('see: '), EICAR])))).toEqual(['clean']);
    expect(summary(await engine.scanBuffer(EICAR.subarray(0, 67)))).toEqual(['clean']);
    expect(summary(await engine.scanBuffer(new Uint8Array(0)))).toEqual(['clean']);
  });
});

describe('detections', () => {
  const both = Buffer.concat([Buffer.from('ZERO first half '), EVIL, Buffer.from(' second half')]);

  test('one is enough, unless all are asked for', async () => {
    const first = await scene().engine();
    const all = await scene().engine({ allMatches: true });
    expect(summary(await first.scanBuffer(both))).toHaveLength(2);
    expect(summary(await all.scanBuffer(both)).sort()).toEqual(['Test.Evil', 'Test.Logic', 'Test.Zero', 'infected']);
  });

  test('with all asked for, the entries behind the first are looked at as well', async () => {
    const zip = zipOf([
      { name: 'a', bytes: EVIL },
      { name: 'b', bytes: 'ok' },
      { name: 'c', bytes: 'ZERO' },
    ]);
    const first = await scene().engine();
    const all = await scene().engine({ allMatches: true });
    expect(await first.scanBuffer(zip)).toMatchObject({ kind: 'infected', objects: 2 });
    expect(await all.scanBuffer(zip)).toMatchObject({ kind: 'infected', objects: 4 });
    expect(summary(await all.scanBuffer(zip))).toEqual(['infected', 'Test.Evil > a', 'Test.Zero > c']);
  });

  test('the same object gives the same verdict after any other', async () => {
    const engine = await scene().engine({ threads: 1, allMatches: true });
    for (const [bytes, kind] of [
      [both, 'infected'],
      [Buffer.from('nothing'), 'clean'],
      [EVIL, 'infected'],
      [both, 'infected'],
    ] as const) {
      expect((await engine.scanBuffer(bytes)).kind).toBe(kind);
    }
  });

  test('a match across the blocks of an object larger than the window is found, wherever it lies', async () => {
    const engine = await scene().engine();
    const large = Buffer.alloc(9 * 1024 * 1024, 'innocent bytes ');
    for (const at of [0, 131_072 - 5, 4 * 1024 * 1024 - 3, large.length - EVIL.length]) {
      const bytes = Buffer.from(large);
      EVIL.copy(bytes, at);
      expect(await engine.scanBuffer(bytes)).toMatchObject({
        kind: 'infected',
        detections: [{ name: 'Test.Evil', offset: at }],
      });
    }
    expect((await engine.scanBuffer(large)).kind).toBe('clean');
  });
});

describe('allowed objects', () => {
  const inner = Buffer.concat([EVIL, Buffer.from(' in a file that is known')]);
  const zip = zipOf([
    { name: 'known', bytes: inner },
    { name: 'other', bytes: EVIL },
  ]);

  test('an allowed object is clean, whatever it holds', async () => {
    scene().writePatterns({ 'known.fp': hashLine('md5', inner, 'known') });
    const engine = await scene().engine();
    expect(summary(await engine.scanBuffer(inner))).toEqual(['clean']);
    expect(summary(await engine.scanBuffer(EVIL))).toEqual(['infected', 'Test.Evil']);
  });

  test('an allowed entry does not clear its neighbours', async () => {
    scene().writePatterns({ 'known.fp': hashLine('md5', inner, 'known') });
    const engine = await scene().engine({ allMatches: true });
    expect(summary(await engine.scanBuffer(zip))).toEqual(['infected', 'Test.Evil > other']);
  });

  test('an allowed container clears all that is inside it, at any depth', async () => {
    scene().writePatterns({ 'known.fp': hashLine('sha256', zip, 'known') });
    const engine = await scene().engine();
    expect(summary(await engine.scanBuffer(zip))).toEqual(['clean']);
    const tar = tarOf([{ name: 'x.zip', bytes: zip }]);
    expect(summary(await engine.scanBuffer(tar))).toEqual(['clean']);
    const mixed = zipOf([
      { name: 'x.zip', bytes: zip },
      { name: 'y', bytes: EVIL },
    ]);
    expect(summary(await engine.scanBuffer(mixed))).toEqual(['infected', 'Test.Evil > y']);
  });
});

describe('what was not looked at', () => {
  test('is said, beside what was found', async () => {
    const engine = await scene().engine({ allMatches: true });
    const locked = zipOf([{ name: 'secret', bytes: EVIL, flags: 1 }]);
    expect(summary(await engine.scanBuffer(locked))).toEqual(['unscanned', 'encrypted > secret']);
    const mixed = zipOf([
      { name: 'bad', bytes: EVIL },
      { name: 'secret', bytes: EVIL, flags: 1 },
    ]);
    expect(summary(await engine.scanBuffer(mixed))).toEqual(['infected', 'Test.Evil > bad', 'encrypted > secret']);
  });

  test('a spent budget is never clean', async () => {
    const engine = await scene().engine({
      budget: {
        maxDepth: 2,
        maxEntries: 3,
        maxExpandedBytes: 4096,
        maxRatio: 1000,
        ratioFloorBytes: 1 << 20,
        timeoutMs: 60_000,
      },
    });
    const deep = zipOf([{ name: '1', bytes: zipOf([{ name: '2', bytes: zipOf([{ name: '3', bytes: 'x' }]) }]) }]);
    expect(summary(await engine.scanBuffer(deep))).toEqual(['unscanned', 'depth > 1 > 2']);
    const many = zipOf(Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, bytes: 'x' })));
    expect(summary(await engine.scanBuffer(many))).toEqual(['unscanned', 'entries']);
    const large = zipOf([{ name: 'large', bytes: Buffer.alloc(10_000) }]);
    expect(summary(await engine.scanBuffer(large))[0]).toBe('unscanned');
  });

  test('no time is no verdict', async () => {
    const engine = await scene().engine({
      budget: {
        maxDepth: 2,
        maxEntries: 3,
        maxExpandedBytes: 4096,
        maxRatio: 1000,
        ratioFloorBytes: 1 << 20,
        timeoutMs: 0,
      },
    });
    const verdict = await engine.scanBuffer(Buffer.alloc(64 << 20, 'abcdefg'));
    expect(summary(verdict)).toEqual(['unscanned', 'time']);
  });
});

describe('files that cannot be answered for', () => {
  test('each has a code of its own, and the next file is scanned', async () => {
    const engine = await scene().engine({ threads: 1 });
    const gone = scene().write('gone', 'x');
    unlinkSync(gone);
    execFileSync('mkfifo', [join(scene().directory, 'pipe')]);
    expect(await codeOf(engine.scanFile(gone))).toBe('SCAN_FILE_VANISHED');
    expect(await codeOf(engine.scanFile(join(scene().directory, 'pipe')))).toBe('SCAN_FILE_NOT_REGULAR');
    expect(await codeOf(engine.scanFile(scene().directory))).toBe('SCAN_FILE_NOT_REGULAR');
    expect(await codeOf(engine.scanFile('/dev/zero'))).toBe('SCAN_FILE_NOT_REGULAR');
    expect(await codeOf(engine.scanFile(`${scene().directory}/with\0nul`))).toMatch(/^SCAN_/);
    expect(summary(await engine.scanFile(scene().write('evil', EVIL)))).toEqual(['infected', 'Test.Evil']);
  });

  test('a name of any bytes, and a link to a file, are scanned', async () => {
    const engine = await scene().engine();
    const path = Buffer.concat([Buffer.from(scene().directory), Buffer.from('/\xff\n\xfe', 'latin1')]);
    execFileSync('bash', ['-c', `printf %s '${EVIL}' > "$(printf '${scene().directory}/\\xff\\n\\xfe')"`]);
    expect(summary(await engine.scanFile(path))).toEqual(['infected', 'Test.Evil']);
    const link = join(scene().directory, 'link');
    symlinkSync(path, link);
    expect(summary(await engine.scanFile(link))).toEqual(['infected', 'Test.Evil']);
  });

  test('an object that is no bytes is refused', async () => {
    const engine = await scene().engine();
    expect(await codeOf(engine.scanBuffer('text' as never))).toBe('SCAN_OPTION');
    expect(await codeOf(engine.scanStream(['text'] as never))).toBe('SCAN_OPTION');
    expect(await codeOf(engine.scanStream(5 as never))).toBe('SCAN_OPTION');
    expect(summary(await engine.scanStream([EVIL]))).toEqual(['infected', 'Test.Evil']);
  });

  test('a file that only grows is scanned as far as it was', async () => {
    const engine = await scene().engine({ threads: 1 });
    const path = scene().write('log', Buffer.alloc(8 << 20, 'log line '));
    const size = 8 << 20;
    const scanning = Array.from({ length: 20 }, () => engine.scanFile(path));
    const growing = setInterval(() => appendFileSync(path, 'more '), 1);
    const verdicts = await Promise.all(scanning).finally(() => clearInterval(growing));
    for (const verdict of verdicts) expect(verdict.kind).toBe('clean');
    expect(verdicts[0]!.size).toBeGreaterThanOrEqual(size);
  });
});

describe('streams', () => {
  test('a large one goes through a file that nobody sees, and memory keeps its size', async () => {
    const engine = await scene().engine();
    const large = Buffer.alloc(STREAM_MEMORY_BYTES + 1_000_000, 'innocent ');
    EVIL.copy(large, large.length - 1000);
    const verdict = await engine.scanStream(chunksOf(large, 65_536));
    expect(verdict).toMatchObject({ kind: 'infected', size: large.length });
  });

  test('the next chunk is asked for when the last one is stored', async () => {
    const engine = await scene().engine();
    let reused = new Uint8Array(0);
    async function* hostile(): AsyncGenerator<Uint8Array> {
      // Whoever reads a socket into one buffer again and again does this.
      reused = Uint8Array.from(EVIL.subarray(0, 10));
      yield reused;
      reused.fill(0);
      yield EVIL.subarray(10);
    }
    expect(summary(await engine.scanStream(hostile()))).toEqual(['infected', 'Test.Evil']);
  });

  test('what the stream throws comes out, and an abort does not wait for it', async () => {
    const engine = await scene().engine();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield EVIL;
      throw new Error('the line went dead');
    }
    await expect(engine.scanStream(broken())).rejects.toThrow('the line went dead');
    const never: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const signal = AbortSignal.timeout(50);
    expect(await codeOf(engine.scanStream(never, { signal }))).toBe('SCAN_ABORTED');
  });
});

describe('options', () => {
  test('what is out of range is refused by name', async () => {
    await expect(Engine.open({ threads: 0 })).rejects.toThrow(/^threads: expected/);
    await expect(Engine.open({ patterns: ['/nowhere'] })).rejects.toMatchObject({ code: 'SCAN_PATTERNS' });
    await expect(Engine.open({ patterns: [scene().write('x.txt', 'x')] })).rejects.toMatchObject({
      code: 'SCAN_PATTERNS',
    });
    await expect(Engine.open({ budget: { timeoutMs: -1 } as never })).rejects.toMatchObject({ code: 'SCAN_OPTION' });
  });
});
