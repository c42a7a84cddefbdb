/** Rules of YARA as lines of .ldb: what is said must be the same, and the rest must be left out. */
import { describe, expect, test } from 'vitest';
import { convertRules } from '../../bench/yara/convert.ts';
import { readYaraLines } from '../../bench/yara/yara.ts';

function ruleOf(strings: readonly string[], condition: string): string {
  return `rule R : tag {\n    meta:\n        os = "linux"\n    strings:\n        ${strings.join('\n        ')}\n    condition:\n        ${condition}\n}\n`;
}

describe('rules that can be said', () => {
  const ROWS: readonly (readonly [string, readonly string[], string, string])[] = [
    ['all of some', ['$a = "ab"', '$b = "cd"'], 'all of them', '(0&1);6162;6364'],
    ['any of some', ['$a = "ab"', '$b = "cd"'], 'any of them', '(0|1);6162;6364'],
    ['as many different ones', ['$a = "a1"', '$b = "b1"', '$c = "c1"'], '2 of them', '(0|1|2)>1,2;6131;6231;6331'],
    ['one of one', ['$a = "ab"'], '1 of them', '0;6162'],
    ['a set by a star', ['$a1 = "a1"', '$a2 = "a2"', '$b = "b1"'], '$b and all of ($a*)', '(2&(0&1));6131;6132;6231'],
    ['brackets', ['$a = "a1"', '$b = "b1"', '$c = "c1"'], '($a or $b) and $c', '((0|1)&2);6131;6231;6331'],
    ['what a text escapes', ['$a = "\\x00\\t\\\\\\"z"'], '$a', '0;00095c227a'],
    ['both widths, without case', ['$a = "ab" ascii wide nocase'], '$a', '0;6162::iwa'],
    ['a whole word', ['$a = "ab" fullword'], '$a', '0;6162::f'],
    [
      'bytes with gaps',
      ['$a = { 4D 5? [2] ?? ( 01 | 02 03 ) [1-4] FF [2-] 00 }'],
      '$a',
      '0;4d5?{2}??(01|0203){1-4}ff{2-}00',
    ],
  ];
  test.each(ROWS)('%s', (_, strings, condition, line) => {
    const { rules, skipped } = convertRules(ruleOf(strings, condition));
    expect(skipped).toEqual({});
    expect(rules.map((rule) => rule.line)).toEqual([`R;Engine:81-255,Target:0;${line}`]);
    expect(rules[0]!.rule).not.toContain('meta');
  });
});

describe('rules that cannot', () => {
  const ROWS: readonly (readonly [string, readonly string[], string, string])[] = [
    ['a header', ['$a = "ab"'], 'uint16(0) == 0x5a4d and $a', 'condition'],
    ['a count', ['$a = "ab"'], '#a > 3', 'condition'],
    ['negation', ['$a = "ab"'], 'not $a', 'condition'],
    ['a regular expression', ['$a = /ab+/'], '$a', 'regular expression'],
    ['another encoding', ['$a = "ab" base64'], '$a', 'base64'],
    ['whole wide words', ['$a = "ab" wide fullword'], '$a', 'wide fullword'],
    ['more than there are', ['$a = "ab"'], '2 of them', 'quantity'],
    ['a string that is not there', ['$a = "ab"'], '$b', 'condition'],
  ];
  test.each(ROWS)('%s is counted', (_, strings, condition, reason) => {
    expect(convertRules(ruleOf(strings, condition))).toEqual({ rules: [], skipped: { [reason]: 1 } });
  });
});

test('answers of yara are read by file, blanks in its name included', () => {
  expect([...readYaraLines('A /t/x y\nB /t/x y\nA /t/z\n').names]).toEqual([
    ['/t/x y', new Set(['A', 'B'])],
    ['/t/z', new Set(['A'])],
  ]);
});
