/** Types by bytes that a pattern source names. test/real/type-rules.test.ts asks clamscan the same. */
import { describe, expect, test } from 'vitest';
import { identify, sight } from '../../src/filetype/identify.ts';
import { TypeRules } from '../../src/filetype/type-rules.ts';
import { signatureOf } from '../dialects/clamav/read-lines.ts';
import { elfOf, peOf, sourceOf } from './support.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const OTHER = '\0\x01'.repeat(20);
const MADE = `QQQQ${OTHER}`;

function rulesOf(lines: readonly string[]): TypeRules | undefined {
  return TypeRules.from(
    lines.map((line) => {
      const signature = signatureOf(line, 'ftm');
      if (signature.kind !== 'fileType') throw new Error(line);
      return signature;
    }),
  );
}

/** Rules as `kind:offset:bytes:requires:type`, types without their prefix. */
function lineOf(rule: string): string {
  const [kind, offset, bytes, requires, type] = rule.split(':');
  return [kind, offset, bytes, 'Made', `CL_TYPE_${requires}`, `CL_TYPE_${type}`].join(':');
}

const at = (place: number): string => `${'\0\x01'.repeat(1024).slice(0, place)}QQQQ${OTHER}`;

const ROWS: readonly (readonly [name: string, rules: readonly string[], object: string, type: string])[] = [
  ['bytes at the start', ['0:0:51515151:ANY:ZIP'], MADE, 'zip'],
  ['other bytes', ['0:0:51515152:ANY:ZIP'], MADE, 'data'],
  ['bytes further on', ['0:9:51515151:ANY:ELF'], at(9), 'elf'],
  ['bytes one place too early', ['0:9:51515151:ANY:ELF'], at(8), 'data'],
  ['the last bytes of the first 1,024', ['0:1020:51515151:ANY:ELF'], at(1020), 'elf'],
  ['bytes that reach beyond the first 1,024', ['0:1021:51515151:ANY:ELF'], at(1021), 'data'],
  ['an object that ends in the bytes', ['0:0:51515151:ANY:ELF'], 'QQQ', 'text'],
  ['an offset beyond the object', ['0:900:51515151:ANY:ELF'], 'QQQQ', 'text'],
  ['text as well', ['0:0:51515151:ANY:GRAPHICS'], 'QQQQ is the beginning', 'graphics'],
  ['plain bytes before what is built in', ['0:0:474946:ANY:ELF'], `GIF89a${OTHER}`, 'elf'],
  ['what is built in behind the rules', ['0:0:51515151:ANY:ELF'], `GIF89a${OTHER}`, 'graphics'],
  ['of two rules of plain bytes the last', ['0:0:5151:ANY:GRAPHICS', '0:0:5151:ANY:ELF'], MADE, 'elf'],
  ['of two rules of patterns the first', ['1:0:5151??51:ANY:GRAPHICS', '1:0:5151??51:ANY:ELF'], MADE, 'graphics'],
  ['no pattern over what is built in', ['1:0:4749??38:ANY:ELF'], `GIF89a${OTHER}`, 'graphics'],
  ['wildcards and nibbles', ['1:0:5151??5?51:ANY:ELF'], `QQxZQ${OTHER}`, 'elf'],
  ['a pattern in any place', ['1:*:51515151:ANY:ELF'], at(600), 'elf'],
  ['a pattern that begins too late', ['1:*:51515151:ANY:ELF'], at(1021), 'data'],
  ['a gap at its longest', ['1:0:5151{2-4}5252:ANY:ELF'], `QQabcdRR${OTHER}`, 'elf'],
  ['a gap that is too long', ['1:0:5151{2-4}5252:ANY:ELF'], `QQabcdeRR${OTHER}`, 'data'],
  ['a gap that is too short', ['1:0:5151{2-4}5252:ANY:ELF'], `QQaRR${OTHER}`, 'data'],
  ['a gap of any length', ['1:0:5151*5252:ANY:ELF'], `QQ${OTHER}RR`, 'elf'],
  ['no first part of a gap of any length', ['1:0:5151*5252:ANY:ELF'], `xx${OTHER}RR`, 'data'],
  ['alternatives', ['1:0:5151(61|6263)5252:ANY:ELF'], `QQbcRR${OTHER}`, 'elf'],
  ['none of the alternatives', ['1:0:5151(61|6263)5252:ANY:ELF'], `QQbRR${OTHER}`, 'data'],
  ['anything but the alternatives', ['1:0:5151!(61|62)5252:ANY:ELF'], `QQcRR${OTHER}`, 'elf'],
  ['one of the alternatives that must not be', ['1:0:5151!(61|62)5252:ANY:ELF'], `QQbRR${OTHER}`, 'data'],
  ['a boundary in front', ['1:*:(B)51515151:ANY:ELF'], `\0 QQQQ${OTHER}`, 'elf'],
  ['a letter in front where a boundary must be', ['1:*:(B)51515151:ANY:ELF'], `\0aQQQQ${OTHER}`, 'data'],
  ['the start of the object is a boundary', ['1:0:(L)51515151:ANY:ELF'], MADE, 'elf'],
  ['a boundary behind', ['1:*:51515151(W):ANY:ELF'], `\0QQQQ-${OTHER}`, 'elf'],
  ['a letter behind where a boundary must be', ['1:*:51515151(W):ANY:ELF'], `\0QQQQb${OTHER}`, 'data'],
  ['the end of the object is a boundary', ['1:*:51515151(B):ANY:ELF'], `${OTHER}QQQQ`, 'elf'],
  ['a boundary between two parts', ['1:*:5151(B)5151:ANY:ELF'], `\0QQ-QQ${OTHER}`, 'elf'],
  ['a letter between two parts', ['1:*:5151(B)5151:ANY:ELF'], `\0QQaQQ${OTHER}`, 'data'],
  ['a boundary behind a gap', ['1:*:5252{0-4}(L)5151:ANY:ELF'], `\0RRab\nQQ${OTHER}`, 'elf'],
  ['no boundary behind a gap', ['1:*:5252{0-4}(L)5151:ANY:ELF'], `\0RRabcQQ${OTHER}`, 'data'],
  ['no boundary where none must be', ['1:*:5151!(W)5151:ANY:ELF'], `\0QQaQQ${OTHER}`, 'elf'],
  ['a boundary where none must be', ['1:*:5151!(W)5151:ANY:ELF'], `\0QQ-QQ${OTHER}`, 'data'],
  ['the type that is required', ['1:0:5151??51:TEXT_ASCII:ELF'], 'QQQQ is the beginning', 'elf'],
  ['another type than is required', ['1:0:5151??51:TEXT_ASCII:ELF'], MADE, 'data'],
  ['DOS programs keep their type', ['0:0:4d5a:ANY:MSEXE'], `MZ${OTHER}`, 'dos'],
];

