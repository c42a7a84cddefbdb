/**
 * Scans objects with an image: the path of one scanned byte through the engine.
 *
 * ```
 * block ─► digests ─► kernel: filter, automaton ─► hits ─► confirm around the hit ─► signature started
 * end   ─► digests looked up ─► fixed places looked at ─► conditions of started signatures evaluated ─► detections
 * ```
 * What a signature needs beside the pattern that started it is searched only then, and only as far as its condition asks; a regular expression only
 * once its trigger holds.
 */

import { ScannerError } from '../errors.ts';
import type { Digester } from '../host.ts';
import type { HashHit } from '../image/hash-lookup.ts';
import { LATE_TARGETS } from '../image/late.ts';
import type { Image } from '../image/open.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { arenaLayout, PATTERN_WORDS, STATE } from '../layout.ts';
import { type ConditionContext, evaluateCondition, isOnePattern } from '../match/condition.ts';
import { TARGET } from '../signature.ts';
import { Dependents } from './dependents.ts';
import { Finder } from './finder.ts';
import { ObjectHashes } from './hashes.ts';
import { searchMany } from './many.ts';
import type { ByteSource, ObjectFacts } from './object.ts';
import { type Occurrence, Occurrences } from './occurrences.ts';
import { PatternChecker } from './patterns.ts';
import { Regexes, StepsSpent } from './regexes.ts';
import {
  COUNTED,
  type ExplainedPattern,
  type Explanation,
  type ObjectDetection,
  type ObjectResult,
  type ScanOptions,
  type ScanStatistics,
  type SpentBudget,
} from './result.ts';
import { Spent } from './spent.ts';
import { Window } from './window.ts';

export interface ScannerOptions {
  readonly image: Image;
  /** Must work on the image's memory. */
  readonly kernel: Kernel;
  /** Address of this scanner's arena in the image's memory, 64 KiB aligned. One scanner per arena. */
  readonly arena: number;
  /** As given to `arenaBytes`. */
  readonly windowBytes: number;
  readonly digester: Digester;
}

/** The search stays this far behind the last byte read, so that most confirmations find all their bytes in the window. */
const LAG_BYTES = 2048;
/** Searches on demand may cost as much as this many looks at the whole object before all that is left is searched at once: one walk of the automaton costs about so much. */
const DEMAND_FACTOR = 100;

export class Scanner {
  readonly #image: Image;
  readonly #window: Window;
  readonly #checker: PatternChecker;
  readonly #finder: Finder;
  readonly #occurrences: Occurrences;
  readonly #dependents: Dependents;
  readonly #regexes: Regexes;
  readonly #hashes: ObjectHashes;
  readonly #state: Uint32Array;

  constructor(options: ScannerOptions) {
    const { image, kernel, arena, windowBytes } = options;
    if (windowBytes % 65536 !== 0 || windowBytes < 262144) {
      const expected = 'a multiple of 65536, at least 262144';
      throw new ScannerError('SCANNER_OPTION', `windowBytes: expected ${expected}, got ${windowBytes}`);
    }
    const layout = arenaLayout(windowBytes);
    this.#image = image;
    this.#window = new Window(image.memory, arena, layout);
    this.#checker = new PatternChecker(image, this.#window, kernel, arena, layout);
    this.#finder = new Finder(image, kernel, arena, layout, this.#window, this.#checker);
    this.#occurrences = new Occurrences(this.#checker, this.#window);
    this.#dependents = new Dependents(image, this.#window, this.#checker, this.#occurrences);
    this.#regexes = new Regexes(image, this.#window);
    this.#hashes = new ObjectHashes(image, options.digester);
    this.#state = new Uint32Array(image.memory.buffer, arena + layout.state, 16);
  }

