/** Random objects in which about half of the signatures hold: data, PE and ELF programs, some of them in containers. */
import { createHash } from 'node:crypto';
import { elfHost, peHost } from '../../bench/plants/hosts.ts';
import { PACKINGS } from '../../bench/plants/pack.ts';
import { peWithImports, peWithResource, SECTION_OFFSET, versionInfo } from '../filetype/pe-tables.ts';
import type { Random } from '../support/engine/random.ts';
import { type Theme, VERSION_STRINGS } from './grammar.ts';
import { ALPHABET } from './grammar-pattern.ts';
import { Canvas, plantLine } from './plant.ts';
import type { TwinLine, TwinObject } from './twin.ts';

/** Neither text nor any other type: what begins so is data (target 14) and is not normalised. */
const DATA_START = Uint8Array.of(0x01, 0x00, 0xfe, 0x02, 0x00, 0x03);
const OTHER = 14;
/** Behind version information, for patterns to lie in. */
const ROOM = 3000;
/** Programs that share a section are found by the same digest. */
const SHARED = new Uint8Array(512).fill(0x2d);
const LIBRARIES = [
  [['aab.dll', ['Aab', 'bA1']]],
  [
    ['a1.dll', ['aa']],
    ['Bb.dll', ['A1a']],
  ],
] as const;

/** An object before anything is planted in it, and the part of it that has room. */
interface Host extends TwinObject {
  readonly free: readonly [from: number, to: number];
}

/** @param lines that are to hold on it, as far as they can */
export function randomObject(random: Random, name: string, theme: Theme, lines: readonly TwinLine[]): TwinObject {
  const host = randomHost(random, name, random.chance(0.75) ? theme : random.pick(['data', 'pe', 'elf']));
  const { free, ...object } = host;
  plant(random, host, lines);
  return random.chance(theme === 'packed' ? 0.7 : 0.08) ? packed(random, object) : object;
}

function randomHost(random: Random, name: string, kind: Theme): Host {
  if (kind === 'elf') return sectionsHost(random, name, false);
  if (kind === 'pe') {
    const isOther = random.below(10);
    if (isOther === 0) return importsHost(random, name);
    return isOther < 4 ? versionHost(random, name) : sectionsHost(random, name, true);
  }
  const bytes = new Uint8Array(random.chance(0.04) ? 8 : random.pick([500, 1500, 2500, 4000, 5000]));
  bytes.set(DATA_START);
  return { name, bytes, target: OTHER, free: [DATA_START.length, bytes.length] };
}

function sectionsHost(random: Random, name: string, isPe: boolean): Host {
  const wanted = Array.from({ length: random.between(1, 3) }, () => random.between(200, 2500));
  const shared = isPe && random.chance(0.7) ? SHARED : undefined;
  const host = (isPe ? peHost : elfHost)({ sections: shared ? [...wanted, 1] : wanted, entry: random.below(200) });
  const { sectionOffsets, entryPoint, bytes } = host;
  const last = shared ? sectionOffsets.at(-1)! : bytes.length;
  if (shared) bytes.set(shared, last);
  const sections = sectionOffsets.map((offset, i) => ({
    offset,
    size: (sectionOffsets[i + 1] ?? bytes.length) - offset,
  }));
  return { name, bytes, target: isPe ? 1 : 6, entryPoint, sections, free: [sectionOffsets[0]!, last] };
}

/** A PE32 of one section, its strings of version information among `VERSION_STRINGS`. */
function versionHost(random: Random, name: string): Host {
  const strings = VERSION_STRINGS.filter(() => random.chance(0.7));
  const info = versionInfo(strings);
  const bytes = peWithResource(Buffer.concat([info, Buffer.alloc(ROOM)]));
  const start = bytes.indexOf(info);
  const keys = strings.map(([key]) => bytes.indexOf(Buffer.from(`${key}\0`, 'utf16le'), start));
  return {
    ...oneSection(name, bytes),
    // Their keys, of which none is the beginning of another.
    versionPlaces: keys,
    free: [start + info.length, bytes.length],
  };
}

