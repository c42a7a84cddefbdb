import { describe, expect, test } from 'vitest';
import { SIGNATURE_LIMITS } from '../../../native-free-engine/signature.ts';
import { PATTERN_REFUSALS } from '../../tables/clamav/pattern-refusals.ts';
import { BOUNDARIES, GAPS, GROUPS, POSITIONS, WIDE } from '../../tables/clamav/patterns.ts';
import { readText, refusalOf, signatureOf } from './read-lines.ts';
import { showElements } from './show.ts';

// A pattern with modifiers can only stand in ldb, and one that is refused must be so there as well.
const ndbLine = (pattern: string) => `N:0:*:${pattern}`;
const ldbLine = (pattern: string, modifiers: string) => `N;Target:0;0;${pattern}${modifiers && `::${modifiers}`}`;

const ROWS = [...POSITIONS, ...GAPS, ...GROUPS, ...BOUNDARIES, ...WIDE];

function elementsOf(line: string, format: 'ndb' | 'ldb' | 'db'): string {
  const signature = signatureOf(line, format);
  if (signature.kind !== 'body' || signature.patterns[0].kind !== 'bytes') throw new Error(line);
  return showElements(signature.patterns[0].elements);
}

describe('patterns', () => {
  for (const [name, modifiers, pattern, expected] of ROWS) {
    test(name, () => {
      expect(elementsOf(ldbLine(pattern, modifiers), 'ldb')).toBe(expected);
      if (modifiers !== '') return;
      expect(elementsOf(ndbLine(pattern), 'ndb')).toBe(expected);
      expect(elementsOf(`N=${pattern}`, 'db')).toBe(expected);
    });
  }
});

describe('refused patterns', () => {
  for (const [name, modifiers, pattern, reason, column] of PATTERN_REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(ldbLine(pattern, modifiers), 'ldb')).toEqual([reason, 'N;Target:0;0;'.length + column]);
      if (modifiers === '') expect(refusalOf(ndbLine(pattern), 'ndb')).toEqual([reason, 'N:0:*:'.length + column]);
    });
  }
});

test('rows have names of their own', () => {
  const names = [...ROWS, ...PATTERN_REFUSALS].map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a refusal for a limit names it and its value', () => {
  const refused = PATTERN_REFUSALS.filter(([, modifiers, , reason]) => reason === 'limit' && modifiers === '');
  for (const limit of ['nesting', 'variants', 'elements', 'segmentBytes'] as const) {
    const expected = `${limit} = ${SIGNATURE_LIMITS[limit]}`;
    expect(
      refused.some(([, , pattern]) => messageOf(ndbLine(pattern)).includes(expected)),
      expected,
    ).toBe(true);
  }
});

function messageOf(line: string): string {
  const { skipped } = readText(line, 'ndb');
  return skipped[0].message;
}

test('literal runs of one length share their masks, and all have arrays of equal length', () => {
  const [one, other] = ['4d5a', '5045'].map((pattern) => firstBytes(ndbLine(pattern)));
  expect(one.masks).toBe(other.masks);
  expect(one.values.length).toBe(one.masks.length);
  expect(firstBytes(ndbLine('41'.repeat(2000))).masks).toEqual(new Uint8Array(2000).fill(0xff));
});

function firstBytes(line: string): { values: Uint8Array; masks: Uint8Array } {
  const signature = signatureOf(line, 'ndb');
  const pattern = signature.kind === 'body' ? signature.patterns[0] : undefined;
  const element = pattern?.kind === 'bytes' ? pattern.elements[0] : undefined;
  if (element?.kind !== 'bytes') throw new Error(line);
  return element;
}
