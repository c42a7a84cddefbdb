/**
 * Chooses the atoms of a segment: the few bytes by which the search finds it.
 *
 * The filter tests four bytes at every fourth position only, so a segment needs one gram for each of the four ways in which it can lie over
 * those positions (its residues). A run of seven literal bytes holds four grams in a row, one atom then serves all residues; a segment full of wildcards
 * takes the rarest gram of each residue wherever it lies, with up to 256 completions of its unknown bytes. Where even that fails, or finds too
 * much, the shuffle filter looks for three of its bytes at every position. What a choice costs is estimated with the byte-gram model.
 *
 * All bytes here are folded (bit 5 set), as the filter and the automaton see them; the check of the whole segment is exact.
 */

import type { Segment } from '../match/segment.ts';
import type { GramModel } from './model.ts';
import { byteRate, looseRate } from './rates.ts';

/** Literal bytes of an atom that go into the automaton. More would only add states: the whole segment is checked after it. */
export const ATOM_BYTES = 8;
/** Byte strings that one gram may stand for. */
const MAX_COMPLETIONS = 256;
/** Nanoseconds, measured with the kernel: a candidate of the first filter, of the second, and a hit to be confirmed. */
const COST = { candidate: 3, walk: 30, confirm: 60 } as const;
/** Nanoseconds per byte above which another way is looked for: 1,000 for a run of bytes, 50,000 for single grams, in each megabyte. */
/** Steps of the automaton per byte of an ordinary file: what an atom of one or two bytes is compared with. */
const STEPS_PER_BYTE = 0.07;
const GOOD_RUN = 1e-3;
const BAD_SPREAD = 0.05;

/** A gram of the filter. `long`: the second filter knows all 8 bytes that follow; else only the 4 of `low`. */
export interface Gram {
  readonly long: boolean;
  /** Folded bytes 0–3 and 4–7, little-endian; `high` only when `long`. */
  readonly low: number;
  readonly high: number;
}
export interface Atom {
  /** Folded bytes, 1 … ATOM_BYTES. */
  readonly bytes: Uint8Array;
  /** Bytes from the segment's start to the atom's end. */
  readonly end: number;
}
/** Four neighbouring bytes of a segment: the bytes at its start + `delta` are `value` under `mask`, little-endian. */
export interface KnownWord {
  readonly value: number;
  readonly mask: number;
  readonly delta: number;
}
/** Three neighbouring bytes for the shuffle filter. */
export interface Fingerprint {
  /** Bytes from the segment's start to the first of the three. */
  readonly at: number;
  /** Four bytes of the segment that tell most beside the three: looked at first when these are found. */
  readonly word: KnownWord;
  /** The bytes, unfolded, that each of the three can be. */
  readonly options: readonly (readonly number[])[];
}
export interface Choice {
  readonly atoms: readonly Atom[];
  readonly grams: readonly Gram[];
  /** Instead of atoms and grams. */
  readonly fingerprint?: Fingerprint;
  /** Expected nanoseconds per byte of an ordinary file. */
  readonly cost: number;
}

/** A segment as the filter sees it: the folded bytes each position can be. */
interface FoldedSegment {
  readonly length: number;
  /** Folded byte, where only one is possible; -1 elsewhere. */
  readonly literal: Int16Array;
  /** Where several are possible: all of them. */
  options(position: number): readonly number[];
}

const ANY_BYTE: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);
const ANY_FOLDED: readonly number[] = ANY_BYTE.filter((byte) => (byte & 0x20) !== 0);
/** The one byte that a literal position can be, as a list that is not made anew each time. */
const ONE_BYTE: readonly (readonly number[])[] = ANY_BYTE.map((byte) => [byte]);

/** The cheapest run of literal bytes that finds every place where the segment can lie; undefined when it has none of seven bytes. */
export function chooseRun(segment: Segment, model: GramModel): Choice | undefined {
  return bestRun(literalBytes(segment), model);
}

