/**
 * The signatures that conformance is shown for: every line of the body sources, with a name of its own.
 *
 * Names repeat in real sources, and clamscan leaves some out by their name (`PUA.`), so each line gets one by its number. What a name says is not looked at here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BodySignature } from '../../native-free-engine/index.ts';
import { formatOfName } from '../../src/dialects/clamav/formats.ts';
import { readClamav } from '../../src/dialects/clamav/read.ts';
import { SHARED_DATA } from '../places.ts';

export interface SignatureLine {
  /** Name in the renamed line. */
  readonly id: string;
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly format: string;
  /** One character per byte; the name is `id`. */
  readonly text: string;
  readonly originalName: string;
  /** undefined for a line that was skipped. */
  readonly signature: BodySignature | undefined;
  /** Why it was skipped. */
  readonly skipped: string | undefined;
}

const SOURCES = [
  'official/main.ldb',
  'official/daily.ndb',
  'derived/clamav-main-2017-rebuilt.ndb',
  'derived/clamav-main-2017-rebuilt.ldb',
  'third-party/rfxn/rfxn.ndb',
  'third-party/ditekshen/clamav.ldb',
  'third-party/ditekshen/indicator_rmm.ldb',
] as const;
const SEPARATORS: Readonly<Record<string, string>> = { ldb: ';', ldu: ';', ndb: ':', ndu: ':', db: '=' };

/** The sources that are here. @returns also what is missing */
export function conformanceSources(): { readonly paths: readonly string[]; readonly missing: readonly string[] } {
  const all = SOURCES.map((name) => join(SHARED_DATA, 'clamav-sigs', name));
  const found = all.map((path) => [path, `${path}.gz`].find((file) => existsSync(file)));
  return {
    paths: found.filter((path) => path !== undefined),
    missing: all.filter((_, i) => found[i] === undefined),
  };
}

/** Every line of a source that is no comment. @param firstId number that the first one's name has */
export function readLines(path: string, firstId: number): SignatureLine[] {
  const raw = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(raw) : raw;
  const source = basename(path).replace(/\.gz$/, '');
  const format = formatOfName(source);
  if (!format) throw new Error(`${path}: expected a signature source, got another file`);
  const separator = SEPARATORS[format] ?? ':';
  const lineStarts = startsOf(bytes);
  const lines: SignatureLine[] = [];
  const add = (line: number, signature: BodySignature | undefined, skipped: string | undefined): void => {
    const start = lineStarts[line - 1]!;
    const text = bytes
      .subarray(start, lineStarts[line] ?? bytes.length)
      .toString('latin1')
      .replace(/[\r\n]+$/, '');
    const id = `C${firstId + lines.length}`;
    const end = text.indexOf(separator);
    const originalName = text.slice(0, Math.max(end, 0));
    lines.push({ id, source, line, format, text: id + text.slice(end), originalName, signature, skipped });
  };
  readClamav(bytes, {
    source,
    format,
    onSignature: (signature, line) =>
      add(
        line,
        signature.kind === 'body' ? signature : undefined,
        signature.kind === 'body' ? undefined : signature.kind,
      ),
    onSkipped: ({ line, reason }) => add(line, undefined, reason),
  });
  return lines;
}

function startsOf(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}
