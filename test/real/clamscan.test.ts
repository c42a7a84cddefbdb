/**
 * Debian's clamscan as the judge: it and `engine scan`, as commands, over the same files with the same signatures.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PACKINGS } from '../../bench/plants/pack.ts';
import { nearMissName, type Plant, plant } from '../../bench/plants.ts';
import { makeRealSet, whyNoRealSet } from '../../bench/real-set.ts';
import { findClamscan } from '../../bench/scan/clamscan.ts';
import { differences } from '../../bench/scan/compare.ts';
import type { Findings, ScanEngine } from '../../bench/scan/findings.ts';
import { ourEngine } from '../../bench/scan/ours.ts';
import { OWN_SIGNATURES } from './own-signatures.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
// Assembled at run time: scanners delete checkouts that hold it.
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join(''));
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const PLANTS = 60;

const clamscan = findClamscan();
if (typeof clamscan === 'string') process.stderr.write(`SKIPPED: ${clamscan}; nothing is compared with it\n`);

const directory = mkdtempSync(join(tmpdir(), 'real-clamscan-'));
const path = (...names: string[]): string => join(directory, ...names);
afterAll(() => rmSync(directory, { recursive: true }));

function ours(): ScanEngine {
  const engine = ourEngine(path('cache'));
  if (typeof engine === 'string') throw new Error(engine);
  return engine;
}

async function ask(engine: ScanEngine, patterns: readonly string[], paths: readonly string[]): Promise<Findings> {
  return (await engine.scan(patterns, paths)).findings;
}

describe.skipIf(typeof clamscan === 'string')('as clamscan has it', () => {
  const peer = clamscan as ScanEngine;

  beforeAll(() => {
    mkdirSync(path('own'));
    for (const [source, lines] of Object.entries(OWN_SIGNATURES))
      writeFileSync(path('own', source), `${lines.join('\n')}\n`);
  });

  describe('objects built from signatures', () => {
    let plants: Plant[];
    let found: { ours: Findings; peer: Findings };

    beforeAll(async () => {
      console.log(`seed ${SEED} (SEED=${SEED} repeats this run)`);
      const options = {
        patterns: path('own'),
        directory: path('objects'),
        lines: path('lines'),
        count: PLANTS,
        seed: SEED,
      };
      plants = plant(options);
      const patterns = [path('own'), path('lines')];
      found = {
        ours: await ask(ours(), patterns, [path('objects')]),
        peer: await ask(peer, patterns, [path('objects')]),
      };
    });

    test('the names agree file by file, near misses included', () => {
      expect(differences(found.ours, found.peer)).toEqual([]);
    });

    test('almost all were built so that clamscan finds them, and some near misses so that it does not', () => {
      const isFound = ({ file, signature }: Plant): boolean =>
        found.peer.names.get(path('objects', file))?.has(signature) ?? false;
      expect(plants).toHaveLength(PLANTS);
      expect(plants.filter(isFound).length).toBeGreaterThanOrEqual(PLANTS - 3);
      expect(plants.some(({ file }) => !found.peer.names.has(path('objects', nearMissName(file))))).toBe(true);
    });
  });

  test('every form of the EICAR test file', async () => {
    const forms: Readonly<Record<string, Uint8Array>> = {
      plain: EICAR,
      'with a line end': Buffer.concat([EICAR, Buffer.from('\n')]),
      'with CR LF': Buffer.concat([EICAR, Buffer.from('\r\n')]),
      'with blanks up to 128 bytes': Buffer.concat([EICAR, Buffer.alloc(60, ' ')]),
      'not at the start': Buffer.concat([Buffer.from('x'), EICAR]),
      'one byte short': EICAR.subarray(0, -1),
      ...Object.fromEntries(Object.entries(PACKINGS).map(([packing, pack]) => [packing, pack('eicar.com', EICAR)])),
    };
    mkdirSync(path('eicar'));
    for (const [form, bytes] of Object.entries(forms)) writeFileSync(path('eicar', form), bytes);
    const sources = ['eicar.ndb', 'eicar.hdb'].map((name) => join(CHECKOUT, 'patterns', name));
    mkdirSync(path('eicar-patterns'));
    for (const source of sources) copyWithoutComments(source, path('eicar-patterns'));
    const [left, right] = [
      await ask(ours(), [path('eicar-patterns')], [path('eicar')]),
      await ask(peer, [path('eicar-patterns')], [path('eicar')]),
    ];
    expect(differences(left, right)).toEqual([]);
    const missed = Object.keys(forms).filter((form) => !left.names.has(path('eicar', form)));
    expect(missed).toEqual(['not at the start', 'one byte short']);
  });
});

describe.skipIf(typeof clamscan === 'string')('at rest our files alarm nobody', () => {
  const peer = clamscan as ScanEngine;

  test('with our own signatures: pattern file, image cache, dist, package and tracked files', async () => {
    mkdirSync(path('rest'), { recursive: true });
    for (const [source, lines] of Object.entries(OWN_SIGNATURES))
      writeFileSync(path('rest', source), `${lines.join('\n')}\n`);
    const patterns = [path('rest')];
    // Fills the cache.
    await ask(ours(), patterns, [join(CHECKOUT, 'package.json')]);
    const paths = [path('cache'), compiled(path('rest')), join(CHECKOUT, 'dist'), packedCopy(), trackedCopy()];
    for (const engine of [peer, ours()]) {
      const { names, files } = await ask(engine, patterns, paths);
      expect(files).toBeGreaterThan(100);
      expect([...names]).toEqual([]);
    }
  });

  test('with the real set: dist, package and tracked files', async ({ skip }) => {
    const missing = whyNoRealSet();
    if (missing !== undefined) {
      process.stderr.write(`SKIPPED: ${missing}; our files are not scanned with the real set\n`);
      return skip(missing);
    }
    const patterns = [makeRealSet(path('real'))];
    const { names } = await ask(peer, patterns, [join(CHECKOUT, 'dist'), packedCopy(), trackedCopy()]);
    expect([...names]).toEqual([]);
  });
});

/** Comment lines of an ndb are fine there, those of a hash database are not. */
function copyWithoutComments(source: string, target: string): void {
  const copy = join(target, source.slice(source.lastIndexOf('/') + 1));
  const { stdout } = spawnSync('grep', ['-v', '^#', source]);
  writeFileSync(copy, stdout);
}

/** The pattern file of a directory of sources. */
function compiled(sources: string): string {
  const file = path('own.npf');
  const command = join(CHECKOUT, 'dist/src/bin/engine.js');
  const { status, stderr } = spawnSync(process.execPath, [command, 'compile', sources, '-o', file, '--number', '1234']);
  expect({ status, stderr: status === 0 ? '' : String(stderr) }).toEqual({ status: 0, stderr: '' });
  return file;
}

/** What `npm pack` would send. */
function packedCopy(): string {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: CHECKOUT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }];
  return copyOf(
    'packed',
    files.map((file) => file.path),
  );
}

function trackedCopy(): string {
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: CHECKOUT, encoding: 'utf8' });
  return copyOf(
    'tracked',
    stdout.split('\0').filter((name) => name !== ''),
  );
}

function copyOf(name: string, files: readonly string[]): string {
  for (const file of files) {
    mkdirSync(dirname(path(name, file)), { recursive: true });
    try {
      copyFileSync(join(CHECKOUT, file), path(name, file));
    } catch (error) {
      // Tracked, and just now deleted.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return path(name);
}
