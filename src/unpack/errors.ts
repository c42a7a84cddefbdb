/** Errors of this room. What a hostile container does is never one of them: that is an `Obstacle`. */
import { EngineError } from '../../native-free-engine/index.ts';

export type UnpackErrorCode =
  | 'UNPACK_SPOOL' // the temporary file could not be made, written or read
  | 'UNPACK_LIMIT'; // a limit that is no integer ≥ 0
export class UnpackError extends EngineError<UnpackErrorCode> {}
