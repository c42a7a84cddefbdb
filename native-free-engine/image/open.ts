/**
 * Opens an image that lies in memory: checks it once, then only views.
 *
 * Nothing is parsed and nothing is built: every table is used where it lies. The digest is checked over the hot part before anything in it is
 * believed, over its late part before the first object that needs it, and over every cold page when it is read; an image that fails is to be compiled
 * again.
 */

import { ImageError } from '../errors.ts';
import { type ColdReader, type Digester, digestOf } from '../host.ts';
import {
  FILTER_CLASSES,
  HEADER,
  IMAGE_FORMAT,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  MATCHER,
  PAGE_BYTES,
  SECTION,
  SECTION_ENTRY_BYTES,
  SIGNATURE_WORDS,
} from '../layout.ts';
import { decodeRecord } from '../pattern-file/decode-record.ts';
import type { FileTypeSignature } from '../signature.ts';
import { ENGINE_VERSION } from '../version.ts';
import { ColdPages } from './cold.ts';
import type { CompileReport } from './compile.ts';
import { HashTable } from './hash-lookup.ts';
import { LatePages } from './late.ts';

/** What the first bytes of an image say, before it is loaded. */
export interface ImageHeader {
  readonly hotBytes: number;
  /** Where the late part of these begins: what is before must be loaded, the rest can be left to `Image.complete`. */
  readonly lateFrom: number;
  readonly coldBytes: number;
  readonly engineVersion: string;
  readonly patternDigest: Uint8Array;
  readonly signatures: number;
}

/**
 * Reads the header. It is believed only as far as it goes: how many bytes to load, and whether this is the image that was wanted.
 *
 * @param bytes at least IMAGE_HEADER_BYTES from the start of the file
 * @throws {ImageError} `IMAGE_TRUNCATED`, `IMAGE_NOT_ONE`, `IMAGE_FOREIGN`, `IMAGE_MALFORMED`
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < IMAGE_HEADER_BYTES) {
    throw new ImageError('IMAGE_TRUNCATED', `image header: expected ${IMAGE_HEADER_BYTES} bytes, got ${bytes.length}`);
  }
  const text = (offset: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(offset, offset + length));
  if (text(HEADER.magic, 8) !== IMAGE_MAGIC)
    throw new ImageError('IMAGE_NOT_ONE', 'image header: expected the magic number of an image');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(HEADER.format, true);
  const engineVersion = text(HEADER.engineVersion, 32).replace(/\0.*$/s, '');
  if (format !== IMAGE_FORMAT || engineVersion !== ENGINE_VERSION) {
    throw new ImageError(
      'IMAGE_FOREIGN',
      `image: expected format ${IMAGE_FORMAT} of engine ${ENGINE_VERSION}, got ${format} of ${engineVersion}`,
    );
  }
  const hotBytes = view.getFloat64(HEADER.hotBytes, true);
  const coldBytes = view.getFloat64(HEADER.coldBytes, true);
  const lateFrom = view.getFloat64(HEADER.lateFrom, true);
  for (const size of [hotBytes, coldBytes, lateFrom, hotBytes - lateFrom]) {
    if (!Number.isSafeInteger(size) || size < 0 || size > 2 ** 32 || size % PAGE_BYTES !== 0) {
      throw new ImageError('IMAGE_MALFORMED', `image header: expected a size in whole pages, got ${size}`);
    }
  }
  return {
    hotBytes,
    lateFrom,
    coldBytes,
    engineVersion,
    patternDigest: bytes.slice(HEADER.patternDigest, HEADER.patternDigest + 32),
    signatures: view.getFloat64(HEADER.signatures, true),
  };
}

/** A section's place: address in memory and bytes. */
interface Place {
  readonly address: number;
  readonly bytes: number;
}

