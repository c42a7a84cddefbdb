/** Headers of executables: what clamscan 1.4.6 answers for the same bytes stands in the rows (oracle.test.ts asks it again). */
import { describe, expect, test } from 'vitest';
import type { ExecutableFacts } from '../../native-free-engine/index.ts';
import { readExecutable } from '../../src/filetype/executable.ts';
import type { FileType } from '../../src/filetype/file-type.ts';
import { sight } from '../../src/filetype/identify.ts';
import { elfOf, MACH_O_SECTIONS, machOOf, peOf, sourceOf } from './support.ts';

type Facts = { entryPoint: number | undefined; sections: (readonly [number, number])[] } | undefined;
/** Name, object, facts. */
type Row = readonly [string, Buffer, Facts];

const PE_SECTIONS: (readonly [number, number])[] = [
  [1024, 512],
  [1536, 512],
  [2048, 512],
  [2560, 512],
];
/** The sections, with one of them replaced. */
function pe(index: number, section: readonly [number, number], entryPoint: number | undefined = 1024): Facts {
  return { entryPoint, sections: PE_SECTIONS.map((own, i) => (i === index ? section : own)) };
}

const PE: readonly Row[] = [
  ['PE32', peOf(), pe(-1, [0, 0])],
  ['PE32+', peOf({ wide: true }), pe(-1, [0, 0])],
  ['an entry point in the second section', peOf({ entry: 0x2010 }), pe(-1, [0, 0], 1552)],
  ['an entry point in the headers', peOf({ entry: 0x200 }), pe(-1, [0, 0], 0x200)],
  ['headers end at a multiple of the section alignment', peOf({ entry: 0x500 }), pe(-1, [0, 0], 0x500)],
  ['an entry point of zero (a library of resources)', peOf({ entry: 0 }), pe(-1, [0, 0], 0)],
  ['an entry point between the sections', peOf({ entry: 0x1300 }), { ...pe(-1, [0, 0])!, entryPoint: undefined }],
  ['an entry point far outside', peOf({ entry: 0x900000 }), { ...pe(-1, [0, 0])!, entryPoint: undefined }],
  [
    'a raw offset that is no multiple of 512 is rounded down',
    peOf({ sections: [[40 + 20, 0x601]] }),
    pe(1, [1536, 512]),
  ],
  ['a raw size that is no multiple is rounded up', peOf({ sections: [[40 + 16, 0x201]] }), pe(1, [1536, 1024])],
  ['a raw size is cut to the object', peOf({ sections: [[120 + 16, 0x201]] }), pe(3, [2560, 512])],
  ['a raw size of 2 GB', peOf({ sections: [[40 + 16, 0x80000000]] }), pe(1, [1536, 1536])],
  ['a raw size that overflows when rounded', peOf({ sections: [[40 + 16, 0xffffffff]] }), undefined],
  ['a section without bytes', peOf({ sections: [[40 + 16, 0]] }), pe(1, [1536, 0])],
  ['a section outside the object keeps its number', peOf({ sections: [[40 + 20, 0x10000]] }), pe(1, [0x10000, 0])],
  ['a section that begins at the end', peOf({ sections: [[120 + 20, 3072]] }), pe(3, [3072, 0])],
  ['an address that is no multiple is rounded down', peOf({ sections: [[12, 0x1fff]] }), pe(-1, [0, 0])],
  ['a virtual size with its sign bit set', peOf({ sections: [[40 + 8, 0xfffffe00]] }), undefined],
  ['an address with its sign bit set', peOf({ sections: [[40 + 12, 0x80000000]] }), undefined],
  [
    'fields with their sign bit set, of a section outside the object',
    peOf({
      sections: [
        [40 + 12, 0x80000000],
        [40 + 20, 0x10000],
      ],
    }),
    pe(1, [0x10000, 0]),
  ],
  ['a file alignment that the offsets keep', peOf({ optional: [[36, 0x100]] }), pe(-1, [0, 0])],
  [
    'a file alignment that they do not keep',
    peOf({ optional: [[36, 0x1000]], sections: [[16, 0x1ff]] }),
    pe(-1, [0, 0]),
  ],
  [
    'an offset that is no multiple of 512 says nothing against the file alignment',
    peOf({
      optional: [[36, 0x400]],
      sections: [
        [40 + 20, 0x400],
        [80 + 20, 0x800],
        [120 + 20, 0xbff],
        [16, 0x300],
        [56, 0x300],
        [96, 0x300],
        [136, 1],
      ],
    }),
    {
      entryPoint: 1024,
      sections: [
        [1024, 1024],
        [1024, 1024],
        [2048, 1024],
        [2048, 1024],
      ],
    },
  ],
  ['a file alignment of zero', peOf({ optional: [[36, 0]], sections: [[16, 0x1ff]] }), pe(0, [1024, 0x1ff])],
  ['a section alignment of zero', peOf({ optional: [[32, 0]] }), pe(-1, [0, 0])],
  ['a size of headers that overflows when rounded', peOf({ optional: [[60, 0xffffffff]] }), pe(-1, [0, 0])],
  [
    'overlapping sections: the last one that holds the entry point',
    peOf({ sections: [[40 + 12, 0x1000]] }),
    pe(-1, [0, 0], 1536),
  ],
  ['no sections', peOf({ file: [[6, 0]] }), undefined],
  ['97 sections', peOf({ file: [[6, 97]] }), undefined],
  ['96 sections, of which the object has the headers of 15', peOf({ file: [[6, 96]] }).subarray(0, 1024), undefined],
  ['an optional header that is too short', peOf({ file: [[20, 0x70]] }), undefined],
  ['an optional header with six directories', peOf({ wide: true, optional: [[108, 6]] }), pe(-1, [0, 0])],
  ['a section table that is cut', peOf().subarray(0, 360), undefined],
  ['a PE signature behind the object', peOf().fill(0xff, 60, 64), undefined],
  ['no PE signature', peOf().fill('N', 64, 65), undefined],
];

