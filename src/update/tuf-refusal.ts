/**
 * What the TUF library refused, as an error of this room. The library says it by class and text; both are read here, once, and nowhere else.
 *
 * By name and not by `instanceof`: half of the classes are exported by nobody. tuf.test.ts holds the library to them.
 */
import { StoreError } from '../store/errors.ts';
import { UpdateError, type UpdateErrorCode } from './errors.ts';

/** What was being read when it was refused. */
export interface RefusedFile {
  /** `root`, `timestamp`, `snapshot`, `targets`, `patterns` */
  readonly role: string;
  /** As shown to people: where it came from. */
  readonly where: string;
  readonly bytes: Buffer;
}

type Row = readonly [name: string, message: RegExp, code: UpdateErrorCode, sentence: string];

const ROLLBACK = 'it is older than what was seen before: a stale mirror, or somebody wants to bring back old patterns';
const FREEZE =
  'it is expired: the mirror is stale, the publisher does not sign any more, or the clock of this machine is wrong';
const MIXED =
  'it belongs to another state of the repository than the metadata that names it: a mirror in the middle of its update, or a mixture';
const DAMAGED = 'its bytes are not the signed ones: damaged on its way, or changed';
const MALFORMED = 'it is no TUF metadata that can be read';

/** The first row that fits decides. */
const ROWS: readonly Row[] = [
  ['UnsignedMetadataError', /./, 'UPDATE_SIGNATURE', 'too few of the trusted keys have signed it'],
  ['ExpiredMetadataError', /./, 'UPDATE_FREEZE', FREEZE],
  ['BadVersionError', /less than current version/, 'UPDATE_ROLLBACK', ROLLBACK],
  ['BadVersionError', /doesn't match timestamp|does not match snapshot version/, 'UPDATE_MIX_AND_MATCH', MIXED],
  ['RepositoryError', /in new snapshot/, 'UPDATE_ROLLBACK', 'it lacks a file that was listed before'],
  ['ValueError', /delegation/i, 'UPDATE_DELEGATION', 'nobody was made responsible for it'],
];

/** @returns an error with the sentence, and what the library said behind it */
export function refusal(thrown: unknown, file: RefusedFile): UpdateError | StoreError {
  if (thrown instanceof UpdateError) return thrown;
  const { message } = thrown as Error;
  const [, reason] = /Failed to persist metadata.*?(E[A-Z]+: [^,]*)/.exec(message) ?? [];
  if (reason !== undefined) return notWritten(reason, file, thrown);
  const name = (thrown as Error).constructor.name;
  const [code, sentence] = kindOf(name, message, file);
  return new UpdateError(code, `${file.where}: ${sentence} (${file.role}: ${message.slice(0, 200)})`, {
    cause: thrown,
  });
}

function notWritten(reason: string, { role }: RefusedFile, cause: unknown): StoreError {
  const code = /^(ENOSPC|EDQUOT)/.test(reason) ? 'STORE_DISK_FULL' : 'STORE_FILES';
  return new StoreError(code, `trust, ${role}: ${reason}; the active pattern stays`, { cause });
}

function kindOf(name: string, message: string, { role, bytes }: RefusedFile): readonly [UpdateErrorCode, string] {
  const row = ROWS.find(([wanted, pattern]) => wanted === name && pattern.test(message));
  if (row) return [row[2], row[3]];
  if (name === 'LengthOrHashMismatchError')
    return isMetadataOf(role, bytes) ? ['UPDATE_MIX_AND_MATCH', MIXED] : ['UPDATE_DIGEST', DAMAGED];
  const versions = /^Expected version (\d+), got (\d+)$/.exec(message);
  if (name === 'BadVersionError' && versions)
    return Number(versions[2]) < Number(versions[1]) ? ['UPDATE_ROLLBACK', ROLLBACK] : ['UPDATE_MIX_AND_MATCH', MIXED];
  return ['UPDATE_METADATA', MALFORMED];
}

/** Whether it reads as metadata of that role: then it is likely to be another edition, not a damaged one. For the message alone. */
function isMetadataOf(role: string, bytes: Buffer): boolean {
  try {
    const { signed, signatures } = JSON.parse(bytes.toString('utf8'));
    const type = role === 'snapshot' ? 'snapshot' : 'targets';
    return signed._type === type && Number.isSafeInteger(signed.version) && Array.isArray(signatures);
  } catch {
    return false;
  }
}
