import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareKept, keptHeader, presenceOf } from '../../src/store/compare.ts';
import { codeOf, install, withStore } from './support/scene.ts';

const scene = withStore();

test('two kept numbers are compared by the names of their signatures', () => {
  const store = scene().open({ keep: 5 });
  install(store, 1001, { signatures: 2 });
  install(store, 1002);
  expect(compareKept(scene().directory, 1001, 1002)).toEqual({
    added: ['Test.1002'],
    removed: ['Test.1001', 'Test.1001.1'],
    changed: [],
  });
  expect(compareKept(scene().directory, 1002, 1001)).toMatchObject({ removed: ['Test.1002'] });
  expect(compareKept(scene().directory, 1001, 1001)).toEqual({ added: [], removed: [], changed: [] });
});

test('a signature is looked for in every kept number, ascending as numbers', () => {
  scene().with([957, 1000, 10_000], { keep: 5 });
  expect(presenceOf(scene().directory, 'Test.1000')).toEqual([
    { number: 957, present: false },
    { number: 1000, present: true },
    { number: 10_000, present: false },
  ]);
  // Not a part of a name, nor one that is spelled alike.
  for (const name of ['Test.100', 'Test.1000 ', 'test.1000', '']) {
    expect(presenceOf(scene().directory, name).some(({ present }) => present)).toBe(false);
  }
});

test('the header of a kept number says what it is made of', () => {
  scene().with([1001]);
  expect(keptHeader(scene().directory, 1001)).toMatchObject({
    number: 1001,
    counts: { body: 0, hash: 1, ignore: 0 },
    sources: [{ name: 'own.hdb', licence: 'Apache-2.0', signatures: 1 }],
  });
});

type Row = [name: string, spoil: (path: string) => void, code: string];
const SPOILT: readonly Row[] = [
  ['rotated out meanwhile', (path) => rmSync(path), 'STORE_NOT_KEPT'],
  ['cut', (path) => truncateSync(path, 100), 'STORE_PATTERN'],
  ['empty', (path) => truncateSync(path, 0), 'STORE_PATTERN'],
  ['no pattern file at all', (path) => writeFileSync(path, 'x'.repeat(1000)), 'STORE_PATTERN'],
];
for (const [name, spoil, code] of SPOILT) {
  test(`a pattern file that is not what it was is an error with its place: ${name}`, () => {
    scene().with([1001, 1002]);
    spoil(scene().path(1002, '1002.npf'));
    expect(codeOf(() => compareKept(scene().directory, 1001, 1002))).toBe(code);
    expect(() => compareKept(scene().directory, 1001, 1002)).toThrow('1002');
  });
}

test('a number that is not kept', () => {
  scene().with([1001]);
  expect(codeOf(() => compareKept(scene().directory, 1001, 1044))).toBe('STORE_NOT_KEPT');
  expect(codeOf(() => keptHeader(scene().directory, 1044))).toBe('STORE_NOT_KEPT');
});
