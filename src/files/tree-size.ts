/**
 * How much there is to do: a walk that runs ahead of the scan and only counts, for the estimate of the time that is left.
 *
 * Holds two numbers, however large the tree is.
 */
import { stat } from 'node:fs/promises';
import { type WalkOptions, walk } from './walk.ts';

/** Files whose size is asked for at the same time: as many as Node has threads for it. */
const AT_ONCE = 4;

export class TreeSize {
  files = 0;
  bytes = 0;
  /** True once the whole tree was counted; before that both numbers are lower bounds. */
  complete = false;

  /** Counts the trees below `roots`. Resolves when all are counted or `signal` is aborted; what cannot be read counts as nothing. */
  async count(roots: AsyncIterable<Buffer> | Iterable<Buffer>, options: WalkOptions): Promise<void> {
    let paths: Buffer[] = [];
    for await (const root of roots) {
      for await (const item of walk(root, options)) {
        if (item.kind !== 'file') continue;
        paths.push(item.path);
        if (paths.length < AT_ONCE) continue;
        await this.#add(paths);
        paths = [];
      }
      if (options.signal?.aborted) return;
    }
    await this.#add(paths);
    this.complete = true;
  }

  async #add(paths: readonly Buffer[]): Promise<void> {
    const sizes = await Promise.all(paths.map(sizeOf));
    this.files += paths.length;
    this.bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
}

async function sizeOf(path: Buffer): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0; // vanished meanwhile
  }
}
