/**
 * Differences from clamscan that are meant, by what the signature and the object look like and by who found it: never by a name.
 *
 * The numbers are those of src/dialects/clamav/DESIGN.md, "Where we differ, declared"; one kind may show itself in several ways.
 */
import type {
  BodySignature,
  BytesPattern,
  Condition,
  Pattern,
  PatternElement,
} from '../../native-free-engine/index.ts';
import { TARGET } from '../../native-free-engine/index.ts';
import { identify, LONG_HEAD_BYTES } from '../../src/filetype/identify.ts';
import { isHtmlThere } from '../../src/filetype/text.ts';
import { placesOf } from '../plants/asked.ts';
import type { SignatureLine } from './lines.ts';
import { hasEntryPoint, hasManyCandidates, isUneven, partsOf } from './pattern-forms.ts';

/** One engine alone has it. `bytes`: the object; undefined when it is the line that one of them does not take. */
export interface Difference {
  readonly line: SignatureLine;
  readonly foundBy: 'ours' | 'peer';
  readonly bytes: Uint8Array | undefined;
  readonly agreesAlone: boolean;
}

/** One way in which a kind shows itself. */
export interface DeclaredWay {
  readonly name: string;
  readonly holds: (difference: Difference) => boolean;
}

export interface DeclaredKind {
  readonly number: string;
  /** The cause that its ways have in common. */
  readonly reason: string;
  readonly ways: readonly DeclaredWay[];
}

type Found = Difference & { readonly signature: BodySignature; readonly bytes: Uint8Array };

/** In an object, found by that side alone. */
function found(by: Difference['foundBy'], test: (found: Found) => boolean): DeclaredWay['holds'] {
  return (difference) => {
    const { foundBy, bytes, line } = difference;
    if (foundBy !== by || bytes === undefined || line.signature === undefined) return false;
    return test({ ...difference, bytes, signature: line.signature });
  };
}

const bytePatterns = ({ patterns }: BodySignature): BytesPattern[] =>
  patterns.filter((pattern) => pattern.kind === 'bytes');
const BRACKET = /\[\d+(-\d+)?\]/;

/**
 * One for each cause. D5 and D6 are not among them: no line of the sources is of that kind, and the fuzzer holds them (test/fuzz/declared.ts), which has its
 * own conditions for macros, byte comparisons and version information too.
 */
export const DECLARED: readonly DeclaredKind[] = [
  {
    number: 'D1',
    reason: 'clamscan forgets places where a part of a pattern begins',
    ways: [
      {
        name: 'it finds the signature in this object when asked of it alone, and not beside others',
        holds: found('ours', ({ agreesAlone }) => agreesAlone),
      },
      {
        name: 'a part lies there more often than the 8 times that it remembers',
        holds: found('ours', ({ signature, bytes }) =>
          bytePatterns(signature).some((each) => hasManyCandidates(each, bytes)),
        ),
      },
    ],
  },
  {
    number: 'D2',
    reason: 'clamscan tries one length of what may have several',
    ways: [
      {
        name: 'a group of different lengths, or a negated boundary, at the start',
        holds: found('ours', ({ signature }) => bytePatterns(signature).some(hasOddStart)),
      },
      { name: 'a bracket with an offset or a nibble', holds: isOddBracket },
      {
        name: 'groups of different lengths before or behind a gap',
        holds: found('ours', ({ signature }) =>
          bytePatterns(signature).some(({ elements }) => partsOf(elements).length > 1 && elements.some(isUneven)),
        ),
      },
    ],
  },
  {
    number: 'D3',
    reason: 'clamscan matches what lies outside of the object',
    ways: [
      {
        name: 'a wildcard at the end of a pattern, behind the end of the object',
        holds: found('peer', ({ signature, bytes }) =>
          bytePatterns(signature).some(({ elements }) => endsBehind(elements, bytes)),
        ),
      },
      {
        name: '`EOF-n` one byte in front of the object is any place',
        holds: found('peer', ({ signature, bytes }) =>
          signature.patterns.some((pattern) => isByteBefore(pattern, bytes)),
        ),
      },
    ],
  },
  {
    number: 'D4',
    reason: 'clamscan forgets the different ones of counted blocks inside others',
    ways: [
      {
        name: 'a counted block in a block that counts different ones',
        holds: found('ours', ({ signature }) => hasNestedDistinct(signature.condition, false)),
      },
    ],
  },
  {
    number: 'D7',
    reason: 'text that the manual does not have is refused here',
    ways: [
      {
        name: 'text behind modifiers',
        holds: ({ line, foundBy, bytes }) =>
          foundBy === 'peer' && bytes === undefined && line.skipped === 'malformed' && hasTextBehindModifiers(line),
      },
    ],
  },
  {
    number: 'D8',
    reason: 'clamscan takes an object for another type',
    ways: [
      {
        name: 'a program with `ustar` at 257 is a tar, whatever its checksum',
        holds: found('ours', ({ signature, bytes }) => signature.target === TARGET.pe && isProgramWithUstar(bytes)),
      },
      {
        name: 'a page that begins with `<body>`, `<html …>`, `<head …>` or a doctype is text',
        holds: found(
          'ours',
          ({ signature, bytes }) =>
            signature.target === TARGET.html && identify(bytes) === 'html' && !isPageThere(bytes),
        ),
      },
    ],
  },
  {
    number: 'D9',
    reason: 'signatures for any type of file are not asked of a page as it is',
    ways: [
      {
        name: 'a page has it, and none of its normalised forms',
        holds: found('ours', ({ signature, bytes }) => {
          if (signature.target !== TARGET.any || !isPageThere(bytes)) return false;
          const { asTheyAre, inView } = placesOf(signature, bytes);
          return asTheyAre && !inView;
        }),
      },
    ],
  },
  {
    number: 'D10',
    reason: 'clamscan reads no headers where one field is 0',
    ways: [
      {
        name: 'sections of a PE without an entry point',
        holds: found(
          'ours',
          ({ signature, bytes }) => signature.target === TARGET.pe && isPlacedBySections(signature, bytes),
        ),
      },
    ],
  },
];