const ELF_SECTIONS: (readonly [number, number])[] = [
  [0, 0],
  [1024, 512],
  [1536, 512],
];
const elf = (entryPoint: number | undefined, sections = ELF_SECTIONS): Facts => ({ entryPoint, sections });
const ELF: readonly Row[] = [
  ['64-bit, little-endian', elfOf(), elf(1024)],
  ['64-bit, big-endian', elfOf({ bigEndian: true }), elf(1024)],
  ['32-bit, little-endian', elfOf({ wide: false }), elf(1024)],
  ['32-bit, big-endian', elfOf({ wide: false, bigEndian: true }), elf(1024)],
  ['an entry point behind the bytes of the segment, in its memory', elfOf({ entry: 0x401600 }), elf(2560)],
  ['an entry point of zero (a library)', elfOf({ entry: 0 }), elf(0)],
  ['an entry point outside', elfOf({ entry: 0x900000 }), elf(undefined)],
  ['no segments', elfOf({ programCount: 0 }), elf(undefined)],
  ['segments outside the object', elfOf({ programOffset: 0x900000 }), elf(undefined)],
  ['no sections: the kernel needs none', elfOf({ sectionCount: 0 }), elf(1024, [])],
  ['sections outside the object', elfOf({ sectionOffset: 0x900000 }), elf(1024, [])],
  [
    'a section that lies outside',
    elfOf({ secondOffset: 0x900000 }),
    elf(1024, [
      [0, 0],
      [1024, 512],
      [0x900000, 0],
    ]),
  ],
  [
    'a section that is cut',
    elfOf({ secondOffset: 2200 }),
    elf(1024, [
      [0, 0],
      [1024, 512],
      [2200, 40],
    ]),
  ],
  ['60,000 sections', elfOf({ sectionCount: 60_000 }), undefined],
  ['60,000 segments', elfOf({ programCount: 60_000 }), undefined],
  ['a class that does not exist', elfOf().fill(9, 4, 5), undefined],
  ['a header that is cut', elfOf().subarray(0, 63), undefined],
];

