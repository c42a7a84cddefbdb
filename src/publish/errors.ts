/** Errors of this room. Each message says where, what was expected, what was there, and what to do. */
import { EngineError } from '../../native-free-engine/index.ts';

export type PublishErrorCode =
  | 'PUBLISH_EXISTS' // there is a repository, or what is left of one
  | 'PUBLISH_NOT_ONE' // no repository in that directory
  | 'PUBLISH_BUSY' // another publisher is at work, or the directory cannot be written
  | 'PUBLISH_METADATA' // metadata is missing, damaged, or not signed as it must be
  | 'PUBLISH_EXPIRED' // a role that a person holds is over
  | 'PUBLISH_KEY_MISSING' // too few keys of a role are in the key directory
  | 'PUBLISH_KEY_DAMAGED' // no private key, or another than its name says
  | 'PUBLISH_KEY_EXPOSED' // a private key that others could read, or below what the web server shows
  | 'PUBLISH_PASSPHRASE' // none was given, it is wrong, or too short
  | 'PUBLISH_NUMBER' // no pattern number, or not higher than all before
  | 'PUBLISH_OPTION' // a value outside its documented range
  | 'PUBLISH_PATTERN_FILE' // a file of the repository is missing or damaged
  | 'PUBLISH_SELF_TEST' // the new pattern file did not find what it must, or found what it must not
  | 'PUBLISH_IO'; // the file system refused
export class PublishError extends EngineError<PublishErrorCode> {}
