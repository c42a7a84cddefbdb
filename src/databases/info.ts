/**
 * `.info`: what a database says of its files, digitally signed.
 *
 * ```
 * ClamAV-VDB:…             as in the header, with X for MD5 and digital signature
 * test.ndb:240:244a…26be9  name, bytes, SHA-256; one line for each file of signatures
 * DSIG:gNOz…               over all lines before it
 * ```
 */
import { createHash } from 'node:crypto';
import { isInfoSigned } from './digital-signature.ts';
import { DatabaseError } from './errors.ts';
import { type DatabaseHeader, parseHeader } from './header.ts';

export interface DatabaseInfo {
  readonly header: DatabaseHeader;
  /** By name. */
  readonly files: ReadonlyMap<string, { readonly size: number; readonly sha256: string }>;
  /** `unsigned`: there is no digital signature. */
  readonly signed: 'valid' | 'invalid' | 'unsigned';
}

const SIGNED = Buffer.from('\nDSIG:');
/** One line for each file, and a digital signature. */
const MAX_BYTES = 4 * 1024 * 1024;

/** @param name of the member, for messages @throws {DatabaseError} `DATABASE_MALFORMED`, `DATABASE_LIMIT` */
export function readInfo(name: string, bytes: Uint8Array): DatabaseInfo {
  if (bytes.length > MAX_BYTES) {
    throw new DatabaseError('DATABASE_LIMIT', `${name}: expected at most ${MAX_BYTES} bytes, got ${bytes.length}`);
  }
  const info = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const place = info.indexOf(SIGNED);
  const end = place < 0 ? info.length : place + 1;
  const [first = '', ...lines] = info.toString('latin1', 0, end).split('\n');
  const files = new Map<string, { size: number; sha256: string }>();
  for (const [i, line] of lines.entries()) {
    const [, file, size, sha256] = /^([^:]+):(\d{1,12}):([0-9a-fA-F]{64})$/.exec(line) ?? [];
    if (file !== undefined) files.set(file, { size: Number(size), sha256: sha256!.toLowerCase() });
    else if (line !== '') throw new DatabaseError('DATABASE_MALFORMED', `${name}:${i + 2}: expected name:size:SHA-256`);
  }
  return { header: parseHeader(first), files, signed: place < 0 ? 'unsigned' : checkSigned(info, end) };
}

function checkSigned(info: Buffer, end: number): 'valid' | 'invalid' {
  const [digitalSignature = ''] = info.toString('latin1', end + SIGNED.length - 1).split('\n');
  const digest = createHash('sha256').update(info.subarray(0, end)).digest();
  return isInfoSigned(digitalSignature.trimEnd(), digest) ? 'valid' : 'invalid';
}
