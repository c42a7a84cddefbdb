/** A store of its own for each test. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { InstallReport } from '../../../src/store/install.ts';
import type { TrialReport } from '../../../src/store/staging.ts';
import { PatternStore, type StoreOptions } from '../../../src/store/store.ts';
import { PASSED, type PatternOptions, patternFile } from './patterns.ts';

/** On a disk of memory where there is one: these tests sync thousands of times. */
export const FAST_DIRECTORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface InstallOptions extends PatternOptions {
  readonly trial?: TrialReport;
}

/** Stages, writes what a trial would have written, installs. */
export function install(store: PatternStore, number: number, options: InstallOptions = {}): InstallReport {
  const { trial = PASSED } = options;
  const staged = store.stage(patternFile(number, options));
  try {
    if (trial.quarantine.length > 0) {
      writeFileSync(staged.quarantinePath, trial.quarantine.map(({ name }) => `${name}\n`).join(''));
    }
    return store.install(staged, trial);
  } finally {
    staged.discard();
  }
}

export class StoreScene {
  /** Readable by others, since other users read stores. */
  readonly root = mkdtempSync(join(FAST_DIRECTORY, 'sigwall-store-'));
  readonly directory = join(this.root, 'store');

  constructor() {
    chmodSync(this.root, 0o755);
  }

  open(options: StoreOptions = {}): PatternStore {
    return PatternStore.open(this.directory, options);
  }

  /** A store that these numbers were installed in, one after the other. */
  with(numbers: readonly number[], options: StoreOptions = {}): PatternStore {
    const store = this.open(options);
    for (const number of numbers) install(store, number);
    return store;
  }

  path(...names: readonly (string | number)[]): string {
    return join(this.directory, ...names.map(String));
  }

  /** What waits in incoming/, downloads aside. */
  leftovers(): readonly string[] {
    return readdirSync(this.path('incoming')).filter((name) => name !== 'downloads');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A scene for each test of a file. */
export function withStore(): () => StoreScene {
  let scene: StoreScene | undefined;
  afterEach(() => {
    scene?.remove();
    scene = undefined;
  });
  return () => {
    scene ??= new StoreScene();
    return scene;
  };
}

/** Code of what is thrown; what it returns otherwise. */
export function codeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

export function numbersOf(kept: readonly { readonly number: number }[]): readonly number[] {
  return kept.map(({ number }) => number);
}
