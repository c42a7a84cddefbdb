/**
 * ClamAV's databases as sources of signatures: opened, updated, verified; then each file in them is a source of its own.
 */
import { createHash } from 'node:crypto';
import { type Database, infoOf, openDatabase, verifyMembers } from '../databases/database.ts';
import { DatabaseError } from '../databases/errors.ts';
import { HEADER_BYTES, parseHeader } from '../databases/header.ts';
import type { DatabaseKind } from '../databases/names.ts';
import { applyUpdate, openUpdate } from '../databases/update.ts';
import { ScanError } from './errors.ts';
import { readStart, readWhole, type SourceDescription } from './source-bytes.ts';
import type { FileIdentity, SourceFile } from './source-files.ts';
import { combinedIdentity } from './source-updates.ts';

/** A database whose files are what ClamAV signed, or what the user vouches for. */
export interface LoadedDatabase {
  readonly identity: FileIdentity;
  readonly digest: Uint8Array;
  readonly description: SourceDescription;
  readonly members: Database['members'];
}

/** Changes when the same bytes of a database become other sources than before. */
const DATABASE_REVISION = 1;

/** @throws {ScanError} `SCAN_PATTERNS`, with the DatabaseError as cause */
export function loadDatabase({ path, format, updates = [] }: SourceFile, dialectRevision: number): LoadedDatabase {
  const kind = format as DatabaseKind;
  const whole = readWhole(path);
  const identities = [whole.identity];
  const digest = createHash('sha256').update(`clamav/database/${DATABASE_REVISION}/${dialectRevision}`);
  digest.update(sha256(whole.bytes));
  let database = naming(path, () => openDatabase(whole.bytes, kind));
  for (const updatePath of updates) {
    const { bytes, identity } = readWhole(updatePath);
    identities.push(identity);
    digest.update(sha256(bytes));
    database = naming(updatePath, () => updated(database, bytes));
  }
  naming(path, () => verifyMembers(database));
  const { members } = database;
  // What is signed, where the header is not.
  const { header } = infoOf(members);
  return {
    identity: combinedIdentity(identities),
    digest: digest.digest(),
    description: describe(header, kind),
    members,
  };
}

/** What the header of a database says, nothing checked. @throws {ScanError} `SCAN_PATTERNS` */
export function describeDatabase({ path, format }: SourceFile): SourceDescription {
  const text = Buffer.from(readStart(path, HEADER_BYTES)).toString('latin1');
  return naming(path, () => describe(parseHeader(text), format as DatabaseKind));
}

/** One that the database has already is passed by: a directory may hold all since the first. */
function updated(database: Database, bytes: Uint8Array): Database {
  const update = openUpdate(bytes, database.kind);
  return update.version <= database.header.version ? database : applyUpdate(database, update);
}

/** Its channel says whose it is: `local` as any source when nobody signed it. */
function describe({ version, builtSeconds }: Database['header'], kind: DatabaseKind): SourceDescription {
  const date = new Date((builtSeconds ?? 0) * 1000);
  const released = Number.isNaN(date.getTime()) ? new Date(0) : date;
  return {
    number: 0,
    released: released.toISOString(),
    channel: kind === 'cud' ? 'local' : 'clamav',
    databaseVersion: version,
  };
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof DatabaseError)) throw cause;
    throw new ScanError('SCAN_PATTERNS', `${path}: ${cause.message}`, { cause });
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
