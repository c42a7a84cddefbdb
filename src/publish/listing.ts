/** What the patterns role lists, by kind. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type DeltaCustom,
  type FullCustom,
  type Notices,
  type NoticesCustom,
  noticesName,
  type TargetCustom,
} from '../update/repository.ts';
import { PublishError } from './errors.ts';
import { targetPath } from './layout.ts';
import type { TargetEntry } from './metadata.ts';

export type FullEntry = TargetEntry & { readonly custom: FullCustom };
export type DeltaEntry = TargetEntry & { readonly custom: DeltaCustom };
export type NoticesEntry = TargetEntry & { readonly custom: NoticesCustom };

export const NO_NOTICES: Notices = { format: 1, lifecycle: [], withdrawn: [] };

/** Full files, ascending by number. */
export function fullsOf(entries: readonly TargetEntry[]): FullEntry[] {
  const isFull = (entry: TargetEntry): entry is FullEntry => entry.custom.kind === 'full';
  return entries.filter(isFull).sort((a, b) => a.custom.number - b.custom.number);
}

/** Deltas, ascending by the number they make, then by the one they start from. */
export function deltasOf(entries: readonly TargetEntry[]): DeltaEntry[] {
  const isDelta = (entry: TargetEntry): entry is DeltaEntry => entry.custom.kind === 'delta';
  return entries.filter(isDelta).sort((a, b) => a.custom.number - b.custom.number || a.custom.from - b.custom.from);
}

export function noticesOf(entries: readonly TargetEntry[]): NoticesEntry | undefined {
  const isNotices = (entry: TargetEntry): entry is NoticesEntry => entry.custom.kind === 'notices';
  return entries.find(isNotices);
}

export function entryOf(name: string, bytes: Uint8Array, custom: TargetCustom): TargetEntry {
  return { name, length: bytes.length, sha256: sha256(bytes), custom };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns the target that says so, and its bytes */
export function encodeNotices(notices: Notices, version: number): { entry: TargetEntry; bytes: Buffer } {
  const bytes = Buffer.from(`${JSON.stringify(notices)}\n`);
  return { bytes, entry: entryOf(noticesName(version), bytes, { kind: 'notices', version }) };
}

/**
 * Bytes of a target, as they were signed.
 *
 * @throws {PublishError} `PUBLISH_PATTERN_FILE`
 */
export function readTarget(publicDirectory: string, entry: TargetEntry): Buffer {
  const path = targetPath(publicDirectory, entry.name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const message = `${path}: cannot be read: ${(cause as Error).message}; copy it back from a mirror`;
    throw new PublishError('PUBLISH_PATTERN_FILE', message, { cause });
  }
  if (bytes.length === entry.length && sha256(bytes) === entry.sha256) return bytes;
  const message = `${path}: expected ${entry.length} bytes with the SHA-256 ${entry.sha256}, got ${bytes.length} others; copy it back from a mirror`;
  throw new PublishError('PUBLISH_PATTERN_FILE', message);
}

/** @throws {PublishError} `PUBLISH_PATTERN_FILE`, `PUBLISH_METADATA` */
export function readNotices(publicDirectory: string, entries: readonly TargetEntry[]): Notices {
  const entry = noticesOf(entries);
  if (entry === undefined) return NO_NOTICES;
  // We signed it, so its shape is what encodeNotices wrote.
  return JSON.parse(readTarget(publicDirectory, entry).toString('utf8')) as Notices;
}

/** Highest number that was ever given out, withdrawn ones included; undefined before the first release. */
export function highestNumber(entries: readonly TargetEntry[], notices: Notices): number | undefined {
  const numbers = [
    ...fullsOf(entries).map(({ custom }) => custom.number),
    ...deltasOf(entries).map(({ custom }) => custom.number),
    ...notices.withdrawn.map(({ number }) => number),
  ];
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

export function withdrawnNumbers(notices: Notices): ReadonlySet<number> {
  return new Set(notices.withdrawn.map(({ number }) => number));
}
