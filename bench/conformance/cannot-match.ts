/**
 * Signatures that no object can match in clamscan, by what normalisation leaves of a text.
 *
 * Target 7 is for normalised text and for the scripts of pages alone. Neither has capital letters, so a pattern with one never matches unless it is for
 * either case. Target 3 has no such signatures: a page without comments may hold any byte, by references.
 */
import type { BodySignature, Condition, Pattern, PatternElement } from '../../native-free-engine/index.ts';
import { TARGET } from '../../native-free-engine/index.ts';

interface View {
  readonly name: string;
  readonly has: (byte: number) => boolean;
  /** Two spaces side by side. */
  readonly hasTwoSpaces: boolean;
}

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
/** What src/normalise/DESIGN.md says of text, and of scripts: white space becomes spaces, NUL becomes 1, scripts are joined by line feeds. */
const VIEWS: readonly View[] = [
  {
    name: 'normalised text',
    has: (byte) => byte >= 0x20 && byte <= 0x7f && !isCapital(byte),
    hasTwoSpaces: false,
  },
  {
    name: 'scripts',
    has: (byte) => byte !== 0 && byte !== 9 && !(byte >= 0x0b && byte <= 0x0d) && !isCapital(byte),
    hasTwoSpaces: true,
  },
];
const SPACE = 0x20;
const LITERAL = 0xff;

/** @returns what stands in the way in each view; undefined when something may match, as far as this can tell */
export function whyCannotMatch({ target, patterns, condition }: BodySignature): string | undefined {
  if (target !== TARGET.text) return undefined;
  const reasons = VIEWS.map((view) => whyNotIn(view, patterns, condition));
  return reasons.every((reason) => reason !== undefined) ? reasons.join('; ') : undefined;
}

function whyNotIn(view: View, patterns: readonly Pattern[], condition: Condition): string | undefined {
  const reasons = patterns.map((pattern) => obstacleIn(view, pattern));
  if (canHold(condition, (pattern) => reasons[pattern] === undefined)) return undefined;
  return `${view.name}: no ${reasons.find((reason) => reason !== undefined)}`;
}

/** Errs towards yes: only the presence of single patterns is looked at. */
function canHold(condition: Condition, isPossible: (pattern: number) => boolean): boolean {
  switch (condition.kind) {
    case 'match':
      return isPossible(condition.pattern);
    case 'and':
      return condition.of.every((part) => canHold(part, isPossible));
    case 'or':
      return condition.of.some((part) => canHold(part, isPossible));
    case 'count':
      if (condition.comparison === 'less' || (condition.comparison === 'equal' && condition.count === 0)) return true;
      return canHold(condition.of, isPossible);
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
    case 'container':
    case 'intermediates':
      return true;
  }
}

/** @returns undefined when there is none */
function obstacleIn(view: View, pattern: Pattern): string | undefined {
  if (pattern.kind !== 'bytes') return undefined;
  if (pattern.wide && !pattern.ascii && !view.has(0)) return nameOf(0);
  return obstacleAmong(pattern.elements, view, pattern.noCase);
}

function obstacleAmong(elements: readonly PatternElement[], view: View, noCase: boolean): string | undefined {
  for (const element of elements) {
    const obstacle = obstacleOf(element, view, noCase);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function obstacleOf(element: PatternElement, view: View, noCase: boolean): string | undefined {
  switch (element.kind) {
    case 'bytes':
      return obstacleInBytes(element, view, noCase);
    case 'alternatives': {
      if (element.negated) return undefined;
      const obstacles = element.options.map((option) => obstacleAmong(option, view, noCase));
      return obstacles.every((each) => each !== undefined) ? obstacles[0] : undefined;
    }
    case 'gap':
    case 'boundary':
      return undefined;
  }
}

function obstacleInBytes(
  { values, masks }: Extract<PatternElement, { kind: 'bytes' }>,
  view: View,
  noCase: boolean,
): string | undefined {
  const isSpace = (at: number): boolean => masks[at] === LITERAL && values[at] === SPACE;
  for (let at = 0; at < values.length; at++) {
    if (!ALL_BYTES.some((byte) => view.has(byte) && fits(byte, values[at]!, masks[at]!, noCase))) {
      return nameOf(values[at]!);
    }
    if (!view.hasTwoSpaces && isSpace(at) && isSpace(at + 1)) return 'two spaces side by side';
  }
  return undefined;
}

const ALL_BYTES: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);

function fits(byte: number, value: number, mask: number, noCase: boolean): boolean {
  if ((byte & mask) === value) return true;
  return noCase && /[a-z]/i.test(String.fromCharCode(byte)) && ((byte ^ 0x20) & mask) === value;
}

function nameOf(byte: number): string {
  const code = `0x${byte.toString(16).padStart(2, '0')}`;
  return byte > SPACE && byte < 0x7f ? `${code} (${String.fromCharCode(byte)})` : code;
}
