/** Objects for signatures of text: a view holds what is planted, and what no view can hold is known. */
import { describe, expect, test } from 'vitest';
import { whyCannotMatch } from '../../bench/conformance/cannot-match.ts';
import { askerOf } from '../../bench/plants/asked.ts';
import { Random } from '../../bench/plants/random.ts';
import { TEXT_FORMS } from '../../bench/plants/text-forms.ts';
import { textObjectFor } from '../../bench/plants/text-object.ts';
import { textHits } from '../../bench/plants/text-ways.ts';
import type { BodySignature } from '../../native-free-engine/index.ts';
import { readClamav } from '../../src/dialects/clamav/read.ts';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

function ldb(target: number, logic: string, ...patterns: readonly string[]): BodySignature {
  const signatures: BodySignature[] = [];
  const line = `Test;Engine:51-255,Target:${target};${logic};${patterns.join(';')}\n`;
  readClamav(Buffer.from(line, 'latin1'), {
    source: 'test.ldb',
    format: 'ldb',
    onSignature: (signature) => void (signature.kind === 'body' && signatures.push(signature)),
    onSkipped: ({ reason }) => expect.fail(`${line}: ${reason}`),
  });
  return signatures[0]!;
}

const PLANTED: readonly (readonly [string, BodySignature])[] = [
  ['a gap that may be empty lies between two spaces', ldb(3, '0', `${hex('click ')}{0-11}${hex(' below')}`)],
  ['capital letters in a page', ldb(3, '0', hex('HKEY_CURRENT_USER\\Software'))],
  ['NUL bytes and others of programs in a page', ldb(3, '0', hex('\0\0a\xff\x80\r\n\tb'))],
  ['a reference of a page as it is', ldb(3, '0', hex('access&nbsp;<br>to&auml;'))],
  ['two spaces in text', ldb(7, '0', hex('if a  then b'))],
  ['a byte beyond ASCII in text', ldb(7, '0', hex('ma\xdfnahme'))],
  ['a pattern at the start of a page', ldb(3, '0&1', `0:${hex('Begin')}`, hex('end'))],
  ['a pattern at the start of a text', ldb(7, '0&1', `10:${hex('tail -1')}`, hex('end'))],
  ['a pattern at the end of a text', ldb(7, '0&1', `EOF-9:${hex('end')}`, hex('begin'))],
  ['many copies', ldb(7, '0>100', hex('eval('))],
  ['a count that another pattern adds to', ldb(7, '0&(1=3)', hex('window["\\x64'), hex('window'))],
];

describe('planted text', () => {
  test.each(PLANTED)('is held: %s', (_, signature) => {
    const hits = textHits(signature, new Random(1));
    const ask = askerOf(signature);
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.map(({ object }) => ask(object.bytes, object.container))).toEqual(hits.map(() => true));
  });

  test('every form of a page holds what is plain', () => {
    const signature = ldb(3, '0', hex('plain'));
    for (const form of TEXT_FORMS.get(3)!) {
      const object = textObjectFor(signature, form, new Random(1));
      expect([form.name, object && askerOf(signature)(object.bytes, undefined)]).toEqual([form.name, true]);
    }
  });
});

const IMPOSSIBLE: readonly (readonly [string, BodySignature, boolean])[] = [
  ['a capital letter in text', ldb(7, '0', hex('Abc')), true],
  ['one beside another that is possible', ldb(7, '0&1', hex('Abc'), hex('def')), true],
  ['a carriage return', ldb(7, '0', hex('abc\rdef')), true],
  ['wide letters', ldb(7, '0', `${hex('abc')}::w`), true],
  ['one in each of the options', ldb(7, '0', `${hex('ab')}(41|42)${hex('cd')}`), true],
  ['one in an option', ldb(7, '0', `${hex('ab')}(41|62)${hex('cd')}`), false],
  ['one that may be small', ldb(7, '0', `${hex('Abc')}::i`), false],
  ['one of two that are asked for', ldb(7, '0|1', hex('Abc'), hex('def')), false],
  ['one that shall not be there', ldb(7, '0=0&1', hex('Abc'), hex('def')), false],
  ['two spaces, which scripts have', ldb(7, '0', hex('a  b')), false],
  ['a capital letter in a page', ldb(3, '0', hex('Abc')), false],
];

describe('what no view can have', () => {
  test.each(IMPOSSIBLE)('%s', (_, signature, isImpossible) => {
    expect(whyCannotMatch(signature) !== undefined).toBe(isImpossible);
  });
});
