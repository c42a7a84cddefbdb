/** The mask of payloads: by words or by bytes, a copy or in place, it is the same. */
import { describe, expect, it } from 'vitest';
import { masked, maskInPlace } from '../../native-free-engine/pattern-file/mask.ts';

/** More than two periods of the mask, and no multiple of four. */
const LENGTH = 256 * 251 * 2 + 7;

/** As mask.ts draws it. */
const maskAt = (i: number): number => {
  const at = i % (256 * 251);
  return (at * 167 + (at % 251) * 13 + 0x5a) & 0xff;
};

function ordinary(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
}

describe('a masked payload is what the formula says', () => {
  it.each([0, 1, 2, 3, 4, 5, 8])('where it begins %i bytes behind the start of its buffer', (offset) => {
    const bytes = new Uint8Array(LENGTH + offset).subarray(offset);
    bytes.set(ordinary(LENGTH));
    const expected = Uint8Array.from(bytes, (byte, i) => byte ^ maskAt(i));
    expect(Buffer.compare(maskInPlace(bytes), expected)).toBe(0);
  });

  it.each([0, 1, 3, 4, 7])('of %i bytes', (length) => {
    expect(masked(ordinary(length))).toEqual(ordinary(length).map((byte, i) => byte ^ maskAt(i)));
  });
});

describe('a masked copy', () => {
  it('leaves a Buffer as it is, though its slices are views', () => {
    const bytes = Buffer.from('plain bytes of a payload');
    expect(masked(bytes)).not.toEqual(new Uint8Array(bytes));
    expect(bytes.toString()).toBe('plain bytes of a payload');
  });

  it('gives the bytes back when it is masked again', () => {
    expect(Buffer.compare(masked(masked(ordinary(LENGTH))), ordinary(LENGTH))).toBe(0);
  });
});
