/** What clamscan 1.4.6 reads as a number, asked of it: test/real/byte-compare.test.ts gives it the same rows. */

/**
 * Options as in a signature (`hbe4`: hexadecimal, big endian, exact, four bytes), the bytes at the number's place, the value; undefined: no comparison
 * holds.
 */
export type NumberRow = readonly [name: string, options: string, text: string, value: number | undefined];

export const DECIMAL: readonly NumberRow[] = [
  ['four digits', 'db4', '1234', 1234],
  ['zeros in front make nothing octal', 'db6', '001234', 1234],
  ['white space in front is passed over', 'db6', ' \t\v123', 123],
  ['white space behind ends the number', 'db6', '12 456', 12],
  ['a sign is part of it', 'db5', '-1234', -1234],
  ['so is a plus', 'db5', '+1234', 1234],
  ['a sign apart from its digits is zero', 'db4', '- 12', 0],
  ['what is no number is zero', 'db4', 'zzzz', 0],
  ['digits before other text are the number', 'db4', '12zz', 12],
  ['hexadecimal digits end it', 'db6', '0x1234', 0],
  ['a NUL is no white space', 'db4', '\x00123', 0],
  ['exact: all digits', 'dbe4', '1234', 1234],
  ['exact: a zero in front counts', 'dbe4', '0123', 123],
  ['exact: a sign counts', 'dbe4', '-123', -123],
  ['exact: one byte that is no digit spoils it', 'dbe4', '123.', undefined],
  ['exact: white space in front spoils it', 'dbe4', ' 123', undefined],
  ['a number beyond 63 bits is none', 'db21', '99223372036854775807 ', undefined],
];

export const HEXADECIMAL: readonly NumberRow[] = [
  ['four digits of base 16', 'hb4', '1234', 0x1234],
  ['digits of either case', 'hb4', 'aBcD', 0xabcd],
  ['one digit', 'hb1', '7', 7],
  ['a prefix is passed over', 'hb6', '0x1234', 0x1234],
  ['white space and then digits', 'hb6', ' 1234 ', 0x1234],
  ['white space in the middle ends it', 'hb6', '12 34 ', 0x12],
  ['a negative hexadecimal number', 'hb6', '-12...', -0x12],
  ['base 16 without digits is zero', 'hb4', 'zz12', 0],
  ['32 bits are no negative number', 'hb8', 'ffffffff', 0xffffffff],
  ['64 bits are too many', 'hb16', 'ffffffffffffffff', undefined],
  ['exact with a prefix', 'hbe6', '0x1234', 0x1234],
  ['exact without the last digit', 'hbe4', '123.', undefined],
  ['little: pairs of digits the other way round', 'hl4', '1234', 0x3412],
  ['little: one digit', 'hl1', '7', 7],
  ['little: an odd number of digits', 'hl3', '123', 0x2301],
  ['little: five digits', 'hl5', '12345', 0x452301],
  ['little: pairs behind the first that is none are zero', 'hl4', '12..', 0x12],
  ['little: a pair of which one is a digit is none', 'hl4', '123.', 0x12],
  ['little: nothing counts behind such a pair', 'hl4', '1.34', 0],
  ['little: no digit at first', 'hl4', 'zz12', 0],
  ['little: the prefix goes before', 'hl6', '0x1234', 0x3412],
  ['little: white space goes before', 'hl4', ' 123', 0x2301],
  ['little: a sign is no digit', 'hl4', '-123', 0],
  ['little: an x is taken for a digit, and ends the number', 'hl4', 'x123', 0x23],
  ['little and exact', 'hle4', '1234', 0x3412],
  ['little and exact: a prefix spoils it', 'hle6', '0x1234', undefined],
  ['little and exact: zeros for pairs that are none are exact', 'hle4', '123.', 0x12],
];

export const AUTO: readonly NumberRow[] = [
  ['decimal without a prefix', 'ab6', '123456', 123456],
  ['hexadecimal with one', 'ab6', '0x1234', 0x1234],
  ['a prefix of upper case', 'ab6', '0X1234', 0x1234],
  ['a prefix behind white space', 'ab6', ' 0x12.', 0x12],
  ['letters without a prefix are no digits', 'ab4', 'abcd', 0],
  ['a prefix without digits is zero', 'ab4', '0xzz', 0],
  ['a sign behind the prefix is zero', 'ab5', '0x-12', 0],
  ['negative decimal', 'ab6', '-12...', -12],
  ['little and hexadecimal', 'al6', '0x1234', 0x3412],
  ['little and decimal is never a number', 'al4', '1234', undefined],
  ['exact decimal', 'abe6', '123456', 123456],
  ['exact decimal, too short', 'abe6', '1234..', undefined],
];

export const BINARY: readonly NumberRow[] = [
  ['one byte', 'ib1', '\xff', 255],
  ['two bytes, big', 'ib2', '\xff\xfe', 0xfffe],
  ['two bytes, little', 'il2', '\xff\xfe', 0xfeff],
  ['four bytes, big', 'ib4', '\xf1\x02\x03\x04', 0xf1020304],
  ['four bytes, little', 'il4', '\x01\x02\x03\xf4', 0xf4030201],
  ['eight bytes, big', 'ib8', '\0\0\0\x01\x02\x03\x04\x05', 0x102030405],
  ['eight bytes, little', 'il8', '\x05\x04\x03\x02\x01\0\0\0', 0x102030405],
  ['eight bytes have a sign', 'ib8', '\xff\xff\xff\xff\xff\xff\xff\xff', -1],
];
