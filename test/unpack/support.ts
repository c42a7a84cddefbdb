/** Builders of archives, whole and broken, and a walk that writes down what it sees. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import type { ByteSource } from '../../native-free-engine/index.ts';
import { Budget, type BudgetLimits, type BudgetOptions } from '../../src/unpack/budget.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';
import { walkObject } from '../../src/unpack/walk.ts';

export const LIMITS: BudgetLimits = {
  maxDepth: 16,
  maxEntries: 10_000,
  maxExpandedBytes: 64 * 1024 * 1024,
  maxRatio: 250,
  ratioFloorBytes: 16 * 1024 * 1024,
  timeoutMs: 60_000,
};

export interface Sighted {
  /** `type name`, names of the entries joined by " > "; the type alone for the object itself. */
  readonly layers: readonly string[];
  /** The bytes of each layer. */
  readonly contents: readonly Buffer[];
  /** Types of the containers around each layer, joined by "/". */
  readonly containers: readonly string[];
  /** `reason name`, as above. */
  readonly unscanned: readonly string[];
  readonly messages: readonly string[];
  readonly isStopped: boolean;
}

export interface WalkOptions extends BudgetOptions {
  readonly limits?: Partial<BudgetLimits>;
  readonly name?: string;
  readonly pool?: SpoolPool;
  /** Stops at the layer with this index. */
  readonly stopAt?: number;
  /** False to keep no bytes. */
  readonly keep?: boolean;
}

export async function walk(object: Uint8Array | ByteSource, options: WalkOptions = {}): Promise<Sighted> {
  const source = object instanceof Uint8Array ? new MemorySource(object) : object;
  const budget = new Budget({ ...LIMITS, ...options.limits }, source.size, options);
  const layers: string[] = [];
  const contents: Buffer[] = [];
  const containers: string[] = [];
  const outcome = await walkObject(source, options.name ?? '', budget, options.pool ?? new SpoolPool(), (layer) => {
    layers.push([layer.fileType, layer.entry.join(' > ')].filter((part) => part !== '').join(' '));
    containers.push(layer.facts.containers.join('/'));
    if (options.keep !== false) contents.push(readAll(layer.source));
    return layers.length - 1 === options.stopAt ? 'stop' : undefined;
  });
  return {
    layers,
    contents,
    containers,
    unscanned: outcome.unscanned.map(({ reason, entry }) => [reason, ...entry.slice(-1)].join(' ')),
    messages: outcome.unscanned.map(({ message }) => message),
    isStopped: outcome.isStopped,
  };
}

export function readAll(source: ByteSource): Buffer {
  const bytes = Buffer.alloc(source.size);
  return bytes.subarray(0, source.read(0, bytes));
}

export class ReadFailure extends Error {}

/** Counts reads, and throws at one of them. */
export class FailingSource implements ByteSource {
  readonly size: number;
  reads = 0;
  readonly #bytes: Uint8Array;
  readonly #failAt: number;

  constructor(bytes: Uint8Array, failAt = Number.POSITIVE_INFINITY) {
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#failAt = failAt;
  }

