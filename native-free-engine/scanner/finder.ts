/**
 * Finds what may start a signature: segments by the filters, short atoms by the shuffle filter, patterns at fixed places.
 *
 * Each find is confirmed around its place. What is confirmed, or cannot be decided there, starts its signature; the rest of its condition is the
 * scanner's business.
 */

import type { Image, Matcher } from '../image/open.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { hash4 } from '../kernel/twin.ts';
import {
  ANCHOR_WORDS,
  type ArenaLayout,
  HIT_CAPACITY,
  ITEM,
  ITEM_WORDS,
  MOVABLE,
  PATTERN_WORDS,
  SHORT_WORDS,
  STATE,
  WHOLE,
} from '../layout.ts';
import type { ObjectFacts } from './object.ts';
import type { PatternChecker } from './patterns.ts';
import type { Window } from './window.ts';

/**
 * Atoms that hits may stand for, for each byte of the object: ordinary files need a hundredth of one. A state of the real set stands for up to 356.
 */
const ATOMS_PER_BYTE = 0.2;

const NO_FACTS: ObjectFacts = { targets: 0, executable: undefined, containers: [] };

export class Finder {
  readonly #image: Image;
  readonly #kernel: Kernel;
  readonly #arena: number;
  readonly #layout: ArenaLayout;
  readonly #window: Window;
  readonly #checker: PatternChecker;
  readonly #state: Uint32Array;
  readonly #hits: Uint32Array;
  /** Per signature: 1 once it is started on this object. */
  readonly #isStarted: Uint8Array;
  #facts = NO_FACTS;
  #matchers: readonly Matcher[] = [];
  /** Started signatures, in the order found. */
  started: number[] = [];
  /** Patterns confirmed when they were found, with the start of that match. */
  confirmed = new Map<number, number>();
  /** Hits of the kernel. */
  hits = 0;
  /** Atoms that these stood for. */
  atoms = 0;
  #mostAtoms = 0;
  /** By table the places of its lists whose signatures were started without a look. */
  readonly #unseen = new Map<Uint32Array, Set<number>>();

  constructor(
    image: Image,
    kernel: Kernel,
    arena: number,
    layout: ArenaLayout,
    window: Window,
    checker: PatternChecker,
  ) {
    this.#image = image;
    this.#kernel = kernel;
    this.#arena = arena;
    this.#layout = layout;
    this.#window = window;
    this.#checker = checker;
    this.#state = new Uint32Array(image.memory.buffer, arena + layout.state, 16);
    this.#hits = new Uint32Array(image.memory.buffer, arena + layout.hits, HIT_CAPACITY * 2);
    this.#isStarted = new Uint8Array(image.signatures.length / 4);
  }

  /** Forgets the object before, and takes up the next, which is in the window. */
  begin(facts: ObjectFacts): void {
    for (const signature of this.started) this.#isStarted[signature] = 0;
    this.started = [];
    this.confirmed = new Map();
    this.hits = 0;
    this.atoms = 0;
    this.#mostAtoms = ATOMS_PER_BYTE * this.#window.size + 65536;
    this.#unseen.clear();
    this.#facts = facts;
    this.#matchers = this.#matchersFor(facts.targets);
    this.#state.fill(0);
  }

  /** Searches positions [from, to) of the object, which are in the window; from is a multiple of 4. */
  search(from: number, to: number): void {
    for (const matcher of this.#matchers) {
      for (const filter of matcher.filters) this.#searchFilter(matcher, filter, from, to);
      if (matcher.hasShort) this.#searchShort(matcher, from, to);
    }
  }

