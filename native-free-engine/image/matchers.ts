/**
 * Matchers: one filter and one automaton for each group of file types.
 *
 * Nine of ten signatures are for Windows programs; a filter that holds them all would be half full for everything else. So Windows programs have a
 * matcher of their own, other executables another, and the rest a third; signatures for any type are in all of them.
 */

import { buildAutomaton } from '../automaton/build.ts';
import { hash4, hash4Second, hash8 } from '../kernel/twin.ts';
import { MATCHER, MATCHER_WORDS, SECTION, SHUFFLE_BUCKETS, SHUFFLE_BYTES } from '../layout.ts';
import type { Choice, Fingerprint } from '../prefilter/choose.ts';
import { TARGET } from '../signature.ts';
import type { ImageWriter } from './writer.ts';

/** Target bits of each matcher, disjoint; together they are all. */
export const MATCHER_TARGETS: readonly number[] = (() => {
  const pe = 1 << TARGET.pe;
  const executable = (1 << TARGET.elf) | (1 << TARGET.machO);
  return [pe, executable, ~(pe | executable) & ~1];
})();

/** Atoms of one segment. */
export interface SearchedSegment {
  readonly target: number;
  readonly segment: number;
  readonly choice: Choice;
}

export interface MatcherReport {
  readonly segments: number;
  readonly atoms: number;
  /** Atoms that the shuffle filter looks for. */
  readonly short: number;
  readonly grams: number;
  readonly states: number;
  readonly filterBits: number;
  /** Share of the first filter's bits that are set. */
  readonly density: number;
}

/** Bits of a filter for so many grams, as a power of two: one bit in about ten is set, up to a table that second-level caches hold. */
function filterBits(grams: number): number {
  return Math.max(13, Math.min(23, Math.round(Math.log2(Math.max(1, grams) * 10))));
}

export function writeMatcher(writer: ImageWriter, index: number, all: readonly SearchedSegment[]): MatcherReport {
  const targets = MATCHER_TARGETS[index]!;
  const segments = all.filter(({ target }) => target === TARGET.any || (targets & (1 << target)) !== 0);
  const atoms: Uint8Array[] = [];
  const outputs: { segment: number; end: number }[] = [];
  let grams = 0;
  for (const { segment, choice } of segments) {
    grams += choice.grams.length;
    for (const atom of choice.atoms) {
      atoms.push(atom.bytes);
      outputs.push({ segment, end: atom.end });
    }
  }
  const bits = filterBits(grams);
  const filter1 = new Uint8Array(2 ** (bits - 3));
  const filter2 = new Uint8Array(2 ** (bits - 3));
  const shift = 32 - bits;
  const set = (filter: Uint8Array, bit: number): void => {
    filter[bit >>> 3]! |= 1 << (bit & 7);
  };
  for (const { choice } of segments) {
    for (const gram of choice.grams) {
      set(filter1, hash4(gram.low, shift));
      set(filter2, gram.long ? hash8(gram.low, gram.high, shift) : hash4Second(gram.low, shift));
    }
  }
  const automaton = buildAutomaton(atoms);
  const outputWords = new Uint32Array(automaton.outputAtoms.length * 2);
  automaton.outputAtoms.forEach((atom, i) => {
    outputWords[i * 2] = outputs[atom]!.segment;
    outputWords[i * 2 + 1] = outputs[atom]!.end;
  });
  const descriptor = new Uint32Array(MATCHER_WORDS);
  descriptor[MATCHER.shift1] = shift;
  descriptor[MATCHER.shift2] = shift;
  descriptor[MATCHER.targets] = targets >>> 0;
  descriptor[MATCHER.atoms] = atoms.length;
  writer.add(SECTION.matcher, index, descriptor);
  writer.add(SECTION.filter1, index, filter1);
  writer.add(SECTION.filter2, index, filter2);
  writer.add(SECTION.cells, index, automaton.cells);
  writer.add(SECTION.links, index, automaton.links);
  writer.link(descriptor, MATCHER.filter1, SECTION.filter1, index);
  writer.link(descriptor, MATCHER.filter2, SECTION.filter2, index);
  writer.link(descriptor, MATCHER.cells, SECTION.cells, index);
  writer.link(descriptor, MATCHER.links, SECTION.links, index);
  writer.add(SECTION.outputStates, index, automaton.outputStates);
  writer.add(SECTION.outputStarts, index, automaton.outputStarts);
  writer.add(SECTION.outputs, index, outputWords);
  const short = writeShuffle(writer, index, descriptor, segments);
  return {
    segments: segments.length,
    atoms: atoms.length,
    short,
    grams,
    states: automaton.states,
    filterBits: bits,
    density: filter1.reduce((sum, byte) => sum + popCount(byte), 0) / 2 ** bits,
  };
}

type ShortAtom = { readonly segment: number; readonly fingerprint: Fingerprint };

/** Bits of the table behind the shuffle filter, as a power of two: 64 KiB. */
const FILTER3_BITS = 19;
/** Lists of short atoms, by the first bits of the same hash. */
const SHORT_LIST_BITS = 14;
/** Byte triples that one short atom may stand for there. */
const MAX_TRIPLES = 1024;
const OPEN_TRIPLE = 0xffffffff;

