/** Types and targets of first bytes. `oracle.test.ts` gives the same files to clamscan. */
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES, identify, sight } from '../../src/filetype/identify.ts';
import { targetsOf } from '../../src/filetype/targets.ts';
import { KINDS } from './kinds.ts';
import { sourceOf } from './support.ts';

/** Numbers of the targets in a mask. */
function targetsIn(mask: number): number[] {
  return Array.from({ length: 32 }, (_, target) => target).filter((target) => (mask >>> target) & 1);
}

const ROWS = KINDS.map(([name, bytes, type, targets]) => [name, bytes, type, targets] as const);

describe('kinds', () => {
  test.each(ROWS)('%s', (_name, bytes, type, targets) => {
    const sighting = sight(sourceOf(bytes));
    expect(sighting.type).toBe(type);
    expect(targetsIn(sighting.targets)).toEqual(targets);
  });

  test.each(ROWS)('%s: cut at every length, there is a type', (_name, bytes) => {
    for (let length = 0; length <= Math.min(bytes.length, 600); length += 1) {
      expect(typeof identify(bytes.subarray(0, length))).toBe('string');
    }
  });
});

test('late HTML is found up to 64 KB', () => {
  const text = 'word '.repeat(20_000);
  const at = (offset: number) => sight(sourceOf(Buffer.from(`${text.slice(0, offset)}<script>${text}`))).type;
  expect([100, HEAD_BYTES, 60_000, 65_536].map(at)).toEqual(['html', 'html', 'html', 'text']);
});

test('what looks like UTF-16 and has a control character is other data', () => {
  const bytes = Buffer.from(`\x01\0\xfe\x02\0\x03${'\0~'.repeat(40)}`, 'latin1');
  expect(targetsIn(targetsOf('utf16', bytes))).toEqual([14]);
  expect(targetsIn(targetsOf('utf16', bytes.subarray(6)))).toEqual([7]);
});

test('UTF-16 as clamscan has it: one control unit from the second on makes it other data', () => {
  const utf16 = Buffer.from('\0A'.repeat(100), 'latin1');
  for (let unit = 0; unit < 0x80; unit += 1) {
    const bytes = Buffer.from(utf16);
    bytes.writeUInt16BE(unit, 40);
    const isText = unit >= 0x20 ? unit !== 0x7f : [7, 8, 9, 10, 12, 13, 27].includes(unit);
    expect(targetsIn(targetsOf('data', bytes)), String(unit)).toEqual([isText ? 7 : 14]);
    bytes.writeUInt16BE(unit, 0);
    bytes.writeUInt16BE(0x41, 40);
    expect(targetsIn(targetsOf('data', bytes)), `${unit} first`).toEqual([7]);
  }
});
