/** A pattern store as an updater leaves it, with patterns that tell by their names which one found something. */
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePatternFile } from '../../../src/scan/pattern-writer.ts';
import { prepareImage } from '../../../src/scan/prepare-image.ts';
import { findSourceFiles } from '../../../src/scan/source-files.ts';
import { PatternStore } from '../../../src/store/store.ts';
import { EVIL, type Scene } from './scene.ts';

export interface TestPattern {
  /** Signatures beside the one that finds EVIL. */
  readonly more?: string;
  readonly engineRange?: string;
  /** Names that the trial left out. */
  readonly quarantine?: readonly string[];
}

/** Name of the signature that pattern `number` finds EVIL with. */
export const nameIn = (number: number): string => `Test.In${number}`;

/** Writes a pattern file. @returns its path */
export function writeTestPattern(
  scene: Scene,
  number: number,
  { more = '', engineRange = '*' }: TestPattern = {},
): string {
  const source = scene.write(`made/${number}/own.ndb`, `${nameIn(number)}:0:*:${EVIL.toString('hex')}\n${more}`);
  const output = join(scene.directory, 'made', `${number}.npf`);
  const released = '2026-11-20T00:00:00Z';
  writePatternFile([source], { output, number, channel: 'stable', released, engineRange });
  return output;
}

export class TestStore {
  readonly directory: string;
  readonly store: PatternStore;
  readonly #scene: Scene;

  constructor(scene: Scene, keep = 3) {
    this.#scene = scene;
    this.directory = scene.store;
    this.store = PatternStore.open(scene.store, { keep });
  }

  /** Installs a pattern, which becomes the active one. */
  install(number: number, pattern: TestPattern = {}): void {
    const staged = this.store.stage(readFileSync(writeTestPattern(this.#scene, number, pattern)));
    const { quarantine = [] } = pattern;
    if (quarantine.length > 0) this.#scene.writeAt(staged.quarantinePath, `${quarantine.join('\n')}\n`);
    this.store.install(staged, {
      signatures: 1,
      samples: 0,
      compileMs: 0,
      elapsedMs: 0,
      quarantine: quarantine.map((name) => ({ name, reason: 'clean-corpus', detail: 'a test' })),
    });
  }

  /** Compiles the active pattern into the images of the store, for everybody to read. */
  compile(): void {
    const { imageDirectory: cacheDirectory } = this.store;
    mkdirSync(cacheDirectory, { recursive: true });
    const { path, quarantinePath } = this.store.view().active!;
    const { files } = findSourceFiles(quarantinePath === undefined ? [path] : [path, quarantinePath]);
    prepareImage({ files, cacheDirectory });
    for (const name of readdirSync(cacheDirectory)) chmodSync(join(cacheDirectory, name), 0o644);
  }

  get images(): string[] {
    const { imageDirectory } = this.store;
    return readdirSync(imageDirectory).flatMap((name) => (name.endsWith('.img') ? [join(imageDirectory, name)] : []));
  }
}
