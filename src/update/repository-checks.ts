/**
 * Reads what the `patterns` role signed: hostile all the same, since one leaked key must not be able to do more than sign wrong patterns.
 *
 * Unknown fields are passed over, so that a newer publisher can say more; known ones must be what repository.ts says.
 */
import { UpdateError } from './errors.ts';
import type {
  DeltaCustom,
  FullCustom,
  LifecycleEntry,
  Notices,
  NoticesCustom,
  Rollout,
  TargetCustom,
  Withdrawal,
} from './repository.ts';

const FULL = /^pattern\/([1-9]\d{0,15})\.npf$/;
const DELTA = /^pattern\/([1-9]\d{0,15})-([1-9]\d{0,15})\.delta$/;
const NOTICES = /^pattern\/notices-([1-9]\d{0,15})\.json$/;
const HEX_SHA256 = /^[0-9a-f]{64}$/;
/** With or without fractions of a second. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?Z)?$/;
/** Names and reasons that people read on one line. */
const MAX_TEXT = 500;
/** Control characters could forge lines of a log or colour a terminal. */
const CONTROL = /\p{Cc}/u;
/** A thousand days: more is a mistake. */
const MAX_ROLLOUT_HOURS = 24_000;
const MAX_ENTRIES = 10_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param name of the target, as signed
 * @param custom as parsed from JSON
 * @returns undefined for a name of a kind that this version does not know
 * @throws {UpdateError} `UPDATE_METADATA` when it says something else than the name, or something out of range
 */
export function parseTargetCustom(name: string, custom: unknown): TargetCustom | undefined {
  const full = FULL.exec(name);
  if (full) return parseFull(name, fieldsOf(custom, name), Number(full[1]));
  const delta = DELTA.exec(name);
  if (delta) return parseDelta(name, fieldsOf(custom, name), Number(delta[1]), Number(delta[2]));
  const notices = NOTICES.exec(name);
  if (notices) return parseNoticesCustom(name, fieldsOf(custom, name), Number(notices[1]));
  return undefined;
}

function parseFull(name: string, fields: Fields, number: number): FullCustom {
  expectNumber(name, fields, 'number', number);
  expectKind(name, fields, 'full');
  const { rollout } = fields;
  return {
    kind: 'full',
    number,
    released: instant(name, fields, 'released'),
    channel: word(name, fields, 'channel'),
    engine: range(name, fields, 'engine'),
    signatures: count(name, fields, 'signatures'),
    contentBytes: count(name, fields, 'contentBytes'),
    contentDigest: matching(name, fields, 'contentDigest', HEX_SHA256, 'a SHA-256 in lower-case hex'),
    rollout: rollout === undefined ? undefined : parseRollout(`${name}, rollout`, fieldsOf(rollout, name)),
  };
}

function parseRollout(where: string, fields: Fields): Rollout {
  const { hours } = fields;
  if (typeof hours !== 'number' || !(hours >= 0 && hours <= MAX_ROLLOUT_HOURS))
    throw wrong(where, `hours from 0 to ${MAX_ROLLOUT_HOURS}`, hours);
  return { start: instant(where, fields, 'start'), hours };
}

function parseDelta(name: string, fields: Fields, from: number, number: number): DeltaCustom {
  expectNumber(name, fields, 'from', from);
  expectNumber(name, fields, 'number', number);
  expectKind(name, fields, 'delta');
  // A step down, or in place, would make circles of the path.
  if (from >= number) throw wrong(name, 'a step to a higher number', `${from} to ${number}`);
  return { kind: 'delta', from, number, rawBytes: count(name, fields, 'rawBytes') };
}

function parseNoticesCustom(name: string, fields: Fields, version: number): NoticesCustom {
  expectNumber(name, fields, 'version', version);
  expectKind(name, fields, 'notices');
  return { kind: 'notices', version };
}

/**
 * @param bytes of a notices file whose digest was checked
 * @throws {UpdateError} `UPDATE_METADATA`
 */
