/**
 * Random body patterns over the whole grammar, each of a form that both clamscan and we take.
 *
 * They are made of few different bytes, so that patterns share them, overlap, and nearly match.
 */
import type { Random } from '../support/engine/random.ts';

/** Letters of both cases, the first of them more often; a digit, boundaries of each kind, NUL, 0xff. */
export const ALPHABET: readonly number[] = [
  0x61, 0x61, 0x61, 0x61, 0x41, 0x41, 0x62, 0x31, 0x20, 0x0a, 0x2d, 0x00, 0xff,
];

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** One to four parts, each with two literal bytes in a row; no boundaries in wide ones, which clamscan reads in its own way (declared). */
export function patternText(random: Random, modifiers: string): string {
  let text = partText(random, modifiers);
  for (let parts = random.pick([1, 1, 1, 1, 2, 2, 3, 4]); parts > 1; parts--) {
    text += gapText(random) + partText(random, modifiers);
  }
  return text;
}

/** A gap that cuts. */
function gapText(random: Random): string {
  const min = random.below(5);
  const max = min + random.between(1, 8);
  return random.pick([
    '*',
    `{${min}-${max}}`,
    `{-${max}}`,
    `{${min}-}`,
    `{${random.pick([128, 130, 200])}}`,
    '{0}',
    `{${min}-${max + 60}}`,
  ]);
}

function partText(random: Random, modifiers: string): string {
  // With any modifier, `a` too, clamscan refuses negated groups.
  const canNegate = modifiers === '';
  const pieces = [literalText(random, random.pick([3, 3, 4, 5]))];
  for (let more = random.pick([0, 0, 1, 1, 2, 3]); more > 0; more--) pieces.push(pieceText(random, modifiers));
  // Behind the first piece, since clamscan takes a group of different lengths at the start of a pattern otherwise (declared).
  const text =
    random.chance(0.3) && pieces.length > 1
      ? [positionsText(random, random.between(1, 3)), ...pieces].join('')
      : pieces.join('');
  const canTest = !modifiers.includes('w');
  const before = canTest && random.chance(0.06) ? boundaryText(random, false) : '';
  const behind = canTest && random.chance(0.06) ? boundaryText(random, canNegate) : '';
  if (!/[wf]/.test(modifiers) && random.chance(0.05)) return bracketText(random);
  return before + text + behind;
}

function pieceText(random: Random, modifiers: string): string {
  const kind = random.below(10);
  if (kind < 3) return positionsText(random, random.between(1, 4));
  if (kind < 5) return groupText(random, modifiers, 0);
  if (kind === 5 && modifiers === '') return negatedText(random);
  if (kind === 6) return `{${random.between(1, 6)}}${literalText(random, 2)}`;
  if (kind === 7 && random.chance(0.4) && !modifiers.includes('w'))
    return boundaryText(random, true) + literalText(random, 1);
  return literalText(random, random.between(1, 3));
}

export function literalText(random: Random, length: number): string {
  return Array.from(random.bytes(length, ALPHABET), hex).join('');
}

function positionsText(random: Random, length: number): string {
  return Array.from({ length }, () => {
    const byte = hex(random.pick(ALPHABET));
    return random.pick([byte, byte, '??', `${byte[0]}?`, `?${byte[1]}`]);
  }).join('');
}

function groupText(random: Random, modifiers: string, depth: number): string {
  const isEven = random.chance(0.5);
  const length = random.between(1, 3);
  const option = (): string => {
    if (depth < 2 && random.chance(0.15)) return groupText(random, modifiers, depth + 1) + literalText(random, 1);
    const bytes = isEven ? length : random.between(1, 3);
    return random.chance(0.8) ? literalText(random, bytes) : positionsText(random, bytes);
  };
  return `(${Array.from({ length: random.between(1, 4) }, option).join('|')})`;
}

function negatedText(random: Random): string {
  const length = random.between(1, 3);
  return `!(${Array.from({ length: random.between(1, 3) }, () => literalText(random, length)).join('|')})`;
}

function boundaryText(random: Random, canNegate: boolean): string {
  return `${canNegate && random.chance(0.3) ? '!' : ''}(${random.pick(['B', 'L', 'W'])})`;
}

/** A piece with a single byte beside it. */
function bracketText(random: Random): string {
  const min = random.below(3);
  const gap = `[${min}-${min + random.between(1, 4)}]`;
  const [piece, single] = [literalText(random, random.between(3, 4)), literalText(random, 1)];
  return random.chance(0.5) ? piece + gap + single : single + gap + piece;
}
