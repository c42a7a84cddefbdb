/**
 * What one scan may spend on an object and all that is inside it.
 *
 * Every limit is a total over all levels: a limit per archive is what nested bombs multiply. Once a total is exceeded, it
 * stays so, and whoever asks next stops as well.
 */
import { type Obstacle, obstacle, type UnscannedReason } from './container.ts';
import { UnpackError } from './errors.ts';

/** All are integers ≥ 0. */
export interface BudgetLimits {
  /** Containers inside containers. */
  readonly maxDepth: number;
  /** Entries in all containers together. */
  readonly maxEntries: number;
  /** Bytes that come out of containers, all together. */
  readonly maxExpandedBytes: number;
  /** Bytes out per byte of the outermost object; counted once more than `ratioFloorBytes` came out. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** From the start of the object's scan. */
  readonly timeoutMs: number;
}

export interface BudgetOptions {
  /** When it is aborted, the next check throws its reason. */
  readonly signal?: Pick<AbortSignal, 'aborted' | 'reason'> | undefined;
  /** Milliseconds from any start; default performance.now. */
  readonly now?: () => number;
}

export class Budget {
  readonly limits: BudgetLimits;
  readonly #ratioBytes: number;
  readonly #signal: BudgetOptions['signal'];
  readonly #now: () => number;
  readonly #startMs: number;
  #entries = 0;
  #expandedBytes = 0;
  #overrun: Obstacle | undefined;

  /**
   * Starts the clock.
   *
   * @param objectBytes size of the outermost object
   * @throws {UnpackError} `UNPACK_LIMIT` when a limit is no integer ≥ 0
   */
  constructor(limits: BudgetLimits, objectBytes: number, options: BudgetOptions = {}) {
    for (const [name, value] of Object.entries(limits)) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new UnpackError('UNPACK_LIMIT', `${name}: expected an integer from 0 on, got ${value}`);
      }
    }
    this.limits = limits;
    this.#ratioBytes = Math.max(limits.ratioFloorBytes, limits.maxRatio * objectBytes);
    this.#signal = options.signal;
    this.#now = options.now ?? (() => performance.now());
    this.#startMs = this.#now();
  }

  /** The first total that was exceeded; undefined while there is budget left. */
  get overrun(): Obstacle | undefined {
    return this.#overrun;
  }

  /** Bytes that came out of containers so far. */
  get expandedBytes(): number {
    return this.#expandedBytes;
  }

  /** Bytes that may still come out. */
  get bytesLeft(): number {
    return Math.max(0, Math.min(this.limits.maxExpandedBytes, this.#ratioBytes) - this.#expandedBytes);
  }

  /**
   * Counts bytes that came out of a container.
   *
   * @returns false when that was too much
   */
  spendBytes(bytes: number): boolean {
    this.#expandedBytes += bytes;
    const { maxExpandedBytes, maxRatio } = this.limits;
    if (this.#expandedBytes > maxExpandedBytes) {
      const message = `${this.#expandedBytes} bytes came out of containers, the limit is ${maxExpandedBytes}`;
      return this.#exceed('bytes', message);
    }
    if (this.#expandedBytes > this.#ratioBytes) {
      const message = `${this.#expandedBytes} bytes came out of containers, more than ${maxRatio} times the object's size`;
      return this.#exceed('ratio', message);
    }
    return this.check();
  }

  /** Counts one entry; false when that was one too many. */
  spendEntry(): boolean {
    this.#entries += 1;
    const { maxEntries } = this.limits;
    if (this.#entries > maxEntries) {
      return this.#exceed('entries', `${this.#entries} entries in containers, the limit is ${maxEntries}`);
    }
    return this.check();
  }

  /**
   * False when nothing more may be done: out of time, or another total was exceeded. Cheap enough for every block.
   *
   * @throws the signal's reason when it is aborted
   */
  check(): boolean {
    if (this.#signal?.aborted) throw this.#signal.reason;
    const elapsedMs = Math.round(this.#now() - this.#startMs);
    const { timeoutMs } = this.limits;
    if (elapsedMs > timeoutMs) return this.#exceed('time', `${elapsedMs} ms have passed, the limit is ${timeoutMs}`);
    return this.#overrun === undefined;
  }

  #exceed(reason: UnscannedReason, message: string): false {
    this.#overrun ??= obstacle(reason, message);
    return false;
  }
}
