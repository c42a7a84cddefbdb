/** Pattern numbers: as text, in their order, and across the places where the number of digits grows. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileSignatures, MAX_PATTERN_NUMBER } from '../../native-free-engine/index.ts';
import { numberOfName, parsePatternNumber } from '../../src/store/numbers.ts';
import { activePattern, readStore } from '../../src/store/read.ts';
import { codeOf, install, numbersOf, withStore } from './support/scene.ts';

const scene = withStore();

const GOOD: readonly (readonly [name: string, text: string, number: number])[] = [
  ['the lowest', '1', 1],
  ['three digits are a number like others', '957', 957],
  ['980', '980', 980],
  ['the first with four digits', '1000', 1000],
  ['the first with five digits', '10000', 10_000],
  ['99999', '99999', 99_999],
  ['the highest, 2^53 − 1', '9007199254740991', 9_007_199_254_740_991],
  ['an old one before the first roll', '0.957', 957],
  ['an old one after the first roll', '1.157', 1157],
  ['980 after the first roll', '1.980', 1980],
  ['the same release after the second roll', '2.180', 2180],
  ['an old one after many rolls', '18.123', 18_123],
  ['an old one that is the first of its roll', '3.000', 3000],
  ['an old file name with its roll', 'lpt$vpn.2.180', 2180],
  ['an old file name in capitals, with its roll', 'LPT$VPN.1.157', 1157],
  ['the highest old one', '9007199254740.991', 9_007_199_254_740_991],
];

const REFUSED: readonly (readonly [name: string, text: string, code: string])[] = [
  ['nothing', '', 'STORE_NUMBER'],
  ['zero', '0', 'STORE_NUMBER_RANGE'],
  ['2^53', '9007199254740992', 'STORE_NUMBER_RANGE'],
  ['2^53 + 1, which as a floating-point number is 2^53', '9007199254740993', 'STORE_NUMBER_RANGE'],
  ['2^64 + 1', '18446744073709551617', 'STORE_NUMBER_RANGE'],
  ['a megabyte of digits', '9'.repeat(1 << 20), 'STORE_NUMBER_RANGE'],
  ['a megabyte of digits as a roll', `${'9'.repeat(1 << 20)}.123`, 'STORE_NUMBER_RANGE'],
  ['an old one beyond the range', '9007199254740.992', 'STORE_NUMBER_RANGE'],
  ['an old one that is zero', '0.000', 'STORE_NUMBER_RANGE'],
  ['a leading zero', '0957', 'STORE_NUMBER'],
  ['many leading zeros', '0001041', 'STORE_NUMBER'],
  ['a plus sign', '+1041', 'STORE_NUMBER'],
  ['a minus sign', '-1041', 'STORE_NUMBER'],
  ['a space in front', ' 1041', 'STORE_NUMBER'],
  ['a space behind', '1041 ', 'STORE_NUMBER'],
  ['a line feed behind', '1041\n', 'STORE_NUMBER'],
  ['a space inside', '10 41', 'STORE_NUMBER'],
  ['separators', '10,411', 'STORE_NUMBER'],
  ['underscores', '10_411', 'STORE_NUMBER'],
  ['hexadecimal digits', '0x411', 'STORE_NUMBER'],
  ['an exponent', '1e3', 'STORE_NUMBER'],
  ['a fraction', '1041.0', 'STORE_NUMBER'],
  ['Arabic-Indic digits', '١٠٤١', 'STORE_NUMBER'],
  ['full-width digits', '１０４１', 'STORE_NUMBER'],
  ['mathematical digits', '𝟏𝟎𝟒𝟏', 'STORE_NUMBER'],
  ['a roll with a leading zero', '02.180', 'STORE_NUMBER'],
  ['a roll with two digits behind', '2.18', 'STORE_NUMBER'],
  ['a roll with four digits behind', '2.1800', 'STORE_NUMBER'],
  ['two dots', '1.2.180', 'STORE_NUMBER'],
  ['a bare old name', 'lpt$vpn.957', 'STORE_NUMBER_LEGACY'],
  ['its twin after the roll', 'lpt$vpn.157', 'STORE_NUMBER_LEGACY'],
  ['a bare old name in capitals', 'LPT$VPN.980', 'STORE_NUMBER_LEGACY'],
  ['an old name with four digits', 'lpt$vpn.1041', 'STORE_NUMBER'],
  ['a pattern file', '1041.npf', 'STORE_NUMBER'],
];

describe('a number as text', () => {
  test.each(GOOD)('%s', (_name, text, number) => {
    expect(parsePatternNumber(text)).toBe(number);
  });
  test.each(REFUSED)('refused: %s', (_name, text, code) => {
    expect(codeOf(() => parsePatternNumber(text))).toBe(code);
  });
  test('a bare old name is refused with what is wrong with it', () => {
    expect(() => parsePatternNumber('lpt$vpn.957')).toThrow(
      /expected the roll with it, as in 1\.957, got lpt\$vpn\.957/,
    );
  });
  test('what is refused is shown without taking the screen', () => {
    expect(() => parsePatternNumber('9'.repeat(1 << 20))).toThrow(/^pattern number: .{1,100}$/);
  });
  test('old numbers keep the order in which they were released', () => {
    const released = ['0.957', '1.157', '1.980', '2.180', '18.123'].map(parsePatternNumber);
    expect(released).toEqual([957, 1157, 1980, 2180, 18_123]);
    expect(released.toSorted((a, b) => a - b)).toEqual(released);
  });
});

describe('the name of a directory', () => {
  test.each(['957', '1000', '10000', '9007199254740991'])('%s is a number', (name) => {
    expect(numberOfName(name)).toBe(Number(name));
  });
  test.each([
    '0',
    '0957',
    '9007199254740992',
    '9007199254740993',
    '1041 ',
    '1041.npf',
    '2.180',
    'lpt$vpn.957',
    '١٠٤١',
    '9'.repeat(255),
    'incoming',
  ])('%s is none', (name) => {
    expect(numberOfName(name)).toBeUndefined();
  });
});

const STEPS: readonly (readonly [from: number, to: number])[] = [
  [980, 981],
  [999, 1000],
  [9999, 10_000],
  [99_999, 100_000],
  [MAX_PATTERN_NUMBER - 1, MAX_PATTERN_NUMBER],
];

describe('from one number to the next', () => {
  test.each(STEPS)('%d → %d', (from, to) => {
    const store = scene().with([from, to]);
    expect(store.view()).toMatchObject({ active: { number: to }, previous: from });
    expect(activePattern(scene().directory)?.number).toBe(to);
    expect(numbersOf(store.view().kept)).toEqual([from, to]);
    expect(store.rollback().number).toBe(from);
  });
  test('there is none after 2^53 − 1', () => {
    const after = () =>
      compileSignatures(
        [],
        { number: MAX_PATTERN_NUMBER + 1, released: '', channel: '', engineRange: '*', sources: [] },
        {
          digester: { create: () => ({ update() {}, finish: () => new Uint8Array(32) }) },
          compressor: { name: 'none', compress: (bytes) => bytes },
        },
      );
    expect(codeOf(after)).toBe('PATTERN_FILE_NUMBER');
  });
});

describe('1000 < 10000 < 99999', () => {
  test('a store with 957, 1000 and 10000 lists them so, and the newest is 10000', () => {
    const store = scene().with([957, 1000, 10_000]);
    expect(numbersOf(readStore(scene().directory)!.kept)).toEqual([957, 1000, 10_000]);
    expect(store.view().active?.number).toBe(10_000);
    expect(numbersOf(store.verify())).toEqual([957, 1000, 10_000]);
  });
  test('the lowest number is rotated out, not the first by its text', () => {
    const store = scene().with([957, 1000, 10_000], { keep: 2 });
    expect(install(store, 99_999).pruned).toEqual([957]);
    expect(install(store, 100_000).pruned).toEqual([1000]);
    expect(numbersOf(store.view().kept)).toEqual([10_000, 99_999, 100_000]);
  });
  test('without state.json the highest number is the newest, not the last by its text', () => {
    scene().with([957, 1000, 10_000]);
    for (const name of ['state.json', 'state.copy.json']) writeFileSync(scene().path(name), '');
    expect(activePattern(scene().directory)?.number).toBe(10_000);
    expect(readStore(scene().directory)?.active?.number).toBe(10_000);
  });
  test('a lower number than the active one is not installed, whatever its text', () => {
    const store = scene().with([10_000]);
    expect(codeOf(() => install(store, 9999))).toBe('STORE_NOT_NEWER');
  });
  test('after a rollback the next older one is the previous one, by number', () => {
    const store = scene().with([957, 1000, 10_000]);
    expect(store.rollback().number).toBe(1000);
    expect(store.view().previous).toBe(957);
  });
});

describe('other names in a store', () => {
  test('what looks like a number and is none is said, and not used', () => {
    const store = scene().with([1000]);
    for (const name of ['01001', '9007199254740992']) mkdirSync(scene().path(name));
    const { troubles, kept } = store.view();
    expect(numbersOf(kept)).toEqual([1000]);
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toMatch(/01001: expected a pattern number from 1 to 2\^53−1 without leading zeros/);
  });
  test('files and links with the name of a number are not looked at', () => {
    const store = scene().with([1000]);
    writeFileSync(scene().path('1001'), '');
    symlinkSync(scene().path('1000'), scene().path('1002'));
    expect(numbersOf(store.view().kept)).toEqual([1000]);
    expect(numbersOf(store.verify())).toEqual([1000]);
  });
});