  read(offset: number, into: Uint8Array): number {
    if (this.reads === this.#failAt) throw new ReadFailure(`read ${this.reads}`);
    this.reads += 1;
    const part = this.#bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }
}

export interface ZipEntrySpec {
  readonly name: string | Buffer;
  readonly bytes?: Uint8Array | string;
  /** 0 stored, 8 deflate (default). Others: the bytes are taken as compressed already. */
  readonly method?: number;
  readonly flags?: number;
  /** What the headers say instead of the truth. */
  readonly compressedBytes?: number;
  readonly expandedBytes?: number;
  /** Sizes in a descriptor behind the entry. */
  readonly hasDescriptor?: boolean;
  /** Not in the central directory. */
  readonly isHidden?: boolean;
  /** Only in the central directory, pointing at the entry with this index. */
  readonly sameAs?: number;
}

export interface ZipSpec {
  readonly prefix?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly suffix?: Uint8Array;
  /** What the end record says instead of the number of entries. */
  readonly entryCount?: number;
  readonly isZip64?: boolean;
  /** Offsets count from the start of the prefix. */
  readonly isAdjusted?: boolean;
}

export function zipOf(entries: readonly ZipEntrySpec[], spec: ZipSpec = {}): Buffer {
  const base = spec.isAdjusted ? (spec.prefix?.length ?? 0) : 0;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string);
    const plain = Buffer.from((entry.bytes ?? '') as string);
    const method = entry.method ?? 8;
    const stored = method === 8 ? deflateRawSync(plain) : plain;
    const flags = (entry.flags ?? 0) | (entry.hasDescriptor ? 8 : 0);
    const compressedBytes = entry.compressedBytes ?? stored.length;
    const expandedBytes = entry.expandedBytes ?? plain.length;
    const checksum = crc32(plain);
    const fields = (isLocal: boolean) => {
      const header = Buffer.alloc(26);
      header.writeUInt16LE(45, 0);
      header.writeUInt16LE(flags, 2);
      header.writeUInt16LE(method, 4);
      const isLate = isLocal && entry.hasDescriptor;
      header.writeUInt32LE(isLate ? 0 : checksum, 10);
      header.writeUInt32LE(isLate ? 0 : spec.isZip64 ? 0xffffffff : compressedBytes, 14);
      header.writeUInt32LE(isLate ? 0 : spec.isZip64 ? 0xffffffff : expandedBytes, 18);
      header.writeUInt16LE(name.length, 22);
      return header;
    };
    const extra = Buffer.alloc(spec.isZip64 ? 28 : 0);
    if (spec.isZip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(expandedBytes), 4);
      extra.writeBigUInt64LE(BigInt(compressedBytes), 12);
    }
    if (entry.sameAs === undefined) {
      offsets.push(at);
      const local = fields(true);
      local.writeUInt16LE(extra.length, 24);
      const descriptor = Buffer.alloc(entry.hasDescriptor ? 16 : 0);
      if (entry.hasDescriptor) {
        descriptor.write('PK\x07\x08', 'latin1');
        descriptor.writeUInt32LE(checksum, 4);
        descriptor.writeUInt32LE(stored.length, 8);
        descriptor.writeUInt32LE(plain.length, 12);
      }
      const bytes = Buffer.concat([Buffer.from('PK\x03\x04'), local, name, extra, stored, descriptor]);
      parts.push(bytes);
      at += bytes.length;
    } else offsets.push(offsets[entry.sameAs]);
    if (entry.isHidden) continue;
    const offset = base + offsets[offsets.length - 1];
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 'latin1');
    fields(false).copy(central, 6);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(spec.isZip64 ? 0xffffffff : offset, 42);
    if (spec.isZip64) extra.writeBigUInt64LE(BigInt(offset), 20);
    directory.push(Buffer.concat([central, name, Buffer.from(extra)]));
  }
  const listing = Buffer.concat(directory);
  const count = spec.entryCount ?? directory.length;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count & 0xffff, 8);
  end.writeUInt16LE(count & 0xffff, 10);
  end.writeUInt32LE(spec.isZip64 ? 0xffffffff : listing.length, 12);
  end.writeUInt32LE(spec.isZip64 ? 0xffffffff : base + at, 16);
  end.writeUInt16LE(spec.comment?.length ?? 0, 20);
  const wide = spec.isZip64 ? zip64End(count, listing.length, base + at) : Buffer.alloc(0);
  const empty = Buffer.alloc(0);
  const { prefix = empty, comment = empty, suffix = empty } = spec;
  return Buffer.concat([prefix, ...parts, listing, wide, end, comment, suffix]);
}

function zip64End(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  record.write('PK\x06\x07', 56, 'latin1');
  record.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

export interface TarEntrySpec {
  readonly name: string | Buffer;
  readonly bytes?: Uint8Array | string;
  readonly type?: string;
  /** What the header says instead of the truth. */
  readonly size?: number;
  /** The size field as it stands. */
  readonly sizeField?: Buffer;
  readonly magic?: string;
  readonly prefix?: string;
  readonly isBroken?: boolean;
}

/** @param blocks of zeros at the end */
export function tarOf(entries: readonly TarEntrySpec[], blocks = 2): Buffer {
  const parts = entries.map((entry) => {
    const bytes = Buffer.from((entry.bytes ?? '') as string);
    const header = Buffer.alloc(512);
    Buffer.from(entry.name as string).copy(header, 0, 0, 100);
    header.write('0000644\0', 100);
    const size = (entry.size ?? bytes.length).toString(8).padStart(11, '0');
    if (entry.sizeField === undefined) header.write(`${size}\0`, 124);
    else entry.sizeField.copy(header, 124);
    header.write('00000000000\0', 136);
    header.write(entry.type ?? '0', 156);
    header.write(entry.magic ?? 'ustar\x0000', 257, 'latin1');
    header.write(entry.prefix ?? '', 345);
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0) + (entry.isBroken ? 1 : 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  });
  return Buffer.concat([...parts, Buffer.alloc(512 * blocks)]);
}

/** One pax record: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length;
  return `${length}${rest}`;
}

/** Wraps bytes into gzip, so many times. */
export function gzipOf(bytes: Uint8Array, times = 1): Buffer {
  let wrapped = Buffer.from(bytes);
  for (let n = 0; n < times; n += 1) wrapped = gzipSync(wrapped);
  return wrapped;
}

/** Bytes that do not compress and are no text, the same in every run. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  // A control character where clamscan looks for UTF-16, so that it is data.
  bytes.fill(0, 0, Math.min(4, length));
  return bytes;
}
