/**
 * Days in the life of a pattern file: each replaces a share of its records, as a publisher's day does.
 *
 * Records that are still to come are held back at random, so that new ones are of the same kinds as old ones; those that go are picked at random from those that are there.
 */
import type { PatternFileHeader } from '../../native-free-engine/index.ts';
import { digestContent, RecordCursor } from '../../native-free-engine/pattern-file/content.ts';
import { nodeDigester } from '../../src/host/host.ts';
import { Random } from '../plants/random.ts';

export interface PatternDay {
  readonly content: Uint8Array;
  readonly header: PatternFileHeader;
}

/** @param share of the records that come, and of those that go, in a day */
export function* patternDays(whole: PatternDay, days: number, share: number, seed: number): Generator<PatternDay> {
  const starts = recordStarts(whole.content);
  const count = starts.length - 1;
  const perDay = Math.round(count * share);
  const random = new Random(seed);
  const order = random.shuffled(Array.from({ length: count }, (_, i) => i));
  const held = order.slice(0, days * perDay);
  const first = order.slice(days * perDay);
  const isThere = new Uint8Array(count);
  for (const record of first) isThere[record] = 1;
  for (let day = 0; day <= days; day++) {
    yield dayOf(whole, day, contentOf(whole.content, starts, isThere));
    for (const record of held.slice(day * perDay, (day + 1) * perDay)) isThere[record] = 1;
    // Not the same twice: `first` is in random order.
    for (const record of first.slice(day * perDay, (day + 1) * perDay)) isThere[record] = 0;
  }
}

function dayOf({ header }: PatternDay, day: number, content: Uint8Array): PatternDay {
  const released = new Date(Date.parse(header.released) + day * 86_400_000).toISOString();
  const contentDigest = digestContent(content, nodeDigester);
  return {
    content,
    header: { ...header, number: header.number + day, released, contentBytes: content.length, contentDigest },
  };
}

function recordStarts(content: Uint8Array): number[] {
  const cursor = new RecordCursor(content);
  const starts: number[] = [];
  while (cursor.next()) starts.push(cursor.at);
  return [...starts, content.length];
}

function contentOf(content: Uint8Array, starts: readonly number[], isThere: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < isThere.length; i++) if (isThere[i]) parts.push(content.subarray(starts[i]!, starts[i + 1]!));
  return new Uint8Array(Buffer.concat(parts));
}
