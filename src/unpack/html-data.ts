/**
 * Files that a page holds in `data:` addresses: its entries.
 *
 * Source: RFC 2397. Characters that are no base64 are passed over, as all readers do.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Budget } from './budget.ts';
import { type Container, type Contents, type Item, type Means, nothing } from './container.ts';
import { type DataPlace, DataPlaces, isSpace, type PageBytes } from './html-places.ts';
import { Spool } from './spool.ts';

const BLOCK_BYTES = 64 * 1024;
const CHUNK_BYTES = 16 * 1024;
const GREATER = 0x3e;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const LF = 0x0a;
const BASE64 = new Int8Array(256).fill(-1);
for (const [i, character] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries())
  BASE64[character.charCodeAt(0)] = i;

export const htmlData: Container = {
  *items(source: ByteSource, means: Means): Generator<Item, void> {
    const page = new BlockBytes(source, means.budget);
    const places = new DataPlaces(page);
    for (let place = places.next(); place !== undefined && means.budget.check(); place = places.next()) {
      const found = place;
      const { head } = found;
      const open = (): Contents => {
        const reading = new DataReading(page, found, means);
        const contents = reading.contents();
        places.continueAt(reading.end);
        return contents;
      };
      yield { kind: 'entry', name: `data:${head}`, open };
    }
  },
};

/** Whether a page may have entries: quick, since most have none. */
export function hasHtmlData(source: ByteSource): boolean {
  const block = Buffer.alloc(Math.min(BLOCK_BYTES, source.size));
  // Blocks overlap, so that what lies in two of them is in one.
  for (let at = 0; at < source.size; at += Math.max(1, block.length - 4)) {
    const read = source.read(at, block.subarray(0, Math.min(block.length, source.size - at)));
    if (block.subarray(0, Math.max(0, read)).includes('data:')) return true;
    if (at + block.length >= source.size) break;
  }
  return false;
}

/** A block of the page at a time. The page ends when the budget is spent, and the walk says so. */
class BlockBytes implements PageBytes {
  readonly #source: ByteSource;
  readonly #budget: Budget;
  readonly #block: Uint8Array;
  #start = 0;
  #length = 0;

  constructor(source: ByteSource, budget: Budget) {
    this.#source = source;
    this.#budget = budget;
    this.#block = new Uint8Array(Math.min(BLOCK_BYTES, source.size));
  }

  at(offset: number): number {
    const index = offset - this.#start;
    if (index >= 0 && index < this.#length) return this.#block[index];
    if (offset < 0 || offset >= this.#source.size || !this.#budget.check()) return -1;
    // Some bytes in front stay in reach, for those who look back.
    this.#start = Math.max(0, offset - 16);
    this.#length = Math.max(0, this.#source.read(this.#start, this.#block));
    return offset - this.#start < this.#length ? this.#block[offset - this.#start] : -1;
  }
}

/** The data at one place, decoded. */
class DataReading {
  readonly #page: PageBytes;
  readonly #place: DataPlace;
  readonly #means: Means;
  readonly #spool: Spool;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  #length = 0;
  #bits = 0;
  #bitCount = 0;
  /** Where the page goes on. */
  end: number;

  constructor(page: PageBytes, place: DataPlace, means: Means) {
    this.#page = page;
    this.#place = place;
    this.#means = means;
    this.#spool = new Spool(means.spools);
    this.end = place.offset;
  }

  contents(): Contents {
    try {
      this.#decode(/;base64/i.test(this.#place.head));
      this.#flush();
    } catch (error) {
      this.#spool.discard();
      throw error;
    }
    const { overrun } = this.#means.budget;
    return this.#spool.size === 0 ? nothing(overrun) : { source: this.#spool.finish(), obstacle: overrun };
  }

  #decode(isBase64: boolean): void {
    let isPadded = false;
    for (let byte = this.#next(); byte >= 0; byte = this.#next()) {
      if (!isBase64) this.#put(byte);
      else if (byte === EQUALS) isPadded = true;
      else if (!isPadded) this.#putBase64(BASE64[byte]);
      if (this.#length === CHUNK_BYTES && !this.#flush()) return;
    }
    // As clamscan has it: a text ends with its line.
    if (!isBase64) this.#put(LF);
  }

  /** @returns the next byte of the data with `%xx` decoded, −1 behind its end */
  #next(): number {
    const byte = this.#page.at(this.end);
    if (byte < 0 || this.#isEnd(byte)) return -1;
    this.end++;
    if (byte !== PERCENT) return byte;
    const digits = String.fromCharCode(Math.max(0, this.#page.at(this.end)), Math.max(0, this.#page.at(this.end + 1)));
    if (!/^[0-9a-f]{2}$/i.test(digits)) return byte;
    this.end += 2;
    return Number.parseInt(digits, 16);
  }

  #isEnd(byte: number): boolean {
    const { end } = this.#place;
    return end === 0 ? isSpace(byte) || byte === GREATER : byte === end;
  }

  #putBase64(six: number): void {
    if (six < 0) return;
    this.#bits = ((this.#bits << 6) | six) & 0xffff;
    this.#bitCount += 6;
    if (this.#bitCount < 8) return;
    this.#bitCount -= 8;
    this.#put((this.#bits >> this.#bitCount) & 0xff);
  }

  #put(byte: number): void {
    if (this.#length === CHUNK_BYTES) this.#flush();
    this.#chunk[this.#length++] = byte;
  }

  /** False when the budget is spent. */
  #flush(): boolean {
    const isLeft = this.#means.budget.spendBytes(this.#length);
    if (this.#length > 0) this.#spool.write(this.#chunk.slice(0, this.#length));
    this.#length = 0;
    return isLeft;
  }
}
