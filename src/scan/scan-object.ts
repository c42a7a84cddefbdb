/**
 * One object, and all that is inside it, to a verdict.
 *
 * An allow signature clears the layer that has its digest and everything inside: that is what ClamAV does when any layer around a detection is on its
 * list. An object comes before its entries, so that an allowed one is known in time.
 */
import { ENGINE_VERSION, type ObjectDetection, type Scanner } from '../../native-free-engine/index.ts';
import { Budget } from '../unpack/budget.ts';
import { SpoolPool } from '../unpack/spool.ts';
import { type Layer, type WalkOutcome, walkObject } from '../unpack/walk.ts';
import type { OpenObject } from './object-source.ts';
import type { BudgetLimits } from './options.ts';
import type { Detection, Unscanned, Verdict } from './verdict.ts';

/** Told of each layer once it was scanned, while its bytes are there. */
export type LayerObserver = (layer: Layer, detections: readonly ObjectDetection[]) => void;

export interface ScanRules {
  readonly allMatches: boolean;
  readonly limits: BudgetLimits;
  readonly patternNumber: number;
  readonly signal: Pick<AbortSignal, 'aborted' | 'reason'>;
  readonly observer?: LayerObserver;
}

/**
 * @param object stays open until the verdict is there
 * @returns a promise only when something had to be opened
 * @throws {ScanError} `SCAN_FILE_CHANGED`; {ScannerError}; {UnpackError}; the signal's reason
 */
export function scanObject(object: OpenObject, scanner: Scanner, rules: ScanRules): Verdict | Promise<Verdict> {
  const scan = new ObjectScan(object, scanner, rules);
  const outcome = walkObject(object.source, object.name, scan.budget, new SpoolPool(), (layer) => scan.visit(layer));
  return outcome instanceof Promise ? outcome.then((outcome) => scan.verdict(outcome)) : scan.verdict(outcome);
}

class ObjectScan {
  readonly budget: Budget;
  readonly #object: OpenObject;
  readonly #scanner: Scanner;
  readonly #rules: ScanRules;
  readonly #startedMs = performance.now();
  readonly #detections: Detection[] = [];
  readonly #unscanned: Unscanned[] = [];
  /** Entries that an allow signature cleared. */
  readonly #allowed: (readonly string[])[] = [];
  /** Depth of the allowed layer that the walk is inside of. */
  #allowedDepth = Number.POSITIVE_INFINITY;
  #objects = 0;
  #scannedBytes = 0;

  constructor(object: OpenObject, scanner: Scanner, rules: ScanRules) {
    this.#object = object;
    this.#scanner = scanner;
    this.#rules = rules;
    this.budget = new Budget(rules.limits, object.source.size, { signal: rules.signal });
  }

  visit(layer: Layer): 'stop' | undefined {
    const { source, fileType, facts, entry, depth } = layer;
    this.#objects++;
    if (depth > this.#allowedDepth) return undefined;
    this.#allowedDepth = Number.POSITIVE_INFINITY;
    const { allMatches } = this.#rules;
    const { detections, allowed, spent } = this.#scanner.scan(source, facts, {
      allMatches,
      isTimeOver: () => !this.budget.check(),
    });
    this.#scannedBytes += source.size;
    this.#rules.observer?.(layer, detections);
    if (allowed) {
      this.#allowed.push(entry);
      this.#allowedDepth = depth;
      // Nothing but what is inside it is left to look at.
      return depth === 0 ? 'stop' : undefined;
    }
    for (const { name, by, offset } of detections) this.#detections.push({ name, entry, fileType, by, offset });
    // Time that is over ends the walk as well, and it says so then.
    if (spent?.reason === 'matching') this.#unscanned.push({ reason: 'matching', entry, message: spent.message });
    if (spent?.reason === 'time') this.#unscanned.push(this.#timeOver(entry, spent.message));
    return detections.length > 0 && !allMatches ? 'stop' : undefined;
  }

  #timeOver(entry: readonly string[], message: string): Unscanned {
    return { reason: 'time', entry, message: this.budget.overrun?.message ?? message };
  }

  verdict(outcome: WalkOutcome): Verdict {
    this.#object.verifySize();
    const base = {
      patternNumber: this.#rules.patternNumber,
      engineVersion: ENGINE_VERSION,
      size: this.#object.source.size,
      objects: this.#objects,
      scannedBytes: this.#scannedBytes,
      elapsedMs: performance.now() - this.#startedMs,
    };
    const unscanned = this.#allUnscanned(outcome);
    if (isNotEmpty(this.#detections)) return { ...base, kind: 'infected', detections: this.#detections, unscanned };
    return isNotEmpty(unscanned) ? { ...base, kind: 'unscanned', unscanned } : { ...base, kind: 'clean' };
  }

  #allUnscanned({ unscanned }: WalkOutcome): Unscanned[] {
    const ours = this.#unscanned;
    // The walk meets the spent time once more, at the container around.
    const isKnown = ours.some(({ reason }) => reason === 'time');
    const theirs = unscanned.filter(({ reason }) => !(isKnown && reason === 'time'));
    const isAllowed = ({ entry }: Unscanned): boolean =>
      this.#allowed.some((allowed) => allowed.every((name, i) => name === entry[i]));
    return [...ours, ...theirs].filter((each) => !isAllowed(each));
  }
}

function isNotEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
