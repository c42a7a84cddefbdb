/** Texts made from a regular expression, so that it matches them: what random bytes would never do. Assertions are not heeded. */
import { bytesOf as membersOf } from '../../../native-free-engine/regex/byte-set.ts';
import { parseFlags } from '../../../native-free-engine/regex/flags.ts';
import { REGEX_LIMITS } from '../../../native-free-engine/regex/limits.ts';
import { parseRegex } from '../../../native-free-engine/regex/parse.ts';
import type { Written } from '../../../native-free-engine/regex/syntax.ts';
import type { Random } from '../../support/engine/random.ts';

/** Rounds of a loop beyond those that it needs. */
const MORE_ROUNDS = 3;

/** @returns one character per byte */
export function sampleOf(source: string, flags: string, random: Random): string {
  const groups: string[] = [];
  return sample(parseRegex(source, parseFlags(flags).options, REGEX_LIMITS));

  function sample(node: Written): string {
    switch (node.kind) {
      case 'set': {
        const members = membersOf(node.set);
        // Printable bytes more often than not: neighbours tell them apart.
        const printable = members.filter((byte) => byte >= 0x20 && byte < 0x7f);
        const pool = printable.length > 0 && random.chance(0.8) ? printable : members;
        return pool.length === 0 ? '' : String.fromCharCode(random.pick(pool));
      }
      case 'assertion':
        return '';
      case 'sequence':
        return node.of.map(sample).join('');
      case 'choice':
        return node.of.length === 0 ? '' : sample(random.pick(node.of));
      case 'atomic':
        return sample(node.of);
      case 'capture':
        groups[node.group] = sample(node.of);
        return groups[node.group]!;
      case 'reference':
        return groups[node.group] ?? '';
      case 'look':
        return node.isBehind || node.isNegated || random.chance(0.5) ? '' : sample(node.of);
      case 'repeat': {
        const rounds = random.between(node.min, Math.min(node.max, node.min + MORE_ROUNDS));
        return Array.from({ length: rounds }, () => sample(node.of)).join('');
      }
    }
  }
}
