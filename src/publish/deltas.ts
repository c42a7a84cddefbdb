/** Which deltas a release gets, and making them. */
import { changedSignatures, encodeDelta, type PatternContent } from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../host/host.ts';
import { deltaName } from '../update/repository.ts';
import type { Contents } from './contents.ts';
import { entryOf, type FullEntry } from './listing.ts';
import type { TargetEntry } from './metadata.ts';
import type { SignatureChanges } from './reports.ts';
import { ROLL_UP_MS } from './retention.ts';

const HOST = { digester: nodeDigester, compressor: zstdCompressor };

export interface MadeDelta {
  readonly from: number;
  readonly entry: TargetEntry;
  readonly bytes: Uint8Array;
}

/** What a new release is compared with and reached from. */
export interface NewPattern extends PatternContent {
  /** Bytes of the full file. */
  readonly bytes: number;
}

/**
 * Full files that deltas start from: the number before, withdrawn or not; the one before in the same channel, so that nobody downloads what only canaries
 * got; and the newest one that is a week older.
 *
 * @param fulls listed, ascending
 */
export function deltaBases(
  fulls: readonly FullEntry[],
  withdrawn: ReadonlySet<number>,
  channel: string,
  releasedMs: number,
): readonly FullEntry[] {
  const offered = offeredIn(fulls, withdrawn, channel);
  const weekOld = offered.filter(({ custom }) => Date.parse(custom.released) <= releasedMs - ROLL_UP_MS);
  const bases = [fulls.at(-1), offered.at(-1), weekOld.at(-1)];
  return [...new Set(bases.filter((base) => base !== undefined))];
}

export function offeredIn(
  fulls: readonly FullEntry[],
  withdrawn: ReadonlySet<number>,
  channel: string,
): readonly FullEntry[] {
  return fulls.filter(({ custom }) => custom.channel === channel && !withdrawn.has(custom.number));
}

/** @returns undefined when the full file is no larger than the delta */
export function makeDelta(contents: Contents, base: FullEntry, to: NewPattern): MadeDelta | undefined {
  const from = contents.of(base.custom.number)!;
  const { bytes, header } = encodeDelta(from, to, HOST);
  if (bytes.length >= to.bytes) return undefined;
  const { number, rawBytes } = header;
  const entry = entryOf(deltaName(header.from, number), bytes, { kind: 'delta', from: header.from, number, rawBytes });
  return { from: header.from, bytes, entry };
}

export function changesSince(contents: Contents, base: FullEntry | undefined, to: Uint8Array): SignatureChanges {
  const from = base && contents.of(base.custom.number);
  return changedSignatures(from?.content ?? new Uint8Array(0), to);
}
