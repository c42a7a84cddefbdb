/**
 * The walk through an object and all that is inside it: depth first, an object before its entries.
 *
 * An explicit stack, since depth is the attacker's choice and our call stack is not; one open entry per level, so that memory
 * follows the depth and not the number of entries. What is no container never becomes asynchronous: that is most files, and
 * a promise would cost more than all else here.
 */
import type { ByteSource, ObjectFacts } from '../../native-free-engine/index.ts';
import type { FileType } from '../filetype/file-type.ts';
import { sight } from '../filetype/identify.ts';
import type { TypeRules } from '../filetype/type-rules.ts';
import type { Budget } from './budget.ts';
import {
  type Entry,
  type Items,
  type Means,
  type Obstacle,
  type OpenSource,
  obstacle,
  type Unscanned,
} from './container.ts';
import { type Opening, openingOf, whyClosed } from './formats.ts';
import type { SpoolPool } from './spool.ts';

/** One object on the way: the outermost, or an entry. */
export interface Layer {
  /** Valid until `visit` returns. */
  readonly source: ByteSource;
  readonly fileType: FileType;
  readonly facts: ObjectFacts;
  /** Entry names from the outermost container inwards; empty for the object itself. Hostile text. */
  readonly entry: readonly string[];
  /** Containers around it. */
  readonly depth: number;
}

/** Looks at one layer. `stop` ends the walk: nothing behind is looked at, and nothing is reported about that. */
export type Visit = (layer: Layer) => 'stop' | undefined;

export interface WalkOutcome {
  /** What was not looked at, in the order it was met. */
  readonly unscanned: readonly Unscanned[];
  readonly isStopped: boolean;
}

/**
 * Visits `source` and everything inside it.
 *
 * @param name    the object's name, for entries without one of their own; may be empty
 * @param budget  stops the walk when it is spent; what it stopped at is in `unscanned`
 * @param typeRules of the pattern sources
 * @returns a promise only when something had to be opened
 * @throws what `source.read`, `visit` or the budget's signal throw, and {UnpackError} `UNPACK_SPOOL`; all is closed then
 */
export function walkObject(
  source: ByteSource,
  name: string,
  budget: Budget,
  spools: SpoolPool,
  visit: Visit,
  typeRules?: TypeRules,
): WalkOutcome | Promise<WalkOutcome> {
  const walk = new Walk(budget, spools, visit, typeRules);
  const isStopped = walk.look({ source, name, entry: [], containers: [], close: () => {} });
  return isStopped || walk.isDone ? { unscanned: walk.unscanned, isStopped } : walk.run();
}

/** An object that is being looked at. */
interface Opened {
  readonly source: ByteSource;
  readonly name: string;
  readonly entry: readonly string[];
  readonly containers: readonly FileType[];
  readonly close: () => void;
}

/** A container that is being read. */
interface Frame extends Opened {
  readonly items: Items;
}

class Walk {
  readonly unscanned: Unscanned[] = [];
  readonly #budget: Budget;
  readonly #spools: SpoolPool;
  readonly #visit: Visit;
  readonly #typeRules: TypeRules | undefined;
  readonly #stack: Frame[] = [];
  #isOverrunReported = false;

  constructor(budget: Budget, spools: SpoolPool, visit: Visit, typeRules: TypeRules | undefined) {
    this.#budget = budget;
    this.#spools = spools;
    this.#visit = visit;
    this.#typeRules = typeRules;
  }

  get isDone(): boolean {
    return this.#stack.length === 0;
  }

  /** Visits one object and, if it is a container, puts it on the stack; else closes it. True when the visit said stop. */
  look(opened: Opened): boolean {
    const { source, entry, containers, close } = opened;
    let isKept = false;
    try {
      const { type, targets, executable } = sight(source, this.#typeRules);
      const facts: ObjectFacts = { targets, executable, containers };
      const depth = containers.length;
      if (this.#visit({ source, fileType: type, facts, entry, depth }) === 'stop') return true;
      this.#report(entry, whyClosed(type, source));
      const opening = openingOf(type, source);
      if (opening !== undefined) isKept = this.#push(opened, opening);
      return false;
    } finally {
      if (!isKept) close();
    }
  }

  /** False when the object lies too deep to be opened. */
  #push(opened: Opened, { container, types }: Opening): boolean {
    const containers = [...opened.containers, ...types];
    const { maxDepth } = this.#budget.limits;
    if (containers.length > maxDepth) {
      const message = `${types.join(', ')} inside ${opened.containers.length} containers, the limit is ${maxDepth}`;
      this.#report(opened.entry, obstacle('depth', message));
      return false;
    }
    const means: Means = { budget: this.#budget, spools: this.#spools, name: opened.name };
    this.#stack.push({ ...opened, containers, items: container.items(opened.source, means) });
    return true;
  }

  /** Reads the containers on the stack until none is left. */
  async run(): Promise<WalkOutcome> {
    try {
      for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
        if (!this.#budget.check()) {
          this.#report(frame.entry, this.#budget.overrun);
          break;
        }
        const next = await frame.items.next();
        // A container also ends when the budget is spent, and does not say so.
        if (next.done && this.#budget.overrun === undefined) await this.#leave();
        if (next.done) continue;
        if (next.value.kind === 'obstacle') this.#report(frame.entry, next.value);
        else if (await this.#enter(frame, next.value)) return { unscanned: this.unscanned, isStopped: true };
      }
      return { unscanned: this.unscanned, isStopped: false };
    } finally {
      while (this.#stack.length > 0) await this.#leave();
    }
  }

  /** Opens one entry and looks at it. True when the visit said stop. */
  async #enter(frame: Frame, item: Entry): Promise<boolean> {
    // The loop above reports it, at the container.
    if (!this.#budget.spendEntry()) return false;
    const entry = [...frame.entry, item.name];
    const contents = await item.open();
    const source: OpenSource | undefined = contents.source;
    this.#report(entry, contents.obstacle);
    if (source === undefined) return false;
    const { containers } = frame;
    return this.look({ source, name: item.name, entry, containers, close: () => source.close() });
  }

  async #leave(): Promise<void> {
    const frame = this.#stack.pop();
    if (frame === undefined) return;
    try {
      await frame.items.return?.();
    } finally {
      frame.close();
    }
  }

  #report(entry: readonly string[], why: Obstacle | undefined): void {
    if (why === undefined) return;
    if (why === this.#budget.overrun) {
      // Once, where it happened: after that nothing more is opened.
      if (this.#isOverrunReported) return;
      this.#isOverrunReported = true;
    }
    this.unscanned.push({ reason: why.reason, entry, message: why.message });
  }
}
