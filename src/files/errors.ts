export type FileErrorCode = 'FILE_LIST_LINE'; // an entry that cannot be a path

/** A list of paths that cannot be read on. No EngineError: the engine's door would load the engine for it. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  constructor(code: FileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
