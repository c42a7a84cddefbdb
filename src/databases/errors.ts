/** Errors of this room: a database that cannot be believed or read. What is on one line of it is never one of them. */
import { EngineError } from '../../native-free-engine/index.ts';

export type DatabaseErrorCode =
  | 'DATABASE_MALFORMED' // not of its format; the message says where
  | 'DATABASE_DIGEST' // its bytes are not those that its header or its .info speak of
  | 'DATABASE_UNSIGNED' // it has no digital signature and needs one
  | 'DATABASE_DIGITAL_SIGNATURE' // it has one that is not ClamAV's
  | 'DATABASE_LIMIT' // a limit is exceeded; the message names it
  | 'DATABASE_UPDATE'; // an update does not fit the database; nothing of it was applied

export class DatabaseError extends EngineError<DatabaseErrorCode> {}
