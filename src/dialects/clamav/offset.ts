/**
 * Offsets of body signatures: where the first byte of a pattern may lie.
 *
 * `*` anywhere · `n` · `EOF-n` · `EP+n` `EP-n` · `Sx+n` from the start of section x · `SL+n` of the last section · `SEx` anywhere in section x;
 * each but `*` may be followed by `,m`: up to m bytes further on. `VI` at a string of the version information. `$n$` is no place (macro.ts).
 * Source: ClamAV manual, Extended signature format.
 *
 * Stricter than ClamAV, which takes `EP+` and `SE` as if a 0 followed, hexadecimal numbers behind `S0+`, and no offset at all as 0.
 */
import { type OffsetRule, TARGET, type Target } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

type Base = Extract<OffsetRule, { kind: 'at' }>['base'];

const ASTERISK = 0x2a;
const COMMA = 0x2c;
const DOLLAR = 0x24;
const PLUS = 0x2b;
const MINUS = 0x2d;
const LETTER_E = 0x45;
const LETTER_L = 0x4c;
const LETTER_S = 0x53;

/** Most patterns may lie anywhere. */
export const ANYWHERE: OffsetRule = { kind: 'any' };
const VERSION_INFO: OffsetRule = { kind: 'versionInfo' };

/**
 * The offset in bytes [start, end) of a signature for `target`.
 *
 * @returns undefined when the line is refused
 */
export function readOffset(line: Line, start: number, end: number, target: Target): OffsetRule | undefined {
  const { bytes } = line;
  if (end - start === 1 && bytes[start] === ASTERISK) return ANYWHERE;
  if (bytes[start] === DOLLAR) return line.refuse('unsupported:macro', start, 'offset: a macro group in this place');
  const comma = indexOfComma(bytes, start, end);
  const shift = comma === end ? 0 : readDecimal(bytes, comma + 1, end);
  if (shift < 0) {
    return line.refuse('malformed', comma, `offset: expected a shift, got ${line.quote(comma + 1, end)}`);
  }
  const rule = readRule(bytes, start, comma, shift);
  if (rule === undefined) return line.refuse('malformed', start, `offset: expected one, got ${line.quote(start, end)}`);
  if (rule.kind === 'versionInfo' && target !== TARGET.pe) {
    return line.refuse('malformed', start, `offset: expected target ${TARGET.pe} for this one, got ${target}`);
  }
  if (needsExecutable(rule) && !isExecutable(target)) {
    return line.refuse('malformed', start, `offset: expected an executable's target type for this one, got ${target}`);
  }
  return rule;
}

function indexOfComma(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === COMMA) return at;
  return end;
}

function readRule(bytes: Uint8Array, start: number, end: number, shift: number): OffsetRule | undefined {
  if (startsWith(bytes, start, 'EOF-')) return at('end', readDecimal(bytes, start + 4, end), shift, -1);
  if (end - start === 2 && startsWith(bytes, start, 'VI')) return VERSION_INFO;
  if (startsWith(bytes, start, 'EP')) return readEntryPoint(bytes, start, end, shift);
  if (bytes[start] !== LETTER_S) return at('start', readDecimal(bytes, start, end), shift);
  if (bytes[start + 1] === LETTER_L && bytes[start + 2] === PLUS) {
    return at('lastSection', readDecimal(bytes, start + 3, end), shift);
  }
  if (bytes[start + 1] !== LETTER_E) return readSection(bytes, start, end, shift);
  // A shift says nothing here: any offset in the section will do.
  const section = readDecimal(bytes, start + 2, end);
  return section < 0 ? undefined : { kind: 'section', section };
}

function readEntryPoint(bytes: Uint8Array, start: number, end: number, shift: number): OffsetRule | undefined {
  const sign = bytes[start + 2];
  if (sign !== PLUS && sign !== MINUS) return undefined;
  return at('entryPoint', readDecimal(bytes, start + 3, end), shift, sign === PLUS ? 1 : -1);
}

function readSection(bytes: Uint8Array, start: number, end: number, shift: number): OffsetRule | undefined {
  let plus = start + 1;
  while (plus < end && bytes[plus] !== PLUS) plus++;
  const section = readDecimal(bytes, start + 1, plus);
  return section < 0 ? undefined : at('section', readDecimal(bytes, plus + 1, end), shift, 1, section);
}

function at(base: Base, distance: number, shift: number, sign: 1 | -1 = 1, section = 0): OffsetRule | undefined {
  if (distance < 0) return undefined;
  // 0 − n, not −n: the latter makes a −0 that compares and encodes as something else.
  return { kind: 'at', base, section, offset: sign === 1 ? distance : 0 - distance, shift };
}

function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function needsExecutable(rule: OffsetRule): boolean {
  if (rule.kind !== 'at') return rule.kind !== 'any';
  return rule.base !== 'start' && rule.base !== 'end';
}

/** Targets whose headers have an entry point and sections. */
export function isExecutable(target: Target): boolean {
  return target === TARGET.pe || target === TARGET.elf || target === TARGET.machO;
}
