/**
 * Scans objects with an image: the path of one scanned byte through the engine.
 *
 * ```
 * block ─► digests ─► kernel: filter, automaton ─► hits ─► confirm around the hit ─► signature started
 * end   ─► digests looked up ─► fixed places looked at ─► conditions of started signatures evaluated ─► detections
 * ```
 * What a signature needs beside the pattern that started it is searched only then, and only as far as its condition asks.
 */

import { ScannerError } from '../errors.ts';
import type { Digest, Digester } from '../host.ts';
import { HASH_ALGORITHMS, hashTableIndex } from '../image/hash-tables.ts';
import type { Image, Matcher } from '../image/open.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { hash4 } from '../kernel/twin.ts';
import { ANCHOR_WORDS, type ArenaLayout, arenaLayout, HIT_CAPACITY, ROOT, SHORT_WORDS, STATE } from '../layout.ts';
import { evaluateCondition } from '../match/condition.ts';
import { searchMany } from './many.ts';
import type { ByteSource, ObjectFacts, Section } from './object.ts';
import { PatternChecker, Spent } from './patterns.ts';
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

export interface ScanOptions {
  /** Report every signature that holds, not only the first. */
  readonly allMatches: boolean;
  /** Asked between blocks and searches: true ends the scan with `spent`. */
  readonly isTimeOver?: () => boolean;
}

export interface ObjectDetection {
  readonly name: string;
  readonly by: 'body' | 'hash';
  /** Offset of the first match that confirmed it; undefined for a hash of the whole object. */
  readonly offset: number | undefined;
}

/** What one object turned out to be. */
export interface ObjectResult {
  /** Body signatures in the order of their names in the image, then hashes. */
  readonly detections: readonly ObjectDetection[];
  /** An allow signature has the object's digest: it is clean whatever else matches, and so is what holds it. */
  readonly allowed: boolean;
  /** Why not everything was looked at; undefined when everything was. */
  readonly spent: { readonly reason: 'time' | 'matching'; readonly message: string } | undefined;
  readonly statistics: ScanStatistics;
}
export interface ScanStatistics {
  /** Positions that passed the first and the second filter, steps of the automaton, atoms found, signatures started. */
  readonly candidates1: number;
  readonly candidates2: number;
  readonly steps: number;
  readonly hits: number;
  readonly started: number;
  /** Bytes looked at by searches on demand. */
  readonly searchedBytes: number;
}

/** Bytes an arena takes. @param windowBytes bytes of an object in memory at a time, a multiple of 65536, at least 262144 */
export function arenaBytes(windowBytes: number): number {
  return arenaLayout(windowBytes).bytes;
}

/** The search stays this far behind the last byte read, so that most confirmations find all their bytes in the window. */
const LAG_BYTES = 2048;
/** Searches on demand may look at this many times the object before all that is left is searched at once. */
const DEMAND_FACTOR = 24;

export class Scanner {
  readonly #image: Image;
  readonly #kernel: Kernel;
  readonly #digester: Digester;
  readonly #arena: number;
  readonly #layout: ArenaLayout;
  readonly #window: Window;
  readonly #checker: PatternChecker;
  readonly #state: Uint32Array;
  readonly #hits: Uint32Array;
  readonly #cells: Uint32Array;
  /** Per signature: 1 once it is started on this object. */
  readonly #started: Uint8Array;
  /** Started signatures, in the order found. */
  #order: number[] = [];
  /** Patterns confirmed when they were found, with the offset. */
  #confirmed = new Map<number, number>();
  #hitCount = 0;

  constructor(options: ScannerOptions) {
    const { image, windowBytes } = options;
    if (windowBytes % 65536 !== 0 || windowBytes < 262144) {
      throw new ScannerError(
        'SCANNER_OPTION',
        `windowBytes: expected a multiple of 65536, at least 262144, got ${windowBytes}`,
      );
    }
    this.#image = image;
    this.#kernel = options.kernel;
    this.#digester = options.digester;
    this.#arena = options.arena;
    this.#layout = arenaLayout(windowBytes);
    this.#window = new Window(image.memory, options.arena, this.#layout);
    this.#checker = new PatternChecker(image, this.#window, options.kernel, options.arena, this.#layout);
    this.#state = new Uint32Array(image.memory.buffer, options.arena, 16);
    this.#hits = new Uint32Array(image.memory.buffer, options.arena + this.#layout.hits, HIT_CAPACITY * 2);
    this.#cells = new Uint32Array(image.memory.buffer);
    this.#started = new Uint8Array(image.signatures.length / 4);
  }

