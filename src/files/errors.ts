import { EngineError } from '../../native-free-engine/errors.ts';

export type FileErrorCode = 'FILE_LIST_LINE'; // an entry that cannot be a path
/** A list of paths that cannot be read on. */
export class FileError extends EngineError<FileErrorCode> {}
