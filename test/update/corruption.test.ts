/**
 * Every file of a repository, cut short and with a bit flipped at every position: what comes of it is the truth or an error with a code. Bytes
 * arrive as no publisher wrote them, and as a publisher wrote and signed them by mistake.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../../src/host/host.ts';
import { readCatalogue } from '../../src/update/catalogue.ts';
import { DEFAULT_UPDATE_LIMITS } from '../../src/update/limits.ts';
import { obtainPattern } from '../../src/update/obtain.ts';
import { parseNotices } from '../../src/update/repository-checks.ts';
import type { RepositorySource } from '../../src/update/source.ts';
import { refreshMetadata } from '../../src/update/tuf.ts';
import { Forge, NOW_MS, sha256 } from './support/forge.ts';
import { withScene } from './support/scene.ts';

const FAST = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sigwall-corruption-'));
afterAll(() => rmSync(FAST, { recursive: true, force: true }));

const forge = new Forge();
forge.release(1041);
forge.release(1042, { from: [1041] });
forge.rotate('timestamp');
forge.setNotices({ withdrawn: [{ number: 7, reason: 'noisy', at: '2026-11-20T00:00:00Z' }] });

/** Cut at many lengths, all of those near the end, and one bit of every byte flipped. */
function* spoiled(bytes: Buffer): Generator<readonly [what: string, bytes: Buffer]> {
  for (let length = 0; length < bytes.length; length += length + 60 < bytes.length ? 7 : 1)
    yield [`cut to ${length}`, bytes.subarray(0, length)];
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1 << (at % 8);
    yield [`bit ${at % 8} of byte ${at} flipped`, flipped];
  }
}

function sourceOf(files: ReadonlyMap<string, Buffer>): RepositorySource {
  return {
    name: 'memory',
    async open(path) {
      const bytes = files.get(path);
      if (!bytes)
        throw Object.assign(new (await import('../../src/update/errors.ts')).UpdateError('UPDATE_NOT_FOUND', path));
      return {
        offset: 0,
        body: (async function* () {
          yield bytes;
        })(),
      };
    },
  };
}

async function refresh(files: ReadonlyMap<string, Buffer>) {
  const directory = join(FAST, 'scratch');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  writeFileSync(join(directory, 'root.json'), forge.rootFile);
  const options = { directory, referenceMs: NOW_MS, retries: 0, retryDelayMs: 0, signal: undefined };
  return refreshMetadata({ ...options, source: sourceOf(files) });
}

const METADATA = [...forge.files.keys()].filter((path) => path.startsWith('metadata/') && isCurrent(path));

function isCurrent(path: string): boolean {
  const [, version, role] = /(\d+)\.(\w+)\.json$/.exec(path) ?? [];
  return (
    version === undefined ||
    (role === 'root' ? version !== '1' : Number(version) === forge.versions[role as 'snapshot'])
  );
}

test('there are five metadata files to spoil', () => {
  expect(METADATA.map((path) => path.replace(/^metadata\/(\d+\.)?/, '')).toSorted()).toEqual([
    'patterns.json',
    'root.json',
    'snapshot.json',
    'targets.json',
    'timestamp.json',
  ]);
});

// Thousands of refreshes each; a machine that is busy takes its time.
const LONG = { timeout: 600_000 };

test.each(METADATA)('%s: the truth, or an error with a code', LONG, async (path) => {
  const truth = await refresh(forge.files);
  let refused = 0;
  for (const [what, bytes] of spoiled(forge.files.get(path)!)) {
    const outcome = await refresh(new Map(forge.files).set(path, bytes)).catch((error) => error);
    if (outcome instanceof Error) {
      expect.soft((outcome as { code?: string }).code, `${what}: ${outcome.message}`).toMatch(/^UPDATE_(?!FAILED)/);
      refused++;
    } else expect.soft(outcome, what).toEqual(truth);
  }
  expect(refused).toBeGreaterThan(forge.files.get(path)!.length / 2);
});

