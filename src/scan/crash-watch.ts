/**
 * Decides when crashes of workers are to be blamed on patterns that were just switched to.
 *
 * One crash may be chance, and an object that brings workers down did so before the switch as well: then the patterns are not at fault.
 */

/** Crashes after a switch that are too many. */
const TOO_MANY = 2;
/** What happens later than this has another cause. */
const WINDOW_MS = 5 * 60_000;

export class CrashWatch {
  readonly #now: () => number;
  /** Undefined when there is nothing to go back to. */
  #switchedMs: number | undefined;
  #crashes: number[] = [];

  /** @param now milliseconds of a clock that is never set */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** New scans begin on other patterns. */
  switched(): void {
    this.#switchedMs = this.#now();
    this.#crashes = this.#crashes.filter((ms) => ms > this.#now() - WINDOW_MS);
  }

  /** There is nothing to go back to. */
  forget(): void {
    this.#switchedMs = undefined;
  }

  /** A worker crashed. @returns whether that is one too many */
  crashed(): boolean {
    const now = this.#now();
    this.#crashes.push(now);
    const switchedMs = this.#switchedMs;
    if (switchedMs === undefined || now - switchedMs > WINDOW_MS) {
      this.#crashes = this.#crashes.slice(-TOO_MANY);
      return false;
    }
    const isOldTrouble = this.#crashes.some((ms) => ms < switchedMs);
    return !isOldTrouble && this.#crashes.length >= TOO_MANY;
  }
}
