/**
 * Numbers as clamscan reads and prints them: integers of 32 bits (larger ones wrap, above 64 bits they are -1), fractions as C's `%g`.
 */

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
/** Digits that always fit a double exactly. */
const EXACT_DIGITS = 15;
/** 2^63 has 19 digits: more, without leading zeros, are above it. */
const MAX_DIGITS = 19;

/** @param digits decimal digits only */
export function integerOf(digits: string): number {
  if (digits.length <= EXACT_DIGITS) return Number(digits) | 0;
  const significant = digits.replace(/^0+/, '');
  if (significant.length > MAX_DIGITS) return -1;
  const value = BigInt(significant);
  return value >= MAX_INT64 ? -1 : Number(BigInt.asIntN(32, value));
}

/** @param text digits, one point, more digits and perhaps exponents, of which the first one counts; as C's strtod */
export function floatOf(text: string): number {
  const exact = /^\d*\.?\d*(?:e[+-]?\d+)?/i.exec(text)![0];
  return Number(exact);
}

/** @returns the number with six significant digits at most, as printf's `%g` */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return 'inf';
  if (value === 0) return '0';
  const [mantissa, power] = value.toExponential(5).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    const digits = Math.abs(exponent).toString().padStart(2, '0');
    return `${trimZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return trimZeros(value.toFixed(5 - exponent));
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
