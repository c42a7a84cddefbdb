/** A table of plans in bytes finds what a map would. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodePlans, PlanTable, planKey } from '../../src/scan/plan-table.ts';

const digest = (i: number): string => hash('sha256', String(i), 'binary');
const tableOf = (count: number): PlanTable =>
  PlanTable.open(
    encodePlans(
      new Map(Array.from({ length: count }, (_, i) => [planKey(digest(i), 'ndb'), Uint8Array.of(i, i >> 8, i >> 16)])),
    ),
  )!;

describe('a table of plans', () => {
  it.each([0, 1, 2, 1000, 20_000])('finds each of its %i plans and no other', (count) => {
    const table = tableOf(count);
    expect(table.length).toBe(count);
    for (let i = 0; i < count; i++) {
      const index = table.indexOf(digest(i), 'ndb');
      expect([...table.planAt(index)]).toEqual([i & 255, (i >> 8) & 255, i >> 16]);
      expect(table.keyAt(index)).toBe(planKey(digest(i), 'ndb'));
    }
    for (let i = count; i < count + 1000; i++) expect(table.indexOf(digest(i), 'ndb')).toBe(-1);
  });

  it('tells the same line in another format apart', () => {
    expect(tableOf(3).indexOf(digest(1), 'ldb')).toBe(-1);
    expect(tableOf(3).indexOf(digest(1), 'ndbx')).toBe(-1);
  });
});
