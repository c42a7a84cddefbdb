/**
 * Signatures by hash: of whole objects (`hash:size:name`) and of sections of PE files (`size:hash:name`).
 *
 * Formats hdb, hsb, hdu, hsu and, to allow instead of to detect, fp and sfp; mdb, msb and mdu, msu for sections. The algorithm is told by the
 * length of the hash, whatever the file's name says. Source: ClamAV manual, File hash signatures; Allow lists.
 */
import type { HashSignature } from '../../../native-free-engine/index.ts';
import type { ByteArena } from './arena.ts';
import { readLevels, SIZELESS_HASH_LEVEL } from './levels.ts';
import type { Line } from './line.ts';
import { readDecimal, readDigest, readName } from './tokens.ts';
import type { Workspace } from './workspace.ts';

const ASTERISK = 0x2a;

type HashField = Pick<HashSignature, 'algorithm' | 'digest'>;

/** What the format of a file says about all of its hashes. */
export type HashLineKind = Pick<HashSignature, 'scope' | 'action'>;

const LAYOUTS = {
  object: { hashField: 0, sizeField: 1, form: 'hash:size:name and up to two levels' },
  section: { hashField: 1, sizeField: 0, form: 'size:hash:name and up to two levels' },
  imports: { hashField: 0, sizeField: 1, form: 'hash:size:name and up to two levels' },
};

/**
 * One line of a hash format.
 *
 * @returns undefined when the line is refused
 */
export function readHashLine(
  line: Line,
  { arena }: Workspace,
  { scope, action }: HashLineKind,
): HashSignature | undefined {
  const { hashField, sizeField, form } = LAYOUTS[scope];
  if (!line.hasFields(3, 5, form)) return undefined;
  const name = readName(line, line.fieldStart(2), line.fieldEnd(2));
  if (name === undefined) return undefined;
  const levels = readLevels(line, 3);
  if (levels === undefined) return undefined;
  const hash = readHash(line, hashField, arena);
  if (hash === undefined) return undefined;
  const size = readSize(line, sizeField);
  if (size === undefined) return undefined;
  if (size === 'any' && levels.min < SIZELESS_HASH_LEVEL) {
    const at = line.fieldStart(sizeField);
    return line.refuse('malformed', at, `size: * needs a lowest level of ${SIZELESS_HASH_LEVEL}, got ${levels.min}`);
  }
  return {
    kind: 'hash',
    name,
    levels,
    algorithm: hash.algorithm,
    digest: hash.digest,
    size: size === 'any' ? undefined : size,
    scope,
    action,
  };
}

function readHash(line: Line, field: number, arena: ByteArena): HashField | undefined {
  const start = line.fieldStart(field);
  const end = line.fieldEnd(field);
  const algorithm = algorithmOfLength(end - start);
  if (algorithm === undefined) {
    return line.refuse('malformed', start, `hash: expected 32, 40 or 64 digits, got ${end - start} characters`);
  }
  const digest = readDigest(line.bytes, start, end, arena);
  if (digest === undefined) {
    return line.refuse('malformed', start, `hash: expected hexadecimal digits, got ${line.quote(start, end)}`);
  }
  return { algorithm, digest };
}

function algorithmOfLength(digits: number): HashSignature['algorithm'] | undefined {
  if (digits === 32) return 'md5';
  if (digits === 64) return 'sha256';
  if (digits === 40) return 'sha1';
  return undefined;
}

function readSize(line: Line, field: number): number | 'any' | undefined {
  const start = line.fieldStart(field);
  const end = line.fieldEnd(field);
  if (end - start === 1 && line.bytes[start] === ASTERISK) return 'any';
  const size = readDecimal(line.bytes, start, end);
  if (size > 0) return size;
  return line.refuse('malformed', start, `size: expected a number above 0 or *, got ${line.quote(start, end)}`);
}
