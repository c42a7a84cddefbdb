/** A byte string that a pattern matches, or nearly. */
import type { Random } from '../support/engine/random.ts';
import { ALPHABET } from './grammar-pattern.ts';
import { bodyOf } from './twin.ts';
import { type Form, formsOf, matchesOf, type Step } from './twin-pattern.ts';

/** Bytes that a gap without an end is filled with, at most. */
const LONGEST_FILL = 6;
/** Gaps, groups and neighbours are tried so often: boundaries and negated groups hold by chance. */
const MOST_TRIES = 24;

/** A match of a pattern with bytes of its neighbourhood, which full words and boundaries look at. */
export interface Instance {
  readonly bytes: Uint8Array;
  /** Where in them the match begins. */
  readonly origin: number;
}

/** @param text `[offset:]pattern[::modifiers]` @returns one time in ten with a byte too many, too few or changed */
export function instanceOf(random: Random, text: string): Instance {
  const { pattern, modifiers } = bodyOf(text);
  const forms = formsOf(pattern, modifiers);
  for (let tries = 1; ; tries++) {
    const instance = tryInstance(random, random.pick(forms));
    if (random.chance(0.1)) return { ...instance, bytes: nearMiss(random, instance.bytes) };
    if (tries >= MOST_TRIES || matchesOf(forms, instance.bytes, instance.origin, instance.origin).length > 0)
      return instance;
  }
}

function tryInstance(random: Random, { steps, isFullWord, isWide }: Form): Instance {
  const isTested = isFullWord || steps.some(({ kind }) => kind === 'edge');
  const neighbours = (): number[] => [...random.bytes(isTested ? (isWide ? 2 : 1) : 0, ALPHABET)];
  const before = neighbours();
  const bytes = [...before, ...steps.flatMap((step) => bytesOf(random, step)), ...neighbours()];
  return { bytes: Uint8Array.from(bytes), origin: before.length };
}

function nearMiss(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length);
  const byte = random.pick(ALPHABET);
  const changed = [...bytes];
  random.pick([() => changed.splice(at, 1), () => changed.splice(at, 0, byte), () => changed.splice(at, 1, byte)])();
  return Uint8Array.from(changed);
}

function bytesOf(random: Random, step: Step): number[] {
  switch (step.kind) {
    case 'position': {
      const byte = (step.value | (random.pick(ALPHABET) & ~step.mask)) & 0xff;
      return [step.isLetter && random.chance(0.5) ? byte ^ 0x20 : byte];
    }
    case 'gap': {
      const longest = Math.min(step.max, step.min + LONGEST_FILL);
      return [...random.bytes(random.pick([step.min, longest, random.between(step.min, longest)]), ALPHABET)];
    }
    case 'choice':
      return random.pick(step.options).flatMap((each) => bytesOf(random, each));
    case 'none':
      return [...random.bytes(step.length, ALPHABET)];
    case 'boundaryByte':
      return [random.pick(ALPHABET)];
    case 'edge':
      return [];
  }
}
