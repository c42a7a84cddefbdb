/**
 * Errors of this room. The active pattern is left alone by every one of them; that an update must wait is no error but an outcome.
 *
 * A disk that is full, or a store that cannot be written, is a `StoreError` here as well.
 */

export type UpdateErrorCode =
  // What a person has to set.
  | 'UPDATE_NO_REPOSITORY' // no URL was ever given
  | 'UPDATE_NO_ROOT' // the repository is not trusted yet: its root.json has to be given once
  | 'UPDATE_ROOT_FILE' // the root.json that was given cannot be read, is none, or belongs to another repository than the trusted one
  | 'UPDATE_OPTION' // a value outside its documented range
  // This machine.
  | 'UPDATE_BUSY' // another updater is at work on this store
  | 'UPDATE_TRUST_DAMAGED' // what is trusted cannot be read any more, and the root.json has to be given again
  | 'UPDATE_ABORTED' // by the caller's AbortSignal
  // The network, or the directory that stands for it.
  | 'UPDATE_NETWORK' // no connection, or one that broke off
  | 'UPDATE_TLS' // the certificate is not trusted
  | 'UPDATE_PROXY' // the proxy refuses, or wants a user and password
  | 'UPDATE_TIMEOUT' // no answer, or not whole before the deadline
  | 'UPDATE_SLOW' // fewer bytes per second than the minimum rate
  | 'UPDATE_HTTP' // an answer with another status than expected
  | 'UPDATE_RETRY_LATER' // the server asks to come later
  | 'UPDATE_REDIRECT' // in circles, too many, or to where nobody should go
  | 'UPDATE_CONTENT' // an HTML page, or a re-encoded body, in place of the file
  | 'UPDATE_TOO_LONG' // more bytes than were signed or allowed
  | 'UPDATE_TRUNCATED' // fewer bytes than were announced
  | 'UPDATE_NOT_FOUND' // metadata names a file that is not there
  | 'UPDATE_FILE' // a file of the medium cannot be read, or is a link that leads out of it
  // What the repository says: tried and refused.
  | 'UPDATE_METADATA' // no metadata that can be read, or with values outside their range
  | 'UPDATE_SIGNATURE' // not signed by enough of the trusted keys
  | 'UPDATE_ROLLBACK' // older than what was seen before
  | 'UPDATE_FREEZE' // expired
  | 'UPDATE_MIX_AND_MATCH' // a file of another state of the repository
  | 'UPDATE_DELEGATION' // the patterns role signs what it is not there for
  | 'UPDATE_DIGEST' // other bytes than were signed
  | 'UPDATE_PATTERN' // a signed file that is no pattern file, or another than was announced
  | 'UPDATE_TRIAL' // the trial refused the pattern
  | 'UPDATE_FAILED'; // anything that should not have happened; the message is all that is known

/** No EngineError: an updater that finds nothing new need not load the engine. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';
  readonly code: UpdateErrorCode;
  constructor(code: UpdateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An HTTP answer with a status that brings no file. */
export class HttpStatusError extends UpdateError {
  readonly status: number;
  /** What Retry-After says, in milliseconds from the answer on; undefined: nothing. */
  readonly retryAfterMs: number | undefined;
  constructor(code: UpdateErrorCode, message: string, status: number, retryAfterMs: number | undefined) {
    super(code, message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** How bad it is: of several mirrors that failed, the worst decides what is reported. */
const GRAVEST_FIRST: readonly UpdateErrorCode[] = [
  'UPDATE_SIGNATURE',
  'UPDATE_DELEGATION',
  'UPDATE_ROLLBACK',
  'UPDATE_MIX_AND_MATCH',
  'UPDATE_FREEZE',
  'UPDATE_METADATA',
  'UPDATE_DIGEST',
  'UPDATE_CONTENT',
];

/** @returns the gravest; the first of equals */
export function gravest(errors: readonly UpdateError[]): UpdateError {
  const rank = ({ code }: UpdateError): number => {
    const at = GRAVEST_FIRST.indexOf(code);
    return at < 0 ? GRAVEST_FIRST.length : at;
  };
  return [...errors].sort((a, b) => rank(a) - rank(b))[0]!;
}
