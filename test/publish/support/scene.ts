/** A publisher's directory of its own for each test, with a clock that stands where it is put. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { type InitOptions, initRepository } from '../../../src/publish/init.ts';
import { release } from '../../../src/publish/release.ts';
import type { ReleaseOptions } from '../../../src/publish/release-options.ts';
import type { InitReport, ReleaseReport } from '../../../src/publish/reports.ts';
import { compileLines } from './compile.ts';

export const START = new Date('2026-11-24T06:00:00Z');
export const DAY_MS = 86_400_000;
export const PASSPHRASE = 'correct horse battery';

/** In memory where that is possible: everything is synced to the disk, which is most of what these tests would wait for. */
const TEMPORARY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let encrypted: Promise<InitReport> | undefined;
afterAll(async () => {
  if (encrypted !== undefined) rmSync(dirname((await encrypted).directory), { recursive: true });
});

export class Scene {
  readonly parent = mkdtempSync(join(TEMPORARY, 'sigwall-publish-'));
  readonly directory = join(this.parent, 'repository');
  readonly publicDirectory = join(this.directory, 'public');
  now = START;

  path(...names: string[]): string {
    return join(this.parent, ...names);
  }

  /** Below the public directory. */
  shown(...names: string[]): string {
    return join(this.publicDirectory, ...names);
  }

  read(...names: string[]): Buffer {
    return readFileSync(this.shown(...names));
  }

  pass(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** With encrypted keys it is a copy of one that the file's other tests have as well: to encrypt four keys takes a second. */
  async init(passphrase?: string, options: Partial<InitOptions> = {}): Promise<InitReport> {
    const make = (directory: string): Promise<InitReport> =>
      initRepository(directory, { passphrase, now: this.now, ...options });
    if (passphrase !== PASSPHRASE || this.now !== START) return make(this.directory);
    encrypted ??= make(join(mkdtempSync(join(TEMPORARY, 'sigwall-publish-')), 'encrypted'));
    const report = await encrypted;
    cpSync(report.directory, this.directory, { recursive: true });
    chmodSync(join(this.directory, 'keys'), 0o700);
    return report;
  }

  /** @param lines of the source, `Name:text` each */
  release(lines: readonly string[], options: Partial<ReleaseOptions> = {}): Promise<ReleaseReport> {
    const source = this.path('source.txt');
    writeFileSync(source, `${lines.join('\n')}\n`);
    return release(this.directory, [source], { ...this.releaseOptions(), ...options });
  }

  releaseOptions(): ReleaseOptions {
    return {
      channel: 'stable',
      clean: [],
      now: this.now,
      compile: compileLines,
      selfTest: async () => {},
      findCleanHits: async () => [],
    };
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}

/** `count` signatures; those of two counts have the smaller one's in common. */
export function lines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `Test.Number${i}:text number ${(i * 2_654_435_761) % 2 ** 32}`);
}

export function withScene(): () => Scene {
  let scene: Scene | undefined;
  afterEach(() => {
    scene?.remove();
    scene = undefined;
  });
  return () => {
    scene ??= new Scene();
    return scene;
  };
}

/** @returns the code of what is thrown; undefined when nothing is */
export async function codeOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
