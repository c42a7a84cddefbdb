/**
 * ClamAV's databases: a header, and behind it a tar of signature sources, which may be compressed with gzip.
 *
 * Their name says why they are believed:
 * - `.cvd`, as clamav.net serves them: the header has ClamAV's digital signature over all that follows, `.info` one of its own.
 * - `.cld`, what a client made of one with updates: nobody could sign its header again, but the updates brought an `.info` that is signed.
 * - `.cud`, built by somebody else: unsigned. Whoever names it vouches for it, as for any other source.
 *
 * In each of them every source must be in `.info`, with its size and its SHA-256, and every line of `.info` must have its source: a file that somebody
 * took away would be missed by nobody. (clamscan 1.4.6 accepts that, and a wrong MD5 in the header of a `.cud`.) Order: digital signature of the header before anything is expanded, so
 * that a stranger's bomb is never opened as a `.cvd`.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { isHeaderSigned } from './digital-signature.ts';
import { DatabaseError } from './errors.ts';
import { type DatabaseHeader, HEADER_BYTES, parseHeader } from './header.ts';
import { type DatabaseInfo, readInfo } from './info.ts';
import { type DatabaseKind, isAside } from './names.ts';
import { readTarMembers } from './tar-members.ts';

/** Name of a file in a database → its bytes. */
export type Members = ReadonlyMap<string, Uint8Array>;

export interface Database {
  readonly kind: DatabaseKind;
  readonly header: DatabaseHeader;
  readonly members: Members;
}

export interface DatabaseLimits {
  /** Of all files in a database. The largest of clamav.net was 400 MB; what is more does not come from there. */
  readonly maxExpandedBytes: number;
}

const LIMITS: DatabaseLimits = { maxExpandedBytes: 1024 * 1024 * 1024 };

/**
 * Opens a database. What is in it is believed only after `verifyMembers`, which comes after the updates if there are any.
 *
 * @throws {DatabaseError}
 */
export function openDatabase(bytes: Uint8Array, kind: DatabaseKind, limits: DatabaseLimits = LIMITS): Database {
  const header = parseHeader(Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1'));
  if (bytes.length <= HEADER_BYTES) {
    throw new DatabaseError(
      'DATABASE_MALFORMED',
      `expected more than a header of ${HEADER_BYTES} bytes, got ${bytes.length}`,
    );
  }
  const content = bytes.subarray(HEADER_BYTES);
  verifyHeader(header, content, kind);
  return { kind, header, members: readTarMembers(isGzip(content) ? expand(content, limits) : content) };
}

/** Whether every source in it is what `.info` says, and `.info` what ClamAV signed. @throws {DatabaseError} */
export function verifyMembers({ kind, header, members }: Database): void {
  const info = infoOf(members);
  if (kind !== 'cud') requireSigned(info.signed, '.info');
  else if (info.signed === 'invalid') requireSigned('invalid', '.info');
  verifySameBuild(header, info.header);
  for (const [name, bytes] of members) verifyMember(name, bytes, info);
  for (const name of info.files.keys()) {
    if (!members.has(name))
      throw new DatabaseError('DATABASE_DIGEST', `expected ${name} as .info says, got no such file`);
  }
}

/**
 * The header is covered by no digital signature, and comes again in `.info`, which is: all of it but the MD5 and the digital signature must be the same.
 * clamscan 1.4.6 says `Corrupted CVD header` as well, and takes another date in words or another builder.
 */
function verifySameBuild(header: DatabaseHeader, info: DatabaseHeader): void {
  for (const [what, one, other] of [
    ['version', header.version, info.version],
    ['number of signatures', header.signatures, info.signatures],
    ['functionality level', header.functionalityLevel, info.functionalityLevel],
    ['time', header.builtSeconds, info.builtSeconds],
    ['date', header.built, info.built],
    ['builder', header.builder, info.builder],
  ]) {
    if (one === other) continue;
    const message = `.info: expected ${what} ${quoted(one)} as in the header, got ${quoted(other)}`;
    throw new DatabaseError('DATABASE_DIGEST', message);
  }
}

/** Of hostile text only what a terminal may show. */
function quoted(value: string | number | undefined): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40).replace(/[^ -~]/g, '?')) : `${value ?? 'none'}`;
}

/** @throws {DatabaseError} `DATABASE_MALFORMED` */
export function infoOf(members: Members): DatabaseInfo {
  for (const [name, bytes] of members) if (name.endsWith('.info')) return readInfo(name, bytes);
  throw new DatabaseError('DATABASE_MALFORMED', 'expected a .info file in it, got none');
}

function verifyHeader(header: DatabaseHeader, content: Uint8Array, kind: DatabaseKind): void {
  const { md5, digitalSignature } = header;
  if (kind === 'cvd' && (md5 === undefined || digitalSignature === undefined)) requireSigned('unsigned', 'header');
  if (md5 === undefined) return;
  const digest = createHash('md5').update(content).digest();
  const got = digest.toString('hex');
  if (got !== md5) throw new DatabaseError('DATABASE_DIGEST', `expected the MD5 ${md5} of the header, got ${got}`);
  if (kind === 'cvd' && !isHeaderSigned(digitalSignature!, digest)) requireSigned('invalid', 'header');
}

function requireSigned(signed: DatabaseInfo['signed'], where: string): void {
  switch (signed) {
    case 'valid':
      return;
    case 'invalid':
      throw new DatabaseError(
        'DATABASE_DIGITAL_SIGNATURE',
        `${where}: expected ClamAV's digital signature, got another`,
      );
    case 'unsigned':
      throw new DatabaseError(
        'DATABASE_UNSIGNED',
        `${where}: expected ClamAV's digital signature, got none; name it .cud if you vouch for it yourself`,
      );
  }
}

function verifyMember(name: string, bytes: Uint8Array, { files }: DatabaseInfo): void {
  if (isAside(name)) return;
  const listed = files.get(name);
  if (listed === undefined)
    throw new DatabaseError('DATABASE_DIGEST', `${name}: expected a line of .info that lists it`);
  if (listed.size !== bytes.length) {
    throw new DatabaseError(
      'DATABASE_DIGEST',
      `${name}: expected ${listed.size} bytes as .info says, got ${bytes.length}`,
    );
  }
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== listed.sha256) {
    throw new DatabaseError('DATABASE_DIGEST', `${name}: expected the SHA-256 ${listed.sha256} of .info, got ${got}`);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function expand(content: Uint8Array, { maxExpandedBytes }: DatabaseLimits): Uint8Array {
  try {
    return gunzipSync(content, { maxOutputLength: maxExpandedBytes });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DatabaseError('DATABASE_LIMIT', `expected at most ${maxExpandedBytes} bytes expanded`, { cause });
    }
    throw new DatabaseError('DATABASE_MALFORMED', `gzip: ${(cause as Error).message}`, { cause });
  }
}
