/** Which engines may use a pattern. */
import { describe, expect, test } from 'vitest';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import { compareVersions, engineFits, isEngineRange } from '../../src/store/engine-range.ts';
import { fittingPattern } from '../../src/store/fitting.ts';
import { install, withStore } from './support/scene.ts';

const scene = withStore();

const ROWS: readonly (readonly [engine: string, range: string, fits: boolean])[] = [
  [ENGINE_VERSION, '*', true],
  ['1.0.0', '>=1.0.0 <3.0.0-0', true],
  ['2.9.9', '>=1.0.0 <3.0.0-0', true],
  ['3.0.0', '>=1.0.0 <3.0.0-0', false],
  ['0.9.9', '>=1.0.0 <3.0.0-0', false],
  // A prerelease of the next major is no engine of this one.
  ['3.0.0-rc.1', '>=1.0.0 <3.0.0-0', false],
  ['3.0.0-0', '>=1.0.0 <3.0.0-0', false],
  ['3.0.0-rc.1', '>=1.0.0 <3.0.0', true],
  // A prerelease inside the range is an engine like others, although the range does not name its version.
  ['2.0.0-rc.1', '>=1.0.0 <3.0.0-0', true],
  ['2.5.0-alpha', '>=1.0.0 <3.0.0-0', true],
  ['1.0.0-rc.1', '>=1.0.0', false],
  ['1.0.0-rc.1', '>=1.0.0-0', true],
  ['2.0.0-rc.1', '*', true],
  ['1.6.0', '<1.6.0', false],
  ['1.6.0-beta', '<1.6.0', true],
  ['1.6.0-beta', '<1.6.0-0', false],
  ['1.2.3', '^1.2.0 || >=4', true],
  ['4.0.0', '^1.2.0 || >=4', true],
  ['2.0.0', '^1.2.0 || >=4', false],
  ['1.0.0+build.7', '1.0.0', true],
];
const INVALID_RANGES = [
  '',
  ' ',
  '\n',
  'x y',
  '>=',
  'all',
  '>=1.0.0 <',
  '1.0.0 -',
  '>=9007199254740992.0.0',
  'v'.repeat(10_000),
];

describe('an engine and a range', () => {
  test.each(ROWS)('%s, %s: %s', (engine, range, fits) => {
    expect(engineFits(engine, range)).toBe(fits);
  });
  test.each(INVALID_RANGES)('%j is no range, and fits no engine', (range) => {
    expect(isEngineRange(range)).toBe(false);
    expect(engineFits(ENGINE_VERSION, range)).toBe(false);
  });
  test.each(['', '1', '1.0', 'x', '1.0.0.0', '01.0.0'])('%j is no version, and fits no range', (engine) => {
    expect(engineFits(engine, '*')).toBe(false);
  });
  test('versions have the order of SemVer', () => {
    const ordered = ['0.9.0', '1.0.0-alpha', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.9.0', '1.10.0', '10.0.0'];
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
  });
});

describe('an older engine on the same store', () => {
  const fill = (): void => {
    const store = scene().open({ keep: 5 });
    install(store, 1001, { engineRange: '>=1.0.0 <2.0.0-0' });
    install(store, 1002, { engineRange: '>=1.0.0 <3.0.0-0' });
    install(store, 1003, { engineRange: '>=2.0.0' });
    install(store, 1004, { engineRange: 'nonsense' });
    install(store, 1005, { engineRange: '>=3.0.0-0' });
  };
  test.each([
    ['3.1.0', 1005],
    ['2.0.0', 1003],
    ['2.0.0-rc.1', 1002],
    ['1.0.0', 1002],
    ['0.9.0', undefined],
  ])('%s has %s', (engine, number) => {
    fill();
    expect(fittingPattern(scene().directory, engine)?.number).toBe(number);
  });
  test('does not have what is marked as bad', () => {
    fill();
    scene().open().markBad(1002, 'withdrawn');
    expect(fittingPattern(scene().directory, '1.0.0')?.number).toBe(1001);
  });
});
