/** What a pattern file says of itself, and the checks of it: the text comes from anywhere. */

import { PatternFileError } from '../errors.ts';
import { MAX_CONTENT_BYTES, type RecordCounts } from './content.ts';

/** The highest pattern number: every integer up to it is exact. */
export const MAX_PATTERN_NUMBER = Number.MAX_SAFE_INTEGER;

export interface PatternSource {
  /** File name of the source, without directories. */
  readonly name: string;
  readonly licence: string;
  readonly signatures: number;
}

/** What a publisher says of a pattern file. */
export interface PatternFileDescription {
  /** Integer 1 … 2^53−1. */
  readonly number: number;
  /** ISO 8601, UTC, to the second. */
  readonly released: string;
  /** `stable`, `canary` or a name of the publisher's. */
  readonly channel: string;
  /** SemVer range of the engines that may use it; `*` is all. */
  readonly engineRange: string;
  readonly sources: readonly PatternSource[];
}

export interface PatternFileHeader extends PatternFileDescription {
  readonly counts: RecordCounts;
  readonly compression: string;
  /** Canonical records: their bytes, and their SHA-256 in lower-case hex. */
  readonly contentBytes: number;
  readonly contentDigest: string;
}

/** The fields in their one order, and no others: equal headers are equal bytes. */
export function canonicalHeader(header: PatternFileHeader, compression: string): PatternFileHeader {
  const { number, released, channel, engineRange, sources, counts, contentBytes, contentDigest } = header;
  return {
    number,
    released,
    channel,
    engineRange,
    sources: sources.map(({ name, licence, signatures }) => ({ name, licence, signatures })),
    counts: { body: counts.body, hash: counts.hash, ignore: counts.ignore },
    compression,
    contentBytes,
    contentDigest,
  };
}

/** @param where begins the message @throws {PatternFileError} `PATTERN_FILE_NUMBER` */
export function verifyNumber(number: number, where: string): void {
  if (isPatternNumber(number)) return;
  const message = `${where}: expected an integer from 1 to ${MAX_PATTERN_NUMBER}, got ${number}`;
  throw new PatternFileError('PATTERN_FILE_NUMBER', message);
}

export function isPatternNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** @param where for example `delta header` */
export function malformedHeader(where: string, expected: string, got: unknown): PatternFileError {
  return new PatternFileError('PATTERN_FILE_MALFORMED', `${where}: expected ${expected}, got ${JSON.stringify(got)}`);
}

/** @returns the value, which is a header @throws {PatternFileError} `PATTERN_FILE_MALFORMED` names the field */
export function checkHeader(value: unknown, where: string): PatternFileHeader {
  const wrong = (expected: string, got: unknown) => malformedHeader(where, expected, got);
  if (!isObject(value)) throw wrong('an object', value);
  const { number, counts, sources, contentBytes, contentDigest } = value;
  if (!isPatternNumber(number)) throw wrong('a pattern number from 1 to 2^53−1', number);
  for (const field of ['released', 'channel', 'engineRange', 'compression'])
    if (typeof value[field] !== 'string') throw wrong(`a text as ${field}`, value[field]);
  if (!isCount(contentBytes) || contentBytes > MAX_CONTENT_BYTES)
    throw wrong(`contentBytes from 0 to ${MAX_CONTENT_BYTES}`, contentBytes);
  if (!isDigest(contentDigest)) throw wrong('a contentDigest', contentDigest);
  if (!isObject(counts)) throw wrong('counts', counts);
  for (const kind of ['body', 'hash', 'ignore'])
    if (!isCount(counts[kind])) throw wrong(`a count of ${kind}`, counts[kind]);
  if (!Array.isArray(sources)) throw wrong('a list of sources', sources);
  for (const source of sources) if (!isSource(source)) throw wrong('name, licence and signatures of a source', source);
  return value as unknown as PatternFileHeader;
}

function isSource(value: unknown): boolean {
  return (
    isObject(value) && typeof value.name === 'string' && typeof value.licence === 'string' && isCount(value.signatures)
  );
}
