/**
 * The shuffle filter: three neighbouring bytes of a segment, looked for at 16 positions at once.
 *
 * Eight buckets of atoms, each a set of half-bytes for each of the three bytes; what passes is looked up in a bit table by the three bytes as a whole.
 */

import { hash4 } from '../kernel/twin.ts';
import { MATCHER, SECTION, SHUFFLE_BUCKETS, SHUFFLE_BYTES } from '../layout.ts';
import type { Fingerprint } from '../prefilter/choose.ts';
import type { ImageWriter } from './writer.ts';

export type ShortAtom = { readonly segment: number; readonly fingerprint: Fingerprint };

/** Bits of the table behind the shuffle filter, as a power of two: 64 KiB. */
const FILTER3_BITS = 19;
/** Lists of short atoms, by the first bits of the same hash. */
const SHORT_LIST_BITS = 14;
/** Byte triples that one short atom may stand for there. */
const MAX_TRIPLES = 1024;
const OPEN_TRIPLE = 0xffffffff;

/** @returns the number of short atoms */
export function writeShuffle(
  writer: ImageWriter,
  index: number,
  descriptor: Uint32Array,
  short: readonly ShortAtom[],
): number {
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