export interface Matcher {
  /** Address of the descriptor. */
  readonly address: number;
  /** Target bits. */
  readonly targets: number;
  /** Addresses of the descriptors of its filters. */
  readonly filters: readonly number[];
  /** ITEM_WORDS of each segment, or list of segments, that they find. */
  readonly items: Uint32Array;
  readonly itemSegments: Uint32Array;
  /** Whether it has short atoms. */
  readonly hasShort: boolean;
  /** Buckets whose atoms are not in the lists by hash, but behind them. */
  readonly openBuckets: number;
  readonly shortStarts: Uint32Array;
  readonly shortAtoms: Uint32Array;
}

/** An image that was checked. All views lie on the memory it was loaded into, which must not be changed while it is in use. */
export interface Image {
  readonly header: ImageHeader;
  readonly memory: WebAssembly.Memory;
  /** Address of its first byte. */
  readonly base: number;
  readonly matchers: readonly Matcher[];
  readonly segments: Uint32Array;
  readonly bodies: Uint8Array;
  readonly classes: Uint8Array;
  readonly patterns: Uint32Array;
  readonly signatures: Uint32Array;
  readonly conditions: Int32Array;
  readonly offsetRules: Int32Array;
  /** By target. */
  readonly anchors: ReadonlyMap<number, Uint32Array>;
  readonly always: ReadonlyMap<number, Uint32Array>;
  readonly regexes: Uint32Array;
  readonly regexText: Uint8Array;
  /** COMPARE_WORDS of each byte compare. */
  readonly compares: Float64Array;
  /** Three words of each macro: group, least and greatest distance. */
  readonly macros: Uint32Array;
  /** Three words of each member of a macro group: group, target, pattern. */
  readonly macroMembers: Uint32Array;
  /** By table number, see hash-tables.ts. */
  readonly hashTables: ReadonlyMap<number, HashTable>;
  /**
   * Loads what was not loaded yet. Must be called before an object of LATE_TARGETS is searched, or a signature for them is looked at.
   *
   * @throws {ImageError} `IMAGE_CHECKSUM_MISMATCH` or `IMAGE_TRUNCATED` when that part is damaged
   */
  complete(): void;
  /** @throws {ImageError} `IMAGE_CHECKSUM_MISMATCH` or `IMAGE_TRUNCATED` when the cold page is damaged */
  nameOf(index: number): string;
  /** Numbers of the body signatures of exactly that name. Reads all names. */
  signaturesNamed(name: string): number[];
  /** What tells file types, in the order of the sources. */
  fileTypes(): FileTypeSignature[];
  report(): CompileReport;
}

export interface OpenOptions {
  /** False skips the digests: for workers, when the thread that loaded the image has checked it. */
  readonly check: boolean;
  /** One word that all who use this memory share: 0 as long as the late part is not there. Without it the hot part is there as a whole. */
  readonly late?: Int32Array | undefined;
}

/**
 * @param memory holds the hot part at `base`
 * @param cold   reads the image file, from its first byte
 * @throws {ImageError} see `readImageHeader`, and `IMAGE_CHECKSUM_MISMATCH`
 */