describe('the type that rules give', () => {
  test.each(ROWS)('%s', (_name, rules, object, type) => {
    expect(sight(sourceOf(latin1(object)), rulesOf(rules.map(lineOf))).type).toBe(type);
  });
});

test('targets and executable facts follow the type', () => {
  const rules = rulesOf(['0:0:4d5a:ANY:GRAPHICS', '0:0:51515151:ANY:MSEXE'].map(lineOf));
  expect(sight(sourceOf(peOf()), rules)).toMatchObject({ targets: 1 << 5, executable: undefined });
  expect(sight(sourceOf(latin1(MADE)), rules).targets).toBe(1 << 1);
  expect(sight(sourceOf(elfOf()), rules).executable?.sections).toHaveLength(3);
});

test.each([
  ['no rules', []],
  ['types that we do not know', ['0:0:51515151:ANY:ZIPSFX']],
  ['a type that we do not know is required', ['1:0:51515151:ZIPSFX:ELF']],
])('%s: nothing is asked of objects', (_name, rules) => {
  expect(rulesOf(rules.map(lineOf))).toBeUndefined();
});

test('no more is read with rules than without', () => {
  const rules = rulesOf(['1:*:5151*5252*5353:ANY:ELF'].map(lineOf));
  for (const bytes of [latin1(MADE.repeat(200)), Buffer.alloc(100_000, 'some text. ')]) {
    const [without, within] = [sourceOf(bytes), sourceOf(bytes)];
    sight(without);
    sight(within, rules);
    expect(within.reads).toBe(without.reads);
  }
});

test('a hundred gaps over a head that never ends them take no more than a hundred times one', () => {
  const rules = rulesOf([lineOf(`1:*:5151${'*5151'.repeat(100)}*5252:ANY:ELF`)]);
  const head = Buffer.alloc(4096, 'Q');
  expect(rules?.typeOf(identify(head), head)).toBe('text');
});