  /**
   * Scans one object.
   *
   * @throws {ScannerError} `SCANNER_SHORT_READ` when the source gives fewer bytes than its size promised
   */
  scan(source: ByteSource, facts: ObjectFacts, options: ScanOptions): ObjectResult {
    const state = this.#state;
    state.fill(0);
    this.#window.open(source);
    this.#checker.known = new Map();
    this.#checker.searchedBytes = 0;
    this.#checker.checkTime = () => {
      if (options.isTimeOver?.()) throw new TimeOver('the time for this object is over');
    };
    const detections: ObjectDetection[] = [];
    let allowed = false;
    let spent: ObjectResult['spent'];
    const wasSpent = (error: unknown): void => {
      if (!(error instanceof Spent)) throw error;
      spent = { reason: error instanceof TimeOver ? 'time' : 'matching', message: error.message };
    };
    try {
      let digests: Map<number, Uint8Array> | undefined;
      try {
        digests = this.#searchAll(facts);
      } catch (error) {
        wasSpent(error);
      }
      const hashHits = digests ? this.#lookUp(digests, source.size) : [];
      // A section's digest is looked up in a table of its own; an allowed section allows nothing but itself.
      allowed = hashHits.some((hit) => hit.allow);
      if (!spent && !allowed) {
        try {
          this.#lookAtAnchors(facts);
          this.#evaluateStarted(facts, options.allMatches, detections);
          if (options.allMatches || detections.length === 0) this.#hashSections(facts, detections);
        } catch (error) {
          wasSpent(error);
        }
      }
      if (options.allMatches || detections.length === 0) {
        for (const hit of hashHits)
          if (!hit.allow) detections.push({ name: this.#image.nameOf(hit.name), by: 'hash', offset: undefined });
      }
    } finally {
      for (const signature of this.#order) this.#started[signature] = 0;
      this.#window.close();
    }
    const statistics: ScanStatistics = {
      candidates1: state[STATE.candidates1]!,
      candidates2: state[STATE.candidates2]!,
      steps: state[STATE.steps]!,
      hits: this.#hitCount,
      started: this.#order.length,
      searchedBytes: this.#checker.searchedBytes,
    };
    this.#order = [];
    this.#confirmed = new Map();
    this.#hitCount = 0;
    return { detections: allowed ? [] : detections, allowed, spent, statistics };
  }

  /** One pass over the object: digests and search, block by block. @returns digest by hash table */
  #searchAll(facts: ObjectFacts): Map<number, Uint8Array> {
    const window = this.#window;
    const matchers = this.#matchersFor(facts.targets);
    const running = new Map<number, Digest>();
    for (const algorithm of HASH_ALGORITHMS) {
      const table = hashTableIndex(algorithm, 'object');
      if (this.#image.hashTables.get(table)?.wants(window.size)) running.set(table, this.#digester.create(algorithm));
    }
    let from = 0;
    while (window.end < window.size) {
      this.#checker.checkTime();
      const block = window.readBlock();
      for (const digest of running.values()) digest.update(block);
      const last = window.end === window.size;
      const to = last ? window.size : window.end - LAG_BYTES - (window.end % 4);
      if (to <= from) continue;
      for (const matcher of matchers) this.#searchBlock(matcher, from, to, facts);
      from = to;
    }
    return new Map([...running].map(([table, digest]) => [table, digest.finish()]));
  }

  #matchersFor(targets: number): Matcher[] {
    const matchers = this.#image.matchers.filter((matcher) => (matcher.targets & targets) !== 0);
    // An object of no known type is still searched for what applies to any.
    return matchers.length > 0 ? matchers : this.#image.matchers.slice(-1);
  }

  #searchBlock(matcher: Matcher, from: number, to: number, facts: ObjectFacts): void {
    if (matcher.atoms > 0) this.#searchAtoms(matcher, from, to, facts);
    if (matcher.hasShort) this.#searchShort(matcher, from, to, facts);
  }

