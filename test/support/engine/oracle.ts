/**
 * What a signature means, in the plainest way: try every place, go back at every choice.
 *
 * Written from the documentation of the signature form (signature.ts), with no line of the engine's matching in it. Slow, and meant to be read:
 * whoever doubts a verdict of the engine compares it with this.
 */
import type {
  Boundary,
  BytesPattern,
  Condition,
  ObjectFacts,
  OffsetRule,
  PatternElement,
  Signature,
} from '../../../native-free-engine/index.ts';

/** One way in which a pattern lies in the bytes. */
interface Way {
  readonly end: number;
  /** Where the part behind the last gap begins; the start of the match when there is no gap. */
  readonly lastPart: number;
}

export interface Match {
  readonly start: number;
  readonly lastPart: number;
}

/** All matches of a pattern whose start the offset rule allows. */
export function matchesOf(pattern: BytesPattern, bytes: Uint8Array, facts: ObjectFacts): Match[] {
  const found: Match[] = [];
  const [from, to] = startsAllowed(pattern.offset, bytes.length, facts);
  for (let start = Math.max(0, from); start <= Math.min(to, bytes.length); start++) {
    for (const form of formsOf(pattern)) {
      const matcher = new Matcher(form, pattern.noCase, bytes);
      for (const { end, lastPart } of matcher.ways(start)) {
        if (pattern.fullWord && !isWord(bytes, start, end, form.isWide)) continue;
        found.push({ start, lastPart });
      }
    }
  }
  return found;
}

/**
 * Number of matches: of a pattern without gaps the different starts. Of one with gaps the different places of the part behind the last gap, as
 * clamscan 1.4.6 counts (`6161{0-9}6262` is once in `aaXaaXbb`, twice in `aaXbbXbb`).
 */
export function countOf(pattern: BytesPattern, bytes: Uint8Array, facts: ObjectFacts): number {
  return new Set(matchesOf(pattern, bytes, facts).map(({ lastPart }) => lastPart)).size;
}

interface Form {
  readonly elements: readonly PatternElement[];
  readonly isWide: boolean;
}

function formsOf(pattern: BytesPattern): Form[] {
  const elements = withoutOuterGaps(pattern.elements);
  const forms: Form[] = [];
  if (pattern.ascii || !pattern.wide) forms.push({ elements, isWide: false });
  if (pattern.wide) forms.push({ elements: elements.flatMap(widened), isWide: true });
  return forms;
}

/** A gap at an end only asks for its least number of bytes. */
function withoutOuterGaps(elements: readonly PatternElement[]): PatternElement[] {
  const isByte = (element: PatternElement): boolean =>
    element.kind === 'bytes' || element.kind === 'alternatives' || (element.kind === 'boundary' && element.consumes);
  const first = elements.findIndex(isByte);
  const last = elements.findLastIndex(isByte);
  return elements.map((element, i) =>
    element.kind === 'gap' && (i < first || i > last) ? { ...element, max: element.min } : element,
  );
}

/** Each byte of the text is followed by NUL. Gaps and boundaries are not of the text. */
function widened(element: PatternElement): PatternElement[] {
  if (element.kind === 'bytes') {
    const values = new Uint8Array(element.values.length * 2);
    const masks = new Uint8Array(element.values.length * 2).fill(0xff);
    element.values.forEach((value, i) => {
      values[i * 2] = value;
      masks[i * 2] = element.masks[i]!;
    });
    return [{ kind: 'bytes', values, masks }];
  }
  if (element.kind !== 'alternatives') return [element];
  if (element.negated && lengthOf(element.options[0]!) === 1) {
    // Not this byte, and then NUL as behind every other.
    return [element, { kind: 'bytes', values: Uint8Array.of(0), masks: Uint8Array.of(0xff) }];
  }
  return [{ ...element, options: element.options.map((option) => option.flatMap(widened)) }];
}

/** Bytes that elements of fixed length take. */
function lengthOf(elements: readonly PatternElement[]): number {
  let length = 0;
  for (const element of elements) {
    if (element.kind === 'bytes') length += element.values.length;
    else if (element.kind === 'alternatives') length += lengthOf(element.options[0]!);
    else if (element.kind === 'gap') length += element.min;
    else if (element.consumes) length += 1;
  }
  return length;
}

