/** What the engine asks of its host, by Node: digests and compression. */
import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ColdReader, Compressor, Decompress, Digester } from '../../native-free-engine/index.ts';

export const nodeDigester: Digester = {
  create(algorithm) {
    const hash = createHash(algorithm);
    return {
      update(bytes) {
        hash.update(bytes);
      },
      finish: () => hash.digest(),
    };
  },
};

/** Level 12 of 22: 2 % larger than the highest and a tenth of its time on the real set. */
const LEVEL = 12;

export const zstdCompressor: Compressor = {
  name: 'zstd',
  compress: (bytes) =>
    zstdCompressSync(bytes, {
      params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
    }),
};

export const decompress: Decompress = (compression, bytes, maxBytes) => {
  if (compression === 'none') return bytes;
  if (compression !== 'zstd') throw new Error(`compression: expected zstd or none, got ${compression}`);
  // An option of 0 is refused, and an empty pattern file is one.
  return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
};

/** Reads the cold part of an image that lies in memory; `start` is its place in the image. */
export function coldReaderOf(cold: Uint8Array, start: number): ColdReader {
  return {
    read(offset, into) {
      const part = cold.subarray(Math.max(0, offset - start), Math.max(0, offset - start + into.length));
      into.set(part);
      return part.length;
    },
  };
}
