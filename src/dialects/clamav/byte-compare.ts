/**
 * Byte comparisons of ldb: `subsignature(offset#options#comparisons)`.
 *
 * - offset: `>>n` or `<<n` from the start of the subsignature's match.
 * - options: what the number is (`h` hexadecimal text, `d` decimal, `a` either by its `0x`, `i` binary), its order (`l` or `b`), `e` when as many digits must be
 *   there, and the number of bytes.
 * - comparisons: one or two of `<n`, `>n`, `=n`.
 *
 * Numbers are decimal, hexadecimal behind `0x` or octal behind `0`. Sources: ClamAV manual, Byte compare subsignatures; runs of clamscan 1.4.6, which wants an
 * order for all but decimals (without it such a comparison never holds there; here it is refused), and takes blanks and what stands behind the parenthesis.
 */
import type { ByteComparePattern, NumberComparison } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

type Form = ByteComparePattern['form'];

const NUMBER_SIGN = 0x23;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const MINUS = 0x2d;
const LESS = 0x3c;
const GREATER = 0x3e;

const FORMS = new Map<string, Form>([
  ['h', 'hex'],
  ['d', 'decimal'],
  ['a', 'auto'],
  ['i', 'binary'],
]);
const OPERATORS = new Map<number, NumberComparison['operator']>([
  [LESS, 'less'],
  [0x3d, 'equal'],
  [GREATER, 'greater'],
]);
const BINARY_LENGTHS: readonly number[] = [1, 2, 4, 8];
/** `0x` and sixteen digits. */
const LONGEST_HEX = 18;
/** As clamscan has it: decimal text may be padded, and must not be read without end. */
const LONGEST_TEXT = 256;
/** Longer than any number. */
const NUMBER_CHARACTERS = 24;

/** Where the parts of a comparison begin and end. */
interface Parts {
  readonly open: number;
  readonly firstSign: number;
  readonly secondSign: number;
  readonly close: number;
}

/**
 * The comparison in bytes [start, end), subsignature `number` of `count`.
 *
 * @returns undefined when the line is refused
 */
export function readByteCompare(
  line: Line,
  { start, end, number, count }: { start: number; end: number; number: number; count: number },
): ByteComparePattern | undefined {
  const parts = partsOf(line, start, end);
  if (parts === undefined) return undefined;
  const of = readDecimal(line.bytes, start, parts.open);
  if (of < 0 || of === number || of >= count) {
    const got = line.quote(start, parts.open);
    return line.refuse('malformed', start, `byte comparison: expected the number of another subsignature, got ${got}`);
  }
  const offset = readShift(line, parts.open + 1, parts.firstSign);
  const options = offset === undefined ? undefined : readOptions(line, parts.firstSign + 1, parts.secondSign);
  const comparisons = options && readComparisons(line, parts.secondSign + 1, parts.close);
  if (offset === undefined || options === undefined || comparisons === undefined) return undefined;
  return { kind: 'byteCompare', of, offset, ...options, comparisons };
}

function partsOf(line: Line, start: number, end: number): Parts | undefined {
  const { bytes } = line;
  const open = indexOf(bytes, OPEN, start, end);
  const firstSign = indexOf(bytes, NUMBER_SIGN, open, end);
  const secondSign = indexOf(bytes, NUMBER_SIGN, firstSign + 1, end);
  const close = end - 1;
  if (secondSign < close && bytes[close] === CLOSE && indexOf(bytes, NUMBER_SIGN, secondSign + 1, end) === end) {
    return { open, firstSign, secondSign, close };
  }
  const got = line.quote(start, end);
  return line.refuse('malformed', start, `byte comparison: expected number(offset#options#comparisons), got ${got}`);
}

function readShift(line: Line, start: number, end: number): number | undefined {
  const { bytes } = line;
  const arrow = bytes[start];
  const isShift = (arrow === LESS || arrow === GREATER) && bytes[start + 1] === arrow;
  const distance = isShift ? readNumber(bytes, start + 2, end) : undefined;
  // 0 − n, not −n, which makes a −0.
  if (distance !== undefined) return arrow === GREATER ? distance : 0 - distance;
  return line.refuse('malformed', start, `byte comparison: expected >>n or <<n, got ${line.quote(start, end)}`);
}

type Options = Pick<ByteComparePattern, 'form' | 'order' | 'isExact' | 'length'>;

function readOptions(line: Line, start: number, end: number): Options | undefined {
  const { bytes } = line;
  let form: Form | undefined;
  let order: Options['order'] | undefined;
  let isExact = false;
  let at = start;
  for (; at < end && (bytes[at] < 0x30 || bytes[at] > 0x39); at++) {
    const letter = String.fromCharCode(bytes[at]);
    const named = FORMS.get(letter);
    if (named !== undefined && form === undefined) form = named;
    else if ((letter === 'l' || letter === 'b') && order === undefined) order = letter === 'l' ? 'little' : 'big';
    else if (letter === 'e') isExact = true;
    else return refuseOptions(line, at, end);
  }
  if (form === 'decimal') order = order === 'little' ? undefined : 'big';
  if (form === undefined || order === undefined) return refuseOptions(line, start, end);
  const length = readNumber(bytes, at, end);
  if (length === undefined || !isLength(form, length)) {
    const got = line.quote(at, end);
    return line.refuse('malformed', at, `byte comparison: expected ${LENGTHS[form]} bytes, got ${got}`);
  }
  return { form, order, isExact, length };
}

const LENGTHS: Readonly<Record<Form, string>> = {
  hex: `1 to ${LONGEST_HEX}`,
  decimal: `1 to ${LONGEST_TEXT}`,
  auto: `1 to ${LONGEST_TEXT}`,
  binary: '1, 2, 4 or 8',
};

function isLength(form: Form, length: number): boolean {
  if (form === 'binary') return BINARY_LENGTHS.includes(length);
  return length >= 1 && length <= (form === 'hex' ? LONGEST_HEX : LONGEST_TEXT);
}

function refuseOptions(line: Line, at: number, end: number): undefined {
  const message = `byte comparison: expected one of h, d, a, i and of l, b (not l for d), then perhaps e, got ${line.quote(at, end)}`;
  return line.refuse('malformed', at, message);
}

function readComparisons(line: Line, start: number, end: number): NumberComparison[] | undefined {
  const comma = indexOf(line.bytes, COMMA, start, end);
  const first = readComparison(line, start, comma);
  if (first === undefined || comma === end) return first && [first];
  const second = readComparison(line, comma + 1, end);
  return second && [first, second];
}

function readComparison(line: Line, start: number, end: number): NumberComparison | undefined {
  const { bytes } = line;
  const operator = OPERATORS.get(start < end ? bytes[start] : 0);
  const isNegative = bytes[start + 1] === MINUS;
  const value = operator && readNumber(bytes, isNegative ? start + 2 : start + 1, end);
  if (operator !== undefined && value !== undefined) return { operator, value: isNegative ? 0 - value : value };
  return line.refuse('malformed', start, `byte comparison: expected <n, >n or =n, got ${line.quote(start, end)}`);
}

/** As C reads numbers whose base is not said; below 2^53. */
function readNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > NUMBER_CHARACTERS) return undefined;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  if (!/^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(text)) return undefined;
  const value = Number(/^0[0-7]+$/.test(text) ? `0o${text}` : text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Offset of `byte` in [start, end), or `end`. */
function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return end;
}
