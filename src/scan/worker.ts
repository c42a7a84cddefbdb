/**
 * A worker: one object at a time, with its own scanner on the image that all share. piscina calls `scan`.
 *
 * It must never take the image or a thread down with it: whatever goes wrong with an object is the answer for that object.
 */
import { threadId, workerData } from 'node:worker_threads';
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

/** What a worker is started with: before it is known what it shall scan with. */
export interface WorkerData {
  /** One word for each task in flight: not 0 when it shall stop. */
  readonly stops: Int32Array;
}

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

const { stops } = workerData as WorkerData;
let common: Common | undefined;
let scanner: Scanner | undefined;

/** What the worker keeps from object to object. */
interface Common {
  readonly setup: ScanSetup;
  readonly image: Image;
  readonly kernel: Kernel;
  readonly typeRules: TypeRules | undefined;
  /** Address of this worker's arena. */
  readonly arena: number;
}

/** Scans one object. Never throws and never rejects. */
export function scan(task: ScanTask): ScanReply | Promise<ScanReply> {
  let opened: OpenObject | undefined;
  try {
    if (common?.setup.generation !== task.generation) {
      if (task.setup === undefined) return { kind: 'unprepared' };
      scanner = undefined;
      common = undefined;
      common = prepare(task.setup);
    }
    scanner ??= createScanner(common);
    opened = openObject(task.object);
    const layers: ExplainedLayer[] = [];
    const verdict = scanObject(opened, scanner, rulesFor(task, common, scanner, layers));
    if (verdict instanceof Promise) return replyLater(verdict, layers, opened);
    opened.close();
    return { kind: 'answer', verdict, layers };
  } catch (error) {
    opened?.close();
    return failed(error);
  }
}

async function replyLater(verdict: Promise<Verdict>, layers: ExplainedLayer[], opened: OpenObject): Promise<ScanReply> {
  try {
    return { kind: 'answer', verdict: await verdict, layers };
  } catch (error) {
    return failed(error);
  } finally {
    opened.close();
  }
}

function rulesFor(
  { stop, explain }: ScanTask,
  { setup, typeRules }: Common,
  scanner: Scanner,
  layers: ExplainedLayer[],
): ScanRules {
  const rules: ScanRules = {
    allMatches: setup.allMatches,
    limits: setup.budget,
    patternNumber: setup.patternNumber,
    typeRules,
    signal: {
      get aborted() {
        return Atomics.load(stops, stop) !== 0;
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

function failed(error: unknown): ScanReply {
  // What it held of the object that failed must not be seen in the next.
  scanner = undefined;
  return { kind: 'failed', failure: failureOf(error) };
}

function createScanner({ image, kernel, arena }: Common): Scanner {
  return new Scanner({ image, kernel, arena, windowBytes: WINDOW_BYTES, digester: nodeDigester });
}

function prepare(setup: ScanSetup): Common {
  const { memory, hotBytes, cold, late } = setup;
  if (setup.isMemoryReused) seeAllOf(memory);
  // The thread that loaded the image has checked it.
  const options = { check: false, late };
  const image = openImage(memory, IMAGE_BASE, coldReader(memory, cold, hotBytes), nodeDigester, options);
  const arena = arenaAddress(hotBytes, claimArena(setup.arenas));
  if (setup.isMemoryReused) clearArena(memory, arena);
  const typeRules = TypeRules.from(image.fileTypes());
  return { setup, image, kernel: instantiateKernel(setup.kernel, memory), typeRules, arena };
}

/** Threads come and go; the pool frees the arena of one that is gone. */
function claimArena(arenas: Int32Array): number {
  // From before a switch that was undone.
  const own = arenas.indexOf(threadId);
  if (own >= 0) return own;
  for (let i = 0; i < arenas.length; i++) {
    if (Atomics.compareExchange(arenas, i, 0, threadId) === 0) return i;
  }
  throw new ScanError('SCAN_FAILED', `worker: expected a free arena among ${arenas.length}, got none`);
}
