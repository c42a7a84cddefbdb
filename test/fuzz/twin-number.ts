/**
 * Byte compares of ldb: the number at a place, and whether it is as the signature wants it.
 *
 * Knows the forms of grammar-dependents.ts and no others. Source: ClamAV manual, Byte compare subsignatures; strtoll(3), which clamscan reads text with.
 */

export interface TwinCompare {
  readonly of: number;
  readonly offset: number;
  readonly form: string;
  readonly order: string;
  readonly isExact: boolean;
  readonly length: number;
  readonly comparisons: readonly string[];
}

const COMPARE = /^(\d+)\((<<|>>)(\d+)#([hdai])([lb]?)(e?)(\d+)#([^)]+)\)$/;

/** @returns undefined when the subsignature is none */
export function compareOf(text: string): TwinCompare | undefined {
  const found = COMPARE.exec(text);
  if (!found) return undefined;
  const [, of, arrow, distance, form, order, exact, length, comparisons] = found as string[];
  return {
    of: Number(of),
    offset: arrow === '<<' ? -Number(distance) : Number(distance),
    form: form!,
    order: order!,
    isExact: exact === 'e',
    length: Number(length),
    comparisons: comparisons!.split(','),
  };
}

/** @param place where the match begins */
export function compareHolds(compare: TwinCompare, place: number, bytes: Uint8Array): boolean {
  const at = place + compare.offset;
  if (at < 0 || at + compare.length > bytes.length) return false;
  const number = numberIn(bytes.subarray(at, at + compare.length), compare);
  if (number === undefined) return false;
  return compare.comparisons.every((comparison) => {
    const wanted = BigInt(comparison.slice(1));
    if (comparison[0] === '=') return number === wanted;
    return comparison[0] === '<' ? number < wanted : number > wanted;
  });
}

function numberIn(bytes: Uint8Array, { form, order, isExact }: TwinCompare): bigint | undefined {
  if (form === 'i') {
    const digits = order === 'l' ? [...bytes].reverse() : [...bytes];
    const value = digits.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return bytes.length === 8 ? BigInt.asIntN(64, value) : value;
  }
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^[\t-\r ]+/, '');
  const isHex = form === 'h' || (form === 'a' && /^0x/i.test(text));
  const [whole = '', sign = '', digits = ''] =
    (isHex ? /^([-+]?)(?:0x(?=[0-9a-f]))?([0-9a-f]+)/i : /^([-+]?)([0-9]+)/).exec(text) ?? [];
  if (isExact && whole.length < bytes.length) return undefined;
  const value = BigInt(digits === '' ? 0 : `${isHex ? '0x' : ''}${digits}`);
  return sign === '-' ? -value : value;
}
