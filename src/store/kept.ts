/** One number's directory: what is in it, and whether it is what was installed. Reads headers and lists, never signatures. */
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST, patternDirectory, patternPath, QUARANTINE } from './layout.ts';
import { decodeManifest, MAX_MANIFEST_BYTES, type Manifest } from './manifest.ts';
import { numberOfName } from './numbers.ts';
import { type PatternHead, readPatternHead } from './pattern-head.ts';
import { lookAt, readSmallFile } from './small-file.ts';
import type { PatternProof } from './state.ts';
import type { KeptPattern } from './view.ts';

/** Names of 10,000 signatures are far below. */
export const MAX_QUARANTINE_BYTES = 1 << 25;

/**
 * - `whole`: pattern file, manifest and quarantine list belong together.
 * - `doubtful`: the pattern file says it is whole; what surrounds it does not. Better than none, worse than any other.
 * - `broken`: no pattern file of that number, or not the one that was installed.
 */
export type KeptState = 'whole' | 'doubtful' | 'broken';

export interface Kept {
  readonly number: number;
  readonly state: KeptState;
  /** What is wrong with it, a sentence with its place; undefined when it is whole. */
  readonly problem: string | undefined;
  /** Undefined when it is broken. */
  readonly pattern: KeptPattern | undefined;
}

/** Numbers that have a directory, ascending. @throws what the file system throws */
export function listNumbers(store: string): readonly number[] {
  const numbers: number[] = [];
  for (const entry of readdirSync(store, { withFileTypes: true })) {
    const number = entry.isDirectory() ? numberOfName(entry.name) : undefined;
    if (number !== undefined) numbers.push(number);
  }
  // As numbers: as texts 10000 would stand before 957.
  return numbers.sort((a, b) => a - b);
}

/** @param proof what state.json says of the active one; it goes before what a manifest says, and stands in for a damaged one */
export function readKept(store: string, number: number, proof?: PatternProof): Kept {
  const directory = patternDirectory(store, number);
  const broken = (problem: string): Kept => ({ number, state: 'broken', problem, pattern: undefined });
  const head = readHeadIn(directory, number);
  if (head === undefined) return broken(`${patternPath(directory, number)}: missing or damaged`);
  const own = readManifest(directory, number);
  const expected = proof?.number === number ? proof : own;
  const manifest = own?.contentDigest === head.contentDigest ? own : undefined;
  if (expected && !isSameFile(head, expected)) {
    return broken(`${patternPath(directory, number)}: not the file that was installed, or cut short`);
  }
  const quarantine = readQuarantineDigest(directory);
  const problem = problemOf(directory, manifest, expected, quarantine);
  const state = expected && quarantine === expected.quarantineDigest ? 'whole' : 'doubtful';
  return { number, state, problem, pattern: keptPattern(directory, head, manifest, quarantine) };
}

function problemOf(
  directory: string,
  manifest: Manifest | undefined,
  expected: PatternProof | undefined,
  quarantine: string | null,
): string | undefined {
  if (expected && quarantine !== expected.quarantineDigest) {
    return `${join(directory, QUARANTINE)}: expected the list of signatures that the trial set aside`;
  }
  return manifest === undefined ? `${join(directory, MANIFEST)}: missing or damaged` : undefined;
}

/** Whether the directory is what state.json says of it, without a look at its manifest. @returns its header when it is */
export function proveKept(store: string, proof: PatternProof): PatternHead | undefined {
  const directory = patternDirectory(store, proof.number);
  const head = readHeadIn(directory, proof.number);
  if (head === undefined || !isSameFile(head, proof)) return undefined;
  return readQuarantineDigest(directory) === proof.quarantineDigest ? head : undefined;
}

/** What scanners open: the pattern file, and the list of what is left out of it when there is one. */
export function pathsOf({ path, quarantinePath }: Pick<KeptPattern, 'path' | 'quarantinePath'>): readonly string[] {
  return quarantinePath === undefined ? [path] : [path, quarantinePath];
}

/** The manifest of a number. @returns undefined when it is missing or damaged */
export function readManifest(directory: string, number: number): Manifest | undefined {
  const bytes = readSmallFile(join(directory, MANIFEST), MAX_MANIFEST_BYTES);
  const manifest = bytes && decodeManifest(bytes);
  return manifest?.number === number ? manifest : undefined;
}

/** SHA-256 of the quarantine list. @returns null when there is none */
export function readQuarantineDigest(directory: string): string | null {
  const bytes = readSmallFile(join(directory, QUARANTINE), MAX_QUARANTINE_BYTES);
  return bytes === undefined ? null : hash('sha256', bytes);
}

function readHeadIn(directory: string, number: number): PatternHead | undefined {
  if (!lookAt(directory)?.isDirectory()) return undefined;
  const head = readPatternHead(patternPath(directory, number));
  return head?.number === number ? head : undefined;
}

function isSameFile(head: PatternHead, { bytes, contentDigest }: PatternProof): boolean {
  return head.bytes === bytes && head.contentDigest === contentDigest;
}

function keptPattern(
  directory: string,
  head: PatternHead,
  manifest: Manifest | undefined,
  quarantine: string | null,
): KeptPattern {
  const { number, released, channel, engineRange, bytes, contentDigest } = head;
  return {
    number,
    path: patternPath(directory, number),
    quarantinePath: quarantine === null ? undefined : join(directory, QUARANTINE),
    released,
    channel,
    engineRange,
    signatures: manifest?.signatures ?? head.signatures,
    bytes,
    contentDigest,
    installed: manifest?.installed ?? (lookAt(directory)?.mtime ?? new Date(0)).toISOString(),
    quarantine: manifest?.quarantine ?? [],
  };
}
