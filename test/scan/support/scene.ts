/** A directory of its own for each test: patterns, a cache, files to scan, and what is put together at run time. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { Engine } from '../../../src/scan/engine.ts';
import type { EngineOptions } from '../../../src/scan/options.ts';
import type { Verdict } from '../../../src/scan/verdict.ts';

// In three pieces: scanners delete checkouts that hold it.
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join(''),
);

/** A text that the signature `Test.Evil` looks for. */
export const EVIL = Buffer.from('--this text is evil--');
export const SOURCES = {
  'evil.ndb': `Test.Evil:0:*:${EVIL.toString('hex')}\nTest.Zero:0:0:5a45524f\n`,
  'evil.ldb': `Test.Logic;Target:0;(0&1);${Buffer.from('first half').toString('hex')};${Buffer.from('second half').toString('hex')}\n`,
} as const;

export class Scene {
  readonly directory = mkdtempSync(join(tmpdir(), 'sigwall-scan-'));
  readonly cache = join(this.directory, 'cache');
  readonly patterns = join(this.directory, 'patterns');
  /** Nothing is there at first. */
  readonly store = join(this.directory, 'store');
  readonly #engines: Engine[] = [];

  constructor() {
    this.writePatterns(SOURCES);
  }

  /** Writes a file, with a time of change that is long ago. @returns its path */
  write(name: string, content: Uint8Array | string): string {
    return this.writeAt(join(this.directory, name), content);
  }

  /** @param path absolute */
  writeAt(path: string, content: Uint8Array | string): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  writePatterns(sources: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(sources)) {
      const path = this.write(join('patterns', name), content);
      utimesSync(path, 1_700_000_000, 1_700_000_000);
    }
  }

  /** An engine on the scene's patterns that is closed when the test is over. */
  async engine(options: Partial<EngineOptions> = {}): Promise<Engine> {
    const { patterns, store, cache: cacheDirectory } = this;
    const engine = await Engine.open({ patterns: [patterns], store, cacheDirectory, threads: 2, ...options });
    this.#engines.push(engine);
    return engine;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A scene for each test of a file. */
export function withScene(): () => Scene {
  let scene: Scene | undefined;
  afterEach(async () => {
    await scene?.remove();
    scene = undefined;
  });
  return () => {
    scene ??= new Scene();
    return scene;
  };
}

/** Kind, then what was found as `name entry > entry`, then why what was not looked at. */
export function summary(verdict: Verdict): string[] {
  const found =
    verdict.kind === 'infected' ? verdict.detections.map(({ name, entry }) => [name, ...entry].join(' > ')) : [];
  const missed =
    verdict.kind === 'clean' ? [] : verdict.unscanned.map(({ reason, entry }) => [reason, ...entry].join(' > '));
  return [verdict.kind, ...found, ...missed];
}

export function hashLine(algorithm: 'md5' | 'sha256', bytes: Uint8Array, name: string): string {
  return `${createHash(algorithm).update(bytes).digest('hex')}:${bytes.length}:${name}\n`;
}

export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => value,
    (error) => error.code,
  );
}
