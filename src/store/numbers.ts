/**
 * Pattern numbers as text.
 *
 * An integer 1 … 2^53−1 without padding, compared as a number. The scanners before this one had three digits: `lpt$vpn.957` came out again as `157` when they ran
 * out (minus 800), so a bare old name does not say which release it is; with its *roll* (`1.157`) it does.
 */
import { StoreError } from './errors.ts';

/** Every integer up to it is exact. */
export const MAX_PATTERN_NUMBER = Number.MAX_SAFE_INTEGER;

const NUMBER = /^[1-9][0-9]*$/;
/** `2.180`: roll, and three digits within it. */
const ROLL = /^(0|[1-9][0-9]*)\.([0-9]{3})$/;
const LEGACY_NAME = /^lpt\$vpn\.(.*)$/i;
/** Numbers of one roll. */
const ROLL_SIZE = 1000n;
/** More than any number in the range has, with a name around it. */
const MAX_DIGITS = 40;

/**
 * @param text `1041`; or the old `roll.nnn`, bare or as a file name (`lpt$vpn.2.180`), which is roll · 1000 + nnn
 * @throws {StoreError} `STORE_NUMBER`, `STORE_NUMBER_RANGE`, `STORE_NUMBER_LEGACY`
 */
export function parsePatternNumber(text: string): number {
  const name = LEGACY_NAME.exec(text)?.[1];
  if (name !== undefined && /^[0-9]{3}$/.test(name)) throw ambiguous(text, name);
  const [, roll, digits] = ROLL.exec(name ?? text) ?? [];
  if (roll !== undefined && digits !== undefined) {
    return inRange(text, () => BigInt(roll) * ROLL_SIZE + BigInt(digits));
  }
  if (name === undefined && NUMBER.test(text)) return inRange(text, () => BigInt(text));
  if (name === undefined && text === '0') throw outOfRange(text);
  throw new StoreError(
    'STORE_NUMBER',
    `pattern number: expected digits alone, the first of them not 0, as in 1041, got ${JSON.stringify(text)}`,
  );
}

/** Name of a number's directory. @returns undefined when the name is not the one spelling of a number */
export function numberOfName(name: string): number | undefined {
  // Longer names are not worth a BigInt; they may be as long as a file name gets.
  if (!NUMBER.test(name) || name.length > 16) return undefined;
  const number = Number(name);
  return number <= MAX_PATTERN_NUMBER ? number : undefined;
}

/** Whether a value that was read from somewhere is a pattern number. */
export function isPatternNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** BigInt until the range is known: as a Number, 2^53 + 1 is 2^53. */
function inRange(text: string, value: () => bigint): number {
  // A megabyte of digits would take its time, and its range is known.
  if (text.length > MAX_DIGITS) throw outOfRange(text);
  const exact = value();
  if (exact < 1n || exact > BigInt(MAX_PATTERN_NUMBER)) throw outOfRange(text);
  return Number(exact);
}

function outOfRange(text: string): StoreError {
  const shown = text.length > MAX_DIGITS ? `${text.length} digits` : text;
  return new StoreError('STORE_NUMBER_RANGE', `pattern number: expected 1 to ${MAX_PATTERN_NUMBER}, got ${shown}`);
}

function ambiguous(text: string, digits: string): StoreError {
  return new StoreError(
    'STORE_NUMBER_LEGACY',
    `pattern number: expected the roll with it, as in 1.${digits}, got ${text}: three digits were used again when they ran out, so it may be any of 0.${digits}, 1.${digits}, 2.${digits} …`,
  );
}