export function parseNotices(bytes: Uint8Array, where: string): Notices {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new UpdateError('UPDATE_METADATA', `${where}: expected JSON in UTF-8, got something else`, { cause });
  }
  const fields = fieldsOf(value, where);
  if (fields.format !== 1) throw wrong(where, 'format 1', fields.format);
  return {
    format: 1,
    lifecycle: entries(where, fields, 'lifecycle').map((entry) => parseLifecycle(`${where}, lifecycle`, entry)),
    withdrawn: entries(where, fields, 'withdrawn').map((entry) => parseWithdrawal(`${where}, withdrawn`, entry)),
  };
}

function parseLifecycle(where: string, fields: Fields): LifecycleEntry {
  const { lastPattern, moveTo } = fields;
  return {
    engine: range(where, fields, 'engine'),
    lastPattern: lastPattern === undefined ? undefined : patternNumber(where, fields, 'lastPattern'),
    ends: matching(where, fields, 'ends', DATE, 'a date in ISO 8601', isDate),
    moveTo: moveTo === undefined ? undefined : range(where, fields, 'moveTo'),
  };
}

function parseWithdrawal(where: string, fields: Fields): Withdrawal {
  return {
    number: patternNumber(where, fields, 'number'),
    reason: text(where, fields, 'reason'),
    at: instant(where, fields, 'at'),
  };
}

function entries(where: string, fields: Fields, field: string): readonly Fields[] {
  const value = fields[field];
  if (!Array.isArray(value) || value.length > MAX_ENTRIES)
    throw wrong(where, `a list as ${field}, of at most ${MAX_ENTRIES} entries`, value);
  return value.map((entry) => fieldsOf(entry, where));
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object', value);
  return value as Fields;
}

function expectKind(where: string, fields: Fields, kind: string): void {
  if (fields.kind !== kind) throw wrong(where, `kind ${kind}`, fields.kind);
}

function expectNumber(where: string, fields: Fields, field: string, expected: number): void {
  // 16 digits may be more than 2^53−1, where neighbours are the same Number.
  if (!Number.isSafeInteger(expected) || fields[field] !== expected)
    throw wrong(where, `${field} as in its name, at most 2^53−1`, fields[field]);
}

function patternNumber(where: string, fields: Fields, field: string): number {
  const value = fields[field];
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw wrong(where, `a pattern number as ${field}, 1 … 2^53−1`, value);
  return value as number;
}

function count(where: string, fields: Fields, field: string): number {
  const value = fields[field];
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(where, `a count as ${field}`, value);
  return value as number;
}

function text(where: string, fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value !== 'string' || value.length > MAX_TEXT || CONTROL.test(value))
    throw wrong(where, `one line of at most ${MAX_TEXT} characters as ${field}`, value);
  return value;
}

function word(where: string, fields: Fields, field: string): string {
  return matching(where, fields, field, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a word');
}

function instant(where: string, fields: Fields, field: string): string {
  return matching(where, fields, field, INSTANT, 'a time in ISO 8601, UTC', isDate);
}

/** One that cannot be read as SemVer is let through: it fits no engine, and a newer publisher may have newer words. */
function range(where: string, fields: Fields, field: string): string {
  return matching(where, fields, field, /^[\x20-\x7e]{1,200}$/, 'a SemVer range');
}

function matching(
  where: string,
  fields: Fields,
  field: string,
  pattern: RegExp,
  what: string,
  accepts: (value: string) => boolean = () => true,
): string {
  const value = fields[field];
  if (typeof value !== 'string' || !pattern.test(value) || !accepts(value))
    throw wrong(where, `${what} as ${field}`, value);
  return value;
}

function isDate(value: string): boolean {
  return !Number.isNaN(Date.parse(value));
}

function wrong(where: string, expected: string, got: unknown): UpdateError {
  // Not the text of objects: they may be nested deeper than JSON.stringify can go.
  const shown = got === undefined ? 'nothing' : got instanceof Object ? 'another object' : JSON.stringify(got);
  return new UpdateError('UPDATE_METADATA', `${where}: expected ${expected}, got ${shown.slice(0, 80)}`);
}
