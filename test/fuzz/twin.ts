/**
 * Which lines of ndb, ldb, hdb and mdb hold on an object, in the plainest way: the definition of right that the engine is compared with.
 *
 * An object comes with its facts (type, entry point, sections) from who built it; nothing is read from its headers here.
 */
import { createHash } from 'node:crypto';
import { evaluateLogic } from './twin-logic.ts';
import { countOf, formsOf, matchesOf, type TwinMatch } from './twin-pattern.ts';

export type TwinFormat = 'ndb' | 'ldb' | 'hdb' | 'mdb';

/** A signature as it is written. */
export interface TwinLine {
  readonly name: string;
  readonly format: TwinFormat;
  readonly text: string;
}

export interface TwinObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** ClamAV's target type of the object. */
  readonly target: number;
  readonly entryPoint?: number | undefined;
  readonly sections?: readonly { readonly offset: number; readonly size: number }[] | undefined;
}

/** @returns whether the signature is a detection on the object */
export function holds({ format, text }: TwinLine, object: TwinObject): boolean {
  if (format === 'ndb') return ndbHolds(text.split(':'), object);
  if (format === 'ldb') return ldbHolds(text.split(';'), object);
  return format === 'hdb' ? hdbHolds(text.split(':'), object) : mdbHolds(text.split(':'), object);
}

function ndbHolds([, target, offset, pattern]: readonly string[], object: TwinObject): boolean {
  return isFor(Number(target), object) && matchesAt(offset!, pattern!, '', object).length > 0;
}

function ldbHolds([, attributes, logic, ...subsignatures]: readonly string[], object: TwinObject): boolean {
  for (const attribute of attributes!.split(',')) {
    const [name, value] = attribute.split(':') as [string, string];
    if (!attributeHolds(name, value, object)) return false;
  }
  const counts = subsignatures.map((text) => countOf(subsignatureMatches(text, object)));
  return evaluateLogic(logic!, counts).holds;
}

/** `[offset:]pattern[::modifiers]` */
export function subsignatureMatches(text: string, object: TwinObject): TwinMatch[] {
  const [body, modifiers = ''] = text.split('::') as [string, string?];
  const colon = body.indexOf(':');
  return matchesAt(colon < 0 ? '*' : body.slice(0, colon), body.slice(colon + 1), modifiers, object);
}

function hdbHolds([digest, size]: readonly string[], { bytes }: TwinObject): boolean {
  return (size === '*' || Number(size) === bytes.length) && digestOf(digest!, bytes) === digest;
}

function mdbHolds([size, digest]: readonly string[], { target, sections = [], bytes }: TwinObject): boolean {
  if (target !== 1) return false;
  return sections.some(({ offset, size: length }) => {
    if (size !== '*' && Number(size) !== length) return false;
    return digestOf(digest!, bytes.subarray(offset, offset + length)) === digest;
  });
}

/** By the algorithm that the length of the digest tells. */
function digestOf(like: string, bytes: Uint8Array): string {
  const algorithm = { 32: 'md5', 40: 'sha1', 64: 'sha256' }[like.length]!;
  return createHash(algorithm).update(bytes).digest('hex');
}

function isFor(target: number, object: TwinObject): boolean {
  return target === 0 || target === object.target;
}

function attributeHolds(name: string, value: string, object: TwinObject): boolean {
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
  }
  throw new Error(`twin: expected an attribute, got ${name}`);
}

function matchesAt(offset: string, pattern: string, modifiers: string, object: TwinObject): TwinMatch[] {
  const window = windowOf(offset, object);
  return window ? matchesOf(formsOf(pattern, modifiers), object.bytes, ...window) : [];
}

/** First and last place that an offset allows. */
function windowOf(offset: string, { bytes, entryPoint, sections = [] }: TwinObject): [number, number] | undefined {
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
