/**
 * Which lines of ndb, ldb and the formats of hashes hold on an object, in the plainest way: the definition of right that the engine is compared with.
 *
 * An object comes with its facts (type, entry point, sections, containers) from who built it; nothing is read from its headers here.
 */
import { createHash } from 'node:crypto';
import { evaluateLogic } from './twin-logic.ts';
import { compareHolds, compareOf } from './twin-number.ts';
import { countOf, formsOf, matchesOf, type TwinMatch } from './twin-pattern.ts';
import { regexCount, type TwinSubject } from './twin-regex.ts';

export const TWIN_FORMATS = ['ndb', 'ldb', 'hdb', 'hsb', 'mdb', 'msb', 'imp'] as const;
export type TwinFormat = (typeof TWIN_FORMATS)[number];

/** A signature as it is written. */
export interface TwinLine {
  readonly name: string;
  readonly format: TwinFormat;
  readonly text: string;
  /** Lines of ndb that are members of the macro group that it asks for. */
  readonly members?: readonly string[];
  /** What makes a regular expression or a byte compare hold, by subsignature; of use to who builds objects alone. */
  readonly samples?: ReadonlyMap<number, readonly string[]>;
}

export interface TwinObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** ClamAV's target type of the object; −1 when it has none that is asked for here. */
  readonly target: number;
  readonly entryPoint?: number | undefined;
  readonly sections?: readonly { readonly offset: number; readonly size: number }[] | undefined;
  /** Where strings of version information begin. */
  readonly versionPlaces?: readonly number[] | undefined;
  /** The text whose digest `imp` holds. */
  readonly imports?: string | undefined;
  /** ClamAV's names of the containers around it, outermost first. */
  readonly containers?: readonly string[] | undefined;
  /** The objects in it, at any depth: what holds on one of them holds on it. */
  readonly parts?: readonly TwinObject[] | undefined;
}

/** @returns whether the signature is a detection on the object or on one in it */
export function holds(line: TwinLine, object: TwinObject): boolean {
  return holdsOn(line, object) || (object.parts ?? []).some((part) => holdsOn(line, part));
}

function holdsOn({ format, text, members = [] }: TwinLine, object: TwinObject): boolean {
  switch (format) {
    case 'ndb':
      return ndbHolds(text.split(':'), object);
    case 'ldb':
      return ldbHolds(text.split(';'), members, object);
    case 'hdb':
    case 'hsb':
      return hashHolds(text.split(':'), object.bytes);
    case 'mdb':
    case 'msb':
      return sectionHolds(text.split(':'), object);
    case 'imp':
      return object.imports !== undefined && hashHolds(text.split(':'), Buffer.from(object.imports));
  }
}

function ndbHolds([, target, offset, pattern]: readonly string[], object: TwinObject): boolean {
  return isFor(Number(target), object) && matchesAt(offset!, pattern!, '', object).length > 0;
}

function ldbHolds(
  [, attributes, logic, ...subsignatures]: readonly string[],
  members: readonly string[],
  object: TwinObject,
): boolean {
  for (const attribute of attributes!.split(',')) {
    const [name, value] = attribute.split(':') as [string, string];
    if (!attributeHolds(name, value, object)) return false;
  }
  return evaluateLogic(logic!, countsOf(subsignatures, members, object)).holds;
}

/** How often each subsignature is there; those that hang on others come behind them. */
function countsOf(subsignatures: readonly string[], members: readonly string[], object: TwinObject): number[] {
  const counts: number[] = [];
  const matches: TwinMatch[][] = [];
  for (const [i, text] of subsignatures.entries()) {
    const compare = compareOf(text);
    const macro = macroOf(text);
    const regex = regexOf(text);
    matches[i] = compare || macro || regex ? [] : subsignatureMatches(text, object);
    if (compare) {
      const last = lastOf(subsignatureMatches(subsignatures[compare.of]!, object));
      counts[i] = last !== undefined && compareHolds(compare, last.start, object.bytes) ? 1 : 0;
    } else if (macro)
      counts[i] = followed(
        matches[i - 1]!,
        macro,
        memberMatches(members, object).map(({ start }) => start),
      ).length;
    else if (regex) counts[i] = evaluateLogic(regex.trigger, counts).holds ? countOfRegex(regex, object) : 0;
    else counts[i] = countOf(matches[i]!);
  }
  return counts;
}

/** `[offset:]pattern[::modifiers]` */
export function subsignatureMatches(text: string, object: TwinObject): TwinMatch[] {
  const { offset, pattern, modifiers } = bodyOf(text);
  return matchesAt(offset, pattern, modifiers, object);
}

export function bodyOf(text: string): { offset: string; pattern: string; modifiers: string } {
  const [body, modifiers = ''] = text.split('::') as [string, string?];
  const colon = body.indexOf(':');
  return { offset: colon < 0 ? '*' : body.slice(0, colon), pattern: body.slice(colon + 1), modifiers };
}

/** The one that ends last; of those the one that begins first. */
function lastOf(matches: readonly TwinMatch[]): TwinMatch | undefined {
  return [...matches].sort((a, b) => b.end - a.end || a.start - b.start)[0];
}

// --- macro groups ---

export interface TwinMacro {
  readonly min: number;
  readonly max: number;
  readonly group: number;
}

/** `${min-max}group$` */
export function macroOf(text: string): TwinMacro | undefined {
  const found = /^\$\{(\d+)-(\d+)\}(\d+)\$$/.exec(text);
  return found ? { min: Number(found[1]), max: Number(found[2]), group: Number(found[3]) } : undefined;
}

