/**
 * What became of one path, before it is put into words (lines.ts) or JSON (json.ts).
 */
import type { SpecialType } from '../../../files/walk.ts';
import type { Verdict } from '../../../scan/verdict.ts';

/** Why a path was not scanned though nothing went wrong. */
export type SkipReason = 'symlink' | 'excluded' | SpecialType;

export type ScanResult =
  | { readonly kind: 'verdict'; readonly path: Buffer; readonly verdict: Verdict }
  | { readonly kind: 'error'; readonly path: Buffer; readonly code: string; readonly message: string }
  | { readonly kind: 'skipped'; readonly path: Buffer; readonly reason: SkipReason }
  | { readonly kind: 'directory'; readonly path: Buffer }
  /** Was being scanned when the run was interrupted. */
  | { readonly kind: 'interrupted' };

/** Stands for standard input; a file of that name is `./-`. */
const STDIN_PATH = Buffer.from('-');

export function isStdin(path: Buffer): boolean {
  return path.equals(STDIN_PATH);
}

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  symlink: 'symbolic link',
  excluded: 'excluded',
  fifo: 'named pipe',
  socket: 'socket',
  characterDevice: 'character device',
  blockDevice: 'block device',
  unknown: 'special file',
};

/** Worth a line even without --verbose: a person would expect it to be scanned. */
export function isSpecial(reason: SkipReason): boolean {
  return reason !== 'symlink' && reason !== 'excluded';
}
