/**
 * What a scan is asked to look at: arguments, a list of paths, standard input; and the items that come of it.
 */
import { createReadStream, statSync } from 'node:fs';
import { readPathList } from '../../../files/path-list.ts';
import { type WalkItem, type WalkOptions, walk } from '../../../files/walk.ts';
import { CliError, messageOf } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { escapeBytes } from '../text.ts';
import { isStdin, type ScanResult, SKIP_WORDS } from './result.ts';

export interface TargetOptions {
  /** Bytes as given on the command line; `-` is standard input. */
  readonly paths: readonly Buffer[];
  /** File that holds paths; `-` is standard input. */
  readonly fileList: Buffer | undefined;
  /** Paths of the list end in NUL instead of a newline. */
  readonly nul: boolean;
}

/** Something to scan, or a result that needs no scan. */
export type ScanItem =
  | { readonly kind: 'file'; readonly path: Buffer }
  | { readonly kind: 'stdin'; readonly path: Buffer }
  | Extract<ScanResult, { readonly kind: 'error' | 'skipped' | 'directory' }>;

/** @throws {CliError} `CLI_USAGE` */
export function checkTargets(options: TargetOptions): void {
  const readers = startsOf(options).filter(isStdin);
  if (readers.length > 1) throw new CliError('CLI_USAGE', 'scan: standard input (-) can be read only once');
  if (options.nul && options.fileList === undefined) throw new CliError('CLI_USAGE', 'scan: -0 needs --file-list FILE');
  if (options.paths.length === 0 && options.fileList === undefined) {
    throw new CliError(
      'CLI_USAGE',
      'scan: expected a PATH or --file-list FILE, got neither ("engine scan ." scans this directory)',
    );
  }
}

/** Size of the file that is all there is to scan; undefined when there may be more, or none. */
export function bytesOfOneFile({ paths, fileList }: TargetOptions): number | undefined {
  const [path] = paths;
  if (path === undefined || paths.length > 1 || fileList !== undefined || isStdin(path)) return undefined;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : undefined;
  } catch {
    return undefined; // told when it is scanned
  }
}

/** Whether a walk may run ahead: not when standard input is what is scanned, nor when the list is a pipe, which would lose what is read twice. */
export function canCountAhead(options: TargetOptions): boolean {
  if (startsOf(options).some(isStdin)) return false;
  const { fileList } = options;
  return fileList === undefined || (statSync(fileList, { throwIfNoEntry: false })?.isFile() ?? false);
}

/**
 * The paths to start from. Can be iterated again when `canCountAhead`.
 *
 * @throws {CliError} `CLI_LIST`
 */
export async function* startPaths(options: TargetOptions, io: CliIo): AsyncGenerator<Buffer, void, void> {
  yield* options.paths;
  if (options.fileList === undefined) return;
  const list = isStdin(options.fileList) ? io.stdin : createReadStream(options.fileList);
  try {
    for await (const path of readPathList(list, options.nul ? 'nul' : 'newline')) {
      yield isStdin(path) ? Buffer.from('./-') : path;
    }
  } catch (cause) {
    throw new CliError('CLI_LIST', `--file-list ${escapeBytes(options.fileList)}: ${messageOf(cause)}`, { cause });
  }
}

/** All that lies below the start paths, in their order. */
export async function* scanItems(
  starts: AsyncIterable<Buffer>,
  options: WalkOptions,
): AsyncGenerator<ScanItem, void, void> {
  for await (const start of starts) {
    if (options.signal?.aborted) return;
    if (isStdin(start)) yield { kind: 'stdin', path: start };
    else for await (const item of walk(start, options)) yield itemOf(item, start);
  }
}

function startsOf({ paths, fileList }: TargetOptions): readonly Buffer[] {
  return fileList === undefined ? paths : [...paths, fileList];
}

function itemOf(item: WalkItem, start: Buffer): ScanItem {
  const { path } = item;
  switch (item.kind) {
    case 'file':
    case 'directory':
      return { kind: item.kind, path };
    case 'symlink':
    case 'excluded':
      return { kind: 'skipped', path, reason: item.kind };
    case 'special':
      return path === start ? namedSpecial(path, SKIP_WORDS[item.type]) : { kind: 'skipped', path, reason: item.type };
    case 'error':
      return { kind: 'error', path, code: item.error.code ?? 'UNKNOWN', message: messageOf(item.error) };
  }
}

/** In a directory it is passed by; but a person who names it waits for an answer that will not come. */
function namedSpecial(path: Buffer, what: string): ScanItem {
  const message = `is a ${what}, which is never opened; to scan a stream, pipe it into "engine scan -"`;
  return { kind: 'error', path, code: 'CLI_NOT_REGULAR', message };
}
