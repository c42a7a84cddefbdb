import { describe, expect, test } from 'vitest';
import type { ByteComparePattern } from '../../../native-free-engine/signature.ts';
import { refusalOf, signatureOf } from './read-lines.ts';

const PREFIX = 'N;Target:0;0&1;626262;';

/** `of offset form order [exact] length comparisons` */
function show({ of, offset, form, order, isExact, length, comparisons }: ByteComparePattern): string {
  const signs = { equal: '=', less: '<', greater: '>' };
  const compared = comparisons.map(({ operator, value }) => `${signs[operator]}${value}`).join(' ');
  if (Object.is(offset, -0)) throw new Error('offset −0');
  return `${of} ${offset} ${form} ${order} ${isExact ? 'exact ' : ''}${length} ${compared}`;
}

const LINES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['decimal text', '0(>>4#de4#=1234)', '0 4 decimal big exact 4 =1234'],
  ['decimal text that may be shorter', '0(>>4#d4#=1234)', '0 4 decimal big 4 =1234'],
  ['decimal text has the order of its digits', '0(>>4#dbe4#=1234)', '0 4 decimal big exact 4 =1234'],
  ['hexadecimal text', '0(>>4#hbe4#=0x1234)', '0 4 hex big exact 4 =4660'],
  ['hexadecimal text from behind', '0(>>4#hl4#=0x3412)', '0 4 hex little 4 =13330'],
  ['text of either base', '0(>>4#ab6#=0x1234)', '0 4 auto big 6 =4660'],
  ['two bytes', '0(>>5#ible2#=10)'.replace('bl', 'b'), '0 5 binary big exact 2 =10'],
  ['eight bytes from behind', '0(>>5#il8#>1,<9)', '0 5 binary little 8 >1 <9'],
  ['letters in any order', '0(>>5#eli8#>1)', '0 5 binary little exact 8 >1'],
  ['the letter e twice', '0(>>5#edee8#>1)', '0 5 decimal big exact 8 >1'],
  ['in front of the match', '0(<<4#d4#=1234)', '0 -4 decimal big 4 =1234'],
  ['no bytes in front of it', '0(<<0#d4#=1234)', '0 0 decimal big 4 =1234'],
  ['a hexadecimal distance', '0(>>0x10#d4#=1234)', '0 16 decimal big 4 =1234'],
  ['an octal number', '0(>>4#d4#=0755)', '0 4 decimal big 4 =493'],
  ['a number below 0', '0(>>4#d4#>-1)', '0 4 decimal big 4 >-1'],
  ['0', '0(>>4#d4#=0)', '0 4 decimal big 4 =0'],
  ['the number of the subsignature with zeros', '00(>>4#d4#=1)', '0 4 decimal big 4 =1'],
];

describe('byte comparisons', () => {
  for (const [name, text, shown] of LINES) {
    test(name, () => {
      const signature = signatureOf(`${PREFIX}${text}`, 'ldb');
      const pattern = signature.kind === 'body' ? signature.patterns[1] : undefined;
      if (pattern?.kind !== 'byteCompare') throw new Error(text);
      expect(show(pattern)).toBe(shown);
    });
  }

  test('may be of a later subsignature', () => {
    const signature = signatureOf('N;Target:0;0&1;1(>>4#d4#=1);626262', 'ldb');
    expect(signature.kind === 'body' && signature.patterns[0]).toMatchObject({ kind: 'byteCompare', of: 1 });
  });
});

const REFUSALS: readonly (readonly [name: string, text: string, column: number])[] = [
  ['of nothing', '(>>4#d4#=1)', 1],
  ['of itself', '1(>>4#d4#=1)', 1],
  ['of a subsignature that is not there', '2(>>4#d4#=1)', 1],
  ['of two subsignatures', '0&1(>>4#d4#=1)', 1],
  ['of a letter', 'a(>>4#d4#=1)', 1],
  ['with an offset in front', '*:0(>>4#d4#=1)', 1],
  ['no parenthesis', '0>>4#d4#=1)', 1],
  ['a parenthesis that is not closed', '0(>>4#d4#=1', 1],
  ['one number sign', '0(>>4#d4)', 1],
  ['three number signs', '0(>>4#d4#=1#)', 1],
  ['more behind the parenthesis', '0(>>4#d4#=1)x', 1],
  ['modifiers behind the parenthesis', '0(>>4#d4#=1)::i', 1],
  ['no distance', '0(#d4#=1)', 3],
  ['no number in the distance', '0(>>#d4#=1)', 3],
  ['a distance without arrows', '0(4#d4#=1)', 3],
  ['one arrow', '0(>4#d4#=1)', 3],
  ['arrows against each other', '0(<>4#d4#=1)', 3],
  ['a negative distance', '0(>>-4#d4#=1)', 3],
  ['a distance with a blank', '0(>> 4#d4#=1)', 3],
  ['a distance of too many digits', `0(>>${'1'.repeat(99)}#d4#=1)`, 3],
  ['no options', '0(>>4##=1)', 7],
  ['no base', '0(>>4#e4#=1)', 7],
  ['two bases', '0(>>4#hdb4#=1)', 8],
  ['an unknown base', '0(>>4#D4#=1)', 7],
  ['no order of hexadecimal text', '0(>>4#he4#=1)', 7],
  ['no order of text of either base', '0(>>4#ae4#=1)', 7],
  ['no order of bytes', '0(>>4#ie4#=1)', 7],
  ['two orders', '0(>>4#hlb4#=1)', 9],
  ['decimal text from behind', '0(>>4#dl4#=1)', 7],
  ['no length', '0(>>4#de#=1)', 9],
  ['a length of 0', '0(>>4#de0#=1)', 9],
  ['three bytes', '0(>>4#ib3#=1)', 9],
  ['nineteen hexadecimal digits', '0(>>4#hb19#=1)', 9],
  ['text longer than clamscan reads', '0(>>4#d999#=1)', 8],
  ['no comparison', '0(>>4#d4#)', 10],
  ['no operator', '0(>>4#d4#1)', 10],
  ['two operators', '0(>>4#d4#==1)', 10],
  ['no number', '0(>>4#d4#=)', 10],
  ['hexadecimal digits that are not there', '0(>>4#d4#=0x)', 10],
  ['a number with a letter', '0(>>4#d4#=12x)', 10],
  ['an octal digit that is none', '0(>>4#d4#=08)', 10],
  ['a number with a blank', '0(>>4#d4#= 1)', 10],
  ['a number above 2^53', '0(>>4#d4#=9007199254740992)', 10],
  ['nothing behind the comma', '0(>>4#d4#=1,)', 13],
  ['three comparisons', '0(>>4#d4#=1,=1,=1)', 13],
];

describe('refused byte comparisons', () => {
  for (const [name, text, column] of REFUSALS) {
    test(name, () => expect(refusalOf(`${PREFIX}${text}`, 'ldb')).toEqual(['malformed', PREFIX.length + column]));
  }
});
