/**
 * Logic expressions over four subsignatures (0, 1, 2 and 3), and those that are refused.
 *
 * Where operators are mixed the expected condition was found by running clamscan 1.4.6 over files with every combination of matches.
 */

export type LogicRow = readonly [name: string, expression: string, condition: string];

export const LOGIC: readonly LogicRow[] = [
  ['one subsignature', '3', '3'],
  ['all of them', '0&1&2&3', '(0 & 1 & 2 & 3)'],
  ['any of them', '0|1|2|3', '(0 | 1 | 2 | 3)'],
  ['parentheses around all', '(0&1&2&3)', '(0 & 1 & 2 & 3)'],
  ['parentheses around parentheses', '(((3)))', '3'],
  ['blocks', '(0|1)&(2|3)', '((0 | 1) & (2 | 3))'],
  ['a block in the middle', '0&(1|2)&3', '(0 & (1 | 2) & 3)'],
  ['a block of a block', '((0&1)|2)&3', '(((0 & 1) | 2) & 3)'],
  ['numbers with leading zeros', '03', '3'],
  ['the same number again', '3&3', '(3 & 3)'],
  ['without parentheses the first operator splits', '0&1|2|3', '(0 & (1 | 2 | 3))'],
  ['whichever it is', '0|1&2|3', '(0 | (1 & (2 | 3)))'],
  ['a stretch of one operator stays together', '0&1&2|3', '(0 & 1 & (2 | 3))'],
  ['a stretch behind another too', '0|1&2&3', '(0 | (1 & 2 & 3))'],
  ['between parentheses the last operator splits', '(0&1|3)', '((0 & 1) | 3)'],
  ['and what is left of it splits at its first', '(0&1|2&3)', '((0 & (1 | 2)) & 3)'],
  ['behind an operator parentheses are the same', '3|(0|1&2)', '(3 | ((0 | 1) & 2))'],
  ['an exact count', '3=2', '3=2'],
  ['none', '3=0', '3=0'],
  ['more', '3>2', '3>2'],
  ['less', '3<2', '3<2'],
  ['counts of operands', '0&3=0|1>1', '(0 & (3=0 | 1>1))'],
  ['a count of a block', '(0&1&2&3)>5', '(0 & 1 & 2 & 3)>5'],
  ['a count of a block with different ones', '(0|1|2|3)>5,2', '(0 | 1 | 2 | 3)>5,2'],
  ['a count of a block among others', '((0|1)=2,2&2)|3', '(((0 | 1)=2,2 & 2) | 3)'],
  ['different ones of one are not asked for', '3>5,2', '3>5'],
  ['a count of a number in parentheses', '(3)>1', '3>1'],
  ['two equal signs are one', '3==2', '3=2'],
  ['a comma without a number says nothing', '0=2,&3', '(0=2 & 3)'],
  ['a comma without a number at the end too', '(0|3)=2,', '(0 | 3)=2'],
];

export type LogicRefusalRow = readonly [name: string, expression: string, reason: string, column: number];

export const LOGIC_REFUSALS: readonly LogicRefusalRow[] = [
  ['malformed--no expression', '', 'malformed', 1],
  ['malformed--empty parentheses', '()', 'malformed', 2],
  ['malformed--an operator at the start', '&3', 'malformed', 1],
  ['malformed--an operator at the end', '3&', 'malformed', 3],
  ['malformed--two operators', '0&&3', 'malformed', 3],
  ['malformed--a blank', '0 &3', 'malformed', 2],
  ['malformed--a letter', 'a', 'malformed', 1],
  ['malformed--a sign', '-3', 'malformed', 1],
  ['malformed--a negation', '!3', 'malformed', 1],
  ['malformed--parentheses not closed', '(0&3', 'malformed', 5],
  ['malformed--parentheses not opened', '0&3)', 'malformed', 4],
  ['malformed--two numbers beside each other', '(0)3', 'malformed', 4],
  ['malformed--a block behind a number', '0(1&3)', 'malformed', 2],
  ['malformed--a count without a number', '3>', 'malformed', 3],
  ['malformed--a count of a letter', '3>a', 'malformed', 3],
  ['malformed--a negative count', '3>-1', 'malformed', 3],
  ['malformed--at least', '3>=1', 'malformed', 3],
  ['malformed--two counts', '3>1>2', 'malformed', 4],
  ['malformed--a comma without a count', '0,3', 'malformed', 2],
  ['malformed--two commas', '(0|3)>2,2,2', 'malformed', 10],
  ['malformed--a count above 2^53', '3>9007199254740992', 'malformed', 3],
  ['malformed--too few subsignatures for the numbers', '0&4', 'malformed', 1],
  ['malformed--too many subsignatures for the numbers', '0&2', 'malformed', 1],
  ['limit--65 parentheses', `${'('.repeat(65)}3${')'.repeat(65)}`, 'limit', 66],
  ['limit--65 changes of the operator', `${'0&0|'.repeat(33)}3`, 'limit', 4 * 33 + 2],
  ['limit--1025 conditions', `${'0&'.repeat(1024)}3`, 'limit', 2 * 1024 + 1],
];
