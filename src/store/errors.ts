/** Errors of the pattern store. */

export type StoreErrorCode =
  | 'STORE_NUMBER' // no pattern number
  | 'STORE_NUMBER_RANGE' // not within 1 … 2^53−1
  | 'STORE_NUMBER_LEGACY' // an old three-digit name without its roll
  | 'STORE_NUMBER_REUSED' // it is in the store with another content
  | 'STORE_NOT_KEPT' // it is not in the store, or not whole
  | 'STORE_NOT_NEWER' // only a higher number than the active one is installed
  | 'STORE_MARKED_BAD' // it was rolled back or withdrawn
  | 'STORE_NO_PREVIOUS' // nothing to roll back to
  | 'STORE_PINNED' // a pin keeps the active pattern
  | 'STORE_HELD' // a hold keeps the active pattern
  | 'STORE_PATTERN' // the bytes are no pattern file, or a damaged one
  | 'STORE_STAGING' // what is to be installed is not what was staged
  | 'STORE_OPTION' // a value outside its documented range
  | 'STORE_LOCKED' // another process changes the store
  | 'STORE_FOREIGN' // it belongs to another user, or others may write in it
  | 'STORE_READ_ONLY' // it cannot be written
  | 'STORE_NOT_DIRECTORY' // its path is something else
  | 'STORE_DISK_FULL'
  | 'STORE_FILES'; // anything else that the file system says

/** The store could not do what it was asked. No EngineError: the engine's door would load the engine for whoever reads the store. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const SYSTEM_CODES: Readonly<Record<string, StoreErrorCode>> = {
  ENOSPC: 'STORE_DISK_FULL',
  EDQUOT: 'STORE_DISK_FULL',
  EROFS: 'STORE_READ_ONLY',
  EACCES: 'STORE_READ_ONLY',
  EPERM: 'STORE_READ_ONLY',
  ENOTDIR: 'STORE_NOT_DIRECTORY',
};
const ADVICE: Readonly<Partial<Record<StoreErrorCode, string>>> = {
  STORE_DISK_FULL: 'the active pattern stays; make room and try again',
  STORE_READ_ONLY: 'the active pattern stays',
};

/** Anything thrown while a store was changed, as an error of this room. */
export function storeErrorOf(directory: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof StoreError) return thrown;
  const { code, path = directory } = thrown as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return thrown;
  const known = Object.hasOwn(SYSTEM_CODES, code) ? SYSTEM_CODES[code]! : 'STORE_FILES';
  // `ENOSPC: no space left on device, write` → `no space left on device`
  const what = /^[A-Z0-9]+: ([^,]*)/.exec(thrown.message)?.[1] ?? thrown.message;
  const advice = ADVICE[known];
  return new StoreError(known, `${path}: ${what}${advice ? `; ${advice}` : ''}`, { cause: thrown });
}
