/**
 * Updates of databases (`.cdiff`): a script that makes the next version of one, digitally signed.
 *
 * ```
 * ClamAV-Diff:3:3423:      magic, the version that it makes, bytes of the script
 * …                        the script, compressed with gzip
 * :pYTS…                   digital signature over all before the colon; may be empty for a .cud
 * ```
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type Database, infoOf } from './database.ts';
import { isUpdateSigned } from './digital-signature.ts';
import { DatabaseError } from './errors.ts';
import type { DatabaseKind } from './names.ts';
import { applyScript } from './script.ts';

export interface Update {
  /** Of the database that it makes. */
  readonly version: number;
  readonly script: Uint8Array;
}

/** A year of changes at once is not a tenth of that. */
const MAX_SCRIPT_BYTES = 256 * 1024 * 1024;
const COLON = 0x3a;

/** @param kind of the database that it is for: only a `.cud` takes one that is unsigned @throws {DatabaseError} */
export function openUpdate(bytes: Uint8Array, kind: DatabaseKind): Update {
  const head = /^ClamAV-Diff:(\d{1,13}):(\d{1,13}):/.exec(Buffer.from(bytes.subarray(0, 48)).toString('latin1'));
  const end = bytes.lastIndexOf(COLON);
  if (head === null || end < head[0].length) {
    throw new DatabaseError(
      'DATABASE_MALFORMED',
      'expected ClamAV-Diff:version:length:, a script, a colon and a digital signature',
    );
  }
  verifyUpdate(bytes, end, kind);
  const length = Number(head[2]);
  if (length > MAX_SCRIPT_BYTES) {
    throw new DatabaseError('DATABASE_LIMIT', `script: expected at most ${MAX_SCRIPT_BYTES} bytes, got ${length}`);
  }
  return { version: Number(head[1]), script: expand(bytes.subarray(head[0].length, end), length) };
}

/**
 * The next version of a database. All of an update or, when it throws, nothing: the database that was given stays as it was.
 *
 * @throws {DatabaseError} `DATABASE_UPDATE` when it is for another version or does not fit
 */
export function applyUpdate({ kind, header, members }: Database, { version, script }: Update): Database {
  if (version !== header.version + 1) {
    const message = `expected the update from version ${header.version} to ${header.version + 1}, got that to ${version}`;
    throw new DatabaseError('DATABASE_UPDATE', message);
  }
  const next = applyScript(members, script);
  const info = infoOf(next);
  if (info.header.version === version) return { kind, header: info.header, members: next };
  throw new DatabaseError(
    'DATABASE_UPDATE',
    `expected a .info of version ${version} from it, got ${info.header.version}`,
  );
}

function verifyUpdate(bytes: Uint8Array, end: number, kind: DatabaseKind): void {
  const digitalSignature = Buffer.from(bytes.subarray(end + 1))
    .toString('latin1')
    .trimEnd();
  if (digitalSignature === '') {
    if (kind === 'cud') return;
    throw new DatabaseError('DATABASE_UNSIGNED', "expected ClamAV's digital signature, got none");
  }
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest();
  if (isUpdateSigned(digitalSignature, digest)) return;
  throw new DatabaseError('DATABASE_DIGITAL_SIGNATURE', "expected ClamAV's digital signature, got another");
}

function expand(compressed: Uint8Array, length: number): Uint8Array {
  let script: Uint8Array;
  try {
    // 0 would be no limit.
    script = gunzipSync(compressed, { maxOutputLength: Math.max(1, length) });
  } catch (cause) {
    throw new DatabaseError('DATABASE_MALFORMED', `script: ${(cause as Error).message}`, { cause });
  }
  if (script.length === length) return script;
  throw new DatabaseError('DATABASE_MALFORMED', `script: expected ${length} bytes, got ${script.length}`);
}
