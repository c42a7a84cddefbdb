/**
 * Errors of the engine: codes for programs, messages for people.
 *
 * A verdict is not an error. Malware, an encrypted entry or a spent budget are values; only our own failure to answer
 * is thrown. Failures cross threads as `{ code, message }` and are rebuilt on the other side.
 */

/** Base of every error that this project throws: `code` is stable, `message` may change. */
export class EngineError<Code extends string = string> extends Error {
  readonly code: Code;
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

export type SignatureErrorCode =
  | 'SIGNATURE_INVALID' // a value outside its documented range
  | 'SIGNATURE_LIMIT'; // a limit of the engine is exceeded; the message names it
/** A signature value that the engine cannot take. */
export class SignatureError extends EngineError<SignatureErrorCode> {}

export type PatternFileErrorCode =
  | 'PATTERN_FILE_TRUNCATED'
  | 'PATTERN_FILE_NOT_ONE' // the magic number is missing
  | 'PATTERN_FILE_FORMAT_TOO_NEW'
  | 'PATTERN_FILE_CHECKSUM_MISMATCH'
  | 'PATTERN_FILE_MALFORMED'
  | 'PATTERN_FILE_DELTA_BASE' // a delta for other records than these
  | 'PATTERN_FILE_ENGINE_RANGE'
  | 'PATTERN_FILE_NUMBER';
/** A pattern file that cannot be read, or must not be used by this engine. */
export class PatternFileError extends EngineError<PatternFileErrorCode> {}

export type ImageErrorCode =
  | 'IMAGE_TRUNCATED'
  | 'IMAGE_NOT_ONE'
  | 'IMAGE_FOREIGN' // built by another engine version or from another pattern file
  | 'IMAGE_CHECKSUM_MISMATCH'
  | 'IMAGE_MALFORMED'
  | 'IMAGE_TOO_LARGE';
/** An image that must not be trusted; the cure is always to compile it again. */
export class ImageError extends EngineError<ImageErrorCode> {}

export type ScannerErrorCode =
  | 'SCANNER_SHORT_READ' // the source gave fewer bytes than its size promised
  | 'SCANNER_OPTION'
  | 'SCANNER_CLOSED';
/** A scan that could not be carried through. */
export class ScannerError extends EngineError<ScannerErrorCode> {}
