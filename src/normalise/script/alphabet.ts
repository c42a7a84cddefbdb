/**
 * Bytes, words and operators of a script, as clamscan divides them.
 */

export const CLASS = { skipped: 0, name: 1, digit: 2, quote: 3, operator: 4 } as const;

const OPERATOR_BYTES = '!%&()*+,-./:;<=>?[]^{|}~';

/** Byte → its class. A backslash starts a name. Everything without a class only separates. */
export const BYTE_CLASS: Uint8Array = byteClasses();

/** Words that are never declared: those that ECMAScript 3 (section 7.5) reserves, now or for later. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `abstract boolean break byte case catch char class const continue debugger default delete do double else enum export extends false final
   finally float for function goto if implements import in instanceof int interface long native new null package private protected public
   return short static super switch synchronized this throw throws transient true try typeof var void volatile while with`.split(
    /\s+/,
  ),
);

const LONG_OPERATORS: ReadonlySet<string> = new Set(
  '!= !== %= && &= *= ++ += -- -= /= << <<= <= == === >= >> >>= >>> >>>= ^= |= ||'.split(' '),
);
const LONGEST_OPERATOR = 4;

/** @returns 1…4, the length of the longest operator at block[at], which is a byte of class operator */
export function operatorLength(block: Uint8Array, at: number): number {
  let text = String.fromCharCode(block[at]!);
  for (let length = 2; length <= LONGEST_OPERATOR && at + length <= block.length; length++) {
    text += String.fromCharCode(block[at + length - 1]!);
    // Every beginning of an operator is an operator itself.
    if (!LONG_OPERATORS.has(text)) return length - 1;
  }
  return text.length;
}

function byteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z$_\\]/.test(character)) classes[byte] = CLASS.name;
    else if (/[0-9]/.test(character)) classes[byte] = CLASS.digit;
    else if (character === '"' || character === "'") classes[byte] = CLASS.quote;
    else if (OPERATOR_BYTES.includes(character)) classes[byte] = CLASS.operator;
  }
  return classes;
}