/** The cheapest way to find every place where the segment can lie. */
export function chooseAtoms(segment: Segment, model: GramModel): Choice {
  const folded = foldSegment(segment);
  const run = bestRun(folded.literal, model);
  if (run && run.cost < GOOD_RUN) return run;
  const spread = bestSpread(folded, model);
  // Four atoms instead of one must be worth it.
  const best = run && !(spread && spread.cost * 4 < run.cost) ? run : spread;
  if (best && best.cost < BAD_SPREAD) return best;
  const short = bestFingerprint(segment, folded, model);
  return best && best.cost < short.cost ? best : short;
}

/** The folded byte of each position that can be only one; -1 elsewhere. */
function literalBytes({ values, masks }: Segment): Int16Array {
  const literal = new Int16Array(values.length);
  for (let i = 0; i < literal.length; i++) literal[i] = (masks[i]! | 0x20) === 0xff ? values[i]! | 0x20 : -1;
  return literal;
}

function foldSegment(segment: Segment): FoldedSegment {
  const { masks, classes } = segment;
  const { length } = masks;
  const literal = literalBytes(segment);
  const options = (i: number): readonly number[] => {
    if (i < 0 || i >= length) return ANY_FOLDED;
    if (literal[i]! >= 0) return ONE_BYTE[literal[i]!]!;
    if (masks[i] === 0 && !classes.has(i)) return ANY_FOLDED;
    const found = new Set<number>();
    for (const byte of plainOptions(segment, i)) found.add(byte | 0x20);
    return [...found];
  };
  return { length, literal, options };
}

function gramAt(literal: Int16Array, at: number): number {
  return (literal[at]! | (literal[at + 1]! << 8) | (literal[at + 2]! << 16) | (literal[at + 3]! << 24)) >>> 0;
}

// Scratch for one segment at a time: three new arrays for each of 300,000 segments were a third of the compile time.
let scratchUntil = new Int32Array(1024);
let scratchRates = new Float64Array(1024);
let scratchCosts = new Float64Array(1024);

/** The cheapest run of at least seven literal bytes. */
function bestRun(literal: Int16Array, model: GramModel): Choice | undefined {
  const { length } = literal;
  if (length < 7) return undefined;
  if (scratchRates.length <= length) {
    scratchUntil = new Int32Array(length * 2);
    scratchRates = new Float64Array(length * 2);
    scratchCosts = new Float64Array(length * 2);
  }
  // literalUntil[i]: first position ≥ i that is not literal. rates[i] and costs[i] hold where four literal bytes begin.
  const literalUntil = scratchUntil;
  const rates = scratchRates;
  const costs = scratchCosts;
  literalUntil[length] = length;
  for (let i = length - 1; i >= 0; i--) {
    const until = literal[i]! < 0 ? i : literalUntil[i + 1]!;
    literalUntil[i] = until;
    if (i + 4 > until) continue;
    rates[i] = model.rate(gramAt(literal, i));
    costs[i] = gramCost(rates, i, until - i >= 8);
  }
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let start = 0; start + 7 <= length; start++) {
    if (literalUntil[start]! - start < 7) continue;
    let cost = costs[start]! + costs[start + 1]! + costs[start + 2]! + costs[start + 3]!;
    // Among equals the one with eight bytes behind each gram, since the second filter knows them better.
    if (literalUntil[start]! - start < 11) cost *= 1.05;
    if (cost < bestCost) {
      bestCost = cost;
      best = start;
    }
  }
  if (best < 0) return undefined;
  const grams: Gram[] = [];
  for (let at = best; at < best + 4; at++) grams.push(literalGram(literal, at, literalUntil[at]! - at >= 8));
  const end = Math.min(literalUntil[best]!, best + ATOM_BYTES);
  const atom: Atom = { bytes: Uint8Array.from(literal.subarray(best, end)), end };
  return { atoms: [atom], grams, cost: bestCost / 4 };
}

