/**
 * One object at a time, with a scanner on the image that all share: what a worker does, and the caller's thread for a small file.
 *
 * It must never take the image or a thread down with it: whatever goes wrong with an object is the answer for that object.
 */
import { type Image, instantiateKernel, type Kernel, openImage, Scanner } from '../../native-free-engine/index.ts';
import { TypeRules } from '../filetype/type-rules.ts';
import { nodeDigester } from '../host/host.ts';
import { type Failure, failureOf, ScanError } from './errors.ts';
import { type ExplainedLayer, explainLayer } from './explain-object.ts';
import { arenaAddress, type ColdPlace, clearArena, coldReader, IMAGE_BASE, seeAllOf, WINDOW_BYTES } from './memory.ts';
import { type OpenObject, openObject, type ScanObject } from './object-source.ts';
import type { BudgetLimits } from './options.ts';
import { type ScanRules, scanObject } from './scan-object.ts';
import type { Verdict } from './verdict.ts';

/** What to scan with. */
export interface ScanSetup {
  /** Tells one image from the next. */
  readonly generation: number;
  readonly memory: WebAssembly.Memory;
  /** Whether another image was in the memory before. */
  readonly isMemoryReused: boolean;
  readonly hotBytes: number;
  readonly kernel: WebAssembly.Module;
  readonly cold: ColdPlace;
  /** One word for all workers: whether the late part of the image is loaded. */
  readonly late: Int32Array;
  /** One word for each arena: the thread that has it, 0 when it is free. */
  readonly arenas: Int32Array;
  readonly allMatches: boolean;
  readonly budget: BudgetLimits;
  readonly patternNumber: number;
}

export interface ScanTask {
  readonly object: ScanObject;
  /** Index into `stops`. */
  readonly stop: number;
  /** What to scan with. */
  readonly generation: number;
  /** Also tell what matched where; and explain these signatures, by their numbers in the image, whether they match or not. */
  readonly explain?: readonly number[] | undefined;
  /** Needed by a worker that has none yet, or that of another generation. */
  readonly setup?: ScanSetup | undefined;
}

/** A verdict, and what each layer looked like when the task asked for that. */
export interface Answer {
  readonly verdict: Verdict;
  readonly layers: readonly ExplainedLayer[];
}

export type ScanReply =
  | ({ readonly kind: 'answer' } & Answer)
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The worker needs the setup first. */
  | { readonly kind: 'unprepared' };

/** What is kept from object to object. */
interface Common {
  readonly setup: ScanSetup;
  readonly image: Image;
  readonly kernel: Kernel;
  readonly typeRules: TypeRules | undefined;
  /** Address of its arena. */
  readonly arena: number;
}

export class TaskScanner {
  readonly #isStopped: (stop: number) => boolean;
  readonly #owner: number;
  #common: Common | undefined;
  #scanner: Scanner | undefined;

  /**
   * @param isStopped  whether the task of that number shall end; asked between blocks
   * @param owner  of an arena: the thread's ID, not 0
   */
  constructor(isStopped: (stop: number) => boolean, owner: number) {
    this.#isStopped = isStopped;
    this.#owner = owner;
  }

  /** Scans one object. Never throws and never rejects. */
  scan(task: ScanTask): ScanReply | Promise<ScanReply> {
    let opened: OpenObject | undefined;
    try {
      if (this.#common?.setup.generation !== task.generation) {
        if (task.setup === undefined) return { kind: 'unprepared' };
        this.#scanner = undefined;
        this.#common = undefined;
        this.#common = prepare(task.setup, this.#owner);
      }
      this.#scanner ??= createScanner(this.#common);
      opened = openObject(task.object);
      const layers: ExplainedLayer[] = [];
      const verdict = scanObject(opened, this.#scanner, this.#rulesFor(task, this.#common, this.#scanner, layers));
      if (verdict instanceof Promise) return this.#replyLater(verdict, layers, opened);
      opened.close();
      return { kind: 'answer', verdict, layers };
    } catch (error) {
      opened?.close();
      return this.#failed(error);
    }
  }

  async #replyLater(verdict: Promise<Verdict>, layers: ExplainedLayer[], opened: OpenObject): Promise<ScanReply> {
    try {
      return { kind: 'answer', verdict: await verdict, layers };
    } catch (error) {
      return this.#failed(error);
    } finally {
      opened.close();
    }
  }

  #rulesFor(
    { stop, explain }: ScanTask,
    { setup, typeRules }: Common,
    scanner: Scanner,
    layers: ExplainedLayer[],
  ): ScanRules {
    const isStopped = this.#isStopped;
    const rules: ScanRules = {
      allMatches: setup.allMatches,
      limits: setup.budget,
      patternNumber: setup.patternNumber,
      typeRules,
      signal: {
        get aborted() {
          return isStopped(stop);
        },
        // Made only when it is wanted: to take down where it happened costs as much as to open a file.
        get reason() {
          return new ScanError('SCAN_ABORTED', 'the scan was aborted');
        },
      },
    };
    if (explain === undefined) return rules;
    return {
      ...rules,
      observer: (layer, detections, view) => layers.push(explainLayer(scanner, layer, detections, explain, view)),
    };
  }

  #failed(error: unknown): ScanReply {
    // What it held of the object that failed must not be seen in the next.
    this.#scanner = undefined;
    return { kind: 'failed', failure: failureOf(error) };
  }
}

function createScanner({ image, kernel, arena }: Common): Scanner {
  return new Scanner({ image, kernel, arena, windowBytes: WINDOW_BYTES, digester: nodeDigester });
}

function prepare(setup: ScanSetup, owner: number): Common {
  const { memory, hotBytes, cold, late } = setup;
  if (setup.isMemoryReused) seeAllOf(memory);
  // The thread that loaded the image has checked it.
  const options = { check: false, late };
  const image = openImage(memory, IMAGE_BASE, coldReader(memory, cold, hotBytes), nodeDigester, options);
  const arena = arenaAddress(hotBytes, claimArena(setup.arenas, owner));
  if (setup.isMemoryReused) clearArena(memory, arena);
  const typeRules = TypeRules.from(image.fileTypes());
  return { setup, image, kernel: instantiateKernel(setup.kernel, memory), typeRules, arena };
}

/** Threads come and go; the pool frees the arena of one that is gone. */
function claimArena(arenas: Int32Array, owner: number): number {
  // From before a switch that was undone.
  const own = arenas.indexOf(owner);
  if (own >= 0) return own;
  for (let i = 0; i < arenas.length; i++) {
    if (Atomics.compareExchange(arenas, i, 0, owner) === 0) return i;
  }
  throw new ScanError('SCAN_FAILED', `worker: expected a free arena among ${arenas.length}, got none`);
}
