/**
 * The header of a database: 512 bytes of text, filled up with blanks. Its first line comes again as the first line of `.info`.
 *
 * ```
 * ClamAV-VDB:22 Jun 2021 20-40 -0400:3:11:81:75c8…a670:j1b3…/Gf:raynman:1624408809
 *  0 magic   1 time of the build      2 version
 *                                       3 signatures, 4 functionality level
 *                                            5 MD5 of what follows the header, 6 digital signature; X: none
 *                                                                  7 builder, 8 the time in seconds since 1970 (missing in old ones)
 * ```
 */
import { DatabaseError } from './errors.ts';

export const HEADER_BYTES = 512;
const MAGIC = 'ClamAV-VDB';
const FIELDS = { min: 8, max: 9 };
/** What stands for none. */
const NONE = 'X';

export interface DatabaseHeader {
  /** Time of the build in words, as `22 Jun 2021 20-40 -0400`. */
  readonly built: string;
  readonly version: number;
  /** As the builder counted them. */
  readonly signatures: number;
  readonly functionalityLevel: number;
  /** Lower-case hex. */
  readonly md5: string | undefined;
  readonly digitalSignature: string | undefined;
  readonly builder: string;
  /** Seconds since 1970. */
  readonly builtSeconds: number | undefined;
}

/** @param text the first 512 bytes, or the first line of `.info`, as Latin-1 @throws {DatabaseError} `DATABASE_MALFORMED` */
export function parseHeader(text: string): DatabaseHeader {
  // Blanks alone: what else stands there was changed by somebody.
  const fields = text.replace(/ +$/, '').split(':');
  if (fields[0] !== MAGIC) {
    const start = fields[0]!.slice(0, MAGIC.length);
    throw malformed(`expected ${MAGIC} at the start, got ${/^[ -~]*$/.test(start) ? `"${start}"` : 'other bytes'}`);
  }
  if (fields.length < FIELDS.min || fields.length > FIELDS.max) {
    throw malformed(`expected ${FIELDS.min} or ${FIELDS.max} fields between colons, got ${fields.length}`);
  }
  const [, built, version, signatures, level, md5, digitalSignature, builder, seconds] = fields as string[];
  return {
    built: built!,
    version: integer('version', version!),
    signatures: integer('number of signatures', signatures!),
    functionalityLevel: integer('functionality level', level!),
    md5: md5 === NONE ? undefined : hex(md5!),
    digitalSignature: digitalSignature === NONE ? undefined : digitalSignature,
    builder: builder!,
    builtSeconds: seconds === undefined ? undefined : integer('time', seconds),
  };
}

function integer(what: string, text: string): number {
  // Thirteen digits are beyond any version and any time, and exact.
  if (!/^\d{1,13}$/.test(text)) throw malformed(`${what}: expected digits, got ${JSON.stringify(text.slice(0, 24))}`);
  return Number(text);
}

function hex(text: string): string {
  if (!/^[0-9a-fA-F]{32}$/.test(text)) throw malformed('MD5: expected 32 hexadecimal digits or X');
  return text.toLowerCase();
}

function malformed(message: string): DatabaseError {
  return new DatabaseError('DATABASE_MALFORMED', `header: ${message}`);
}
