/**
 * Results for programs: one JSON object a line. README.md beside ../ documents every field; a field is added, never changed.
 */
import { exactString } from '../../../files/paths.ts';
import type { LineOptions } from './lines.ts';
import { isSpecial, type ScanResult } from './result.ts';

/** The object for one result, or undefined when it gets no line. */
export function jsonOf(result: ScanResult, options: LineOptions): object | undefined {
  switch (result.kind) {
    case 'directory':
    case 'interrupted':
      return undefined;
    case 'error':
      return { kind: 'error', ...pathFields(result.path), code: result.code, message: result.message };
    case 'skipped':
      if (options.infectedOnly || !(options.verbose || isSpecial(result.reason))) return undefined;
      return { kind: 'skipped', ...pathFields(result.path), reason: result.reason };
    case 'verdict':
      return isShown(result.verdict.kind, options) ? { ...ordered(result) } : undefined;
  }
}

/** `path`, and where that cannot say it exactly, `pathBytes` (base64). */
export function pathFields(path: Buffer): { readonly path: string; readonly pathBytes?: string } {
  const exact = exactString(path);
  return exact === undefined ? { path: path.toString(), pathBytes: path.toString('base64') } : { path: exact };
}

/** Kind and path first: people read these lines too. */
function ordered({ path, verdict }: Extract<ScanResult, { kind: 'verdict' }>): object {
  const { kind, patternNumber, engineVersion, size, objects, scannedBytes, elapsedMs, ...rest } = verdict;
  return {
    kind,
    ...pathFields(path),
    ...rest,
    size,
    objects,
    scannedBytes,
    elapsedMs: Math.round(elapsedMs * 1000) / 1000,
    patternNumber,
    engineVersion,
  };
}

function isShown(kind: 'clean' | 'infected' | 'unscanned', options: LineOptions): boolean {
  if (kind === 'infected') return true;
  return !options.infectedOnly && !(kind === 'clean' && options.suppressOk);
}
