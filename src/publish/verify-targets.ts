/** Every file that the patterns role lists: bytes, digests, that deltas make what was signed, and the minisign files. */
import { readFileSync } from 'node:fs';
import { openDelta } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import { Contents } from './contents.ts';
import { MINISIG, targetPath } from './layout.ts';
import { type DeltaEntry, deltasOf, type FullEntry, fullsOf, noticesOf, readTarget } from './listing.ts';
import { verifyMinisign } from './minisign.ts';
import { readMinisignPublicKey } from './minisign-key.ts';
import type { Repository } from './repository.ts';

/** @returns one sentence each */
export function targetProblems({ publicDirectory, entries }: Repository): string[] {
  const problems: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const minisign = attempt(() => readMinisignPublicKey(publicDirectory));
  const contents = new Contents(publicDirectory, entries);
  for (const full of fullsOf(entries)) {
    attempt(() => problems.push(...fullProblems(publicDirectory, full, contents, minisign)));
  }
  for (const delta of deltasOf(entries)) {
    attempt(() => problems.push(...deltaProblems(publicDirectory, delta, contents)));
  }
  if (noticesOf(entries) === undefined) problems.push('patterns: expected a file of notices, got none');
  return problems;
}

function* fullProblems(
  publicDirectory: string,
  full: FullEntry,
  contents: Contents,
  minisign: string | undefined,
): Generator<string> {
  const { name, custom } = full;
  const path = targetPath(publicDirectory, name);
  const bytes = readTarget(publicDirectory, full);
  if (minisign !== undefined && verifyMinisign(bytes, readFileSync(path + MINISIG, 'utf8'), minisign) === undefined) {
    yield `${path + MINISIG}: expected a digital signature of this file by minisign.pub, got another; rotate minisign to sign again`;
  }
  const {
    number,
    released,
    channel,
    engineRange: engine,
    contentBytes,
    contentDigest,
  } = contents.of(custom.number)!.header;
  const got = { number, released, channel, engine, contentBytes, contentDigest };
  for (const [field, value] of Object.entries(got)) {
    const signed = custom[field as keyof typeof got];
    if (signed !== value) yield `${path}: expected ${field} ${signed}, as it was signed, got ${value}`;
  }
}

/** One whose start is not listed any more cannot be tried, only looked at. */
function* deltaProblems(publicDirectory: string, delta: DeltaEntry, contents: Contents): Generator<string> {
  const { name, custom } = delta;
  const path = targetPath(publicDirectory, name);
  const { header, apply } = openDelta(readTarget(publicDirectory, delta), nodeDigester);
  for (const field of ['from', 'number', 'rawBytes'] as const) {
    if (header[field] !== custom[field]) {
      yield `${path}: expected ${field} ${custom[field]}, as it was signed, got ${header[field]}`;
    }
  }
  const signed = contents.entry(custom.number)?.custom.contentDigest;
  if (signed !== undefined && signed !== header.target.contentDigest) {
    yield `${path}: expected to make ${signed}, as ${custom.number} was signed, got ${header.target.contentDigest}`;
  }
  const from = contents.of(custom.from);
  // Its own digests are checked on the way.
  if (from !== undefined) apply(from.content, decompress, custom.rawBytes);
}