  /**
   * Scans one object.
   *
   * @throws {ScannerError} `SCANNER_SHORT_READ` when the source gives fewer bytes than its size promised
   */
  scan(source: ByteSource, facts: ObjectFacts, options: ScanOptions): ObjectResult {
    this.#begin(source, facts, options.isTimeOver);
    const { allMatches, hashes = true } = options;
    const detections: ObjectDetection[] = [];
    let hashHits: readonly HashHit[] = [];
    let spent: ObjectResult['spent'];
    // Once, between body signatures of one pattern and those of several; when the budget is spent before that, at the end.
    const reportHashes = (): void => {
      this.#report(hashHits, undefined, detections);
      hashHits = [];
    };
    let allowed = false;
    try {
      hashHits = this.#searchAll(hashes);
      allowed = hashHits.some((hit) => hit.allow);
      if (!allowed) {
        this.#finder.lookAtAnchors();
        spent = this.#evaluateStarted(facts, allMatches, detections, reportHashes);
        if (hashes && (allMatches || detections.length === 0)) this.#hashParts(facts, detections);
      }
    } catch (error) {
      if (!(error instanceof Spent)) throw error;
      spent = this.#spentBy(error);
    } finally {
      this.#window.close();
    }
    if (allowed) detections.length = 0;
    else reportHashes();
    if (!allMatches) detections.length = Math.min(1, detections.length);
    return { detections, allowed, spent, statistics: this.#statistics() };
  }

  /**
   * Tells why one body signature holds on an object, or does not: every pattern is searched through the whole object.
   *
   * @param signature its number in the image, see `Image.signaturesNamed`
   * @throws {ScannerError} as `scan`
   */
  explain(source: ByteSource, facts: ObjectFacts, signature: number): Explanation {
    this.#image.complete();
    this.#begin(source, facts, undefined);
    const { signatures } = this.#image;
    const first = signatures[signature * 4]!;
    const target = signatures[signature * 4 + 2]!;
    try {
      const known: ExplainedPattern[] = [];
      // A trigger may ask for patterns that stand behind its own.
      const explained = (i: number): ExplainedPattern => (known[i] ??= this.#explainPattern(first + i, facts, context));
      const context = this.#context(facts, (pattern) => explained(pattern).count);
      const patterns = Array.from({ length: signatures[signature * 4 + 4]! - first }, (_, i) => explained(i));
      const holds = evaluateCondition(this.#image.conditions, signatures[signature * 4 + 1]!, context);
      return { holds, targetFits: target === 0 || (facts.targets & (1 << target)) !== 0, patterns };
    } finally {
      this.#window.close();
    }
  }

  #explainPattern(pattern: number, facts: ObjectFacts, context: ConditionContext): ExplainedPattern {
    if (this.#checker.isRegex(pattern)) {
      const isTriggered = evaluateCondition(this.#image.conditions, this.#regexes.triggerOf(pattern), context);
      if (!isTriggered) return { count: 0, first: undefined, isTriggered };
      // Where a match lies costs more than that there is one: each has the steps of a scan.
      this.#regexes.renew();
      return { ...this.#regexes.explain(pattern, facts, COUNTED), isTriggered };
    }
    let first: Occurrence | undefined;
    if (this.#dependents.isDependent(pattern)) return { ...this.#dependents.match(pattern, facts), isTriggered: true };
    const count = this.#occurrences.count(pattern, facts, COUNTED, (found) => {
      if (!first || found.start < first.start) first = found;
    });
    return { count, first, isTriggered: true };
  }

  #begin(source: ByteSource, facts: ObjectFacts, isTimeOver: (() => boolean) | undefined): void {
    if ((facts.targets & LATE_TARGETS) !== 0) this.#image.complete();
    this.#window.open(source);
    const checkTime = (): void => {
      if (isTimeOver?.()) throw new TimeOver('the time for this object is over');
    };
    this.#checker.begin(checkTime);
    this.#regexes.begin(checkTime);
    this.#dependents.begin();
    this.#finder.begin(facts);
  }

  /** One pass over the object: digests and search, block by block. @returns hash signatures of the whole object */
  #searchAll(hashes: boolean): readonly HashHit[] {
    const window = this.#window;
    const running = hashes ? this.#hashes.begin(window.size) : [];
    let from = 0;
    while (window.end < window.size) {
      this.#checker.checkTime();
      const block = window.readBlock();
      for (const { digest } of running) digest.update(block);
      const isLast = window.end === window.size;
      const to = isLast ? window.size : window.end - LAG_BYTES - (window.end % 4);
      if (to <= from) continue;
      this.#finder.search(from, to);
      from = to;
    }
    return this.#hashes.finish(running, window.size);
  }

  /**
   * Signatures of one pattern by their places in the object, then those of several: clamscan's order.
   *
   * @param between called when the first of these are done
   * @returns why some could not be decided: what one needs too many steps for, another may not need at all
   */
  #evaluateStarted(
    facts: ObjectFacts,
    all: boolean,
    detections: ObjectDetection[],
    between: () => void,
  ): SpentBudget | undefined {
    const budget = DEMAND_FACTOR * this.#window.size + 65536;
    const counts: Counts = new Map();
    let spent: SpentBudget | undefined;
    let isAllKnown = false;
    const { order, singles } = this.#startedInOrder();
    for (let i = 0; i <= order.length; i++) {
      if (i === singles) {
        detections.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
        between();
        if (!all && detections.length > 0) break;
      }
      if (i === order.length) break;
      const signature = order[i]!;
      if (this.#checker.demand > budget && !isAllKnown) {
        isAllKnown = true;
        this.#checker.learn(searchMany(this.#image, this.#checker, this.#window, this.#patternsOf(order.slice(i))));
      }
      const holds = this.#holds(signature, facts, counts);
      if (typeof holds === 'object') spent ??= holds;
      if (holds !== true) continue;
      const offset = this.#firstOffset(signature);
      detections.push({ name: this.#image.nameOf(signature), by: 'body', signature, offset });
      if (!all) break;
    }
    return spent;
  }

  /** In image order, so that the first detection does not depend on what else is in the object. `singles`: as many at the start have one pattern. */
  #startedInOrder(): { readonly order: readonly number[]; readonly singles: number } {
    const { signatures, conditions } = this.#image;
    const started = this.#finder.started.sort((a, b) => a - b);
    const isSingle = (signature: number): boolean => isOnePattern(conditions, signatures[signature * 4 + 1]!);
    const order = started.filter(isSingle);
    const singles = order.length;
    for (const signature of started) if (!isSingle(signature)) order.push(signature);
    return { order, singles };
  }

  *#patternsOf(signatures: readonly number[]): Generator<number> {
    const { signatures: table } = this.#image;
    for (const signature of signatures)
      for (let pattern = table[signature * 4]!; pattern < table[signature * 4 + 4]!; pattern++) yield pattern;
  }