/** Files as they are after their signed digest was checked. */
function obtain(spoil: (name: string, bytes: Buffer) => Buffer) {
  const targets = [...forge.targets].map(([name, { bytes, custom }]) => ({
    name,
    length: bytes.length,
    sha256: sha256(bytes),
    custom,
  }));
  const { fulls, deltas } = readCatalogue(targets, DEFAULT_UPDATE_LIMITS);
  const kept = join(FAST, '1041.npf');
  writeFileSync(kept, forge.made.get(1041)!.bytes);
  return obtainPattern({
    target: fulls.at(-1)!,
    deltas,
    kept: [{ number: 1041, path: kept } as never],
    onPlan: () => {},
    fetch: async ({ name }) => {
      const path = join(FAST, 'download');
      writeFileSync(path, spoil(name, forge.targets.get(name)!.bytes));
      return path;
    },
  });
}

describe('signed by mistake', () => {
  test('a delta leads to the signed content, or to the full file', LONG, async () => {
    const whole = forge.targets.get('pattern/1041-1042.delta')!.bytes;
    const { contentDigest } = forge.made.get(1042)!.header;
    let fallbacks = 0;
    for (const [what, bytes] of spoiled(whole)) {
      const { bytes: npf, fallback } = await obtain((name, honest) => (name.endsWith('.delta') ? bytes : honest));
      expect.soft(contentDigestOf(npf), what).toBe(contentDigest);
      if (fallback !== undefined) {
        expect.soft(fallback, what).toMatch(/^(PATTERN_FILE|UPDATE)_[A-Z_]+: /);
        fallbacks++;
      }
    }
    expect(fallbacks).toBeGreaterThan(whole.length / 2);
  });

  test('a pattern file has the signed content, or is refused with a code', LONG, async () => {
    const whole = forge.targets.get('pattern/1042.npf')!.bytes;
    const { contentDigest } = forge.made.get(1042)!.header;
    for (const [what, bytes] of spoiled(whole)) {
      const outcome = await obtain((name) => (name.endsWith('.delta') ? Buffer.alloc(0) : bytes)).catch(
        (error) => error,
      );
      if (outcome instanceof Error) expect.soft((outcome as { code?: string }).code, what).toBe('UPDATE_PATTERN');
      // The check sum of the compression is not always looked at; that of the content is.
      else expect.soft(contentDigestOf(outcome.bytes), what).toBe(contentDigest);
    }
  });

  test('notices are read, or refused with a code', () => {
    const whole = Buffer.from(
      JSON.stringify({ ...forge.notices, lifecycle: [{ engine: '<2.0.0', ends: '2027-01-01', lastPattern: 3 }] }),
    );
    for (const [what, bytes] of spoiled(whole)) {
      try {
        expect.soft(parseNotices(bytes, 'notices').format, what).toBe(1);
      } catch (error) {
        expect.soft((error as { code?: string }).code, what).toBe('UPDATE_METADATA');
      }
    }
  });
});

function contentDigestOf(npf: Uint8Array): string {
  return sha256(openPatternFile(npf, nodeDigester).content(decompress));
}

describe('over the network, at some places of each file', () => {
  const scene = withScene();

  test('the active pattern stays, and what happened is said', LONG, async () => {
    const { forge } = scene();
    forge.release(1041);
    await scene().serve();
    await scene().update();
    forge.release(1042, { from: [1041] });
    const { server } = scene();
    // Metadata first: once it is trusted it is not fetched again.
    const paths = [...forge.files.keys()]
      .toSorted()
      .filter((path) => /timestamp|1042/.test(path) || /[34]\.(snapshot|patterns)/.test(path));
    for (const path of paths.filter((path) => !path.includes('-'))) {
      const whole = forge.files.get(path)!;
      for (const at of [0, 1, whole.length >> 2, whole.length >> 1, whole.length - 1]) {
        const flipped = Buffer.from(whole);
        flipped[at]! ^= 4;
        for (const bytes of [whole.subarray(0, at), flipped]) {
          server.files = new Map(forge.files).set(path, bytes);
          // Without its delta the full file has to be whole.
          (server.files as Map<string, Buffer>).delete('targets/pattern/1041-1042.delta');
          const result = await scene().result();
          expect.soft(result === 'current' ? 'UPDATE_' : result, `${path} at ${at}`).toMatch(/^UPDATE_(?!FAILED)/);
          expect(scene().active()).toBe(1041);
        }
      }
    }
    server.files = forge.files;
    expect(await scene().result()).toBe('updated 1042');
  });
});
