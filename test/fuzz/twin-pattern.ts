/**
 * What a body pattern of ClamAV's formats means, said in the plainest way: from its text, place by place, trying everything.
 *
 * Shares no line with src/dialects/clamav or the engine, and decides what they must answer. It knows no refusals: what it is given is a
 * pattern that both clamscan and we take. Source: ClamAV manual, Body-based Signature Content Format, and clamscan 1.4.6 where that is silent.
 */

/** What a pattern is made of, in the order of its text. */
export type Step =
  | { readonly kind: 'position'; readonly value: number; readonly mask: number; readonly isLetter: boolean }
  /** `isCut`: a new part begins behind it. `isCounted`: matches are counted by the places behind it. */
  | {
      readonly kind: 'gap';
      readonly min: number;
      readonly max: number;
      readonly isCut: boolean;
      readonly isCounted: boolean;
    }
  | { readonly kind: 'choice'; readonly options: readonly (readonly Step[])[] }
  | { readonly kind: 'none'; readonly options: readonly (readonly Step[])[]; readonly length: number }
  /** A boundary inside a part, of a byte of its own. */
  | { readonly kind: 'boundaryByte'; readonly letter: string; readonly negated: boolean }
  /** A boundary at the start (`left`) or at the end of a part: a test of the byte outside. */
  | { readonly kind: 'edge'; readonly letter: string; readonly negated: boolean; readonly side: 'left' | 'right' };

/** One way of reading a pattern: plain or wide. */
export interface Form {
  readonly steps: readonly Step[];
  readonly isWide: boolean;
  readonly isFullWord: boolean;
}

/** A match: its first byte, the nearest place behind its last one, and where its last part, or the main piece of that, begins. */
export interface TwinMatch {
  readonly start: number;
  readonly end: number;
  readonly lastPart: number;
}

const NUL: Step = { kind: 'position', value: 0, mask: 0xff, isLetter: false };
/** A fixed gap up to here is written out as positions; a longer one cuts. */
const INLINE_GAP = 127;

/** @param text a pattern without its offset and modifiers @param modifiers any of `iwaf` */
export function formsOf(text: string, modifiers: string): Form[] {
  const isFullWord = modifiers.includes('f');
  const isWide = modifiers.includes('w');
  const read = new PatternText(text, modifiers.includes('i')).sequence();
  const steps = withEdges(withCountedBrackets(read, isWide || isFullWord));
  const forms: Form[] = [];
  if (!isWide || modifiers.includes('a')) forms.push({ steps, isWide: false, isFullWord });
  if (isWide) forms.push({ steps: steps.flatMap(widened), isWide: true, isFullWord });
  return forms;
}

/** All matches that begin in [from, to], for each start and place of the last part the one that ends first. */
export function matchesOf(forms: readonly Form[], bytes: Uint8Array, from = 0, to = bytes.length): TwinMatch[] {
  const found = new Map<string, TwinMatch>();
  for (let start = Math.max(0, from); start <= Math.min(to, bytes.length); start++) {
    for (const form of forms) {
      for (const { at: end, lastPart } of through(form.steps, [{ at: start, lastPart: start }], bytes)) {
        if (form.isFullWord && !isFullWord(bytes, start, end, form.isWide)) continue;
        const key = `${start} ${lastPart}`;
        const known = found.get(key);
        if (known === undefined || end < known.end) found.set(key, { start, end, lastPart });
      }
    }
  }
  return [...found.values()];
}

/** How often a pattern is there: its last part is at so many places. */
export function countOf(matches: readonly TwinMatch[]): number {
  return new Set(matches.map(({ lastPart }) => lastPart)).size;
}

// --- from text to steps ---

class PatternText {
  readonly #text: string;
  readonly #noCase: boolean;
  #at = 0;

  constructor(text: string, noCase: boolean) {
    this.#text = text;
    this.#noCase = noCase;
  }

