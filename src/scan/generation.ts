/**
 * One image that a pool scans with, and the scans that are on it.
 *
 * A pool has the generation that new scans begin on, and others whose scans have not ended yet. The memory of one may be filled with another image only when
 * no thread can touch it any more.
 */
import type { ScanSetup } from './scan-task.ts';

export class Generation {
  readonly setup: ScanSetup;
  /** Whether some worker has the setup: then it is not posted with every task. */
  isKnown = false;
  #inFlight = 0;
  #onIdle: (() => void)[] = [];

  constructor(setup: ScanSetup) {
    this.setup = setup;
  }

  get number(): number {
    return this.setup.generation;
  }

  enter(): void {
    this.#inFlight++;
  }

  leave(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Resolves when no scan is on it. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Frees the arenas of threads that are gone. @param alive IDs of the threads that are not */
  freeArenas(alive: ReadonlySet<number>): void {
    const { arenas } = this.setup;
    arenas.forEach((owner, i) => {
      if (!alive.has(owner)) Atomics.store(arenas, i, 0);
    });
  }
}