export function openImage(
  memory: WebAssembly.Memory,
  base: number,
  cold: ColdReader,
  digester: Digester,
  options: OpenOptions = { check: true },
): Image {
  const { buffer } = memory;
  if (base + IMAGE_HEADER_BYTES > buffer.byteLength) {
    throw new ImageError(
      'IMAGE_TRUNCATED',
      `image: expected a header at ${base}, got ${buffer.byteLength} bytes of memory`,
    );
  }
  const header = readImageHeader(new Uint8Array(buffer, base, IMAGE_HEADER_BYTES));
  if (base + header.hotBytes > buffer.byteLength) {
    throw new ImageError(
      'IMAGE_TRUNCATED',
      `image: expected ${header.hotBytes} bytes, got ${buffer.byteLength - base}`,
    );
  }
  const hot = new Uint8Array(buffer, base, header.hotBytes);
  if (options.check) verifyHotDigest(hot.subarray(0, header.lateFrom), digester);
  const places = readSections(hot, base);
  const words = (kind: number, index = 0): Uint32Array => wordsAt(buffer, places.get(key(kind, index)));
  const bytes = (kind: number): Uint8Array => bytesAt(buffer, places.get(key(kind, 0)));
  const floats = (kind: number, index = 0): Float64Array => floatsAt(buffer, places.get(key(kind, index)));

  const late = new LatePages(hot, header.lateFrom, bytes(SECTION.lateDigests), digester);
  if (options.check && !options.late) late.verify();
  const pages = new ColdPages(cold, header, bytes(SECTION.coldDigests), digester);
  const [nameCount = 0, nameOffsets = 0, nameText = 0] = floats(SECTION.coldNames);
  const byIndex = <T>(kind: number, make: (index: number) => T): Map<number, T> => {
    const map = new Map<number, T>();
    for (const id of places.keys()) if (Math.floor(id / 1000) === kind) map.set(id % 1000, make(id % 1000));
    return map;
  };
  return {
    header,
    memory,
    base,
    matchers: [...byIndex(SECTION.matcher, openMatcher).values()],
    segments: words(SECTION.segments),
    bodies: bytes(SECTION.bodies),
    classes: bytes(SECTION.classes),
    patterns: words(SECTION.patterns),
    signatures: words(SECTION.signatures),
    conditions: new Int32Array(buffer, words(SECTION.conditions).byteOffset, words(SECTION.conditions).length),
    offsetRules: new Int32Array(buffer, words(SECTION.offsetRules).byteOffset, words(SECTION.offsetRules).length),
    anchors: byIndex(SECTION.anchors, (index) => words(SECTION.anchors, index)),
    always: byIndex(SECTION.always, (index) => words(SECTION.always, index)),
    regexes: words(SECTION.regexes),
    regexText: bytes(SECTION.regexText),
    compares: floats(SECTION.compares),
    macros: words(SECTION.macros),
    macroMembers: words(SECTION.macroMembers),
    hashTables: byIndex(
      SECTION.hashMeta,
      (index) =>
        new HashTable(
          index,
          words(SECTION.hashPrefixes, index),
          words(SECTION.hashBuckets, index),
          floats(SECTION.hashSizes, index),
          floats(SECTION.hashMeta, index),
          pages,
        ),
    ),
    complete() {
      if (options.late) late.load(cold, options.late);
    },
    nameOf(index) {
      if (index >= nameCount)
        throw new ImageError('IMAGE_MALFORMED', `image names: expected an index below ${nameCount}, got ${index}`);
      const offsets = pages.read(nameOffsets + index * 4, 8);
      const view = new DataView(offsets.buffer, offsets.byteOffset, 8);
      const start = view.getUint32(0, true);
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        pages.read(nameText + start, view.getUint32(4, true) - start),
      );
    },
    signaturesNamed(name) {
      const count = words(SECTION.signatures).length / SIGNATURE_WORDS - 1;
      const offsets = pages.read(nameOffsets, (count + 1) * 4);
      const view = new DataView(offsets.buffer);
      const wanted = new TextEncoder().encode(name);
      const text = pages.read(nameText, view.getUint32(count * 4, true));
      return Array.from({ length: count }, (_, i) => i).filter((i) => {
        const start = view.getUint32(i * 4, true);
        if (view.getUint32(i * 4 + 4, true) - start !== wanted.length) return false;
        return wanted.every((byte, k) => text[start + k] === byte);
      });
    },
    fileTypes: () => fileTypesOf(bytes(SECTION.fileTypes).slice()),
    report: () => JSON.parse(new TextDecoder().decode(bytes(SECTION.report).slice())) as CompileReport,
  };

  function openMatcher(index: number): Matcher {
    const descriptor = words(SECTION.matcher, index);
    return {
      address: places.get(key(SECTION.matcher, index))!.address,
      targets: descriptor[MATCHER.targets]!,
      filters: FILTER_CLASSES.flatMap((_, c) => {
        const place = places.get(key(SECTION.filter, index * FILTER_CLASSES.length + c));
        return place ? [place.address] : [];
      }),
      items: words(SECTION.items, index),
      itemSegments: words(SECTION.itemSegments, index),
      hasShort: descriptor[MATCHER.shuffle] !== 0,
      openBuckets: descriptor[MATCHER.open]!,
      shortStarts: words(SECTION.shortStarts, index),
      shortAtoms: words(SECTION.shortAtoms, index),
    };
  }
}