function writeShuffle(
  writer: ImageWriter,
  index: number,
  descriptor: Uint32Array,
  segments: readonly SearchedSegment[],
): number {
  const short = segments.flatMap(({ segment, choice }) =>
    choice.fingerprint ? [{ segment, fingerprint: choice.fingerprint }] : [],
  );
  if (short.length === 0) return 0;
  const table = new Uint8Array(SHUFFLE_BYTES);
  const shift = 32 - FILTER3_BITS;
  const rows: { hash: number; words: number[] }[] = [];
  const openRows: number[] = [];
  let open = 0;
  fillBuckets(short).forEach((bucket, i) => {
    for (const { segment, fingerprint } of bucket) {
      allow(table, 1 << i, fingerprint);
      const { at, word } = fingerprint;
      const rest = [segment, at, word.value, word.mask, word.delta];
      if (isOpen(fingerprint)) {
        open |= 1 << i;
        openRows.push(OPEN_TRIPLE, ...rest);
      } else
        for (const triple of triplesOf(fingerprint))
          rows.push({ hash: hash4(triple, shift), words: [triple, ...rest] });
    }
  });
  rows.sort((a, b) => a.hash - b.hash || a.words[0]! - b.words[0]! || a.words[1]! - b.words[1]!);
  const starts = new Uint32Array(2 ** SHORT_LIST_BITS + 1);
  const filter = new Uint8Array(2 ** (FILTER3_BITS - 3));
  for (const { hash } of rows) {
    starts[(hash >>> (FILTER3_BITS - SHORT_LIST_BITS)) + 1]!++;
    filter[hash >>> 3]! |= 1 << (hash & 7);
  }
  for (let list = 0; list < 2 ** SHORT_LIST_BITS; list++) starts[list + 1]! += starts[list]!;
  writer.add(SECTION.shuffle, index, table);
  writer.add(SECTION.filter3, index, filter);
  writer.add(SECTION.shortStarts, index, starts);
  writer.add(SECTION.shortAtoms, index, Uint32Array.from([...rows.flatMap((row) => row.words), ...openRows]));
  writer.link(descriptor, MATCHER.shuffle, SECTION.shuffle, index);
  writer.link(descriptor, MATCHER.filter3, SECTION.filter3, index);
  descriptor[MATCHER.shift3] = shift;
  descriptor[MATCHER.open] = open;
  return short.length;
}

/** Whether a fingerprint stands for too many triples to be in the table: its bucket then skips it. */
function isOpen(fingerprint: Fingerprint): boolean {
  return fingerprint.options.reduce((product, bytes) => product * bytes.length, 1) > MAX_TRIPLES;
}

function triplesOf({ options: [first, second, third] }: Fingerprint): number[] {
  return first!.flatMap((a) => second!.flatMap((b) => third!.map((c) => a | (b << 8) | (c << 16))));
}

/**
 * Shares the short atoms out over the buckets.
 *
 * A bucket allows every mixture of the half-bytes of its atoms, so one with unlike atoms lets almost everything pass. Greedy, the least selective
 * fingerprint first, each into the bucket where it adds the fewest checks.
 */
function fillBuckets(short: readonly ShortAtom[]): ShortAtom[][] {
  const groups = new Map<string, ShortAtom[]>();
  for (const item of short) {
    const key = item.fingerprint.options.map((bytes) => String.fromCharCode(...bytes)).join('|');
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  const alone = (group: ShortAtom[]): number => {
    const table = new Uint8Array(SHUFFLE_BYTES);
    allow(table, 1, group[0]!.fingerprint);
    return passRate(table);
  };
  const ordered = [...groups.values()].map((group) => ({ group, rate: alone(group) })).sort((a, b) => b.rate - a.rate);
  const buckets = Array.from({ length: SHUFFLE_BUCKETS }, () => ({
    table: new Uint8Array(SHUFFLE_BYTES),
    atoms: [] as ShortAtom[],
    checks: 0,
  }));
  for (const { group } of ordered) {
    // An atom that skips the table behind must not let others skip it.
    const skips = isOpen(group[0]!.fingerprint);
    const fitting = buckets.filter(({ atoms }) => atoms.length === 0 || isOpen(atoms[0]!.fingerprint) === skips);
    const options = (fitting.length > 0 ? fitting : buckets).map((bucket) => {
      const table = bucket.table.slice();
      allow(table, 1, group[0]!.fingerprint);
      const checks = passRate(table) * (bucket.atoms.length + group.length);
      return { bucket, table, checks, added: checks - bucket.checks };
    });
    const best = options.reduce((a, b) => (b.added < a.added ? b : a));
    best.bucket.table = best.table;
    best.bucket.checks = best.checks;
    best.bucket.atoms.push(...group);
  }
  return buckets.map((bucket) => bucket.atoms);
}

/**
 * Share of the positions of an ordinary file that pass bucket 1 of a table: zero bytes and 0xff are what binaries hold most, and in runs. The mixture of
 * two atoms that begin and end with zeros lets whole runs of them pass.
 */
function passRate(table: Uint8Array): number {
  const passes = (low: number, high: number): boolean =>
    [0, 32, 64].every((at) => table[at + low]! & 1 && table[at + 16 + high]! & 1);
  let rate = 1;
  for (let half = 0; half < 6; half++) {
    let weight = 0;
    for (let i = 0; i < 16; i++) if (table[half * 16 + i]! & 1) weight += i === 0 ? 0.25 : i === 15 ? 0.1 : 0.65 / 14;
    rate *= weight;
  }
  return rate + (passes(0, 0) ? 0.3 : 0) + (passes(15, 15) ? 0.03 : 0);
}

function allow(table: Uint8Array, bucket: number, fingerprint: Fingerprint): void {
  fingerprint.options.forEach((bytes, i) => {
    for (const byte of bytes) {
      table[i * 32 + (byte & 15)]! |= bucket;
      table[i * 32 + 16 + (byte >>> 4)]! |= bucket;
    }
  });
}

function popCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
