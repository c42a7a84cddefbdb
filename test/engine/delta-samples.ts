/** Pattern contents by hand: records of any bytes, with the header that belongs to them. */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Decompress, PatternContent, WriterHost } from '../../native-free-engine/index.ts';
import { NODE_DIGESTER } from '../support/engine/engine.ts';
import { concat } from '../support/engine/notation.ts';
import type { Random } from '../support/engine/random.ts';

export const PLAIN: WriterHost = {
  digester: NODE_DIGESTER,
  compressor: { name: 'none', compress: (bytes) => bytes },
};
export const DEFLATE: WriterHost = {
  digester: NODE_DIGESTER,
  compressor: { name: 'deflate', compress: (bytes) => new Uint8Array(deflateRawSync(bytes)) },
};
export const decompress: Decompress = (compression, bytes, maxOutputLength) =>
  compression === 'none'
    ? bytes
    : new Uint8Array(inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxOutputLength) }));

/** One byte for what is below 128, and so on. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

/** Sorted by their bytes, each once: the order that node:buffer has, not ours. */
export function sorted(records: readonly Uint8Array[]): Uint8Array[] {
  const byText = new Map(records.map((record) => [Buffer.from(record).toString('latin1'), record]));
  return [...byText.values()].sort((a, b) => Buffer.compare(a, b));
}

/** As they come: sort them first. */
export function join(records: readonly Uint8Array[]): Uint8Array {
  return concat(...records.flatMap((record) => [varint(record.length), record]));
}

export function contentOf(number: number, records: readonly Uint8Array[]): PatternContent {
  return withHeader(number, join(sorted(records)));
}

export function withHeader(number: number, content: Uint8Array): PatternContent {
  const header = {
    number,
    released: `2026-11-24T00:00:${String(number % 60).padStart(2, '0')}Z`,
    channel: 'stable',
    engineRange: '>=1.0.0',
    sources: [{ name: 'own.ndb', licence: 'Apache-2.0', signatures: 1 }],
    counts: { body: 1, hash: 2, ignore: 0 },
    compression: 'deflate',
    contentBytes: content.length,
    contentDigest: createHash('sha256').update(content).digest('hex'),
  };
  return { content, header };
}

/** Records of every kind, known and unknown, many of them with a beginning in common. */
export function randomRecord(random: Random): Uint8Array {
  const length = random.chance(0.02) ? random.between(120, 300) : random.below(9);
  return concat(Uint8Array.of(random.below(6)), random.bytes(length, random.chance(0.5) ? [0, 1, 255] : undefined));
}
