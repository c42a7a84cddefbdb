/**
 * zstd: one or more frames, whose contents follow each other.
 *
 * Source: RFC 8878. *Limits*: frames that need a dictionary, or a window of more than 128 MB, are reported as damaged.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Container, Items, Means } from './container.ts';
import { bytesAt } from './reading.ts';
import { innerName, type Member, streamItems } from './stream.ts';

const FRAME = 0xfd2fb528;

export const zstd: Container = {
  items(source: ByteSource, means: Means): Items {
    return streamItems('zstd', innerName(means.name), source, means, (offset) => frameAt(source, offset, means));
  },
};

function frameAt(source: ByteSource, offset: number, { budget }: Means): Member | undefined {
  let at = offset;
  while (budget.check()) {
    const header = bytesAt(source, at, 8);
    if (header.length < 4) return undefined;
    // 0  magic
    const magic = header.readUInt32LE(0);
    if (magic === FRAME) return { compression: 'zstd', offset: at, trailerBytes: 0 };
    // Skippable frames, 16 magic numbers of them:  4  bytes that follow
    if (header.length < 8 || (magic & 0xfffffff0) >>> 0 !== 0x184d2a50) return undefined;
    at += 8 + header.readUInt32LE(4);
  }
  return undefined;
}
