/**
 * Many at once, in one order: results come out as their items went in.
 *
 * A slow item holds back those behind it, up to `window` of them; then what is finished overtakes it, so that one huge file never
 * lets the other workers stand idle. Memory is bounded by the window.
 */

export interface OrderedOptions {
  /** Items being worked on at the same time, ≥ 1. */
  readonly concurrency: number;
  /** Items between the oldest that is unfinished and the newest that was started, ≥ concurrency. */
  readonly window: number;
  /** When aborted, what is finished still comes out and the rest is dropped. */
  readonly signal: AbortSignal;
}

interface Slot<Item, Result> {
  readonly item: Item;
  result: { readonly value: Result } | undefined;
}

export class OrderedRun<Item, Result> {
  readonly #work: (item: Item) => Promise<Result> | Result;
  readonly #options: OrderedOptions;
  /** Started and not yet given out, oldest first. */
  readonly #slots: Slot<Item, Result>[] = [];
  #working = 0;
  #exhausted = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /** @param work must not throw or reject: what goes wrong with an item is a result. A value that is no promise needs no worker. */
  constructor(work: (item: Item) => Promise<Result> | Result, options: OrderedOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** The item that has been worked on for the longest time. */
  get oldest(): Item | undefined {
    return this.#slots.find((slot) => slot.result === undefined)?.item;
  }

  /** @throws what `items` throws, after the results of the items before it */
  async *results(items: AsyncIterable<Item>): AsyncGenerator<Result, void, void> {
    const { signal } = this.#options;
    const aborted = () => this.#wake();
    signal.addEventListener('abort', aborted);
    void this.#feed(items);
    try {
      for (;;) {
        const result = this.#takeFinished();
        if (result !== undefined) yield result.value;
        else if (signal.aborted || (this.#exhausted && this.#slots.length === 0)) break;
        else await this.#changed();
      }
    } finally {
      signal.removeEventListener('abort', aborted);
    }
    if (this.#failure !== undefined && !signal.aborted) throw this.#failure.error;
  }

  async #feed(items: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of items) {
        while (this.#isFull() && !this.#options.signal.aborted) await this.#changed();
        if (this.#options.signal.aborted) break;
        this.#start(item);
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#exhausted = true;
    this.#wake();
  }

  #isFull(): boolean {
    return this.#working >= this.#options.concurrency || this.#slots.length >= this.#options.window;
  }

  #start(item: Item): void {
    const slot: Slot<Item, Result> = { item, result: undefined };
    this.#slots.push(slot);
    const outcome = this.#work(item);
    if (outcome instanceof Promise) {
      this.#working++;
      void outcome.then((value) => {
        this.#working--;
        slot.result = { value };
        this.#wake();
      });
    } else {
      slot.result = { value: outcome };
      this.#wake();
    }
  }

  #takeFinished(): { readonly value: Result } | undefined {
    const mayOvertake = this.#options.signal.aborted || this.#slots.length >= this.#options.window;
    const at = mayOvertake ? this.#slots.findIndex((slot) => slot.result !== undefined) : 0;
    const result = this.#slots[at]?.result;
    if (result === undefined) return undefined;
    this.#slots.splice(at, 1);
    this.#wake();
    return result;
  }

  /** Resolves at the next change. */
  #changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