/** Records, each behind its length as u32. */
function fileTypesOf(bytes: Uint8Array): FileTypeSignature[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: FileTypeSignature[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    const signature = decodeRecord(bytes.subarray(start, at));
    if (typeof signature !== 'string' && signature.kind === 'fileType') found.push(signature);
  }
  return found;
}

function key(kind: number, index: number): number {
  return kind * 1000 + index;
}

function verifyHotDigest(hot: Uint8Array, digester: Digester): void {
  const digest = digester.create('sha256');
  digest.update(hot.subarray(0, HEADER.hotDigest));
  digest.update(new Uint8Array(32));
  digest.update(hot.subarray(HEADER.hotDigest + 32));
  const found = digest.finish();
  for (let i = 0; i < 32; i++) {
    if (found[i] !== hot[HEADER.hotDigest + i]) {
      throw new ImageError(
        'IMAGE_CHECKSUM_MISMATCH',
        'image: expected the digest that its header gives, got another: the file is damaged',
      );
    }
  }
}

function readSections(hot: Uint8Array, base: number): Map<number, Place> {
  const view = new DataView(hot.buffer, hot.byteOffset, hot.byteLength);
  const count = view.getUint32(HEADER.sectionCount, true);
  if (IMAGE_HEADER_BYTES + count * SECTION_ENTRY_BYTES > hot.length) {
    throw new ImageError(
      'IMAGE_MALFORMED',
      `image: expected a section table within ${hot.length} bytes, got ${count} sections`,
    );
  }
  const places = new Map<number, Place>();
  for (let i = 0; i < count; i++) {
    const entry = IMAGE_HEADER_BYTES + i * SECTION_ENTRY_BYTES;
    const offset = view.getFloat64(entry + 8, true);
    const bytes = view.getFloat64(entry + 16, true);
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(bytes) ||
      offset < 0 ||
      bytes < 0 ||
      offset % 16 !== 0 ||
      offset + bytes > hot.length
    ) {
      throw new ImageError(
        'IMAGE_MALFORMED',
        `image section ${i}: expected it within ${hot.length} bytes, got ${bytes} at ${offset}`,
      );
    }
    places.set(key(view.getUint32(entry, true), view.getUint32(entry + 4, true)), { address: base + offset, bytes });
  }
  return places;
}

function wordsAt(buffer: ArrayBufferLike, place: Place | undefined): Uint32Array {
  return place ? new Uint32Array(buffer, place.address, place.bytes >>> 2) : new Uint32Array(0);
}
function bytesAt(buffer: ArrayBufferLike, place: Place | undefined): Uint8Array {
  return place ? new Uint8Array(buffer, place.address, place.bytes) : new Uint8Array(0);
}
function floatsAt(buffer: ArrayBufferLike, place: Place | undefined): Float64Array {
  return place ? new Float64Array(buffer, place.address, place.bytes >>> 3) : new Float64Array(0);
}

/** Digest of bytes, for a host that keys its cache. */
export function imageKey(patternDigest: Uint8Array, digester: Digester): string {
  const digest = digestOf(
    digester,
    'sha256',
    new Uint8Array([...patternDigest, ...new TextEncoder().encode(`${ENGINE_VERSION}/${IMAGE_FORMAT}`)]),
  );
  return Array.from(digest.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
