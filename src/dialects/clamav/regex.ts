/**
 * Regular expressions of ldb: `[offset:]trigger/expression/flags`.
 *
 * The expression stands between the first slash and the last one, in bytes, as PCRE2 without UTF mode reads them; it cannot hold a semicolon, which is
 * written `\x3B`. The trigger is a logic expression over the subsignatures in front; the expression is searched only where it holds. The engine compiles
 * the expression here once, to see whether it can: what it has no search for (recursion, long look-behind, verbs …) is `unsupported:pcre`. Source: ClamAV manual, Logical signatures, PCRE subsignatures.
 */
import { compileRegex, RegexError, type RegexPattern, type Target } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readLogic } from './logic.ts';
import { ANYWHERE, readOffset } from './offset.ts';
import type { SkipReason } from './skip.ts';
import type { Workspace } from './workspace.ts';

const SLASH = 0x2f;
const FLAGS = 'greismxAEU';

/** A subsignature with a slash in it; offsets are into the source's bytes. */
export interface RegexField {
  /** Of the subsignature, counted from 0. */
  readonly number: number;
  readonly start: number;
  /** Behind the offset; −1 when there is none. */
  readonly colon: number;
  /** The first one. */
  readonly slash: number;
  readonly end: number;
  readonly target: Target;
}

/** @returns undefined when the line is refused */
export function readRegex(line: Line, field: RegexField, { logics }: Workspace): RegexPattern | undefined {
  const { number, start, colon, slash, end, target } = field;
  const last = lastSlash(line.bytes, slash, end);
  if (last <= slash + 1) return line.refuse('malformed', last, 'regular expression: expected one between slashes');
  const offset = colon < 0 ? ANYWHERE : readOffset(line, start, colon, target);
  if (offset === undefined) return undefined;
  const triggerStart = colon < 0 ? start : colon + 1;
  const trigger = logics.get(triggerStart, slash, () => readLogic(line, triggerStart, slash));
  if (trigger === undefined) return undefined;
  if (trigger.highest >= number) {
    const message = `trigger: expected numbers below ${number}, its own, got ${trigger.highest}`;
    return line.refuse('malformed', triggerStart, message);
  }
  const flags = readFlags(line, last + 1, end);
  if (flags === undefined) return undefined;
  const source = latin1(line.bytes, slash + 1, last);
  const refusal = refusalOf(source, flags);
  if (refusal) {
    // It quotes the source, which may hold what a terminal would obey.
    const message = refusal.message.replace(/[^\x20-\x7e]/g, '?');
    return line.refuse(reasonFor(refusal), slash + 1 + refusal.offset, `regular expression: ${message}`);
  }
  return { kind: 'regex', source, flags, offset, trigger: trigger.condition };
}

/** Place of the last slash; of the only one when there is no other. */
function lastSlash(bytes: Uint8Array, first: number, end: number): number {
  for (let at = end - 1; at > first; at--) if (bytes[at] === SLASH) return at;
  return first;
}

/** Each letter once and in one order: what means the same is the same. */
function readFlags(line: Line, start: number, end: number): string | undefined {
  let set = 0;
  for (let at = start; at < end; at++) {
    const letter = FLAGS.indexOf(String.fromCharCode(line.bytes[at]));
    if (letter < 0) {
      return line.refuse('malformed', at, `flags: expected letters out of ${FLAGS}, got ${line.quote(at, at + 1)}`);
    }
    set |= 1 << letter;
  }
  return Array.from(FLAGS, (letter, i) => (set & (1 << i) ? letter : '')).join('');
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

function refusalOf(source: string, flags: string): RegexError | undefined {
  try {
    compileRegex(source, flags);
    return undefined;
  } catch (error) {
    if (error instanceof RegexError) return error;
    throw error;
  }
}

function reasonFor({ code }: RegexError): SkipReason {
  if (code === 'REGEX_UNSUPPORTED') return 'unsupported:pcre';
  return code === 'REGEX_LIMIT' ? 'limit' : 'malformed';
}