  #matchersFor(targets: number): Matcher[] {
    const matchers = this.#image.matchers.filter((matcher) => (matcher.targets & targets) !== 0);
    // An object of no known type is still searched for what applies to any.
    return matchers.length > 0 ? matchers : this.#image.matchers.slice(-1);
  }

  /** Atoms too short for the filter, or too common. */
  #searchShort(matcher: Matcher, from: number, to: number): void {
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
      this.hits += count;
      for (let i = 0; i < count; i++) {
        const at = this.#hits[i * 2]! - shift;
        const triple = this.#fourBytes(at) & 0xffffff;
        const hash = hash4(triple, listShift);
        const end = shortStarts[hash + 1]! * SHORT_WORDS;
        const first = shortStarts[hash]! * SHORT_WORDS;
        if (!this.#isTooMuch(shortAtoms, first, end, SHORT_WORDS, 1)) {
          for (let k = first; k < end; k += SHORT_WORDS) if (shortAtoms[k] === triple) this.#onShort(shortAtoms, k, at);
        }
        if ((this.#hits[i * 2 + 1]! & openBuckets) === 0) continue;
        if (this.#isTooMuch(shortAtoms, firstOpen, shortAtoms.length, SHORT_WORDS, 1)) continue;
        for (let k = firstOpen; k < shortAtoms.length; k += SHORT_WORDS) this.#onShort(shortAtoms, k, at);
      }
    }
  }

  /** A short atom may lie at `at`: four more bytes decide most. */
  #onShort(atoms: Uint32Array, k: number, at: number): void {
    const start = at - atoms[k + 2]!;
    if ((this.#fourBytes(start + atoms[k + 5]!) & atoms[k + 4]!) >>> 0 === atoms[k + 3]!)
      this.#onAtom(atoms[k + 1]!, start);
  }

  #searchFilter({ items, itemSegments }: Matcher, filter: number, from: number, to: number): void {
    const window = this.#window;
    const { state, candidates, hits } = this.#layout;
    const shift = window.address - window.start;
    for (let next = from; next < to; next = this.#state[STATE.next]! - shift) {
      this.#kernel.search(
        filter,
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
      this.hits += count;
      for (let i = 0; i < count; i++) {
        const hit = this.#hits[i * 2]!;
        const item = (hit & ~WHOLE) * ITEM_WORDS;
        const start = this.#hits[i * 2 + 1]! - shift;
        const first = items[item]!;
        const last = first + (items[item + ITEM.base]! & 0xffff);
        if (this.#isTooMuch(itemSegments, first, last, 1, 0)) continue;
        for (let k = first; k < last; k++) this.#onAtom(itemSegments[k]!, start, hit >= WHOLE);
      }
    }
  }

  /**
   * Counts the atoms of a list [from, to) of a table; when an object has come to more of them than it may, their signatures are started without a look:
   * whether they hold is then decided once, when all has been read.
   *
   * @param words of one entry
   * @param field the word that is the segment
   */
  #isTooMuch(table: Uint32Array, from: number, to: number, words: number, field: number): boolean {
    if (this.atoms <= this.#mostAtoms) {
      this.atoms += (to - from) / words;
      return false;
    }
    const known = this.#unseen.get(table) ?? new Set();
    this.#unseen.set(table, known);
    if (known.has(from)) return true;
    known.add(from);
    for (let k = from + field; k < to; k += words) this.#startUnseen(table[k]!);
    return true;
  }

  #startUnseen(segment: number): void {
    const { segments, patterns, signatures } = this.#image;
    const signature = patterns[segments[segment * 2]! * PATTERN_WORDS + 1]!;
    const target = signatures[signature * 4 + 2]!;
    if (target === 0 || (this.#facts.targets & (1 << target)) !== 0) this.#start(signature);
  }

  /** @param isWhole the segment is known to lie there */
  #onAtom(segment: number, start: number, isWhole = false): void {
    if (start < 0 || this.#checker.isMissed(segment, start)) return;
    const { segments, patterns, signatures } = this.#image;
    const pattern = segments[segment * 2]!;
    const signature = patterns[pattern * PATTERN_WORDS + 1]!;
    if (this.#isStarted[signature] !== 0) return;
    const target = signatures[signature * 4 + 2]!;
    if (target !== 0 && (this.#facts.targets & (1 << target)) === 0) return;
    const confirmed = this.#checker.confirmAround(pattern, segment, start, this.#facts, isWhole);
    if (confirmed === false) return;
    if (confirmed !== undefined) this.confirmed.set(pattern, confirmed);
    this.#start(signature);
  }

  #start(signature: number): void {
    if (this.#isStarted[signature] !== 0) return;
    this.#isStarted[signature] = 1;
    this.started.push(signature);
  }

  /** Patterns at fixed places: four bytes are compared, then the whole pattern. */
  lookAtAnchors(): void {
    for (const [target, anchors] of this.#image.anchors) {
      if (target !== 0 && (this.#facts.targets & (1 << target)) === 0) continue;
      this.#lookAtAll(anchors);
    }
    for (const [target, signatures] of this.#image.always) {
      if (target !== 0 && (this.#facts.targets & (1 << target)) === 0) continue;
      for (const signature of signatures) this.#start(signature);
    }
  }

  #lookAtAll(anchors: Uint32Array): void {
    const { size } = this.#window;
    let at = 0;
    // Ascending by place: what lies behind the object's end needs no look, and a large object is read again in order.
    for (; at < anchors.length && anchors[at]! < size; at += ANCHOR_WORDS) {
      const place = anchors[at]!;
      if ((this.#fourBytes(place) & anchors[at + 3]!) >>> 0 !== anchors[at + 2]!) continue;
      this.#onAtom(anchors[at + 1]!, place - anchors[at + 4]!);
    }
    while (at < anchors.length && anchors[at] !== MOVABLE) at += ANCHOR_WORDS;
    for (; at < anchors.length; at += ANCHOR_WORDS) this.#lookAtMovable(anchors, at);
  }

  #lookAtMovable(anchors: Uint32Array, at: number): void {
    const segment = anchors[at + 1]!;
    // One interval: version information is searched for.
    const [from = 0, to = 0] = this.#checker.placesAllowed(this.#image.segments[segment * 2]!, this.#facts);
    for (let start = from; start < to; start++) {
      if ((this.#fourBytes(start + anchors[at + 4]!) & anchors[at + 3]!) >>> 0 !== anchors[at + 2]!) continue;
      this.#onAtom(segment, start);
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
}
