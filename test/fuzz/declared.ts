/**
 * Where clamscan is known to answer otherwise than its manual says (src/dialects/clamav/DESIGN.md, Where we differ): a difference is explained by
 * one of these kinds, or it is a failure.
 */

import {
  bodyOf,
  followed,
  holds,
  macroOf,
  memberMatches,
  regexOf,
  subsignatureMatches,
  type TwinLine,
  type TwinObject,
} from './twin.ts';
import { compareOf } from './twin-number.ts';
import { formsOf, matchesOf, type Step } from './twin-pattern.ts';

/** Hits of one part that clamscan remembers. */
const REMEMBERED = 8;

/** Kinds of patterns. */
export const DECLARED: readonly {
  readonly kind: string;
  readonly explains: (pattern: DeclaredPattern, object: TwinObject) => boolean;
}[] = [
  {
    kind: 'a boundary in a wide pattern or a full word',
    explains: ({ text, modifiers }) => /\([BLW]\)/.test(text) && /[wf]/.test(modifiers),
  },
  { kind: 'a part has more candidates than are remembered', explains: hasManyCandidates },
  {
    kind: 'options of different lengths at the start of a pattern or before a gap',
    explains: ({ steps }) => steps.slice(0, 1).some(isUneven) || (partsOf(steps).length > 1 && steps.some(isUneven)),
  },
  {
    kind: 'a negated boundary at the start of a part',
    explains: ({ steps }) =>
      partsOf(steps).some(([first]) => (first?.kind === 'edge' || first?.kind === 'boundaryByte') && first.negated),
  },
  { kind: '(L): CR and CRLF', explains: ({ text }, { bytes }) => text.includes('(L)') && bytes.includes(0x0d) },
  {
    kind: 'places beside a bracket are measured from the main piece',
    explains: ({ steps, offset }) => steps.some(isBracket) && (offset !== '*' || partsOf(steps).length > 1),
  },
  {
    kind: 'several parts at a string of version information',
    explains: ({ steps, offset }) => offset === 'VI' && partsOf(steps).length > 1,
  },
  {
    // The wide form alone is counted twice in one object, the narrow one once in another, and both together twice in an object with both.
    kind: 'both forms of several parts, counted',
    explains: ({ steps, modifiers }) => partsOf(steps).length > 1 && modifiers.includes('w') && modifiers.includes('a'),
  },
  {
    kind: 'what lies behind the end of a file',
    explains: ({ steps, modifiers }, { bytes }) =>
      isAny(steps.at(-1)) ||
      hasBoundaryAtEnd(steps, bytes) ||
      (modifiers.includes('w') && (steps.some(isUneven) || endsInLetter(modifiers, bytes))),
  },
];

/** A block's different ones, with a counted block inside of it: forgotten there. */
const NESTED_DIFFERENT = { kind: 'different ones of a counted block', logic: /\)[=<>]\d.*\)[=<>]\d+,\d/ };

/** clamscan looks at a macro when what is in front of it matches once more, and then at the last member of the group alone. */
const MACRO = 'a macro whose member no other match follows';

export interface DeclaredPattern {
  readonly text: string;
  readonly modifiers: string;
  readonly offset: string;
  readonly steps: readonly Step[];
}

/** Asked of that line and object alone, clamscan says what is right: patterns that share their bytes disturb each other there. */
export const BESIDE_OTHERS = 'a pattern beside others of the same bytes';

/** @returns the kind that explains the difference; undefined when none does */
export function declaredKind(line: TwinLine, object: TwinObject): string | undefined {
  if (line.format === 'ldb' && NESTED_DIFFERENT.logic.test(line.text.split(';')[2]!)) return NESTED_DIFFERENT.kind;
  const objects = [object, ...(object.parts ?? [])];
  if (line.members && holds(line, object) && !objects.some((each) => isMacroSeen(line, each))) return MACRO;
  const patterns = patternsOf(line);
  return DECLARED.find(({ explains }) => patterns.some((pattern) => objects.some((each) => explains(pattern, each))))
    ?.kind;
}

function patternsOf({ format, text }: TwinLine): DeclaredPattern[] {
  if (format === 'ndb') {
    const [, , offset, pattern] = text.split(':') as [string, string, string, string];
    return formsOf(pattern, '').map(({ steps }) => ({ text: pattern, modifiers: '', offset, steps }));
  }
  if (format !== 'ldb') return [];
  return text
    .split(';')
    .slice(3)
    .filter((text) => !compareOf(text) && !macroOf(text) && !regexOf(text))
    .flatMap((subsignature) => {
      const { offset, pattern, modifiers } = bodyOf(subsignature);
      return formsOf(pattern, modifiers).map(({ steps }) => ({ text: pattern, modifiers, offset, steps }));
    });
}

function isMacroSeen({ text, members = [] }: TwinLine, object: TwinObject): boolean {
  const subsignatures = text.split(';').slice(3);
  return subsignatures.some((each, i) => {
    const macro = macroOf(each);
    if (!macro) return false;
    const matches = subsignatureMatches(subsignatures[i - 1]!, object).sort((a, b) => a.start - b.start);
    const places = memberMatches(members, object);
    return matches.some((match, k) => {
      const next = matches[k + 1];
      const lastEnd = Math.max(...places.filter(({ end }) => next && end <= next.end).map(({ end }) => end));
      const last = places.filter(({ end }) => end === lastEnd).map(({ start }) => start);
      return followed([match], macro, last).length > 0;
    });
  });
}

function hasManyCandidates({ steps }: DeclaredPattern, { bytes }: TwinObject): boolean {
  const parts = partsOf(steps);
  return (
    parts.length > 1 &&
    parts.some((part) => matchesOf([{ steps: part, isWide: false, isFullWord: false }], bytes).length > REMEMBERED)
  );
}

function partsOf(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [[]];
  for (const step of steps) {
    if (step.kind === 'gap' && step.isCut) parts.push([]);
    else parts.at(-1)!.push(step);
  }
  return parts;
}

/** Options of different lengths, or with groups in them. */
function isUneven(step: Step): boolean {
  if (step.kind !== 'choice') return false;
  const lengths = new Set(step.options.map(({ length }) => length));
  return lengths.size > 1 || step.options.some((option) => option.some(({ kind }) => kind === 'choice'));
}

/** The bytes before a boundary inside the pattern are, or nearly are, the last of the object. */
function hasBoundaryAtEnd(steps: readonly Step[], bytes: Uint8Array): boolean {
  return steps.some(
    (step, i) =>
      step.kind === 'boundaryByte' &&
      matchesOf([{ steps: steps.slice(0, i), isWide: false, isFullWord: false }], bytes).some(
        ({ end }) => end >= bytes.length - 1,
      ),
  );
}

/** The letter of a wide full word's end lacks its NUL. */
function endsInLetter(modifiers: string, bytes: Uint8Array): boolean {
  return modifiers.includes('f') && /[0-9A-Za-z]/.test(String.fromCharCode(bytes.at(-1) ?? 0));
}

const isBracket = (step: Step): boolean => step.kind === 'gap' && !step.isCut && step.min !== step.max;

const isAny = (step: Step | undefined): boolean =>
  (step?.kind === 'position' && step.mask !== 0xff) || (step?.kind === 'gap' && step.min === step.max);