  /** Atoms too short for the filter, or too common. */
  #searchShort(matcher: Matcher, from: number, to: number, facts: ObjectFacts): void {
    const window = this.#window;
    const { state, hits } = this.#layout;
    const shift = window.address - window.start;
    const { shortStarts, shortAtoms, openBuckets } = matcher;
    const listShift = 32 - Math.log2(shortStarts.length - 1);
    const firstOpen = shortStarts[shortStarts.length - 1]! * SHORT_WORDS;
    for (let next = from; next < to; next = this.#state[STATE.next]! - shift) {
      this.#kernel.shuffle(
        matcher.address,
        this.#image.base,
        next + shift,
        to + shift,
        this.#arena + state,
        this.#arena + hits,
        HIT_CAPACITY,
      );
      const count = this.#state[STATE.hits]!;
      this.#hitCount += count;
      for (let i = 0; i < count; i++) {
        const at = this.#hits[i * 2]! - shift;
        const triple = this.#fourBytes(at) & 0xffffff;
        const hash = hash4(triple, listShift);
        const end = shortStarts[hash + 1]! * SHORT_WORDS;
        for (let k = shortStarts[hash]! * SHORT_WORDS; k < end; k += SHORT_WORDS) {
          if (shortAtoms[k] === triple) this.#onShort(shortAtoms, k, at, facts);
        }
        if ((this.#hits[i * 2 + 1]! & openBuckets) === 0) continue;
        for (let k = firstOpen; k < shortAtoms.length; k += SHORT_WORDS) this.#onShort(shortAtoms, k, at, facts);
      }
    }
  }

