/** A clock that runs as fast as a test can, sleeps as machines do, and is set by hand. */
import type { ScheduleClock } from '../../src/update/schedule-loop.ts';

/** When it happens, in milliseconds since the start that the machine was awake, and by how much the clock is then wrong or late. */
export interface Jump {
  readonly afterMs: number;
  /** Forward when it slept or was set forward, negative when it was set back. */
  readonly byMs: number;
}

export class PretendClock implements ScheduleClock {
  #wallMs: number;
  #awakeMs = 0;
  #jumps: Jump[];
  #seed: number;
  waits = 0;

  constructor(start: string | number, jumps: readonly Jump[] = [], seed = 1) {
    this.#wallMs = new Date(start).getTime();
    this.#jumps = [...jumps];
    this.#seed = seed;
  }

  readonly now = (): number => this.#wallMs;

  /** mulberry32 */
  readonly random = (): number => {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** Time passes only here, and in `pass`. */
  readonly wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (!(ms >= 0) || ms > 2 ** 31 - 1) throw new RangeError(`wait: expected 0 … 2^31−1 ms, got ${ms}`);
    if (++this.waits > 2_000_000) throw new Error('wait: expected the schedule to end');
    await undefined;
    if (!signal.aborted) this.pass(ms);
  };

  pass(ms: number): void {
    this.#awakeMs += ms;
    this.#wallMs += ms;
    while (this.#jumps[0] !== undefined && this.#jumps[0].afterMs <= this.#awakeMs) {
      this.#wallMs += this.#jumps.shift()!.byMs;
    }
  }
}
