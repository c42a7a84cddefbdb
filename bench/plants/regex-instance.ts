/**
 * Bytes that a regular expression matches: a walk through its tree, tried on the expression itself.
 */
import type { RegexPattern } from '../../native-free-engine/index.ts';
import { bytesOf } from '../../native-free-engine/regex/byte-set.ts';
import { parseFlags } from '../../native-free-engine/regex/flags.ts';
import { REGEX_LIMITS } from '../../native-free-engine/regex/limits.ts';
import { parseRegex } from '../../native-free-engine/regex/parse.ts';
import { compileRegex } from '../../native-free-engine/regex/regex.ts';
import type { Written } from '../../native-free-engine/regex/syntax.ts';
import type { Instance } from './instance.ts';
import type { Random } from './random.ts';

const ATTEMPTS = 40;
const MAX_BYTES = 1 << 16;
/** Of all attempts together: an expression that is tried in all ways may use up whatever it gets. */
const MAX_STEPS = 5_000_000;
/** What may have to lie around a match: nothing, a blank, line ends. */
const SURROUNDINGS: readonly Uint8Array[] = ['', ' ', '\n', '\r\n', 'a'].map((text) => Buffer.from(text, 'latin1'));

/** @returns undefined when no string was found that the expression matches */
export function regexInstanceOf({ source, flags }: RegexPattern, random: Random): Instance | undefined {
  try {
    const syntax = parseRegex(source, parseFlags(flags).options, REGEX_LIMITS);
    const regex = compileRegex(source, flags);
    const budget = { steps: MAX_STEPS };
    for (let attempt = 0; attempt < ATTEMPTS && budget.steps > 0; attempt++) {
      const walk = new Walk(random, attempt % 2 === 0);
      walk.add(syntax);
      if (walk.bytes.length > MAX_BYTES) continue;
      const bytes = Uint8Array.from(walk.bytes);
      const before = random.pick(SURROUNDINGS);
      const after = random.pick(SURROUNDINGS);
      const whole = Buffer.concat([before, bytes, after]);
      if (regex.test(whole, 0, whole.length, budget).kind === 'match') return { before, bytes, after };
    }
  } catch {
    // What cannot be compiled was reported when the line was read.
  }
  return undefined;
}

class Walk {
  readonly bytes: number[] = [];
  readonly #groups: number[][] = [];
  readonly #random: Random;
  readonly #isShort: boolean;

  /** @param isShort takes as few repetitions as may be */
  constructor(random: Random, isShort: boolean) {
    this.#random = random;
    this.#isShort = isShort;
  }

  add(syntax: Written): void {
    if (this.bytes.length > MAX_BYTES) return;
    switch (syntax.kind) {
      case 'set':
        this.#addByte(bytesOf(syntax.set));
        return;
      case 'assertion':
        return;
      case 'sequence':
        for (const part of syntax.of) this.add(part);
        return;
      case 'choice':
        this.add(this.#random.pick(syntax.of));
        return;
      case 'atomic':
        this.add(syntax.of);
        return;
      case 'capture': {
        const start = this.bytes.length;
        this.add(syntax.of);
        this.#groups[syntax.group] = this.bytes.slice(start);
        return;
      }
      case 'reference':
        this.bytes.push(...(this.#groups[syntax.group] ?? []));
        return;
      case 'look':
        // What is wanted behind a place may lie there; what must not is left to chance.
        if (!syntax.isNegated && !syntax.isBehind && this.#random.below(2) === 0) this.add(syntax.of);
        return;
      case 'repeat': {
        const more = this.#isShort ? 0 : this.#random.below(Math.min(3, syntax.max - syntax.min + 1));
        for (let i = 0; i < syntax.min + more; i++) this.add(syntax.of);
      }
    }
  }

  /** A small letter where the set has one: text stays text. */
  #addByte(bytes: readonly number[]): void {
    if (bytes.length === 0) return;
    const letters = bytes.filter((byte) => byte >= 0x61 && byte <= 0x7a);
    this.bytes.push(this.#random.pick(letters.length > 0 ? letters : bytes));
  }
}
