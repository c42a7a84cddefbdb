/** Parsers of commander for the values of options and arguments. Each throws what commander completes with the name of the option. */
import { describeKind, type Kind, parseText } from '../../../config/kinds.ts';
import { CHANNEL } from '../../../config/settings.ts';
import { parsePatternNumber } from '../../../store/numbers.ts';
import { badValue } from '../commander.ts';

/** An integer of at least `min`. */
export function readInteger(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return readKind({ kind: 'integer', min, max }) as (text: string) => number;
}

/** Milliseconds: `12h`, `7d`. */
export const readAge = readKind({ kind: 'age' }) as (text: string) => number;

export const readChannel = readKind(CHANNEL) as (text: string) => string;

/** A pattern number, as the store reads it: old names with their roll are mapped, those without it refused. */
export function readPatternNumber(text: string): number {
  try {
    return parsePatternNumber(text);
  } catch (error) {
    throw badValue((error as Error).message.replace(/^pattern number: expected /, ''));
  }
}

/** ISO 8601 → the same in UTC. */
export function readInstant(text: string): string {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) throw badValue('a time such as 2026-02-03 or 2026-02-03T04:05:06Z');
  return new Date(time).toISOString();
}

/** A licence as people and tools write it: `GPL-2.0-only`. */
export function readLicence(text: string): string {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(text)) throw badValue('a licence such as GPL-2.0-only, in plain letters');
  return text;
}

/** One more for a list. */
export function collect(text: string, previous: readonly string[] | undefined): readonly string[] {
  if (text === '') throw badValue('a path, got an empty text');
  return [...(previous ?? []), text];
}

function readKind(kind: Kind): (text: string) => unknown {
  return (text) => {
    try {
      return parseText(kind, text);
    } catch {
      throw badValue(describeKind(kind));
    }
  };
}
