/** Errors of this room, and their way across threads. What an object turns out to be is never one of them: that is a `Verdict`. */

export type ScanErrorCode =
  | 'SCAN_FILE_UNREADABLE' // it cannot be opened or read: permissions, a broken disk
  | 'SCAN_FILE_NOT_REGULAR' // a directory, pipe, socket or device
  | 'SCAN_FILE_VANISHED' // it is not there, or not any more
  | 'SCAN_FILE_CHANGED' // it became shorter while it was read
  | 'SCAN_SPOOL' // a temporary file could not be made, written or read
  | 'SCAN_PATTERNS' // the patterns cannot be read; the message says which and why
  | 'SCAN_IMAGE_DAMAGED' // what a hit needed from the compiled patterns is damaged; they are compiled again and the object is scanned again
  | 'SCAN_PATTERNS_CRASHED' // workers crashed again and again after a switch; the patterns before it are used again
  | 'SCAN_TRIAL_MISSED' // patterns on trial: a signature does not find what it was written for
  | 'SCAN_TRIAL_QUARANTINE' // patterns on trial: more signatures are bad than may be left out
  | 'SCAN_TRIAL_CLEAN' // patterns on trial: a file that is said to be clean cannot be read
  | 'SCAN_TRIAL_TIMEOUT' // patterns on trial: they took too long
  | 'SCAN_TRIAL_DIED' // patterns on trial: its thread ended, most likely for want of memory
  | 'SCAN_TRIAL_STORE' // patterns on trial: the image or the list of what is left out cannot be written
  | 'SCAN_OPTION' // a value outside its documented range
  | 'SCAN_WORKER_DIED' // the thread that looked at the object ended; the next object gets a new one
  | 'SCAN_ABORTED' // by the caller's AbortSignal
  | 'SCAN_CLOSED' // the engine is closed
  | 'SCAN_TRIAL_MISSED' // patterns on trial: a signature does not find the object that was built out of it
  | 'SCAN_TRIAL_QUARANTINE' // too many signatures hit clean objects or cost too much, or one does and none may
  | 'SCAN_TRIAL_CLEAN' // a clean file or directory that was named is not there
  | 'SCAN_TRIAL_TIMEOUT'
  | 'SCAN_TRIAL_DIED' // the trial's thread ended; most likely there was not enough memory
  | 'SCAN_TRIAL_STORE' // the image or the list of quarantined signatures cannot be written
  | 'SCAN_FAILED'; // anything that should not have happened; the message is all that is known

/** Our own failure to answer. No EngineError, so that the first worker can be started before the engine is loaded here. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly code: ScanErrorCode;
  constructor(code: ScanErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An error as it crosses threads: a thrown one arrives without class, name or code. */
export interface Failure {
  readonly code: ScanErrorCode;
  readonly message: string;
}

/** What a failure of the file system means for the object at hand. */
const SYSTEM_CODES: Readonly<Record<string, ScanErrorCode>> = {
  ENOENT: 'SCAN_FILE_VANISHED',
  ENOTDIR: 'SCAN_FILE_VANISHED',
  EACCES: 'SCAN_FILE_UNREADABLE',
  EPERM: 'SCAN_FILE_UNREADABLE',
  EIO: 'SCAN_FILE_UNREADABLE',
  ELOOP: 'SCAN_FILE_UNREADABLE',
  ENAMETOOLONG: 'SCAN_FILE_UNREADABLE',
  ETXTBSY: 'SCAN_FILE_UNREADABLE',
  ESTALE: 'SCAN_FILE_VANISHED',
  ENXIO: 'SCAN_FILE_NOT_REGULAR',
  EISDIR: 'SCAN_FILE_NOT_REGULAR',
};

/** Anything thrown, as a value. The message leaves the path out: whoever asked knows it, and it may not be text. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof ScanError) return { code: thrown.code, message: thrown.message };
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(thrown);
  if (code === 'SCANNER_SHORT_READ')
    return { code: 'SCAN_FILE_CHANGED', message: 'it became shorter while it was read' };
  if (code === 'IMAGE_CHECKSUM_MISMATCH' || code === 'IMAGE_TRUNCATED' || code === 'IMAGE_MALFORMED')
    return { code: 'SCAN_IMAGE_DAMAGED', message: text };
  if (code === 'UNPACK_SPOOL') return { code: 'SCAN_SPOOL', message: text };
  if (code === 'UNPACK_LIMIT') return { code: 'SCAN_OPTION', message: text };
  if (typeof code === 'string' && Object.hasOwn(SYSTEM_CODES, code)) {
    return { code: SYSTEM_CODES[code]!, message: systemMessage(text) };
  }
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code))
    return { code: 'SCAN_FILE_UNREADABLE', message: systemMessage(text) };
  return { code: 'SCAN_FAILED', message: typeof code === 'string' ? `${code}: ${text}` : text };
}

/** `EACCES: permission denied, open '/x'` → `permission denied`. */
function systemMessage(message: string): string {
  return /^[A-Z0-9]+: ([^,]*)/.exec(message)?.[1] ?? message;
}

/** The error that a failure stands for. */
export function errorOf({ code, message }: Failure, options?: ErrorOptions): ScanError {
  return new ScanError(code, message, options);
}