class Matcher {
  readonly #elements: readonly PatternElement[];
  readonly #noCase: boolean;
  readonly #bytes: Uint8Array;

  constructor(form: Form, noCase: boolean, bytes: Uint8Array) {
    this.#elements = form.elements;
    this.#noCase = noCase;
    this.#bytes = bytes;
  }

  ways(start: number): Way[] {
    return this.#all(this.#elements, start, start, true);
  }

  /** @param isFirst nothing of the part has been consumed yet: a boundary here looks back */
  #all(elements: readonly PatternElement[], at: number, lastPart: number, isFirst: boolean): Way[] {
    const [element, ...rest] = elements;
    if (!element) return [{ end: at, lastPart }];
    switch (element.kind) {
      case 'bytes':
        if (!this.#bytesAt(element.values, element.masks, at)) return [];
        return this.#all(rest, at + element.values.length, lastPart, false);
      case 'gap': {
        if (element.min === element.max) {
          if (at + element.min > this.#bytes.length) return [];
          return this.#all(rest, at + element.min, lastPart, isFirst && element.min === 0);
        }
        const ways: Way[] = [];
        for (let to = at + element.min; to <= Math.min(at + element.max, this.#bytes.length); to++)
          ways.push(...this.#all(rest, to, to, true));
        return unique(ways);
      }
      case 'alternatives':
        if (element.negated) {
          const length = lengthOf(element.options[0]!);
          if (at + length > this.#bytes.length) return [];
          if (element.options.some((option) => this.#all(option, at, at, true).length > 0)) return [];
          return this.#all(rest, at + length, lastPart, false);
        }
        return unique(element.options.flatMap((option) => this.#all([...option, ...rest], at, lastPart, isFirst)));
      case 'boundary':
        if (element.consumes) {
          if (at >= this.#bytes.length) return [];
          if (isBoundary(element.boundary, this.#bytes[at]!, 'either') === element.negated) return [];
          return this.#all(rest, at + 1, lastPart, false);
        }
        if (this.#edge(element.boundary, at, isFirst) === element.negated) return [];
        return this.#all(rest, at, lastPart, isFirst);
    }
  }

  /** A test between bytes: before the pattern's first byte of the byte before it, else of the byte behind. Start and end of the object hold. */
  #edge(boundary: Boundary, at: number, isFirst: boolean): boolean {
    const byte = isFirst ? this.#bytes[at - 1] : this.#bytes[at];
    return byte === undefined || isBoundary(boundary, byte, isFirst ? 'before' : 'behind');
  }

  #bytesAt(values: Uint8Array, masks: Uint8Array, at: number): boolean {
    if (at + values.length > this.#bytes.length) return false;
    return values.every((value, i) => {
      const byte = this.#bytes[at + i]!;
      if (this.#noCase && masks[i] === 0xff && isLetter(value)) return (byte | 0x20) === (value | 0x20);
      return (byte & masks[i]!) === value;
    });
  }
}

function unique(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [`${way.end} ${way.lastPart}`, way])).values()];
}

function isLetter(byte: number): boolean {
  return /[A-Za-z]/.test(String.fromCharCode(byte));
}
function isAlphanumeric(byte: number): boolean {
  return byte < 128 && /[A-Za-z0-9]/.test(String.fromCharCode(byte));
}

function isBoundary(boundary: Boundary, byte: number, side: 'before' | 'behind' | 'either'): boolean {
  if (boundary === 'line') return byte === 10 || byte === 13;
  if (boundary === 'nonAlphanumeric') return !isAlphanumeric(byte);
  const before = side !== 'behind' && ' -./<@_'.includes(String.fromCharCode(byte));
  return before || (side !== 'before' && '\n\r "\'-/=>_'.includes(String.fromCharCode(byte)));
}

function isWord(bytes: Uint8Array, start: number, end: number, isWide: boolean): boolean {
  const isLetterAt = (at: number): boolean => at >= 0 && at < bytes.length && isAlphanumeric(bytes[at]!);
  if (!isWide) return !isLetterAt(start - 1) && !isLetterAt(end);
  const isWideLetterAt = (at: number): boolean => isLetterAt(at) && bytes[at + 1] === 0;
  return !isWideLetterAt(start - 2) && !isWideLetterAt(end);
}

/** First and last start that a rule allows; the first behind the last where it allows none. */
function startsAllowed(rule: OffsetRule, size: number, facts: ObjectFacts): readonly [number, number] {
  const nowhere = [1, 0] as const;
  if (rule.kind === 'any') return [0, size];
  const { sections = [], entryPoint } = facts.executable ?? {};
  if (rule.kind === 'section') {
    const section = sections[rule.section];
    return section ? [section.offset, section.offset + section.size - 1] : nowhere;
  }
  if (rule.kind === 'versionInfo') throw new Error('the oracle knows no version information');
  const bases = {
    start: 0,
    end: size,
    entryPoint,
    section: sections[rule.section]?.offset,
    lastSection: sections.at(-1)?.offset,
  };
  const base = bases[rule.base];
  // A place before the object's first byte is none, even when the shift reaches into it.
  if (base === undefined || base + rule.offset < 0) return nowhere;
  return [base + rule.offset, base + rule.offset + rule.shift];
}

/** Truth and count of a condition, and the patterns that hold in the true ones below. */
export function truthOf(
  condition: Condition,
  counts: readonly number[],
  size: number,
  facts: ObjectFacts,
): { readonly holds: boolean; readonly count: number; readonly matched: ReadonlySet<number> } {
  const matched: ReadonlySet<number> = new Set();
  const no = { holds: false, count: 0, matched };
  switch (condition.kind) {
    case 'match': {
      const count = counts[condition.pattern]!;
      return count > 0 ? { holds: true, count, matched: new Set([condition.pattern]) } : no;
    }
    case 'and':
    case 'or': {
      const values = condition.of.map((child) => truthOf(child, counts, size, facts));
      const holding = values.filter(({ holds }) => holds);
      if (holding.length === 0 || (condition.kind === 'and' && holding.length < values.length)) return no;
      return {
        holds: true,
        count: holding.reduce((sum, { count }) => sum + count, 0),
        matched: new Set(holding.flatMap((value) => [...value.matched])),
      };
    }
    case 'count': {
      const value = truthOf(condition.of, counts, size, facts);
      const { count } = value;
      const compared = {
        equal: count === condition.count,
        less: count < condition.count,
        greater: count > condition.count,
      };
      if (!compared[condition.comparison] || value.matched.size < condition.distinct) return no;
      // Whose comparison holds is one of the different ones, even if it did not match.
      const { of } = condition;
      return { count, holds: true, matched: of.kind === 'match' ? new Set([of.pattern]) : value.matched };
    }
    case 'container': {
      const holds =
        condition.type === 'any' ? facts.containers.length === 0 : facts.containers.at(-1) === condition.type;
      return { holds, count: holds ? 1 : 0, matched };
    }
    case 'intermediates': {
      const around = facts.containers.slice(-condition.types.length);
      const holds =
        around.length === condition.types.length &&
        around.every((type, i) => [type, 'any'].includes(condition.types[i]!));
      return { holds, count: holds ? 1 : 0, matched };
    }
    default: {
      const properties = {
        fileSize: size,
        entryPoint: facts.executable?.entryPoint,
        sectionCount: facts.executable?.sections.length,
      };
      const value = properties[condition.kind];
      const holds = value !== undefined && value >= condition.range.min && value <= condition.range.max;
      return { holds, count: holds ? 1 : 0, matched };
    }
  }
}

/** Names of the body signatures that hold, sorted. */
export function namesHolding(signatures: readonly Signature[], bytes: Uint8Array, facts: ObjectFacts): string[] {
  const names: string[] = [];
  for (const signature of signatures) {
    if (signature.kind !== 'body') continue;
    if (signature.target !== 0 && (facts.targets & (1 << signature.target)) === 0) continue;
    const counts = signature.patterns.map((pattern) => {
      if (pattern.kind !== 'bytes') throw new Error('the oracle knows no regular expressions');
      return countOf(pattern, bytes, facts);
    });
    if (truthOf(signature.condition, counts, bytes.length, facts).holds) names.push(signature.name);
  }
  return names.sort();
}