  /** @returns why it could not be decided, when the steps for regular expressions are used up */
  #holds(signature: number, facts: ObjectFacts, counts: Counts): boolean | SpentBudget {
    const { signatures, conditions } = this.#image;
    const first = signatures[signature * 4]!;
    const context = this.#context(facts, (pattern, enough) =>
      this.#countMatches(first + pattern, enough, context, facts, counts),
    );
    try {
      return evaluateCondition(conditions, signatures[signature * 4 + 1]!, context);
    } catch (error) {
      if (!(error instanceof StepsSpent)) throw error;
      return this.#spentBy(error);
    }
  }

  #context(facts: ObjectFacts, matches: ConditionContext['matches']): ConditionContext {
    return {
      fileSize: this.#window.size,
      entryPoint: facts.executable?.entryPoint,
      sectionCount: facts.executable?.sections.length,
      containers: facts.containers,
      matches,
    };
  }

  #countMatches(
    pattern: number,
    enough: number,
    context: ConditionContext,
    facts: ObjectFacts,
    counts: Counts,
  ): number {
    const { confirmed } = this.#finder;
    if (enough === 1 && confirmed.has(pattern)) return 1;
    const known = counts.get(pattern);
    if (known !== undefined && (known.count >= enough || known.areAll)) return known.count;
    const count = this.#count(pattern, enough, context, facts);
    counts.set(pattern, { count, areAll: count < enough });
    return count;
  }

  #count(pattern: number, enough: number, context: ConditionContext, facts: ObjectFacts): number {
    const { confirmed } = this.#finder;
    if (this.#checker.isRegex(pattern)) return this.#countRegex(pattern, enough, context, facts);
    if (this.#dependents.isDependent(pattern)) return this.#dependents.match(pattern, facts).count;
    return this.#occurrences.count(pattern, facts, enough, ({ start }) => {
      // Of several variants the first in the object.
      const known = confirmed.get(pattern);
      if (known === undefined || start < known) confirmed.set(pattern, start);
    });
  }

  #countRegex(pattern: number, enough: number, context: ConditionContext, facts: ObjectFacts): number {
    const isTriggered = evaluateCondition(this.#image.conditions, this.#regexes.triggerOf(pattern), context);
    return isTriggered && this.#occurrences.mayMatch(pattern) ? this.#regexes.count(pattern, facts, enough) : 0;
  }

  #firstOffset(signature: number): number | undefined {
    const { signatures } = this.#image;
    let first: number | undefined;
    for (let pattern = signatures[signature * 4]!; pattern < signatures[signature * 4 + 4]!; pattern++) {
      const offset = this.#finder.confirmed.get(pattern);
      if (offset !== undefined && (first === undefined || offset < first)) first = offset;
    }
    return first;
  }

  /** Sections and imports have tables of their own; what they allow allows nothing, since the rest of the object is not known by it. */
  #hashParts(facts: ObjectFacts, detections: ObjectDetection[]): void {
    if ((facts.targets & (1 << TARGET.pe)) === 0) return;
    for (const section of facts.executable?.sections ?? []) {
      const hits = this.#hashes.ofSection(section, this.#window, this.#checker.checkTime);
      this.#report(hits, section.offset, detections);
    }
    this.#report(this.#hashes.ofImports(facts.executable), undefined, detections);
  }

  #report(hits: readonly HashHit[], offset: number | undefined, detections: ObjectDetection[]): void {
    for (const hit of hits) {
      if (!hit.allow) detections.push({ name: this.#image.nameOf(hit.name), by: 'hash', signature: undefined, offset });
    }
  }

  #spentBy(spent: Spent): SpentBudget {
    const { message, segment } = spent;
    const { patterns, segments } = this.#image;
    const pattern = segment === undefined ? spent.pattern : segments[segment * 2]!;
    const signature = pattern === undefined ? undefined : patterns[pattern * PATTERN_WORDS + 1]!;
    return {
      reason: spent instanceof TimeOver ? 'time' : 'matching',
      message,
      signature: signature === undefined ? undefined : this.#image.nameOf(signature),
    };
  }

  #statistics(): ScanStatistics {
    return {
      candidates1: this.#state[STATE.candidates1]!,
      candidates2: this.#state[STATE.candidates2]!,
      steps: this.#state[STATE.steps]!,
      hits: this.#finder.hits,
      atoms: this.#finder.atoms,
      comparisons: this.#checker.comparisons,
      intervals: this.#checker.intervals,
      started: this.#finder.started.length,
      searchedBytes: this.#checker.searchedBytes,
      walkedBytes: this.#checker.walkedBytes,
      regexSteps: this.#regexes.steps,
    };
  }
}

class TimeOver extends Spent {}

/** Matches by pattern, as far as they were counted. */
type Counts = Map<number, { readonly count: number; readonly areAll: boolean }>;
