/** Keeps the patterns of stores that an engine has open from being rotated out. */
import { holdPattern } from '../store/hold.ts';
import type { StoreInUse } from './active-sources.ts';

export class PatternHolds {
  #releases: (() => void)[] = [];

  /** Holds these and lets those before go. A pattern that is gone already is none: what was loaded of it stays usable. */
  hold(stores: readonly StoreInUse[]): void {
    const before = this.#releases;
    this.#releases = stores.flatMap(({ directory, number }) => holdPattern(directory, number) ?? []);
    for (const release of before) release();
  }

  release(): void {
    this.hold([]);
  }
}