/** @returns `number: way`, of the first that holds */
export function declaredFor(difference: Difference): string | undefined {
  for (const kind of DECLARED) {
    const way = kind.ways.find(({ holds }) => holds(difference));
    if (way) return labelOf(kind, way);
  }
  return undefined;
}

export function labelOf({ number }: DeclaredKind, { name }: DeclaredWay): string {
  return `${number}: ${name}`;
}

function isPageThere(bytes: Uint8Array): boolean {
  return identify(bytes) === 'html' && isHtmlThere(bytes.subarray(0, LONG_HEAD_BYTES));
}

/** Both types by their own first bytes. */
function isProgramWithUstar(bytes: Uint8Array): boolean {
  const text = (start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString('latin1');
  return text(0, 2) === 'MZ' && text(257, 262) === 'ustar';
}

/** A start of another length is missed there. */
function hasOddStart({ elements: [first] }: BytesPattern): boolean {
  return first !== undefined && (isUneven(first) || (first.kind === 'boundary' && first.negated));
}

/** Beside a bracket clamscan misses or finds too much. */
function isOddBracket({ line, bytes }: Difference): boolean {
  if (bytes === undefined || line.signature === undefined) return false;
  const texts = patternTexts(line);
  return line.signature.patterns.some((pattern, index) => {
    if (pattern.kind !== 'bytes' || !BRACKET.test(texts[index] ?? line.text)) return false;
    return pattern.offset.kind !== 'any' || pattern.elements.some(isNibble);
  });
}

/** The pattern without its last wildcards is the end of the object, so that these lie behind it. */
function endsBehind(elements: readonly PatternElement[], bytes: Uint8Array): boolean {
  const last = elements.at(-1);
  if (last?.kind !== 'bytes' || last.masks.at(-1) !== 0) return false;
  const end = last.masks.findLastIndex((mask) => mask !== 0) + 1;
  const start = last.masks.findLastIndex((mask, at) => at < end && mask !== 0xff) + 1;
  const literal = Buffer.from(last.values.subarray(start, end));
  const wildcards = last.masks.length - end;
  return literal.length > 0 && Buffer.from(bytes).lastIndexOf(literal) > bytes.length - literal.length - wildcards;
}

function isByteBefore(pattern: Pattern, bytes: Uint8Array): boolean {
  if (!('offset' in pattern) || typeof pattern.offset !== 'object') return false;
  const { offset } = pattern;
  return offset.kind === 'at' && offset.base === 'end' && bytes.length + offset.offset === -1;
}

/** Of a logical signature its subsignatures; of the others there is one pattern, in the line. */
function patternTexts({ format, text }: SignatureLine): readonly string[] {
  return isLogical(format) ? text.split(';').slice(3) : [text];
}

const isLogical = (format: string): boolean => format === 'ldb' || format === 'ldu';

function hasTextBehindModifiers(line: SignatureLine): boolean {
  // `::i` in an expression is text to be found.
  return isLogical(line.format) && patternTexts(line).some((text) => /^[^/]*::[iwfa]+[^iwfa]/.test(text));
}

const isNibble = (element: PatternElement): boolean =>
  element.kind === 'bytes' && element.masks.some((mask) => mask === 0xf0 || mask === 0x0f);

function hasNestedDistinct(condition: Condition, isInside: boolean): boolean {
  if (condition.kind === 'count') {
    if (isInside && condition.of.kind !== 'match') return true;
    return hasNestedDistinct(condition.of, isInside || condition.distinct > 0);
  }
  return 'of' in condition && condition.of.some((each) => hasNestedDistinct(each, isInside));
}

/** By a number of sections, or by a place in one; the field of the entry point is 0. */
function isPlacedBySections({ patterns, condition }: BodySignature, bytes: Uint8Array): boolean {
  if (hasEntryPoint(bytes)) return false;
  if (JSON.stringify(condition).includes('"sectionCount"')) return true;
  return patterns.some(({ kind, ...rest }) => {
    if ((kind !== 'bytes' && kind !== 'regex') || !('offset' in rest) || typeof rest.offset !== 'object') return false;
    const { offset } = rest;
    return offset.kind === 'section' || (offset.kind === 'at' && /ection/.test(offset.base));
  });
}
