/** How far apart the headers of a mail may be. The figures are clamscan's: test/real/mail.test.ts asks it for the same. */
import { describe, expect, test } from 'vitest';
import { hasMailHeaders } from '../../src/filetype/mail.ts';
import { HEADER_PAIRS, mailOf } from './mail-rows.ts';

describe('two headers make a mail', () => {
  test.each(HEADER_PAIRS)('%j and %j', (first, second, lastStart, gap) => {
    const isMail = (at: number, between: number): boolean => hasMailHeaders(mailOf(first, second, at, between));
    expect([lastStart, lastStart + 1].map((at) => isMail(at, 0))).toEqual([true, false]);
    expect([gap, gap + 1].map((between) => isMail(20, between))).toEqual([true, false]);
    expect(isMail(lastStart, gap)).toBe(true);
  });

  test('the nearest one counts, and one that comes too late does not', () => {
    const from = '\nFrom: a';
    const content = '\nContent-Type: b';
    expect(hasMailHeaders(from + 'x'.repeat(900) + from + 'x'.repeat(1500) + content)).toBe(true);
    expect(hasMailHeaders(content + from)).toBe(false);
    expect(hasMailHeaders(`${from}${'x'.repeat(2100)}${content}`)).toBe(false);
  });

  test('a head full of headers is looked through in steps that its length bounds', () => {
    expect(hasMailHeaders('\nContent-Type: '.repeat(4000) + '\nFrom: '.repeat(4000))).toBe(false);
  });
});
