/**
 * Differences from clamscan that are meant, by what the signature and the object look like and by who found it: never by a name.
 *
 * The numbers are those of src/dialects/clamav/DESIGN.md, "Where we differ, declared"; one kind may show itself in several ways.
 */
import { isUtf8 } from 'node:buffer';
import type { BodySignature, BytesPattern, Condition, PatternElement } from '../../native-free-engine/index.ts';
import { TARGET } from '../../native-free-engine/index.ts';
import { identify, LONG_HEAD_BYTES } from '../../src/filetype/identify.ts';
import { isHtmlThere } from '../../src/filetype/text.ts';
import type { SignatureLine } from './lines.ts';
import { hasEntryPoint, hasManyCandidates, isUneven, partsOf } from './pattern-forms.ts';

/** One engine alone has it. `bytes`: the object; undefined when it is the line that one of them does not take. */
export interface Difference {
  readonly line: SignatureLine;
  readonly foundBy: 'ours' | 'peer';
  readonly bytes: Uint8Array | undefined;
  readonly agreesAlone: boolean;
}

export interface DeclaredDeviation {
  readonly number: string;
  readonly reason: string;
  readonly holds: (difference: Difference) => boolean;
}

/** Tells one way in which a kind shows itself from the others. */
export function labelOf({ number, reason }: DeclaredDeviation): string {
  return `${number}: ${reason}`;
}

type Found = Difference & { readonly signature: BodySignature; readonly bytes: Uint8Array };

/** In an object, found by that side alone. */
function found(by: Difference['foundBy'], test: (found: Found) => boolean): DeclaredDeviation['holds'] {
  return (difference) => {
    const { foundBy, bytes, line } = difference;
    if (foundBy !== by || bytes === undefined || line.signature === undefined) return false;
    return test({ ...difference, bytes, signature: line.signature });
  };
}

const bytePatterns = ({ patterns }: BodySignature): BytesPattern[] =>
  patterns.filter((pattern) => pattern.kind === 'bytes');