const MACH_O: (readonly [number, number])[] = [
  [1024, 512],
  [1536, 512],
];
const machO = (entryPoint: number, sections = MACH_O): Facts => ({ entryPoint, sections });
const withSection = (change: object) => [{ ...MACH_O_SECTIONS[0], ...change }, MACH_O_SECTIONS[1]];
const MACHO: readonly Row[] = [
  ['64-bit with LC_MAIN', machOOf({ main: 1030 }), machO(1030)],
  ['64-bit, big-endian', machOOf({ bigEndian: true, main: 1030 }), machO(1030)],
  ['32-bit', machOOf({ wide: false }), machO(0)],
  [
    '32-bit, big-endian, LC_UNIXTHREAD of a PowerPC',
    machOOf({ wide: false, bigEndian: true, cpu: 18, thread: [40, 0, 0x1600] }),
    machO(1536),
  ],
  ['LC_UNIXTHREAD of an i386', machOOf({ wide: false, thread: [16, 10, 0x1400] }), machO(1024)],
  ['LC_UNIXTHREAD of an x86-64', machOOf({ thread: [21, 16, 0x1602] }), machO(1538)],
  ['LC_UNIXTHREAD of an ARM64', machOOf({ cpu: 0x100000c, thread: [34, 32, 0x1400] }), machO(1024)],
  ['LC_UNIXTHREAD outside the sections', machOOf({ thread: [21, 16, 0x9000] }), machO(0)],
  ['LC_UNIXTHREAD of an unknown CPU', machOOf({ cpu: 99, thread: [21, 16, 0x1400] }), machO(0)],
  ['nothing starts (a library)', machOOf(), machO(0)],
  [
    'sizes are rounded up to the alignment',
    machOOf({ sections: withSection({ size: 513, alignment: 10 }) }),
    machO(0, [[1024, 1024], MACH_O[1]]),
  ],
  ['and cut to the object', machOOf({ sections: withSection({ alignment: 31 }) }), machO(0, [[1024, 1536], MACH_O[1]])],
  ['an alignment that does not exist', machOOf({ sections: withSection({ alignment: 32 }) }), undefined],
  [
    'sections that the loader fills with zeros',
    machOOf({ sections: withSection({ offset: 0 }) }),
    machO(0, [[0, 0], MACH_O[1]]),
  ],
  [
    'a section outside the object',
    machOOf({ sections: withSection({ offset: 0x90000 }) }),
    machO(0, [[0x90000, 0], MACH_O[1]]),
  ],
  ['more commands than there are', machOOf({ count: 50 }), machO(0)],
  ['no commands', machOOf({ count: 0 }), undefined],
];

describe.each(Object.entries({ PE, ELF, MACHO }))('%s', (_, rows) => {
  test.each(rows)('%s', (_name, object, expected) => {
    expect(shape(sight(sourceOf(object)).executable)).toEqual(expected);
  });
});

function shape(facts: ExecutableFacts | undefined): Facts {
  if (facts === undefined) return undefined;
  return { entryPoint: facts.entryPoint, sections: facts.sections.map(({ offset, size }) => [offset, size] as const) };
}

const WHOLE: readonly (readonly [FileType, Buffer])[] = [
  ['pe', peOf()],
  ['elf', elfOf()],
  ['elf', elfOf({ wide: false, bigEndian: true })],
  ['machO', machOOf({ main: 1030, thread: [21, 16, 0x1400] })],
];
describe.each(WHOLE)('%s', (type, object) => {
  test('cut at every length, sections stay inside the object', () => {
    for (let length = 0; length <= object.length; length += 1) {
      const facts = readExecutable(sourceOf(object.subarray(0, length)), type);
      for (const { offset, size } of facts?.sections ?? []) {
        expect(size === 0 || offset + size <= length, `${length} bytes`).toBe(true);
      }
    }
  });

  test('a read that fails is not swallowed', () => {
    const counter = sourceOf(object);
    readExecutable(counter, type);
    for (let n = 0; n < counter.reads; n += 1) {
      expect(() => readExecutable(sourceOf(object, n), type), `read ${n}`).toThrow(`read ${n}`);
    }
  });

  test('any byte of the headers damaged: an answer, and sections inside the object', () => {
    for (let at = 0; at < 512; at += 1) {
      for (const value of [0, 0x7f, 0x80, 0xff]) {
        const damaged = Buffer.from(object);
        damaged[at] = value;
        const facts = readExecutable(sourceOf(damaged), type);
        for (const { offset, size } of facts?.sections ?? []) {
          expect(size === 0 || offset + size <= damaged.length, `${value} at ${at}`).toBe(true);
        }
      }
    }
  });
});