/** Cost of one gram, of which every fourth position is tested. */
function gramCost(rates: Float64Array, at: number, long: boolean): number {
  const pass1 = rates[at]!;
  const pass2 = long ? Math.min(pass1, rates[at + 4]!) : pass1;
  return pass1 * COST.candidate + pass2 * (COST.walk + COST.confirm);
}

function literalGram(literal: Int16Array, at: number, long: boolean): Gram {
  return { long, low: gramAt(literal, at), high: long ? gramAt(literal, at + 4) : 0 };
}

/** The cheapest gram for each residue on its own. */
function bestSpread(folded: FoldedSegment, model: GramModel): Choice | undefined {
  const atoms = new Map<number, Atom>();
  const grams: Gram[] = [];
  let cost = 0;
  for (let residue = 0; residue < 4; residue++) {
    let best: SpreadGram | undefined;
    // A gram may reach over the segment's ends: what lies there can be any byte.
    for (let at = residue === 3 ? -1 : residue; at < folded.length; at += 4) {
      const candidate = spreadGram(folded, at, model);
      if (candidate && (!best || candidate.cost < best.cost)) best = candidate;
    }
    if (!best) return undefined;
    cost += best.cost / 4;
    for (const low of best.lows) grams.push({ long: best.long, low, high: best.high });
    atoms.set(best.atom.end * 16 + best.atom.bytes.length, best.atom);
  }
  return { atoms: [...atoms.values()], grams, cost };
}

/** Grams at one place of a segment, made into objects only when they are the cheapest. */
interface SpreadGram {
  readonly lows: readonly number[];
  /** For all of them, as in Gram. */
  readonly long: boolean;
  readonly high: number;
  readonly atom: Atom;
  readonly cost: number;
}

function spreadGram(folded: FoldedSegment, at: number, model: GramModel): SpreadGram | undefined {
  const atom = atomFor(folded, at);
  if (!atom) return undefined;
  // A short atom is found in every walk, whatever candidate it was made for.
  const strayHits =
    STEPS_PER_BYTE * atom.bytes.reduce((rate, byte) => rate * (byteRate(byte) + byteRate(byte & 0xdf)), 1);
  if (at >= 0 && isLiteral(folded, at, 4)) {
    const { long, low, high } = literalGram(folded.literal, at, isLiteral(folded, at, 8));
    const pass1 = model.rate(low);
    const pass2 = long ? Math.min(pass1, model.rate(high)) : pass1;
    const cost = pass1 * COST.candidate + pass2 * (COST.walk + COST.confirm) + strayHits * COST.confirm;
    return { lows: [low], long, high, atom, cost };
  }
  const lows = completions([0, 1, 2, 3].map((i) => folded.options(at + i)));
  if (!lows) return undefined;
  let rate = 0;
  for (const low of lows) rate += model.rate(low);
  const cost = rate * (COST.candidate + COST.walk + COST.confirm) + strayHits * COST.confirm;
  return { lows, long: false, high: 0, atom, cost };
}

/** All grams that four sets of bytes stand for; undefined when they are too many. */
function completions(options: readonly (readonly number[])[]): number[] | undefined {
  let count = 1;
  for (const bytes of options) count *= bytes.length;
  if (count > MAX_COMPLETIONS) return undefined;
  let lows = [0];
  for (let i = 0; i < options.length; i++) {
    const longer: number[] = [];
    for (const low of lows) for (const byte of options[i]!) longer.push((low | (byte << (8 * i))) >>> 0);
    lows = longer;
  }
  return lows;
}

