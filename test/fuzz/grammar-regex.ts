/**
 * Random regular expressions of ldb, without what the manual does not have or we refuse (declared), each with texts that it matches.
 *
 * None matches nothing: clamscan does not come back from `g` on such a one (declared). Quantifiers do not nest, for its match limit must not be met.
 */
import type { Random } from '../support/engine/random.ts';
import { ALPHABET } from './grammar-pattern.ts';

export interface RandomRegex {
  /** What stands between the slashes. */
  readonly source: string;
  readonly flags: string;
  /** A character for each byte. */
  readonly samples: readonly string[];
}

/** A piece of an expression, and what it may match. */
interface Piece {
  readonly source: string;
  readonly sample: () => string;
}

const FLAGS = ['', '', '', 'g', 'g', 'i', 's', 'm', 'x', 'r', 'e', 'A', 'E', 'U'];
const SAMPLES = 4;
/** Quantifiers, and how often a sample has their piece. */
const SHORT = [
  ['?', 0, 1],
  ['{2}', 2, 2],
  ['{1,3}', 1, 3],
  ['{0,2}', 0, 2],
] as const;
const LONG = [['*', 0, 3], ['+', 1, 3], ['{2,}', 2, 4], ...SHORT] as const;

export function randomRegex(random: Random): RandomRegex {
  const flags = [...new Set([random.pick(FLAGS), random.pick(FLAGS), random.pick(FLAGS)].join(''))].join('');
  const pieces = [literalPiece(random, 2)];
  for (let more = random.pick([0, 1, 1, 2, 3]); more > 0; more--)
    pieces.push(quantified(random, 0, pieces.length === 1));
  const body = random.shuffled(pieces);
  const source =
    anchorAt(random, 'start') +
    body.map((piece) => piece.source).join(flags.includes('x') ? ' ' : '') +
    anchorAt(random, 'end');
  const sample = (): string => {
    const text = body.map((piece) => piece.sample()).join('');
    return flags.includes('i') && random.chance(0.5) ? swappedCase(text) : text;
  };
  return { source, flags, samples: Array.from({ length: SAMPLES }, sample) };
}

function anchorAt(random: Random, side: 'start' | 'end'): string {
  if (!random.chance(0.12)) return '';
  return random.pick(side === 'start' ? ['^', '^', '\\b', '\\A', '\\B'] : ['$', '$', '\\b', '\\z', '\\Z', '\\B']);
}

/** @param isLong whether it may be of any length: two in a row cost RegExp and clamscan the square of an object, a group with several ways far more */
function quantified(random: Random, depth: number, isLong: boolean): Piece {
  const isGroup = random.chance(0.2) && depth < 2;
  const piece = isGroup ? groupPiece(random, depth) : singlePiece(random);
  if (depth > 0 || random.chance(0.5)) return piece;
  const [text, min, max] = random.pick(isLong && !isGroup ? LONG : SHORT);
  const sample = (): string => Array.from({ length: random.between(min, max) }, piece.sample).join('');
  return { source: piece.source + text + (random.chance(0.25) ? '?' : ''), sample };
}

function groupPiece(random: Random, depth: number): Piece {
  const options = Array.from({ length: random.between(2, 3) }, () => {
    const pieces = Array.from({ length: random.between(1, 2) }, () => quantified(random, depth + 1, false));
    return {
      source: pieces.map(({ source }) => source).join(''),
      sample: () => pieces.map((piece) => piece.sample()).join(''),
    };
  });
  const source = `${random.pick(['(', '(?:'])}${options.map((option) => option.source).join('|')})`;
  return { source, sample: () => random.pick(options).sample() };
}

function singlePiece(random: Random): Piece {
  const kind = random.below(8);
  if (kind < 4) return literalPiece(random, 1);
  if (kind === 4) return { source: '.', sample: () => characterOf(random) };
  if (kind < 7) return classPiece(random);
  return random.pick<Piece>([
    { source: '\\d', sample: () => '1' },
    { source: '\\w', sample: () => random.pick(['a', 'A', 'b', '1']) },
    { source: '\\s', sample: () => random.pick([' ', '\n']) },
    { source: '\\D', sample: () => random.pick(['a', ' ', '\0']) },
    { source: '\\W', sample: () => random.pick([' ', '-', '\xff']) },
    { source: '\\S', sample: () => random.pick(['a', '-', '\xff']) },
  ]);
}

function classPiece(random: Random): Piece {
  const members = Array.from({ length: random.between(1, 3) }, () => characterOf(random));
  const texts = members.map(escaped);
  if (random.chance(0.2)) texts.push('\\x30-\\x39');
  if (random.chance(0.3))
    return { source: `[^${texts.join('')}]`, sample: () => random.pick(['a', 'b', '1', '-', '~', ...'\0\xff']) };
  return { source: `[${texts.join('')}]`, sample: () => random.pick(members) };
}

function literalPiece(random: Random, length: number): Piece {
  const text = Array.from({ length }, () => characterOf(random)).join('');
  return { source: Array.from(text, escaped).join(''), sample: () => text };
}

const characterOf = (random: Random): string => String.fromCharCode(random.pick(ALPHABET));

function escaped(character: string): string {
  return /[A-Za-z0-9]/.test(character) ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const swappedCase = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0x20));
