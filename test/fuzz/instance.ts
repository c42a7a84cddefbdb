/** A byte string that a pattern matches, or nearly. */
import type { Random } from '../support/engine/random.ts';
import { ALPHABET } from './grammar.ts';
import { formsOf, type Step } from './twin-pattern.ts';

/** Bytes that a gap without an end is filled with, at most. */
const LONGEST_FILL = 6;

/** @param text `[offset:]pattern[::modifiers]` @returns one time in ten with a byte too many, too few or changed */
export function instanceOf(random: Random, text: string): Uint8Array {
  const [body, modifiers = ''] = text.split('::') as [string, string?];
  const { steps } = random.pick(formsOf(body.slice(body.indexOf(':') + 1), modifiers));
  const bytes = steps.flatMap((step) => bytesOf(random, step));
  if (bytes.length > 0 && random.chance(0.1)) {
    const at = random.below(bytes.length);
    const byte = random.pick(ALPHABET);
    random.pick([() => bytes.splice(at, 1), () => bytes.splice(at, 0, byte), () => bytes.splice(at, 1, byte)])();
  }
  return Uint8Array.from(bytes);
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