  /** A short atom may lie at `at`: four more bytes decide most. */
  #onShort(atoms: Uint32Array, k: number, at: number, facts: ObjectFacts): void {
    const start = at - atoms[k + 2]!;
    if ((this.#fourBytes(start + atoms[k + 5]!) & atoms[k + 4]!) >>> 0 === atoms[k + 3]!)
      this.#onAtom(atoms[k + 1]!, start, facts);
  }

  #searchAtoms(matcher: Matcher, from: number, to: number, facts: ObjectFacts): void {
    const window = this.#window;
    const { state, candidates, hits } = this.#layout;
    const shift = window.address - window.start;
    for (let next = from; next < to; next = this.#state[STATE.next]! - shift) {
      this.#kernel.search(
        matcher.address,
        this.#image.base,
        window.address,
        next + shift,
        to + shift,
        window.end + shift,
        this.#arena + state,
        this.#arena + candidates,
        this.#arena + hits,
        HIT_CAPACITY,
      );
      const count = this.#state[STATE.hits]!;
      this.#hitCount += count;
      for (let i = 0; i < count; i++) this.#onState(matcher, this.#hits[i * 2]!, this.#hits[i * 2 + 1]! - shift, facts);
    }
  }

  /** All atoms that end in a state: its own, then those of the states that its failure transitions lead to. */
  #onState(matcher: Matcher, state: number, end: number, facts: ObjectFacts): void {
    const heads = (this.#image.base + matcher.cells) >>> 2;
    for (let at = state; at !== ROOT && this.#cells[heads + at * 2]! & 1; at = matcher.links[at]!) {
      const index = indexOf(matcher.outputStates, at);
      if (index < 0) continue;
      const last = matcher.outputStarts[index + 1]!;
      for (let k = matcher.outputStarts[index]!; k < last; k++) {
        this.#onAtom(matcher.outputs[k * 2]!, end - matcher.outputs[k * 2 + 1]!, facts);
      }
    }
  }

  #onAtom(segment: number, start: number, facts: ObjectFacts): void {
    if (start < 0) return;
    const { segments, patterns, signatures } = this.#image;
    const pattern = segments[segment * 2]!;
    const signature = patterns[pattern * 4 + 1]!;
    if (this.#started[signature] !== 0) return;
    const target = signatures[signature * 4 + 2]!;
    if (target !== 0 && (facts.targets & (1 << target)) === 0) return;
    const confirmed = this.#checker.confirmAround(pattern, segment, start, facts);
    if (confirmed === false) return;
    if (confirmed) this.#confirmed.set(pattern, start);
    this.#start(signature);
  }

  #start(signature: number): void {
    if (this.#started[signature] !== 0) return;
    this.#started[signature] = 1;
    this.#order.push(signature);
  }

  /** Patterns at fixed places: four bytes are compared, then the whole pattern. */
  #lookAtAnchors(facts: ObjectFacts): void {
    for (const [target, anchors] of this.#image.anchors) {
      if (target !== 0 && (facts.targets & (1 << target)) === 0) continue;
      for (let at = 0; at < anchors.length; at += ANCHOR_WORDS) this.#lookAtAnchor(anchors, at, facts);
    }
    for (const [target, signatures] of this.#image.always) {
      if (target !== 0 && (facts.targets & (1 << target)) === 0) continue;
      for (const signature of signatures) this.#start(signature);
    }
  }

  #lookAtAnchor(anchors: Uint32Array, at: number, facts: ObjectFacts): void {
    const pattern = anchors[at]!;
    const signature = this.#image.patterns[pattern * 4 + 1]!;
    if (this.#started[signature] !== 0) return;
    const value = anchors[at + 1]!;
    const mask = anchors[at + 2]!;
    const region = this.#checker.regionOf(pattern, facts);
    for (let start = region.start; start < region.end; start++) {
      if ((this.#fourBytes(start + anchors[at + 3]!) & mask) >>> 0 !== value) continue;
      const confirmed = this.#checker.confirmAround(pattern, this.#image.patterns[pattern * 4]!, start, facts);
      // Of several variants only one may lie here, and not the first: then the search decides.
      const several = this.#image.patterns[pattern * 4 + 4]! - this.#image.patterns[pattern * 4]! > 1;
      if (confirmed === false && !several) continue;
      if (confirmed) this.#confirmed.set(pattern, start);
      this.#start(signature);
      return;
    }
  }

  #fourBytes(offset: number): number {
    const window = this.#window;
    if (offset >= window.start && offset + 4 <= window.end) {
      const { bytes } = window;
      const i = offset - window.start;
      return bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    }
    let word = 0;
    for (let i = 0; i < 4; i++) word |= Math.max(0, window.byteAt(offset + i)) << (8 * i);
    return word;
  }

  #evaluateStarted(facts: ObjectFacts, all: boolean, detections: ObjectDetection[]): void {
    const { signatures, conditions } = this.#image;
    const budget = DEMAND_FACTOR * this.#window.size + 65536;
    const counts = new Map<number, number>();
    // In image order, so that the first detection does not depend on where in the object it lies.
    const order = this.#order.sort((a, b) => a - b);
    for (let i = 0; i < order.length; i++) {
      const signature = order[i]!;
      if (this.#checker.searchedBytes > budget && this.#checker.known.size === 0) {
        this.#checker.known = searchMany(this.#image, this.#checker, this.#window, order.slice(i));
      }
      const first = signatures[signature * 4]!;
      const holds = evaluateCondition(conditions, signatures[signature * 4 + 1]!, {
        fileSize: this.#window.size,
        entryPoint: facts.executable?.entryPoint,
        sectionCount: facts.executable?.sections.length,
        containers: facts.containers,
        matches: (pattern, enough) => this.#countMatches(first + pattern, facts, enough, counts),
      });
      if (!holds) continue;
      detections.push({ name: this.#image.nameOf(signature), by: 'body', offset: this.#firstOffset(signature) });
      if (!all) return;
    }
  }

  #countMatches(pattern: number, facts: ObjectFacts, enough: number, counts: Map<number, number>): number {
    if (enough === 1 && this.#confirmed.has(pattern)) return 1;
    const known = counts.get(pattern);
    if (known !== undefined && (known >= enough || known === 0)) return known;
    const count = this.#checker.count(pattern, facts, enough, ({ start }) => {
      if (!this.#confirmed.has(pattern)) this.#confirmed.set(pattern, start);
    });
    counts.set(pattern, count);
    return count;
  }

  #firstOffset(signature: number): number | undefined {
    const { signatures } = this.#image;
    let first: number | undefined;
    for (let pattern = signatures[signature * 4]!; pattern < signatures[signature * 4 + 4]!; pattern++) {
      const offset = this.#confirmed.get(pattern);
      if (offset !== undefined && (first === undefined || offset < first)) first = offset;
    }
    return first;
  }

  #lookUp(digests: Map<number, Uint8Array>, size: number): { name: number; allow: boolean }[] {
    return [...digests].flatMap(([table, digest]) => this.#image.hashTables.get(table)!.find(digest, size));
  }

  #hashSections(facts: ObjectFacts, detections: ObjectDetection[]): void {
    for (const section of facts.executable?.sections ?? []) {
      if (section.size === 0) continue;
      for (const algorithm of HASH_ALGORITHMS) {
        const table = this.#image.hashTables.get(hashTableIndex(algorithm, 'section'));
        if (!table?.wants(section.size)) continue;
        const digest = this.#hashOf(section, this.#digester.create(algorithm));
        for (const hit of table.find(digest, section.size)) {
          if (!hit.allow) detections.push({ name: this.#image.nameOf(hit.name), by: 'hash', offset: section.offset });
        }
      }
    }
  }

  #hashOf(section: Section, digest: Digest): Uint8Array {
    const end = section.offset + section.size;
    for (let at = section.offset; at < end; ) {
      this.#checker.checkTime();
      const bytes = this.#window.span(at, Math.min(32768, end - at));
      if (!bytes)
        throw new ScannerError(
          'SCANNER_SHORT_READ',
          `section: expected bytes up to ${end}, got an object of ${this.#window.size}`,
        );
      digest.update(bytes);
      at += bytes.length;
    }
    return digest.finish();
  }
}

class TimeOver extends Spent {}

/** Place of `value` in ascending `values`, or -1. */
function indexOf(values: Uint32Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low < values.length && values[low] === value ? low : -1;
}
