/**
 * Results in words: `PATH: NAME FOUND`, `PATH: OK`, `PATH: UNSCANNED reason`, `PATH: ERROR message`.
 *
 * The shape is clamscan's, so that scripts that look for ` FOUND$` go on working. A path never breaks a line (text.ts).
 */

import { lastName } from '../../../files/paths.ts';
import type { Detection, Unscanned } from '../../../scan/verdict.ts';
import type { Style } from '../screen.ts';
import { escapeBytes, escapeText } from '../text.ts';
import { isSpecial, isStdin, type ScanResult, SKIP_WORDS, type SkipReason } from './result.ts';

export interface LineOptions {
  /** Only what was found (and errors). */
  readonly infectedOnly: boolean;
  /** No OK lines. */
  readonly suppressOk: boolean;
  /** Where inside a container; links and excluded files; why something is unscanned. */
  readonly verbose: boolean;
  /** Where clamscan has other words for the same, those: empty files, links, what is excluded. */
  readonly clamscan: boolean;
}

export interface Line {
  /** `stderr` for errors. */
  readonly stream: 'stdout' | 'stderr';
  /** Up to and with the colon and space. */
  readonly path: string;
  readonly text: string;
  readonly style: Style;
}

/** Lines for one result; often one, sometimes none. */
export function linesOf(result: ScanResult, options: LineOptions): readonly Line[] {
  switch (result.kind) {
    case 'directory':
    case 'interrupted':
      return [];
    case 'error':
      return [
        {
          stream: 'stderr',
          path: `${shownPath(result.path)}: `,
          text: `ERROR ${escapeText(result.message)}`,
          style: 'red',
        },
      ];
    case 'skipped':
      if (options.infectedOnly || !(options.verbose || options.clamscan || isSpecial(result.reason))) return [];
      return [outLine(result.path, skipText(result.reason, options), 'yellow')];
    case 'verdict':
      return verdictTexts(result, options).map(([text, style]) => outLine(result.path, text, style));
  }
}

function skipText(reason: SkipReason, { clamscan }: LineOptions): string {
  if (clamscan && reason === 'symlink') return 'Symbolic link';
  if (clamscan && reason === 'excluded') return 'Excluded';
  return `SKIPPED ${SKIP_WORDS[reason]}`;
}

/** The path as it stands in a line. */
export function shownPath(path: Buffer): string {
  return isStdin(path) ? 'stdin' : escapeBytes(path);
}

function outLine(path: Buffer, text: string, style: Style): Line {
  return { stream: 'stdout', path: `${shownPath(path)}: `, text, style };
}

type Text = readonly [text: string, style: Style];

function verdictTexts(result: Extract<ScanResult, { kind: 'verdict' }>, options: LineOptions): readonly Text[] {
  const { verdict, path } = result;
  switch (verdict.kind) {
    case 'clean':
      if (options.infectedOnly || options.suppressOk) return [];
      return [[options.clamscan && verdict.size === 0 ? 'Empty file' : 'OK', 'green']];
    case 'unscanned':
      return options.infectedOnly ? [] : unscannedTexts(verdict.unscanned, path, options);
    case 'infected':
      return [
        ...foundTexts(verdict.detections, path, options),
        ...(options.infectedOnly ? [] : unscannedTexts(verdict.unscanned, path, options)),
      ];
  }
}

function foundTexts(detections: readonly Detection[], path: Buffer, options: LineOptions): Text[] {
  const texts = (options.clamscan ? membersFirst(detections) : detections).map(
    ({ name, entry }) => `${escapeText(name)} FOUND${options.verbose ? inside(path, entry) : ''}`,
  );
  // The same signature in twenty entries is one line, unless the entries are shown.
  return [...new Set(texts)].map((text) => [text, 'red']);
}

/** clamscan looks at a container when it has been through what is inside it. Here a container comes first, and each layer's detections lie together. */
function membersFirst(detections: readonly Detection[]): Detection[] {
  const ordered: Detection[] = [];
  /** Layers around the current one, and what was found in them; the outermost first. */
  const open: Detection[][] = [];
  for (const detection of detections) {
    while (open.length > 0 && !isAround(open.at(-1)![0]!.entry, detection.entry)) ordered.push(...open.pop()!);
    const last = open.at(-1);
    if (last !== undefined && last[0]!.entry.length === detection.entry.length) last.push(detection);
    else open.push([detection]);
  }
  while (open.length > 0) ordered.push(...open.pop()!);
  return ordered;
}

/** Whether a layer is the other one, or lies around it. */
function isAround(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.length <= inner.length && outer.every((name, i) => name === inner[i]);
}

function unscannedTexts(unscanned: readonly Unscanned[], path: Buffer, options: LineOptions): Text[] {
  if (unscanned.length === 0) return [];
  if (!options.verbose) {
    return [[`UNSCANNED ${[...new Set(unscanned.map(({ reason }) => reason))].join(', ')}`, 'yellow']];
  }
  return unscanned.map(({ reason, entry, message }) => [
    `UNSCANNED ${reason}${inside(path, entry)}: ${escapeText(message)}`,
    'yellow',
  ]);
}

/** ` (in a.zip > b.exe)`; nothing for the file itself. */
function inside(path: Buffer, entry: readonly string[]): string {
  if (entry.length === 0) return '';
  const outermost = isStdin(path) ? 'stdin' : escapeBytes(lastName(path));
  return ` (in ${[outermost, ...entry.map(escapeText)].join(' > ')})`;
}