  /** Up to the end, or to the `|` or `)` of the group that it stands in. */
  sequence(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!)) steps.push(...this.#next());
    return steps;
  }

  #next(): Step[] {
    const boundary = this.#take(/(!?)\(([BLW])\)/y);
    if (boundary) return [{ kind: 'boundaryByte', letter: boundary[2]!, negated: boundary[1] === '!' }];
    const group = this.#take(/(!?)\(/y);
    if (group) return [this.#group(group[1] === '!')];
    if (this.#take(/\*/y)) return [gapOf('0', true, '0')];
    const brace = this.#take(/\{(\d*)(-?)(\d*)\}/y);
    if (brace) return [gapOf(brace[1]!, brace[2]! === '-', brace[3]!)];
    const bracket = this.#take(/\[(\d+)(?:-(\d+))?\]/y);
    if (bracket) {
      const [min, max] = [Number(bracket[1]), Number(bracket[2] ?? bracket[1])];
      return [{ kind: 'gap', min, max, isCut: false, isCounted: false }];
    }
    const pair = this.#take(/([0-9a-f?])([0-9a-f?])/iy);
    if (!pair) throw new Error(`twin: expected a pattern, got ${this.#text} at ${this.#at}`);
    return [this.#position(pair[1]!, pair[2]!)];
  }

  #position(high: string, low: string): Step {
    const digit = (character: string): number => (character === '?' ? 0 : Number.parseInt(character, 16));
    const value = digit(high) * 16 + digit(low);
    const mask = (high === '?' ? 0 : 0xf0) + (low === '?' ? 0 : 0x0f);
    // Only a whole byte is a letter: `6?` does not match `O` without case.
    return { kind: 'position', value, mask, isLetter: this.#noCase && mask === 0xff && isLetter(value) };
  }

  /** Behind its opening parenthesis. */
  #group(negated: boolean): Step {
    const options: Step[][] = [];
    do options.push(this.sequence());
    while (this.#take(/\|/y));
    if (!this.#take(/\)/y)) throw new Error(`twin: expected ), got ${this.#text} at ${this.#at}`);
    return negated ? { kind: 'none', options, length: options[0]!.length } : { kind: 'choice', options };
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    if (!found) return undefined;
    this.#at = expression.lastIndex;
    return found;
  }
}

/** A maximum of 0, or none, is no maximum. */
function gapOf(first: string, isRange: boolean, second: string): Step {
  const min = Number(first);
  const max = Number(isRange ? second : first) || Number.POSITIVE_INFINITY;
  const isCut = isRange || max > INLINE_GAP;
  return { kind: 'gap', min, max, isCut, isCounted: isCut };
}

/** A bracket behind a single byte stands before the main piece of its part, whose places count; with w or f a bracket counts as a cut does. */
function withCountedBrackets(steps: readonly Step[], isAlways: boolean): Step[] {
  return steps.map((step, i) => {
    if (step.kind !== 'gap' || step.isCut) return step;
    const isSingle = steps[i - 1]?.kind === 'position' && (i === 1 || steps[i - 2]?.kind === 'gap');
    return { ...step, isCounted: isAlways || isSingle };
  });
}

/** Boundaries at the start and at the end of a part test the byte outside. */
function withEdges(steps: readonly Step[]): Step[] {
  const isEnd = (step: Step | undefined): boolean => step === undefined || (step.kind === 'gap' && step.isCut);
  return steps.map((step, i) => {
    if (step.kind !== 'boundaryByte') return step;
    if (isEnd(steps[i - 1])) return { ...step, kind: 'edge', side: 'left' };
    return isEnd(steps[i + 1]) ? { ...step, kind: 'edge', side: 'right' } : step;
  });
}

/** Each position is followed by NUL; gaps and boundaries are counted in bytes. */
function widened(step: Step): Step[] {
  if (step.kind === 'position') return [step, NUL];
  if (step.kind === 'choice') return [{ ...step, options: step.options.map((option) => option.flatMap(widened)) }];
  return [step];
}

// --- from steps to places ---

interface State {
  readonly at: number;
  readonly lastPart: number;
}

/** Where one can be behind the steps when one is at `states` before them. */
function through(steps: readonly Step[], states: readonly State[], bytes: Uint8Array): readonly State[] {
  let current = states;
  for (const step of steps) {
    current =
      current.length === 1
        ? after(step, current[0]!, bytes)
        : different(current.flatMap((state) => after(step, state, bytes)));
    if (current.length === 0) return current;
  }
  return current;
}

function after(step: Step, state: State, bytes: Uint8Array): readonly State[] {
  const { at, lastPart } = state;
  switch (step.kind) {
    case 'position':
      return at < bytes.length && accepts(step, bytes[at]!) ? [{ at: at + 1, lastPart }] : [];
    case 'gap': {
      const next: State[] = [];
      for (let to = at + step.min; to <= Math.min(at + step.max, bytes.length); to++) {
        next.push({ at: to, lastPart: step.isCounted ? to : lastPart });
      }
      return next;
    }
    case 'choice':
      return different(step.options.flatMap((option) => through(option, [state], bytes)));
    case 'none': {
      const isThere = step.options.some((option) => through(option, [state], bytes).length > 0);
      return isThere || at + step.length > bytes.length ? [] : [{ at: at + step.length, lastPart }];
    }
    case 'boundaryByte':
      return at < bytes.length && isBoundary(step.letter, bytes[at]!, 'inside') !== step.negated
        ? [{ at: at + 1, lastPart }]
        : [];
    case 'edge': {
      const outside = step.side === 'left' ? bytes[at - 1] : bytes[at];
      // The start and the end of the object are boundaries.
      const holds = outside === undefined || isBoundary(step.letter, outside, step.side);
      return holds !== step.negated ? [state] : [];
    }
  }
}

function different(states: readonly State[]): readonly State[] {
  if (states.length < 2) return states;
  const seen = new Set<number>();
  return states.filter(({ at, lastPart }) => {
    const key = at * 0x1000000 + lastPart;
    return !seen.has(key) && seen.add(key);
  });
}

// --- bytes ---

function accepts({ value, mask, isLetter }: Extract<Step, { kind: 'position' }>, byte: number): boolean {
  return isLetter ? (byte | 0x20) === (value | 0x20) : (byte & mask) === value;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isAlphanumeric(byte: number | undefined): boolean {
  return byte !== undefined && (isLetter(byte) || (byte >= 0x30 && byte <= 0x39));
}

function isBoundary(letter: string, byte: number, side: 'left' | 'right' | 'inside'): boolean {
  const character = String.fromCharCode(byte);
  if (letter === 'W') return !isAlphanumeric(byte);
  // Declared: the manual's line ends are CR and CRLF, clamscan takes LF alone; here either is one.
  if (letter === 'L') return character === '\n' || character === '\r';
  return (
    (side !== 'right' && ' -./<@_'.includes(character)) || (side !== 'left' && '\n\r "\'-/=>_'.includes(character))
  );
}

/** No letter or digit at either side; a wide one is followed by NUL. */
function isFullWord(bytes: Uint8Array, start: number, end: number, isWide: boolean): boolean {
  if (!isWide) return !isAlphanumeric(bytes[start - 1]) && !isAlphanumeric(bytes[end]);
  const isWideAt = (at: number): boolean => isAlphanumeric(bytes[at]) && bytes[at + 1] === 0;
  return !isWideAt(start - 2) && !isWideAt(end);
}