const BRACKET = /\[\d+(-\d+)?\]/;
/** Back-references and look-around; behind an even number of backslashes a digit is only a digit. */
const BEYOND_REGULAR = /(?<!\\)(?:\\\\)*(?:\\[1-9gk]|\(\?<?[=!]|\(\?P[=>])/;

export const DECLARED: readonly DeclaredDeviation[] = [
  {
    number: 'D1',
    reason: 'right when clamscan is asked of the signature alone: it misses patterns that share bytes with others',
    holds: ({ agreesAlone }) => agreesAlone,
  },
  {
    number: 'D1',
    reason: 'a part has more candidate starts than clamscan remembers (8)',
    holds: found('ours', ({ signature, bytes }) =>
      bytePatterns(signature).some((each) => hasManyCandidates(each, bytes)),
    ),
  },
  {
    number: 'D2',
    reason: 'a group of different lengths or a negated boundary at the start; a bracket with an offset or a nibble',
    holds: (difference) => isOddStart(difference),
  },
  {
    number: 'D3',
    reason: 'a wildcard at the end of a pattern that clamscan finds behind the end of the object',
    holds: found('peer', ({ signature }) =>
      bytePatterns(signature).some(({ elements }) => endsInWildcard(elements.at(-1))),
    ),
  },
  {
    number: 'D4',
    reason: 'different ones of counted blocks inside; macros; byte comparisons',
    holds: found(
      'ours',
      ({ signature }) =>
        signature.patterns.some(({ kind }) => kind === 'macro' || kind === 'byteCompare') ||
        hasNestedDistinct(signature.condition, false),
    ),
  },
  {
    number: 'D5',
    reason: '(L) is CR and CRLF too',
    holds: found('ours', ({ signature, bytes }) => hasLineBoundary(signature) && bytes.includes(0x0d)),
  },
  {
    number: 'D6',
    reason: 'wider forms of a line are taken here, where clamscan refuses the database',
    holds: ({ line, foundBy, bytes }) => foundBy === 'ours' && bytes === undefined && isWiderForm(line),
  },
  {
    number: 'D7',
    reason: 'text behind modifiers, signs and blanks, which the manual does not have, are refused here',
    holds: ({ line, foundBy, bytes }) =>
      foundBy === 'peer' && bytes === undefined && line.skipped === 'malformed' && hasTextBehindModifiers(line),
  },
  {
    number: 'D8',
    reason: 'regular expressions with back-references, look-around or a semicolon are refused here',
    holds: ({ line, foundBy, bytes }) =>
      foundBy === 'peer' &&
      bytes === undefined &&
      line.skipped === 'unsupported:pcre' &&
      BEYOND_REGULAR.test(line.text),
  },
  {
    number: 'D3',
    reason: '`EOF-n` one byte in front of the object is any place in clamscan',
    holds: found('peer', ({ signature, bytes }) =>
      signature.patterns.some(
        (pattern) =>
          'offset' in pattern &&
          typeof pattern.offset === 'object' &&
          pattern.offset.kind === 'at' &&
          pattern.offset.base === 'end' &&
          bytes.length + pattern.offset.offset === -1,
      ),
    ),
  },
  {
    number: 'D9',
    reason: 'a page is searched as it is, too; clamscan looks at its normalised forms alone when HTML begins early',
    holds: found('ours', ({ signature, bytes }) => signature.target === TARGET.any && isPageThere(bytes)),
  },
  {
    number: 'D10',
    reason: 'the last version information without padding; sections of a PE without an entry point',
    holds: found('ours', ({ signature, bytes }) => signature.target === TARGET.pe && isHeaderForm(signature, bytes)),
  },
  {
    number: 'D10',
    reason: 'pages that clamscan takes for text: `<body>`, `<html …>`, `<head …>`, a doctype',
    holds: found(
      'ours',
      ({ signature, bytes }) => signature.target === TARGET.html && identify(bytes) === 'html' && !isPageThere(bytes),
    ),
  },
  {
    number: 'D10',
    reason: 'a program with `ustar` at 257, which clamscan takes for a tar without asking for the checksum',
    holds: found(
      'ours',
      ({ signature, bytes }) =>
        signature.target === TARGET.pe && Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar',
    ),
  },
  {
    number: 'D2',
    reason: 'groups of different lengths before or behind a gap: clamscan tries one way only',
    holds: found('ours', ({ signature }) =>
      bytePatterns(signature).some(({ elements }) => partsOf(elements).length > 1 && elements.some(isUneven)),
    ),
  },
];

/** The first one that holds. */
export function declaredFor(difference: Difference): DeclaredDeviation | undefined {
  return DECLARED.find(({ holds }) => holds(difference));
}

function isPageThere(bytes: Uint8Array): boolean {
  return identify(bytes) === 'html' && isHtmlThere(bytes.subarray(0, LONG_HEAD_BYTES));
}

/** A start of another length is missed there; a bracket misses or finds too much. */
function isOddStart({ line, bytes, foundBy }: Difference): boolean {
  if (bytes === undefined || line.signature === undefined) return false;
  const texts = patternTexts(line);
  return line.signature.patterns.some((pattern, index) => {
    if (pattern.kind !== 'bytes') return false;
    const { elements, offset } = pattern;
    const [first] = elements;
    if (first === undefined) return false;
    const isOdd = isUneven(first) || (first.kind === 'boundary' && first.negated);
    if (isOdd && foundBy === 'ours') return true;
    return BRACKET.test(texts[index] ?? line.text) && (offset.kind !== 'any' || elements.some(isNibble));
  });
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

function endsInWildcard(last: PatternElement | undefined): boolean {
  return last?.kind === 'gap' || (last?.kind === 'bytes' && last.masks.at(-1) === 0);
}

function hasNestedDistinct(condition: Condition, isInside: boolean): boolean {
  if (condition.kind === 'count') {
    if (isInside && condition.of.kind !== 'match') return true;
    return hasNestedDistinct(condition.of, isInside || condition.distinct > 0);
  }
  return 'of' in condition && condition.of.some((each) => hasNestedDistinct(each, isInside));
}

function hasLineBoundary(signature: BodySignature): boolean {
  return bytePatterns(signature).some(({ elements }) =>
    elements.some((element) => element.kind === 'boundary' && element.boundary === 'line'),
  );
}

/** A two-byte pattern, a name that is not UTF-8, other attributes than `Target` without `Engine` in front, a negated group with modifiers. */
function isWiderForm({ format, text, originalName }: SignatureLine): boolean {
  if (!isUtf8(Buffer.from(originalName, 'latin1'))) return true;
  if (format.startsWith('ndb')) return /^[^:]*:[^:]*:[^:]*:[\da-f?]{4}(:|$)/i.test(text);
  if (!isLogical(format)) return false;
  const [, attributes = ''] = text.split(';');
  return !/^(?:Engine:|Target:\d+$)/.test(attributes) || /!\([^;]*::\w*[awfi]/.test(text);
}

function isHeaderForm({ patterns, condition }: BodySignature, bytes: Uint8Array): boolean {
  const offsets = patterns.flatMap((pattern) =>
    pattern.kind === 'bytes' || pattern.kind === 'regex' ? [pattern.offset] : [],
  );
  if (offsets.some(({ kind }) => kind === 'versionInfo')) return true;
  const usesSections =
    JSON.stringify(condition).includes('"sectionCount"') ||
    offsets.some(
      (offset) => offset.kind === 'section' || (offset.kind === 'at' && /ection|entryPoint/.test(offset.base)),
    );
  return usesSections && !hasEntryPoint(bytes);
}