/** Starts of matches that some member follows. */
export function followed(matches: readonly TwinMatch[], { min, max }: TwinMacro, members: readonly number[]): number[] {
  const starts = new Set(matches.map(({ start }) => start));
  return [...starts].filter((start) => members.some((member) => member >= start + min && member <= start + max));
}

export function memberMatches(members: readonly string[], object: TwinObject): TwinMatch[] {
  return members.flatMap((member) => {
    const [, target, , pattern] = member.split(':') as [string, string, string, string];
    return isFor(Number(target), object) ? matchesAt('*', pattern, '', object) : [];
  });
}

// --- regular expressions ---

export interface TwinRegex {
  readonly offset: string;
  readonly trigger: string;
  readonly source: string;
  readonly flags: string;
}

/** `[offset:]trigger/expression/flags` */
export function regexOf(text: string): TwinRegex | undefined {
  const found = /^(?:([^:/]+):)?([^:/]*)\/(.+)\/(\w*)$/s.exec(text);
  const [, offset = '*', trigger, source, flags] = found ?? [];
  return found ? { offset, trigger: trigger!, source: source!, flags: flags! } : undefined;
}

function countOfRegex(regex: TwinRegex, object: TwinObject): number {
  const place = subjectOf(regex, object);
  if (!place) return 0;
  const subject: TwinSubject = {
    bytes: object.bytes.subarray(place.start, place.end),
    lastStart: place.last - place.start,
  };
  return regexCount(regex.source, regex.flags, subject);
}

/** Where the subject begins and ends, and where a match begins at the latest. */
export function subjectOf(
  { offset, flags }: TwinRegex,
  object: TwinObject,
): { start: number; end: number; last: number } | undefined {
  const { length } = object.bytes;
  if (offset === '*') return { start: 0, end: length, last: length };
  const window = windowOf(offset, object);
  if (!window || window[0] >= length) return undefined;
  // A section is an offset with a shift of its size.
  const [start, shift] = [window[0], window[1] - window[0] + (offset.startsWith('SE') ? 1 : 0)];
  if (shift === 0) return { start, end: length, last: flags.includes('r') ? length : start };
  if (flags.includes('e')) return { start, end: Math.min(length, start + shift), last: length };
  return { start, end: length, last: start + shift };
}

// --- hashes ---

function hashHolds([digest, size]: readonly string[], bytes: Uint8Array): boolean {
  return (size === '*' || Number(size) === bytes.length) && digestOf(digest!, bytes) === digest;
}

function sectionHolds([size, digest]: readonly string[], { target, sections = [], bytes }: TwinObject): boolean {
  if (target !== 1) return false;
  return sections.some(({ offset, size: length }) =>
    hashHolds([digest!, size!], bytes.subarray(offset, offset + length)),
  );
}

/** By the algorithm that the length of the digest tells. */
function digestOf(like: string, bytes: Uint8Array): string {
  const algorithm = { 32: 'md5', 40: 'sha1', 64: 'sha256' }[like.length]!;
  return createHash(algorithm).update(bytes).digest('hex');
}

// --- attributes and places ---

function isFor(target: number, object: TwinObject): boolean {
  return target === 0 || target === object.target;
}

function attributeHolds(name: string, value: string, object: TwinObject): boolean {
  const { containers = [] } = object;
  const isIn = (number: number | undefined): boolean => {
    const [min, max] = value.split('-').map(Number) as [number, number];
    return number !== undefined && number >= min && number <= max;
  };
  switch (name) {
    case 'Engine':
      return true;
    case 'Target':
      return isFor(Number(value), object);
    case 'FileSize':
      return isIn(object.bytes.length);
    case 'EntryPoint':
      return isIn(object.entryPoint);
    case 'NumberOfSections':
      return isIn(object.sections?.length);
    case 'Container': {
      const type = value.slice('CL_TYPE_'.length);
      // Any: an object in no container.
      return type === 'ANY' ? containers.length === 0 : containers.at(-1) === type;
    }
    case 'Intermediates': {
      const types = value.split('>').map((type) => type.slice('CL_TYPE_'.length));
      const inner = containers.slice(-types.length);
      return inner.length === types.length && types.every((type, i) => type === 'ANY' || type === inner[i]);
    }
  }
  throw new Error(`twin: expected an attribute, got ${name}`);
}

function matchesAt(offset: string, pattern: string, modifiers: string, object: TwinObject): TwinMatch[] {
  const forms = formsOf(pattern, modifiers);
  if (offset === 'VI')
    return (object.versionPlaces ?? []).flatMap((place) => matchesOf(forms, object.bytes, place, place));
  const window = windowOf(offset, object);
  return window ? matchesOf(forms, object.bytes, ...window) : [];
}

/** First and last place that an offset allows. */
export function windowOf(
  offset: string,
  { bytes, entryPoint, sections = [] }: TwinObject,
): [number, number] | undefined {
  if (offset === '*') return [0, bytes.length];
  const whole = /^SE(\d+)/.exec(offset);
  if (whole) {
    const section = sections[Number(whole[1])];
    return section && [section.offset, section.offset + section.size - 1];
  }
  const [place, shift = '0'] = offset.split(',') as [string, string?];
  const [, base, section, sign, distance] = /^(?:(EOF|EP|SL|S(\d+))([+-]))?(\d+)$/.exec(place)!;
  const from = {
    none: 0,
    EOF: bytes.length,
    EP: entryPoint,
    SL: sections.at(-1)?.offset,
    S: sections[Number(section)]?.offset,
  }[(section === undefined ? base : 'S') ?? 'none'];
  if (from === undefined) return undefined;
  const start = from + Number(distance) * (sign === '-' ? -1 : 1);
  // A place in front of the object is none, even when the shift reaches into it.
  return start < 0 ? undefined : [start, start + Number(shift)];
}
