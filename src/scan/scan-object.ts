/**
 * One object, and all that is inside it, to a verdict.
 *
 * An allow signature clears the layer that has its digest and everything inside: that is what ClamAV does when any layer around a detection is on its
 * list. An object comes before its entries, so that an allowed one is known in time.
 */
import { ENGINE_VERSION, type ObjectDetection, type Scanner } from '../../native-free-engine/index.ts';
import { unchangedTargets } from '../filetype/targets.ts';
import type { TypeRules } from '../filetype/type-rules.ts';
import type { View, ViewKind } from '../normalise/view.ts';
import { viewsOf } from '../normalise/views.ts';
import { Budget } from '../unpack/budget.ts';
import { SpoolPool } from '../unpack/spool.ts';
import { type Layer, type WalkOutcome, walkObject } from '../unpack/walk.ts';
import type { OpenObject } from './object-source.ts';
import type { BudgetLimits } from './options.ts';
import type { Detection, Unscanned, Verdict } from './verdict.ts';

/**
 * Told of each layer once it was scanned, while its bytes are there. A view comes right behind its layer, with its own bytes, its kind, and what the
 * layer did not have already.
 */
export type LayerObserver = (layer: Layer, detections: readonly ObjectDetection[], view: ViewKind | undefined) => void;

/** What looking at a layer, or at a view of it, came to. */
interface Look {
  readonly allowed: boolean;
  readonly names: ReadonlySet<string>;
}

const NO_NAMES: ReadonlySet<string> = new Set();

export interface ScanRules {
  readonly allMatches: boolean;
  readonly limits: BudgetLimits;
  readonly patternNumber: number;
  readonly signal: Pick<AbortSignal, 'aborted' | 'reason'>;
  readonly observer?: LayerObserver;
  /** Of the pattern sources. */
  readonly typeRules?: TypeRules | undefined;
}

/**
 * @param object stays open until the verdict is there
 * @returns a promise only when something had to be opened
 * @throws {ScanError} `SCAN_FILE_CHANGED`; {ScannerError}; {UnpackError}; the signal's reason
 */
export function scanObject(object: OpenObject, scanner: Scanner, rules: ScanRules): Verdict | Promise<Verdict> {
  const scan = new ObjectScan(object, scanner, rules);
  const visit = (layer: Layer): 'stop' | undefined => scan.visit(layer);
  const outcome = walkObject(object.source, object.name, scan.budget, scan.spools, visit, rules.typeRules);
  return outcome instanceof Promise ? outcome.then((outcome) => scan.verdict(outcome)) : scan.verdict(outcome);
}

class ObjectScan {
  readonly budget: Budget;
  readonly spools = new SpoolPool();
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
    const { source, entry, depth } = layer;
    this.#objects++;
    if (depth > this.#allowedDepth) return undefined;
    this.#allowedDepth = Number.POSITIVE_INFINITY;
    const { allowed, names } = this.#look(unchanged(layer), undefined, NO_NAMES);
    this.#scannedBytes += source.size;
    if (allowed) {
      this.#allowed.push(entry);
      this.#allowedDepth = depth;
      // Nothing but what is inside it is left to look at.
      return depth === 0 ? 'stop' : undefined;
    }
    if (!this.#isEnough()) this.#lookAtViews(layer, names);
    return this.#isEnough() ? 'stop' : undefined;
  }

  /** @param names of what was found in the layer as it is: a view has that as well, and it is said once */
  #lookAtViews(layer: Layer, names: ReadonlySet<string>): void {
    const known = new Set(names);
    const isTimeOver = this.#isTimeOver;
    for (const view of viewsOf(layer.source, layer.facts.targets, { spools: this.spools, isTimeOver })) {
      if (view.kind === 'obstacle') {
        this.#cannotLook(view, layer.entry);
        continue;
      }
      const { source, targets } = view;
      const facts = { ...layer.facts, targets, executable: undefined };
      try {
        for (const name of this.#look({ ...layer, source, facts }, view, known).names) known.add(name);
      } finally {
        source.close();
      }
      if (this.#isEnough()) return;
    }
  }

  /**
   * @param view  undefined for the layer as it is
   * @param known names that are not reported again
   * @returns names that are reported
   */
  #look(layer: Layer, view: View | undefined, known: ReadonlySet<string>): Look {
    const { source, fileType, facts, entry } = layer;
    const hashes = view?.hashes ?? true;
    const options = { allMatches: this.#rules.allMatches, hashes, isTimeOver: this.#isTimeOver };
    const { detections: all, allowed, spent } = this.#scanner.scan(source, facts, options);
    const detections = known.size === 0 ? all : all.filter(({ name }) => !known.has(name));
    this.#rules.observer?.(layer, detections, view?.kind);
    if (allowed) return { allowed, names: NO_NAMES };
    for (const { name, by, offset } of detections) this.#detections.push({ name, entry, fileType, by, offset });
    if (spent !== undefined) this.#cannotLook(spent, entry);
    return { allowed, names: detections.length === 0 ? NO_NAMES : new Set(detections.map(({ name }) => name)) };
  }

  readonly #isTimeOver = (): boolean => !this.budget.check();

  /** True when something was found, and one thing is all that is wanted. */
  #isEnough(): boolean {
    return !this.#rules.allMatches && this.#detections.length > 0;
  }

  #cannotLook({ reason, message }: Pick<Unscanned, 'reason' | 'message'>, entry: readonly string[]): void {
    // Time that is over ends the walk as well, and it says so then; of a layer and its views once is enough.
    if (reason !== 'time') this.#unscanned.push({ reason, entry, message });
    else if (!this.#unscanned.some((known) => known.reason === 'time'))
      this.#unscanned.push(this.#timeOver(entry, message));
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

/** The layer with the targets that apply to its bytes as they are. */
function unchanged(layer: Layer): Layer {
  const { facts } = layer;
  const targets = unchangedTargets(facts.targets);
  return targets === facts.targets ? layer : { ...layer, facts: { ...facts, targets } };
}

function isNotEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
