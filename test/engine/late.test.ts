/** The late part of an image: not there until the first object that needs it. */
import { describe, expect, it } from 'vitest';
import {
  arenaBytes,
  ImageError,
  type ObjectFacts,
  openImage,
  readImageHeader,
  Scanner,
  type Signature,
  TARGET,
} from '../../native-free-engine/index.ts';
import { coldReader, compile, load, NO_FACTS, NODE_DIGESTER, RELEASE, signature } from '../support/engine/engine.ts';
import { latin1, pattern } from '../support/engine/notation.ts';

const BASE = 65536;
const WINDOW_BYTES = 262144;
const PE: ObjectFacts = { ...NO_FACTS, targets: 1 << TARGET.pe };
const ELF: ObjectFacts = { ...NO_FACTS, targets: 1 << TARGET.elf };

/** Enough for several pages; every third has its body in common with one for ELF. */
const SIGNATURES: readonly Signature[] = Array.from({ length: 2000 }, (_, i) => {
  const text = `'windows ${i} ${'abcdefgh'.repeat(4 + (i % 7))} ${i * 7919}'`;
  const forPe = signature(`Pe.${i}`, [pattern(text)], undefined, TARGET.pe);
  return i % 3 === 0 ? [forPe, signature(`Elf.${i}`, [pattern(text)], undefined, TARGET.elf)] : [forPe];
}).flat();
/** Short ones have another search, and those for any type must be found in objects of none. */
const SHORT: readonly Signature[] = [
  signature('Pe.Short', [pattern("'4 ~'")], undefined, TARGET.pe),
  signature('Any', [pattern("'anything at all'")]),
];
const OBJECT = latin1(
  `..windows 3 ${'abcdefgh'.repeat(7)} ${3 * 7919} and windows 4 ${'abcdefgh'.repeat(8)} ${4 * 7919} 4 ~ anything at all..`,
);
const { bytes: IMAGE } = compile([...SIGNATURES, ...SHORT]);
const HEADER = readImageHeader(IMAGE);

/** Opened as a host does that has loaded what comes first. */
function scannerOf(file: Uint8Array, late = new Int32Array(new SharedArrayBuffer(4)), memory = partOf(file)) {
  const image = openImage(memory, BASE, coldReader(file), NODE_DIGESTER, { check: true, late });
  const options = { arena: BASE + HEADER.hotBytes, windowBytes: WINDOW_BYTES, digester: NODE_DIGESTER };
  const scanner = new Scanner({ image, kernel: RELEASE.kernel(memory), ...options });
  return (facts: ObjectFacts): string[] => {
    const source = { size: OBJECT.length, read: (at: number, into: Uint8Array) => readFrom(OBJECT, at, into) };
    return scanner.scan(source, facts, { allMatches: true }).detections.map(({ name }) => name);
  };
}

function partOf(file: Uint8Array): WebAssembly.Memory {
  const memory = load(file, HEADER.hotBytes, arenaBytes(WINDOW_BYTES));
  new Uint8Array(memory.buffer, BASE + HEADER.lateFrom, HEADER.hotBytes - HEADER.lateFrom).fill(0);
  return memory;
}

function readFrom(bytes: Uint8Array, at: number, into: Uint8Array): number {
  const part = bytes.subarray(at, at + into.length);
  into.set(part);
  return part.length;
}

const damagedAt = (at: number): Uint8Array => {
  const copy = IMAGE.slice();
  copy[at]! ^= 4;
  return copy;
};

describe('the late part of an image', () => {
  it('holds most of what is for Windows programs alone', () => {
    expect(HEADER.hotBytes - HEADER.lateFrom).toBeGreaterThan(2 * 65536);
  });
  it('is not needed for other objects', () => {
    const late = new Int32Array(new SharedArrayBuffer(4));
    expect(scannerOf(IMAGE, late)(ELF)).toEqual(['Elf.3', 'Any']);
    expect(late[0]).toBe(0);
  });
  it('is not needed for an object of no known type, which is searched for what applies to any', () => {
    const late = new Int32Array(new SharedArrayBuffer(4));
    expect(scannerOf(IMAGE, late)({ ...NO_FACTS, targets: 0 })).toEqual(['Any']);
    expect(late[0]).toBe(0);
  });
  it('comes with the first Windows program, and once', () => {
    const late = new Int32Array(new SharedArrayBuffer(4));
    const memory = partOf(IMAGE);
    const namesIn = scannerOf(IMAGE, late, memory);
    expect(namesIn(PE)).toEqual(['Pe.3', 'Pe.4', 'Pe.Short', 'Any']);
    expect(late[0]).toBe(1);
    expect(namesIn(ELF)).toEqual(['Elf.3', 'Any']);
    // Another thread on the same memory does not read it again.
    expect(scannerOf(damagedAt(HEADER.lateFrom), late, memory)(PE)).toEqual(['Pe.3', 'Pe.4', 'Pe.Short', 'Any']);
  });
  it('is refused wherever it was changed, by that object and no other', () => {
    for (let at = HEADER.lateFrom; at < HEADER.hotBytes; at += 29_983) {
      const namesIn = scannerOf(damagedAt(at));
      expect(namesIn(ELF), `byte ${at}`).toEqual(['Elf.3', 'Any']);
      expect(() => namesIn(PE), `byte ${at}`).toThrow(expect.objectContaining({ code: 'IMAGE_CHECKSUM_MISMATCH' }));
      expect(() => namesIn(PE), `byte ${at}, again`).toThrow(ImageError);
    }
  });
  it('is refused when the file ends before it does', () => {
    const namesIn = scannerOf(IMAGE.slice(0, HEADER.lateFrom + 65536 + 5), undefined, partOf(IMAGE));
    expect(() => namesIn(PE)).toThrow(expect.objectContaining({ code: 'IMAGE_TRUNCATED' }));
  });
  it('is checked with all else when it is there from the start', () => {
    const file = damagedAt(HEADER.hotBytes - 1);
    const memory = load(file, HEADER.hotBytes);
    expect(() => openImage(memory, BASE, coldReader(file), NODE_DIGESTER)).toThrow(ImageError);
  });
  it('a signature can be explained on an object of another type', () => {
    const memory = partOf(IMAGE);
    const late = new Int32Array(new SharedArrayBuffer(4));
    const image = openImage(memory, BASE, coldReader(IMAGE), NODE_DIGESTER, { check: true, late });
    const options = { arena: BASE + HEADER.hotBytes, windowBytes: WINDOW_BYTES, digester: NODE_DIGESTER };
    const scanner = new Scanner({ image, kernel: RELEASE.kernel(memory), ...options });
    const source = { size: OBJECT.length, read: (at: number, into: Uint8Array) => readFrom(OBJECT, at, into) };
    const explained = scanner.explain(source, ELF, image.signaturesNamed('Pe.4')[0]!);
    expect(explained).toMatchObject({ holds: true, targetFits: false });
  });
});
