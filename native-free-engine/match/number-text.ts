/**
 * The number that a byte compare reads, as clamscan 1.4 reads it: text goes through C's strtoll, with its white space, sign and `0x`, and stops at the first
 * byte that is no digit.
 *
 * Found by asking clamscan (test/real/byte-compare.test.ts does it again). Little-endian text is its own: pairs of digits in reverse order.
 */

import type { ByteComparePattern } from '../signature.ts';

/** Form, order and exactness of a number. */
export type NumberForm = Pick<ByteComparePattern, 'form' | 'order' | 'isExact'>;

/** strtoll's range: what does not fit is an error there, and no number here. */
const MAX_VALUE = 2 ** 63;

/**
 * @param bytes of the number, as many as the signature says
 * @returns undefined when there is none. Beyond 2^53 it is rounded, which no comparison with a smaller number sees
 */
export function numberIn(bytes: Uint8Array, { form, order, isExact }: NumberForm): number | undefined {
  if (form === 'binary') return binaryNumber(bytes, order);
  const text = String.fromCharCode(...bytes);
  const digits = text.replace(/^[\t-\r ]+/, '');
  const isHex = form === 'hex' || (form === 'auto' && /^0x/i.test(digits));
  // Text of decimal digits has no order there: such a compare never holds.
  if (order === 'little' && form === 'auto' && !isHex) return undefined;
  const isReversed = order === 'little' && isHex;
  const plain = isReversed ? reversedPairs(digits) : digits;
  const { value, length } = parseNumber(plain, isHex ? 16 : 10);
  const isWhole = digits.length === text.length && length === text.length;
  return (isExact && !isWhole) || Math.abs(value) >= MAX_VALUE ? undefined : value;
}

function binaryNumber(bytes: Uint8Array, order: 'little' | 'big'): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = order === 'little';
  switch (bytes.length) {
    case 1:
      return view.getUint8(0);
    case 2:
      return view.getUint16(0, isLittle);
    case 4:
      return view.getUint32(0, isLittle);
    case 8:
      return Number(view.getBigInt64(0, isLittle));
    default:
      return undefined;
  }
}

/** `123456` → `563412`. Without `0x`, made even by a zero in front; from the first pair that is not of digits on there are zeros, which come first then. */
function reversedPairs(digits: string): string {
  const text = digits.replace(/^0x/i, '');
  const even = text.length % 2 === 0 ? text : `0${text}`;
  const pairs = even.match(/../gs) ?? [];
  const bad = pairs.findIndex((pair) => !/^[0-9a-fx]{2}$/i.test(pair));
  const good = bad < 0 ? pairs : pairs.slice(0, bad);
  return '00'.repeat(pairs.length - good.length) + good.reverse().join('');
}

/** As strtoll does. @returns value, and the characters that it is made of: 0 when there is no number */
function parseNumber(text: string, base: 10 | 16): { readonly value: number; readonly length: number } {
  const found = (base === 10 ? /^([-+]?)([0-9]+)/ : /^([-+]?)(?:0x(?=[0-9a-f]))?([0-9a-f]+)/i).exec(text);
  if (!found) return { value: 0, length: 0 };
  const value = Number.parseInt(found[2]!, base);
  return { value: found[1] === '-' ? 0 - value : value, length: found[0].length };
}

/** Whether a number holds a comparison. @param operator 0 equal, 1 less, 2 greater; another: none */
export function compareHolds(value: number, operator: number, wanted: number): boolean {
  switch (operator) {
    case 0:
      return value === wanted;
    case 1:
      return value < wanted;
    case 2:
      return value > wanted;
    default:
      return true;
  }
}
