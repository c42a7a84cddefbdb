/** Promises always settle: aborted, closed, or left behind by a worker that died. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeOptions } from '../../src/scan/complete-options.ts';
import { load } from '../../src/scan/load.ts';
import { ScanPool } from '../../src/scan/pool.ts';
import { codeOf, EVIL, summary, withScene } from './support/scene.ts';

const scene = withScene();
const DYING = new URL('./support/dying-worker.ts', import.meta.url).pathname;
const UNBORN = new URL('./support/unborn-worker.ts', import.meta.url).pathname;
const LARGE = Buffer.alloc(16 << 20, 'some bytes that nothing matches ');

function loadWith(workerFile: string, threads: number) {
  const { cache: cacheDirectory, patterns } = scene();
  return load(new ScanPool(threads, workerFile), completeOptions({ patterns: [patterns], cacheDirectory, threads }));
}
const bytesOf = (text: Uint8Array | string) => ({ kind: 'bytes', bytes: Buffer.from(text as string) }) as const;

describe('abort', () => {
  test('an aborted scan rejects at once, and the next one runs', async () => {
    const engine = await scene().engine({ threads: 1 });
    const controller = new AbortController();
    const aborted = codeOf(engine.scanBuffer(LARGE, { signal: controller.signal }));
    const behind = codeOf(engine.scanBuffer(LARGE, { signal: controller.signal }));
    const next = engine.scanBuffer(EVIL);
    controller.abort(new Error('enough'));
    expect(await Promise.all([aborted, behind])).toEqual(['SCAN_ABORTED', 'SCAN_ABORTED']);
    expect(summary(await next)).toEqual(['infected', 'Test.Evil']);
  });

  test('a signal that is aborted already ends the scan before it begins; its reason is the cause', async () => {
    const engine = await scene().engine({ threads: 1 });
    const error = await engine.scanBuffer(EVIL, { signal: AbortSignal.abort('why') }).catch((error) => error);
    expect(error).toMatchObject({ name: 'ScanError', code: 'SCAN_ABORTED', cause: 'why' });
  });
});

describe('close', () => {
  test('settles what runs and what waits, and what comes later', async () => {
    const engine = await scene().engine({ threads: 2 });
    const scans = Array.from({ length: 5 }, () => codeOf(engine.scanBuffer(LARGE)));
    await engine.close();
    expect(await Promise.all(scans)).toEqual(Array(5).fill('SCAN_CLOSED'));
    expect(await codeOf(engine.scanBuffer(EVIL))).toBe('SCAN_CLOSED');
    await engine.close();
  });
});

const fileOf = (name: string, content: Uint8Array | string) =>
  ({ kind: 'file', path: Buffer.from(scene().write(name, content)) }) as const;

describe('files that are posted together', () => {
  test('cost the one that a worker dies of an error, and the others none', async () => {
    const { pool, release } = await loadWith(DYING, 1);
    const names = Array.from({ length: 40 }, (_, i) => (i % 9 === 5 ? `${i}.die` : `${i}`));
    const scans = names.map((name) => codeOf(pool.run(fileOf(name, EVIL)).then((verdict) => verdict.kind)));
    expect(await Promise.all(scans)).toEqual(
      names.map((name) => (name.endsWith('.die') ? 'SCAN_WORKER_DIED' : 'infected')),
    );
    await pool.close();
    release();
  });

  test('do not wait for a slow one while another worker has nothing to do', async () => {
    const { pool, release } = await loadWith(DYING, 2);
    const go = join(scene().directory, 'go');
    const busy = [bytesOf(`wait ${go}`), bytesOf(`wait ${go}`)].map((object) => pool.run(object));
    const slow = codeOf(pool.run(fileOf('end.wait', '')));
    const others = Array.from({ length: 12 }, (_, i) => pool.run(fileOf(`${i}`, EVIL)));
    scene().write('go', '');
    await Promise.all(busy);
    expect((await Promise.all(others)).map(({ kind }) => kind)).toEqual(Array(12).fill('infected'));
    scene().write('end', '');
    expect(await slow).toBe('SCAN_FAILED');
    await pool.close();
    release();
  });

  test('are aborted one by one, and closed together', async () => {
    const engine = await scene().engine({ threads: 1 });
    const paths = Array.from({ length: 60 }, (_, i) => scene().write(`${i}`, EVIL));
    const aborts = paths.map(() => new AbortController());
    const scans = paths.map((path, i) =>
      codeOf(engine.scanFile(path, { signal: aborts[i]!.signal }).then((verdict) => verdict.kind)),
    );
    await scans[0];
    for (const [i, abort] of aborts.entries()) if (i % 3 === 2) abort.abort();
    for (const [i, scan] of scans.entries()) {
      if (i % 3 !== 2) expect(await scan).toBe('infected');
      else expect(['infected', 'SCAN_ABORTED']).toContain(await scan);
    }
    const more = paths.map((path) => codeOf(engine.scanFile(path)));
    await engine.close();
    expect(new Set(await Promise.all(more))).toEqual(new Set(['SCAN_CLOSED']));
  });
});

describe('a worker that dies', () => {
  test('costs its object an error, and no other', async () => {
    const { pool, release } = await loadWith(DYING, 2);
    const scans = ['ok', 'die', EVIL, 'throw', EVIL, 'die', 'ok', 'reject', EVIL].map((text) =>
      codeOf(pool.run(bytesOf(text)).then((verdict) => verdict.kind)),
    );
    expect(await Promise.all(scans)).toEqual([
      'clean',
      'SCAN_WORKER_DIED',
      'infected',
      'SCAN_WORKER_DIED',
      'infected',
      'SCAN_WORKER_DIED',
      'clean',
      'SCAN_WORKER_DIED',
      'infected',
    ]);
    // Arenas come back: more deaths than there are arenas.
    for (let i = 0; i < 5; i++) expect(await codeOf(pool.run(bytesOf('die')))).toBe('SCAN_WORKER_DIED');
    expect(summary(await pool.run(bytesOf(EVIL)))).toEqual(['infected', 'Test.Evil']);
    await pool.close();
    release();
  });

  test('before it could do anything leaves no promise behind', async () => {
    const { pool, release } = await loadWith(UNBORN, 2);
    const scans = Array.from({ length: 5 }, () => codeOf(pool.run(bytesOf('ok'))));
    expect(await Promise.all(scans)).toEqual(Array(5).fill('SCAN_WORKER_DIED'));
    await pool.close();
    release();
  });
});
