import { describe, expect, test } from 'vitest';
import { OFFSET_REFUSALS, OFFSETS } from '../../tables/clamav/offsets.ts';
import { refusalOf, signatureOf } from './read-lines.ts';
import { showCondition, showElements, showModifiers, showOffset, showRange } from './show.ts';

function show(line: string, format: 'ndb' | 'ndu' | 'db'): string {
  const signature = signatureOf(line, format);
  if (signature.kind !== 'body') throw new Error(line);
  const { name, levels, target, patterns, condition } = signature;
  const [pattern] = patterns;
  if (pattern.kind !== 'bytes') throw new Error(line);
  const { elements, offset } = pattern;
  return [
    name,
    showRange(levels),
    target,
    showOffset(offset),
    showElements(elements),
    showModifiers(pattern),
    showCondition(condition),
  ].join('; ');
}

const LINES: readonly (readonly [name: string, line: string, shown: string])[] = [
  ['four fields', 'A.B-1:0:*:616161', 'A.B-1; 0-; 0; any; 616161; ascii; 0'],
  ['a target and an offset', 'A:1:EP+5:616161', 'A; 0-; 1; entryPoint +5; 616161; ascii; 0'],
  ['a lowest level', 'A:0:*:616161:81', 'A; 81-; 0; any; 616161; ascii; 0'],
  ['both levels', 'A:0:*:616161:51:255', 'A; 51-255; 0; any; 616161; ascii; 0'],
  ['empty levels', 'A:0:*:616161::', 'A; 0-; 0; any; 616161; ascii; 0'],
  ['a highest level alone', 'A:0:*:616161::255', 'A; 0-255; 0; any; 616161; ascii; 0'],
  ['a name of any characters but the separator', ' A;B=C (d):0:*:616161', ' A;B=C (d); 0-; 0; any; 616161; ascii; 0'],
];

describe('ndb', () => {
  for (const [name, line, shown] of LINES) {
    test(name, () => {
      expect(show(line, 'ndb')).toBe(shown);
      expect(show(line, 'ndu')).toBe(shown);
    });
  }
});

const REFUSALS: readonly (readonly [name: string, line: string, reason: string, column: number])[] = [
  ['malformed--three fields', 'A:0:*', 'malformed', 6],
  ['malformed--seven fields', 'A:0:*:616161:51:255:9', 'malformed', 21],
  ['malformed--no name', ':0:*:616161', 'malformed', 1],
  ['malformed--no target', 'A::*:616161', 'malformed', 3],
  ['malformed--a negative target', 'A:-1:*:616161', 'malformed', 3],
  ['malformed--a level of letters', 'A:0:*:616161:x', 'malformed', 14],
  ['malformed--a level with a blank', 'A:0:*:616161: 51', 'malformed', 14],
  ['malformed--modifiers', 'A:0:*:616161::i', 'malformed', 15],
  ['unknown-target--one that has no meaning yet', 'A:15:*:616161', 'unknown-target', 3],
  ['level--of later engines', 'A:0:*:616161:215', 'level', 14],
  ['level--of earlier engines', 'A:0:*:616161:51:213', 'level', 14],
  ['level--comes before a target that is unknown', 'A:99:bad:zz:300', 'level', 13],
  ['unknown-target--comes before a pattern that is malformed', 'A:99:bad:zz', 'unknown-target', 3],
];

describe('refused ndb', () => {
  for (const [name, line, reason, column] of REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(line, 'ndb')).toEqual([reason, column]);
    });
  }
});

describe('offsets', () => {
  for (const [name, target, offset, rule] of OFFSETS) {
    test(name, () => {
      expect(show(`A:${target}:${offset}:616161`, 'ndb')).toContain(`; ${rule}; `);
    });
  }
});

describe('refused offsets', () => {
  for (const [name, target, offset, reason, column] of OFFSET_REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(`A:${target}:${offset}:616161`, 'ndb')).toEqual([reason, 'A:0:'.length + column]);
    });
  }
});

const OLDEST: readonly (readonly [name: string, line: string, shown: string])[] = [
  ['a name and a pattern', 'A.B=616161', 'A.B; 0-; 0; any; 616161; ascii; 0'],
  ['a name with colons', 'A:1=616161', 'A:1; 0-; 0; any; 616161; ascii; 0'],
  ["the maker's name is cut off", 'A.B (Clam)=616161', 'A.B; 0-; 0; any; 616161; ascii; 0'],
  ['but not without the blank', 'A.B(Clam)=616161', 'A.B(Clam); 0-; 0; any; 616161; ascii; 0'],
  ['nor if nothing is left', ' (Clam)=616161', ' (Clam); 0-; 0; any; 616161; ascii; 0'],
];

describe('db', () => {
  for (const [name, line, shown] of OLDEST) test(name, () => expect(show(line, 'db')).toBe(shown));

  test('is a name and a pattern, no more', () => {
    expect(refusalOf('A', 'db')).toEqual(['malformed', 2]);
    expect(refusalOf('A=', 'db')).toEqual(['limit', 3]);
    expect(refusalOf('=616161', 'db')).toEqual(['malformed', 1]);
    expect(refusalOf('A=616161=616161', 'db')).toEqual(['malformed', 10]);
    expect(refusalOf('A=616161::i', 'db')).toEqual(['malformed', 9]);
  });
});