/** Source of the text: "Tracking Malware with Import Hashing", Mandiant 2014. */
function importsHost(random: Random, name: string): Host {
  const libraries = random.pick(LIBRARIES);
  const bytes = peWithImports(libraries);
  const imports = libraries
    .flatMap(([library, functions]) => functions.map((each) => `${library.replace('.dll', '')}.${each}`))
    .join(',')
    .toLowerCase();
  return { ...oneSection(name, bytes), imports, free: [bytes.length, bytes.length] };
}

function oneSection(name: string, bytes: Uint8Array): TwinObject {
  const size = bytes.length - SECTION_OFFSET;
  return { name, bytes, target: 1, entryPoint: SECTION_OFFSET, sections: [{ offset: SECTION_OFFSET, size }] };
}

/** Bytes at random, then what the lines want: first those whose place is not theirs to choose. */
function plant(random: Random, host: Host, lines: readonly TwinLine[]): void {
  const { bytes, free } = host;
  const alphabet = random.chance(0.3) ? random.shuffled(ALPHABET).slice(0, 3) : ALPHABET;
  bytes.set(random.bytes(free[1] - free[0], alphabet), free[0]);
  const canvas = new Canvas(bytes);
  canvas.take(0, free[0]);
  canvas.take(free[1], bytes.length);
  const isFixed = ({ text }: TwinLine): boolean => /[:;](?:\d+|EOF-|EP|S)[^:;]*:/.test(text);
  for (const line of [...lines.filter(isFixed), ...lines.filter((each) => !isFixed(each))])
    plantLine(random, line, host, canvas);
}

/** In a zip, a gzip, or a zip in a gzip. */
function packed(random: Random, object: TwinObject): TwinObject {
  const zip = PACKINGS.zip('object.bin', object.bytes);
  const { name } = object;
  switch (random.below(3)) {
    case 0:
      return { name, bytes: zip, target: -1, parts: [{ ...object, containers: ['ZIP'] }] };
    case 1:
      return { name, bytes: PACKINGS.gzip('', object.bytes), target: -1, parts: [{ ...object, containers: ['GZ'] }] };
    default:
      return {
        name,
        bytes: PACKINGS.gzip('', zip),
        target: -1,
        parts: [
          { name, bytes: zip, target: -1, containers: ['GZ'] },
          { ...object, containers: ['GZ', 'ZIP'] },
        ],
      };
  }
}

const ALGORITHMS = {
  hdb: ['md5'],
  hsb: ['sha1', 'sha256'],
  mdb: ['md5'],
  msb: ['sha1', 'sha256'],
  imp: ['md5'],
} as const;

/** Lines of hashes that an object has, and near misses; `NAME` stands for the name. */
export function digestLines(random: Random, object: TwinObject): TwinLine[] {
  const { bytes, sections = [], target, imports } = object;
  const lines: TwinLine[] = [];
  const add = (format: keyof typeof ALGORITHMS, part: Uint8Array): void => {
    const digest = createHash(random.pick(ALGORITHMS[format])).update(part).digest('hex');
    const isAny = random.chance(0.3);
    const size = isAny ? '*' : String(part.length + random.pick([0, 0, 0, 1]));
    const isOfSection = format === 'mdb' || format === 'msb';
    const text = isOfSection ? `${size}:${digest}:NAME` : `${digest}:${size}:NAME`;
    lines.push({ name: '', format, text: text + (isAny ? ':73' : '') });
  };
  add(random.pick(['hdb', 'hsb']), bytes);
  const last = target === 1 ? sections.at(-1) : undefined;
  if (last) add(random.pick(['mdb', 'msb']), bytes.subarray(last.offset, last.offset + last.size));
  if (imports !== undefined) add('imp', Buffer.from(imports));
  return lines;
}
