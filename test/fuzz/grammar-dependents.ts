/** Random byte compares and macro groups of ldb, with what makes them hold. */
import type { Random } from '../support/engine/random.ts';
import { literalText } from './grammar-pattern.ts';

export interface RandomCompare {
  readonly text: string;
  /** What may stand at the place, a character for each byte. */
  readonly samples: readonly string[];
}

/** @param of number of the subsignature that it hangs on @param matchBytes the length of that one's match */
export function randomCompare(random: Random, of: number, matchBytes: number): RandomCompare {
  const form = random.pick(['h', 'd', 'a', 'i', 'i']);
  // Of two bytes clamscan reads no `a` (declared).
  const length = form === 'i' ? random.pick([1, 2, 4, 8]) : random.between(form === 'a' ? 3 : 2, 8);
  const order = form === 'd' ? random.pick(['', 'b']) : form === 'i' ? random.pick(['l', 'b']) : 'b';
  const isExact = random.chance(0.3);
  // In front of the match, behind it, now and then in it.
  const place = random.pick([
    `<<${length + random.below(3)}`,
    `>>${matchBytes + random.below(4)}`,
    `>>${matchBytes}`,
    `>>${random.below(matchBytes)}`,
  ]);
  const most = { h: 16 ** Math.min(length, 6), d: 10 ** length, a: 10 ** length, i: 256 ** Math.min(length, 4) }[form]!;
  const value = 1 + random.below(Math.min(most, 100_000) - 1);
  const [comparisons, held] = random.pick<readonly [string, number]>([
    [`=${value}`, value],
    [`=0x${value.toString(16)}`, value],
    [`>${value - 1}`, value],
    [`<${value + 1}`, value],
    [`>${value - 1},<${value + 2}`, value],
    [`>${value},<${value + 100}`, Math.min(value + 1, most - 1)],
  ]);
  const text = `${of}(${place}#${form}${order}${isExact ? 'e' : ''}${length}#${comparisons})`;
  const samples = [0, 0, 1].map((more) => rendered(form, order, length, Math.max(0, held + more)));
  return { text, samples };
}

function rendered(form: string, order: string, length: number, value: number): string {
  if (form === 'i') {
    const bytes = Buffer.alloc(8);
    if (order === 'l') bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return (order === 'l' ? bytes.subarray(0, length) : bytes.subarray(8 - length)).toString('latin1');
  }
  return value
    .toString(form === 'h' ? 16 : 10)
    .padStart(length, '0')
    .slice(-length);
}

export interface RandomMacro {
  readonly text: string;
  /** Lines of ndb that make up its group. */
  readonly members: readonly string[];
}

/** @param matchBytes the length of the match in front of it */
export function randomMacro(random: Random, name: string, group: number, matchBytes: number): RandomMacro {
  const min = matchBytes + random.below(4);
  const members = Array.from(
    { length: random.between(1, 3) },
    (_, i) => `${name}.member.${i}:0:$${group}$:${literalText(random, random.between(3, 4))}`,
  );
  return { text: `\${${min}-${min + random.below(6)}}${group}$`, members };
}
