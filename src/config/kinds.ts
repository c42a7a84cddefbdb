/**
 * The kinds of value that a setting can have, and how text (a flag, an environment variable) becomes one.
 *
 * Kept apart from the schema of the file, since a scan without a configuration file shall not wait for zod (0.1 s, measured: Node 24.21,
 * two shared cores, 2026-11).
 */
import { ConfigError } from './errors.ts';

export type Kind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** Bytes, an integer ≥ 0; text may carry a unit: `64MiB`, `2GB`. */
  | { readonly kind: 'size' }
  /** Milliseconds, an integer ≥ 0; text must carry a unit: `500ms`, `30s`, `2m`, `1h`, `7d`. */
  | { readonly kind: 'duration' }
  /** The same for what is counted in days: only the words for people differ. */
  | { readonly kind: 'age' }
  | { readonly kind: 'boolean' }
  /** One of a few words. */
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** http or https; may hold a user and password, which are never shown. */
  | { readonly kind: 'url' }
  /** Several of them; in the environment separated by white space. */
  | { readonly kind: 'urls' }
  | { readonly kind: 'path' }
  /** Several paths; in the environment separated as in PATH. */
  | { readonly kind: 'paths' }
  /** Several texts; never in the environment, for want of a separator that no glob may hold. */
  | { readonly kind: 'globs' };

export type Value = number | boolean | string | readonly string[];

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
]);
const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** What the kind takes, for messages and help: `an integer 1 … 256`. */
export function describeKind(kind: Kind): string {
  switch (kind.kind) {
    case 'integer':
      return kind.max === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${kind.min}` : `an integer ${kind.min} … ${kind.max}`;
    case 'size':
      return 'a size such as 500000, 64MiB or 2GB';
    case 'duration':
      return 'a duration such as 500ms, 30s or 2m';
    case 'age':
      return 'a duration such as 12h or 7d';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return kind.of.join(' or ');
    case 'url':
      return 'a URL such as https://patterns.example.org/';
    case 'urls':
      return 'a list of URLs';
    case 'path':
      return 'a path';
    case 'paths':
      return 'a list of paths';
    case 'globs':
      return 'a list of globs';
  }
}

/**
 * The value of one flag or environment variable.
 *
 * @throws {ConfigError} `CONFIG_VALUE`, its message without the name of the setting
 */
export function parseText(kind: Kind, text: string): Value {
  const value = valueOfText(kind, text);
  if (value === undefined) {
    throw new ConfigError('CONFIG_VALUE', `expected ${describeKind(kind)}, got ${JSON.stringify(text)}`);
  }
  return value;
}

/** @returns undefined when the text is no value of that kind */
export function valueOfText(kind: Kind, text: string): Value | undefined {
  switch (kind.kind) {
    case 'integer':
      return integerInRange(text, kind.min, kind.max);
    case 'size':
      return withUnit(text, SIZE_UNITS);
    case 'duration':
    case 'age':
      return withUnit(text, DURATION_UNITS);
    case 'boolean':
      return booleanOfText(text);
    case 'choice':
      return kind.of.includes(text) ? text : undefined;
    case 'url':
      return isWebUrl(text) ? text : undefined;
    case 'urls':
      return urlsOfText(text);
    case 'path':
      return text === '' ? undefined : text;
    case 'paths':
      return text === '' ? undefined : text.split(':').filter((path) => path !== '');
    case 'globs':
      return text === '' ? undefined : [text];
  }
}

/** The value as a person would write it: 1073741824 bytes are `1GiB`. */
export function formatValue(kind: Kind, value: Value): string {
  if (kind.kind === 'size')
    return largestUnit(value as number, ['TiB', 'GiB', 'MiB', 'KiB'], SIZE_UNITS) ?? String(value);
  if (kind.kind === 'duration') return largestUnit(value as number, ['h', 'm', 's'], DURATION_UNITS) ?? `${value}ms`;
  if (kind.kind === 'age') return largestUnit(value as number, ['d', 'h', 'm', 's'], DURATION_UNITS) ?? 'none';
  if (kind.kind === 'url' || kind.kind === 'urls') return formatValue({ kind: 'globs' }, withoutPasswords(value));
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return value === '' ? 'none' : String(value);
}

/** The same value with `***` in the place of every password in a URL: for whatever is shown or logged. */
export function withoutPasswords<Given extends Value>(value: Given): Given {
  const hidden = (url: string) => {
    if (!URL.canParse(url) || new URL(url).password === '') return url;
    const shown = new URL(url);
    shown.password = '***';
    return shown.href;
  };
  if (typeof value === 'string') return hidden(value) as Given;
  return (typeof value === 'object' ? value.map(hidden) : value) as Given;
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function urlsOfText(text: string): readonly string[] | undefined {
  const urls = text.split(/\s+/).filter((url) => url !== '');
  return urls.length > 0 && urls.every(isWebUrl) ? urls : undefined;
}

function integerInRange(text: string, min: number, max: number): number | undefined {
  // Not Number(): it takes '1e3', '0x10' and ' 7 ' too.
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
}

function withUnit(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d{1,16}(?:\.\d{1,3})?) ?([a-z]*)$/i.exec(text);
  const factor = match && units.get(match[2].toLowerCase());
  if (!match || factor === undefined || factor === null) return undefined;
  const value = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}

function booleanOfText(text: string): boolean | undefined {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  if (/^(?:false|no|off|0)$/i.test(text)) return false;
  return undefined;
}

function largestUnit(value: number, names: readonly string[], units: ReadonlyMap<string, number>): string | undefined {
  const name = names.find((candidate) => value > 0 && value % units.get(candidate.toLowerCase())! === 0);
  return name && `${value / units.get(name.toLowerCase())!}${name}`;
}
