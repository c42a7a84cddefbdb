/**
 * How much there is to do: a walk that runs ahead of the scan and only counts, for the estimate of the time that is left.
 *
 * Holds two numbers, however large the tree is.
 */
import { type WalkOptions, walk } from './walk.ts';

export class TreeSize {
  files = 0;
  bytes = 0;
  /** True once the whole tree was counted; before that both numbers are lower bounds. */
  complete = false;

  /** Counts the trees below `roots`. Resolves when all are counted or `signal` is aborted; what cannot be read counts as nothing. */
  async count(roots: AsyncIterable<Buffer> | Iterable<Buffer>, options: WalkOptions): Promise<void> {
    for await (const root of roots) {
      for await (const item of walk(root, { ...options, sizes: true })) {
        if (item.kind !== 'file') continue;
        this.files++;
        this.bytes += item.size ?? 0;
      }
      if (options.signal?.aborted) return;
    }
    this.complete = true;
  }
}
