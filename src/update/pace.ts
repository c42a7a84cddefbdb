/**
 * How long one answer may take, and how slow it may be.
 *
 * A time-out between two chunks does not stop a server that sends a few bytes a second: it can hold an updater, and its lock, for weeks. So there is a
 * deadline for the whole, and a least rate over a window.
 */
import { UpdateError } from './errors.ts';

export interface PaceLimits {
  /** For the whole, from the request to the last byte. */
  readonly deadlineMs: number;
  readonly minBytesPerSecond: number;
  /** The rate is looked at once in each. */
  readonly rateWindowMs: number;
}

export class Pace {
  /** Aborts with an `UpdateError` as its reason: `UPDATE_TIMEOUT`, `UPDATE_SLOW`, `UPDATE_ABORTED`. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  // Timers do not keep the process alive: the connection does.
  readonly #deadline: NodeJS.Timeout;
  readonly #limits: PaceLimits;
  readonly #where: string;
  readonly #forget: () => void;
  #window: NodeJS.Timeout | undefined;
  #inWindow = 0;
  #total = 0;

  constructor(where: string, limits: PaceLimits, outer: AbortSignal | undefined) {
    this.#where = where;
    this.#limits = limits;
    this.signal = this.#controller.signal;
    const abort = () => this.#fail('UPDATE_ABORTED', 'stopped from outside');
    outer?.addEventListener('abort', abort, { once: true });
    this.#forget = () => outer?.removeEventListener('abort', abort);
    if (outer?.aborted) abort();
    const { deadlineMs } = limits;
    this.#deadline = setTimeout(() => {
      this.#fail('UPDATE_TIMEOUT', `expected all of it within ${deadlineMs / 1000} s, got ${this.#total} bytes`);
    }, deadlineMs).unref();
  }

  /** The headers are here; from now on bytes must flow. */
  bodyBegins(): void {
    const { minBytesPerSecond, rateWindowMs } = this.#limits;
    const least = (minBytesPerSecond * rateWindowMs) / 1000;
    this.#window = setInterval(() => {
      if (this.#inWindow < least) {
        const rate = ((this.#inWindow * 1000) / rateWindowMs).toFixed(0);
        this.#fail('UPDATE_SLOW', `expected at least ${minBytesPerSecond} bytes per second, got ${rate}`);
      }
      this.#inWindow = 0;
    }, rateWindowMs).unref();
  }

  received(bytes: number): void {
    this.#inWindow += bytes;
    this.#total += bytes;
  }

  /** The answer is here, or given up. */
  stop(): void {
    clearTimeout(this.#deadline);
    clearInterval(this.#window);
    this.#forget();
  }

  #fail(code: 'UPDATE_TIMEOUT' | 'UPDATE_SLOW' | 'UPDATE_ABORTED', what: string): void {
    this.stop();
    this.#controller.abort(new UpdateError(code, `${this.#where}: ${what}`));
  }
}
