/**
 * The search alone with the real set's body signatures over the files of a corpus in memory, one thread: the filter, the automaton and what confirms its
 * finds around their place. Without reading, digests, containers and the rest of a condition.
 */
import { readFileSync } from 'node:fs';
import { instantiateKernel } from '../../native-free-engine/index.ts';
import { arenaLayout } from '../../native-free-engine/layout.ts';
import { Finder } from '../../native-free-engine/scanner/finder.ts';
import { PatternChecker } from '../../native-free-engine/scanner/patterns.ts';
import { Window } from '../../native-free-engine/scanner/window.ts';
import { kernelModule } from '../../src/scan/assets.ts';
import { arenaAddress, WINDOW_BYTES } from '../../src/scan/memory.ts';
import { readBodySignatures } from '../plants.ts';
import type { Emit } from '../print.ts';
import { imageInMemory, searchBlocks } from '../search/in-memory.ts';
import { median, rounded } from '../statistics.ts';
import { filesOf } from './probe.ts';

export interface KernelOptions {
  readonly patterns: string;
  /** Corpus → number of the target type that its files have. */
  readonly trees: readonly { readonly name: string; readonly directory: string; readonly target: number }[];
  readonly rounds: number;
}

export function benchKernel({ patterns, trees, rounds }: KernelOptions, emit: Emit): boolean {
  const { image } = imageInMemory(readBodySignatures(patterns));
  const arena = arenaAddress(image.header.hotBytes, 0);
  const layout = arenaLayout(WINDOW_BYTES);
  const window = new Window(image.memory, arena, layout);
  const kernel = instantiateKernel(kernelModule(), image.memory);
  const checker = new PatternChecker(image, window, kernel, arena, layout);
  const finder = new Finder(image, kernel, arena, layout, window, checker);
  let isRight = true;
  for (const { name, directory, target } of trees) {
    const files = filesOf(directory).files.map((path) => readFileSync(path));
    const searchAll = (): number => {
      let started = 0;
      for (const file of files) {
        checker.begin(() => {});
        searchBlocks(window, finder, { targets: 2 ** target, executable: undefined, containers: [] }, file);
        started += finder.started.length;
      }
      return started;
    };
    const started = searchAll();
    const bytes = files.reduce((sum, { length }) => sum + length, 0);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      isRight = searchAll() === started && isRight;
      seconds.push((performance.now() - from) / 1000);
    }
    const took = median(seconds);
    const bytesPerSecond = Math.round(bytes / took);
    emit({
      kind: 'kernel',
      corpus: name,
      bytesPerSecond,
      bytes,
      seconds: rounded(took),
      runSeconds: seconds.map(rounded),
      started,
    });
  }
  return isRight;
}
