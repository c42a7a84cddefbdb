/**
 * Normalised scripts: the oracle's answers, the limits of unfolding, and what hostile scripts cost.
 */
import { describe, expect, test } from 'vitest';
import { createScriptNormaliser } from '../../src/normalise/script/script.ts';
import { UNFOLD_LIMITS } from '../../src/normalise/script/unfold.ts';
import { SCRIPT_ROWS } from './script-rows.ts';

function normalised(script: string): string {
  return told(script).text;
}

function told(script: string): { readonly text: string; readonly limit: string | undefined } {
  const normaliser = createScriptNormaliser();
  normaliser.add(Buffer.from(script, 'latin1'));
  const text = Buffer.from(normaliser.finish()).toString('latin1');
  return { text, limit: normaliser.limit };
}

describe('scripts are written as sigtool has them', () => {
  test.each(SCRIPT_ROWS)('%j', (script, written) => {
    expect(normalised(`${script}</script>`)).toBe(written);
  });

  test('names, numbers, literals and escapes go on in the next block', () => {
    const script = Buffer.from('var abc = 12.5, d = "x\\x41y" + \'z\'; function f(abc) { /* c */ abc(3000000000) }');
    const normaliser = createScriptNormaliser();
    for (let at = 0; at < script.length; at++) if (script[at] !== 0x2f) normaliser.add(script.subarray(at, at + 1));
    const whole = script.toString('latin1').replaceAll('/', '');
    expect(Buffer.from(normaliser.finish()).toString('latin1')).toBe(normalised(whole));
  });
});

/** A packed script whose payload is one word many times. */
function packed(times: number, wordLength: number): string {
  return `function(p,a,c,k,e,d){}('${'0 '.repeat(times)}',10,1,'${'w'.repeat(wordLength)}'.split('|'),0,{})`;
}

describe('limits of unfolding are told', () => {
  test('a packed script within the limit is unpacked and complete', () => {
    const { text, limit } = told(packed(100, 100));
    expect(limit).toBeUndefined();
    expect(text.length).toBeGreaterThan(100 * 100);
  });

  test('a packed script above 16 MiB stays packed, and so do those behind it', () => {
    const size = Math.sqrt(UNFOLD_LIMITS.maxUnfoldedBytes);
    const { text, limit } = told(`${packed(size, size)};${packed(2, 3)};`);
    expect(limit).toBe('maxUnfoldedBytes');
    expect(text).toContain('"0 0 ",10,1');
  });

  test('functions that never end exhaust the look ahead', () => {
    expect(told('function(p,a,c,k){'.repeat(1000)).limit).toBe('lookaheadPerToken');
  });

  test('calls of dF that nest without growing end at the budget', () => {
    expect(told(nestedShifts(20, '\xc8'.repeat(1 << 20))).limit).toBe('maxUnfoldedBytes');
    expect(told(nestedShifts(10, '\xc8'.repeat(1 << 20))).limit).toBeUndefined();
  });

  test('names that only an unfolded script brings are unfolded', () => {
    expect(normalised('eval(";dF(\\"b<1\\");z;")</script>')).toBe('<script>;z;</script>a;</script>');
  });
});

/** `dF("…1")` around `dF("…1")`: every level adds one to each character of those inside, so that no quote needs an escape. From the 22nd on, an F would
 * be a backslash. */
function nestedShifts(levels: number, filler: string): string {
  let script = filler;
  for (let level = 0; level < levels; level++) {
    const shifted = Buffer.from(script, 'latin1').map((byte) => byte + 1);
    script = `;dF("${Buffer.from(shifted).toString('latin1')}1");`;
  }
  return script;
}

/** Hostile scripts of about so many bytes. */
const HOSTILE: readonly (readonly [name: string, script: (bytes: number) => string])[] = [
  ['functions that nest', (bytes) => 'function(a){'.repeat(bytes / 12)],
  ['packers that nest and never end', (bytes) => 'function(p,a,c,k){'.repeat(bytes / 18)],
  ['packers one behind the other without a call', (bytes) => 'function(p,a,c,k){}'.repeat(bytes / 19)],
  ['packed calls with lists of bars alone', (bytes) => `function(p,a,c,k){}('0',9,9,'${'|'.repeat(bytes)}',0,{})`],
  ['one name redeclared in each scope', (bytes) => 'function a(a){var a;a}'.repeat(bytes / 22)],
  ['open literals and brackets', (bytes) => '(["'.repeat(bytes / 3)],
  ['literals that are joined', (bytes) => '"a"+'.repeat(bytes / 4)],
  ['comments that never end', (bytes) => '/* *'.repeat(bytes / 4)],
  ['calls of eval one behind the other', (bytes) => 'eval("a;");'.repeat(bytes / 11)],
  ['calls of unescape', (bytes) => 'unescape("%41")'.repeat(bytes / 15)],
];

describe('what is written grows no faster than the script', () => {
  test.each(HOSTILE)('%s', (_name, script) => {
    const [one, two, four] = [1 << 16, 1 << 17, 1 << 18].map((bytes) => normalised(script(bytes)).length);
    expect(two! / one!).toBeLessThan(2.2);
    expect(four! / two!).toBeLessThan(2.2);
  });
});
