/**
 * The shuffle filter: three neighbouring bytes of a segment, looked for at 16 positions at once.
 *
 * Eight buckets of atoms, each a set of half-bytes for each of the three bytes; what passes is looked up in a bit table by the three bytes as a whole.
 */

import { hash4 } from '../kernel/twin.ts';
import { MATCHER, SECTION, SHUFFLE_BUCKETS, SHUFFLE_BYTES } from '../layout.ts';
import type { Fingerprint } from '../prefilter/choose.ts';
import { byteRate } from '../prefilter/rates.ts';
import type { ImageWriter } from './writer.ts';

export type ShortAtom = { readonly segment: number; readonly fingerprint: Fingerprint };

/** Bits of the table behind the shuffle filter, as a power of two: 64 KiB. */
const FILTER3_BITS = 19;
/** Lists of short atoms, by the first bits of the same hash. */
const SHORT_LIST_BITS = 14;
/** Byte triples that one short atom may stand for there. */
const MAX_TRIPLES = 1024;
const OPEN_TRIPLE = 0xffffffff;
/** 32 bytes behind what is searched can be read. */
const MOST_OPEN_AT = 28;

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
  const openAtoms: Fingerprint[] = [];
  let open = 0;
  fillBuckets(short).forEach((bucket, i) => {
    for (const { segment, fingerprint } of bucket) {
      allow(table, 1 << i, fingerprint);
      const { at, word } = fingerprint;
      const rest = [segment, at, word.value, word.mask, word.delta];
      if (isOpen(fingerprint)) {
        open |= 1 << i;
        openAtoms.push(fingerprint);
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
  setOpenWord(descriptor, openAtoms);
  return short.length;
}

/** One atom alone in the open buckets is told by its word as well, before anybody looks at it: `68 ?? ?? … 00 00 00 00` of the real set begins at 350,000 places of 128 MB. */
function setOpenWord(descriptor: Uint32Array, [one, ...others]: readonly Fingerprint[]): void {
  if (!one || others.length > 0) return;
  const at = one.word.delta - one.at;
  if (at < 0 || at > MOST_OPEN_AT) return;
  descriptor[MATCHER.openAt] = at;
  descriptor[MATCHER.openMask] = one.word.mask;
  descriptor[MATCHER.openValue] = one.word.value;
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
 * fingerprint first, each into the bucket where it lets the fewest positions more pass, then again with all others in place.
 */
function fillBuckets(short: readonly ShortAtom[]): ShortAtom[][] {
  const groups = new Map<string, ShortAtom[]>();
  for (const item of short) {
    const key = item.fingerprint.options.map((bytes) => String.fromCharCode(...bytes)).join('|');
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  const alone = (group: ShortAtom[]): number => passRate(tableOf([group]));
  const ordered = [...groups.values()].map((group) => ({ group, rate: alone(group) })).sort((a, b) => b.rate - a.rate);
  const buckets: Bucket[] = Array.from({ length: SHUFFLE_BUCKETS }, () => ({ groups: [], rate: 0 }));
  const places = new Map<ShortAtom[], Bucket>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { group } of ordered) {
      const last = places.get(group);
      if (last) take(last, group);
      const best = cheapestFor(buckets, group);
      best.groups.push(group);
      best.rate = passRate(tableOf(best.groups));
      places.set(group, best);
    }
  }
  return buckets.map((bucket) => bucket.groups.flat());
}

/** How often each atom looks for a better bucket: behind the first round it knows where the others are. */
const ROUNDS = 4;

interface Bucket {
  /** Atoms of the same bytes. */
  groups: ShortAtom[][];
  /** Share of positions that pass it. */
  rate: number;
}

function take(bucket: Bucket, group: ShortAtom[]): void {
  bucket.groups = bucket.groups.filter((each) => each !== group);
  bucket.rate = passRate(tableOf(bucket.groups));
}

/** The bucket that lets the fewest positions more pass: how many atoms it has makes no difference, since a table tells them apart. */
function cheapestFor(buckets: readonly Bucket[], group: ShortAtom[]): Bucket {
  // An atom that skips the table behind must not let others skip it.
  const skips = isOpen(group[0]!.fingerprint);
  const fitting = buckets.filter(({ groups }) => groups.length === 0 || isOpen(groups[0]![0]!.fingerprint) === skips);
  let best = { bucket: buckets[0]!, added: Number.POSITIVE_INFINITY };
  for (const bucket of fitting.length > 0 ? fitting : buckets) {
    const added = passRate(tableOf([...bucket.groups, group])) - bucket.rate;
    if (added < best.added) best = { bucket, added };
  }
  return best.bucket;
}

function tableOf(groups: readonly ShortAtom[][]): Uint8Array {
  const table = new Uint8Array(SHUFFLE_BYTES);
  for (const [first] of groups) allow(table, 1, first!.fingerprint);
  return table;
}

/**
 * Share of the positions of an ordinary file that pass bucket 1 of a table: zero bytes and 0xff are what binaries hold most, and in runs. The mixture of
 * two atoms that begin and end with zeros lets whole runs of them pass.
 */
function passRate(table: Uint8Array): number {
  const passes = (at: number, byte: number): boolean =>
    (table[at + (byte & 15)]! & table[at + 16 + (byte >>> 4)]! & 1) === 1;
  const passesThrice = (byte: number): boolean => [0, 32, 64].every((at) => passes(at, byte));
  let rate = 1;
  for (const at of [0, 32, 64]) {
    let weight = 0;
    for (let byte = 0; byte < 256; byte++) if (passes(at, byte)) weight += byteRate(byte);
    rate *= Math.min(1, weight);
  }
  return rate + (passesThrice(0) ? 0.3 : 0) + (passesThrice(0xff) ? 0.03 : 0);
}

function allow(table: Uint8Array, bucket: number, fingerprint: Fingerprint): void {
  fingerprint.options.forEach((bytes, i) => {
    for (const byte of bytes) {
      table[i * 32 + (byte & 15)]! |= bucket;
      table[i * 32 + 16 + (byte >>> 4)]! |= bucket;
    }
  });
}
