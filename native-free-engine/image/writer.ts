/** Puts sections together into an image: see layout.ts for the picture. */

import { type Digester, digestOf } from '../host.ts';
import {
  align,
  HEADER,
  IMAGE_FORMAT,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  PAGE_BYTES,
  SECTION,
  SECTION_ENTRY_BYTES,
} from '../layout.ts';

const encoder = new TextEncoder();

interface Part {
  readonly kind: number;
  readonly index: number;
  readonly bytes: Uint8Array;
}

export class ImageWriter {
  readonly #parts: Part[] = [];
  readonly #lateParts: Part[] = [];
  /** Lies across the place where the late part begins. */
  #split: { readonly part: Part; readonly lateFrom: number } | undefined;
  #isLate = false;
  readonly #links: { content: Uint32Array; word: number; kind: number; index: number }[] = [];
  readonly #cold: Uint8Array[] = [];
  #coldBytes = 0;

  /** Adds a hot section; `content` is kept, not copied. */
  add(kind: number, index: number, content: ArrayBufferView): void {
    const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    // Descriptors of matchers are read when an image is opened.
    (this.#isLate && kind !== SECTION.matcher ? this.#lateParts : this.#parts).push({ kind, index, bytes });
  }

  /** Sections that `write` adds are in the late part. */
  late<T>(write: () => T): T {
    this.#isLate = true;
    try {
      return write();
    } finally {
      this.#isLate = false;
    }
  }

  /** Adds the one section that is late from some byte on. */
  addSplit(kind: number, index: number, bytes: Uint8Array, lateFrom: number): void {
    this.#split = { part: { kind, index, bytes }, lateFrom };
  }

  /** Word `word` of `content`, a section that was added, becomes the offset of another section in the image. */
  link(content: Uint32Array, word: number, kind: number, index: number): void {
    this.#links.push({ content, word, kind, index });
  }

  /** Adds bytes to the cold part. @returns their offset in it */
  addCold(content: Uint8Array): number {
    const offset = this.#coldBytes;
    this.#cold.push(content);
    this.#coldBytes += content.length;
    return offset;
  }

  /**
   * @param header what the header says of the content
   * @returns the whole image, hot part first
   */
  finish(
    header: { engineVersion: string; patternDigest: Uint8Array; signatures: number },
    digester: Digester,
  ): Uint8Array {
    const coldBytes = align(this.#coldBytes, PAGE_BYTES);
    const coldDigests = new Uint8Array((coldBytes / PAGE_BYTES) * 16);
    this.add(SECTION.coldDigests, 0, coldDigests);
    const lateDigests = new Uint8Array(this.#mostLatePages() * 16);
    this.add(SECTION.lateDigests, 0, lateDigests);
    const split = this.#split;
    const parts = [...this.#parts, ...(split ? [split.part] : []), ...this.#lateParts];
    const { offsets, end } = placesOf(parts);
    for (const { content, word, kind, index } of this.#links) {
      content[word] = offsets[parts.findIndex((part) => part.kind === kind && part.index === index)]!;
    }
    const hotBytes = align(end, PAGE_BYTES);
    const lateFrom = align((offsets[this.#parts.length] ?? end) + (split?.lateFrom ?? 0), PAGE_BYTES);
    const image = new Uint8Array(hotBytes + coldBytes);
    this.#copyCold(image.subarray(hotBytes));
    digestPages(image.subarray(hotBytes), coldDigests, digester);
    const view = new DataView(image.buffer);
    image.set(new TextEncoder().encode(IMAGE_MAGIC), HEADER.magic);
    view.setUint32(HEADER.format, IMAGE_FORMAT, true);
    view.setUint32(HEADER.sectionCount, parts.length, true);
    view.setFloat64(HEADER.hotBytes, hotBytes, true);
    view.setFloat64(HEADER.coldBytes, coldBytes, true);
    view.setFloat64(HEADER.lateFrom, lateFrom, true);
    image.set(new TextEncoder().encode(header.engineVersion).subarray(0, 31), HEADER.engineVersion);
    image.set(header.patternDigest, HEADER.patternDigest);
    view.setFloat64(HEADER.signatures, header.signatures, true);
    parts.forEach((part, i) => {
      const entry = IMAGE_HEADER_BYTES + i * SECTION_ENTRY_BYTES;
      view.setUint32(entry, part.kind, true);
      view.setUint32(entry + 4, part.index, true);
      view.setFloat64(entry + 8, offsets[i]!, true);
      view.setFloat64(entry + 16, part.bytes.length, true);
      image.set(part.bytes, offsets[i]!);
    });
    const digestsAt = offsets[this.#parts.length - 1]!;
    digestPages(image.subarray(lateFrom, hotBytes), image.subarray(digestsAt), digester);
    // The field is still zero here, as whoever checks it makes it again.
    image.set(digestOf(digester, 'sha256', image.subarray(0, lateFrom)), HEADER.hotDigest);
    return image;
  }

  /** What lies before the late sections decides how they lie on pages. */
  #mostLatePages(): number {
    const split = this.#split ? this.#split.part.bytes.length - this.#split.lateFrom : 0;
    const bytes = this.#lateParts.reduce((sum, part) => sum + part.bytes.length + 16, split);
    return bytes === 0 ? 0 : Math.ceil(bytes / PAGE_BYTES) + 1;
  }

  #copyCold(into: Uint8Array): void {
    let at = 0;
    for (const piece of this.#cold) {
      into.set(piece, at);
      at += piece.length;
    }
  }
}

/** Offsets in the image, one part behind the other, and where the last ends. */
function placesOf(parts: readonly Part[]): { readonly offsets: readonly number[]; readonly end: number } {
  let end = align(IMAGE_HEADER_BYTES + parts.length * SECTION_ENTRY_BYTES, 16);
  const offsets = parts.map(({ bytes }) => {
    const at = end;
    end = align(at + bytes.length, 16);
    return at;
  });
  return { offsets, end };
}

/** First 16 bytes of the SHA-256 of each page. */
function digestPages(pages: Uint8Array, digests: Uint8Array, digester: Digester): void {
  for (let page = 0; page * PAGE_BYTES < pages.length; page++) {
    const digest = digestOf(digester, 'sha256', pages.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
    digests.set(digest.subarray(0, 16), page * 16);
  }
}

/** A growing array of u32 words. */
export class Words {
  #words = new Uint32Array(1024);
  length = 0;

  push(...values: number[]): void {
    for (const value of values) {
      if (this.length === this.#words.length) {
        const grown = new Uint32Array(this.#words.length * 2);
        grown.set(this.#words);
        this.#words = grown;
      }
      this.#words[this.length++] = value;
    }
  }

  view(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}

/** A growing array of bytes. */
export class Bytes {
  /** At least `length` bytes; another array after it grew. */
  bytes = new Uint8Array(65536);
  length = 0;

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** Appends text as UTF-8. Names are ASCII nearly always, and an array for each of 300,000 costs more than its bytes. */
  appendText(text: string): void {
    const at = this.reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.length = at;
        this.append(encoder.encode(text));
        return;
      }
      this.bytes[at + i] = code;
    }
  }

  /** Makes room for `count` more bytes, which the caller writes. @returns where they begin */
  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
    }
    return at;
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