/** The three neighbouring bytes that ordinary files hold least often; what lies behind the segment's end can be any byte. */
function bestFingerprint(segment: Segment, folded: FoldedSegment, model: GramModel): Choice {
  let best = { at: 0, rate: Number.POSITIVE_INFINITY };
  for (let at = 0; at < Math.max(1, folded.length - 2); at++) {
    const rate = fingerprintRate(segment, folded, at, model);
    if (rate < best.rate) best = { at, rate };
  }
  const options = [0, 1, 2].map((i) => plainOptions(segment, best.at + i));
  return {
    atoms: [],
    grams: [],
    fingerprint: { at: best.at, word: knownWord(segment, best.at, best.at + 3), options },
    cost: best.rate * COST.confirm,
  };
}

/** Expected rate of three neighbouring positions: the sum over all grams that begin, or else end, with them. */
function fingerprintRate(segment: Segment, folded: FoldedSegment, at: number, model: GramModel): number {
  const options = [0, 1, 2].map((i) => folded.options(at + i));
  const product = options.reduce((all, bytes) => all * bytes.length, 1);
  // With many possible bytes the sum over all grams would say no more than how many they are.
  if (product > 64) return looseRate([0, 1, 2].map((i) => plainOptions(segment, at + i)));
  let rate = 0;
  for (const a of options[0]!) {
    for (const b of options[1]!) {
      for (const c of options[2]!) {
        const low = a | (b << 8) | (c << 16);
        for (const d of ANY_FOLDED) rate += model.rate((low | (d << 24)) >>> 0);
      }
    }
  }
  return Math.min(1, rate);
}

/**
 * The four neighbouring positions of a segment that tell most, by the rates of their bytes.
 *
 * @param from positions [from, to) are known already and tell nothing more
 */
export function knownWord(segment: Segment, from = 0, to = 0): KnownWord {
  const { values, masks } = segment;
  const told = (i: number): number =>
    i >= values.length || (i >= from && i < to) ? 0 : (masks[i]! / 255) * -Math.log2(byteRate(values[i]!));
  let best = { told: -1, delta: 0 };
  for (let delta = 0; delta === 0 || delta + 4 <= values.length; delta++) {
    const sum = told(delta) + told(delta + 1) + told(delta + 2) + told(delta + 3);
    if (sum > best.told) best = { told: sum, delta };
  }
  let value = 0;
  let mask = 0;
  for (let i = 0; i < 4 && best.delta + i < values.length; i++) {
    value |= values[best.delta + i]! << (8 * i);
    mask |= masks[best.delta + i]! << (8 * i);
  }
  return { value: value >>> 0, mask: mask >>> 0, delta: best.delta };
}

/** Unfolded bytes that a position can be, ascending. */
function plainOptions({ values, masks, classes }: Segment, position: number): readonly number[] {
  if (position >= values.length) return ANY_BYTE;
  const value = values[position]!;
  const mask = masks[position]!;
  if (mask === 0xff) return ONE_BYTE[value]!;
  const bitmap = classes.get(position);
  const options: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const isOne = bitmap ? ((bitmap[byte >>> 3]! >>> (byte & 7)) & 1) === 1 : (byte & mask) === value;
    if (isOne) options.push(byte);
  }
  return options;
}

function isLiteral(folded: FoldedSegment, at: number, count: number): boolean {
  if (at + count > folded.length) return false;
  for (let i = at; i < at + count; i++) if (folded.literal[i]! < 0) return false;
  return true;
}

/** The longest literal run that a walk from a candidate at `at` finds: it starts 3 bytes before to 1 byte behind. */
function atomFor(folded: FoldedSegment, at: number): Atom | undefined {
  const { literal, length } = folded;
  let start = Math.max(at, 0);
  if (start < length && literal[start]! < 0) start++;
  if (start > at + 1 || start >= length || literal[start]! < 0) return undefined;
  while (start > 0 && start > at - 3 && literal[start - 1]! >= 0) start--;
  let end = start;
  while (end < length && end - start < ATOM_BYTES && literal[end]! >= 0) end++;
  return { bytes: Uint8Array.from(literal.subarray(start, end)), end };
}
