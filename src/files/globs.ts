/**
 * Which paths a person wants scanned: the one door to picomatch.
 *
 * A glob without a slash is matched against the name (`*.iso`), one with a slash against the whole absolute path; unless it begins
 * with a slash it may begin at any directory (`cache/*` takes what lies in any directory of that name). Hidden files match like
 * others: whoever plants a file chooses its name.
 */
import picomatch from 'picomatch';
import { absolutePath, lastName } from './paths.ts';

/** Globs of one scan. An empty `include` lets every file in. */
export interface GlobOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly excludeDirectories: readonly string[];
  /** Against which relative paths are read; default that of the process. */
  readonly workingDirectory?: string;
}

/** What `walk` asks. */
export interface PathFilter {
  excludesFile(path: Buffer): boolean;
  /** True when nothing below that directory shall be looked at. */
  excludesDirectory(path: Buffer): boolean;
}

type Matcher = (path: Buffer) => boolean;

/** @returns undefined when no glob was given: every path passes */
export function pathFilter(options: GlobOptions): PathFilter | undefined {
  const workingDirectory = options.workingDirectory ?? process.cwd();
  const include = anyOf(options.include, workingDirectory);
  const exclude = anyOf(options.exclude, workingDirectory);
  const excludeDirectories = anyOf(options.excludeDirectories, workingDirectory);
  if (!include && !exclude && !excludeDirectories) return undefined;
  return {
    excludesFile: (path) => (include !== undefined && !include(path)) || (exclude?.(path) ?? false),
    excludesDirectory: (path) => excludeDirectories?.(path) ?? false,
  };
}

function anyOf(globs: readonly string[], workingDirectory: string): Matcher | undefined {
  if (globs.length === 0) return undefined;
  const ofName = globs.filter((glob) => !glob.includes('/')).map(compileGlob);
  const ofPath = globs.filter((glob) => glob.includes('/')).map((glob) => compileGlob(anchored(glob)));
  return (path) => {
    if (ofName.length > 0 && matchesAny(ofName, lastName(path))) return true;
    return ofPath.length > 0 && matchesAny(ofPath, absolutePath(path, workingDirectory));
  };
}

function anchored(glob: string): string {
  return glob.startsWith('/') ? glob : `/**/${glob.replace(/^\.\//, '')}`;
}

function compileGlob(glob: string): (text: string) => boolean {
  // Flag s: without it `**` stops at a newline, and a newline in a name would choose whether the file is scanned.
  return picomatch(glob, { dot: true, flags: 's', nonegate: true });
}

function matchesAny(matchers: readonly ((text: string) => boolean)[], path: Buffer): boolean {
  const text = path.toString(); // invalid UTF-8 becomes U+FFFD, which `?` and `*` match
  return matchers.some((matches) => matches(text));
}
