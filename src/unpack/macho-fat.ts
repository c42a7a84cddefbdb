/**
 * Universal Mach-O files: one program for each of several kinds of CPU.
 *
 * Source: Apple, mach-o/fat.h. Always big-endian.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { type Container, type Item, type Means, obstacle } from './container.ts';
import { bytesAt } from './reading.ts';
import { SliceSource } from './source.ts';

const FAT_MAGIC_64 = 0xcafebabf;
/** As many as the magic number leaves room for: see filetype/magic.ts. */
const MAX_ARCHITECTURES = 44;

export const machOFat: Container = {
  *items(source: ByteSource, { budget }: Means): Generator<Item, void> {
    const header = bytesAt(source, 0, 8);
    if (header.length < 8) return;
    // 0  magic: cafebabe, or cafebabf where offsets have 64 bits
    const wide = header.readUInt32BE(0) === FAT_MAGIC_64;
    // 4  number of architectures
    const count = Math.min(header.readUInt32BE(4), MAX_ARCHITECTURES);
    const entryBytes = wide ? 32 : 20;
    const table = bytesAt(source, 8, count * entryBytes);
    for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
      //  0  CPU type, 4 CPU subtype
      const name = `cpu-${table.readUInt32BE(at).toString(16)}`;
      //  8  offset, then size (8 bytes each where wide), alignment
      const offset = wide ? Number(table.readBigUInt64BE(at + 8)) : table.readUInt32BE(at + 8);
      const size = wide ? Number(table.readBigUInt64BE(at + 16)) : table.readUInt32BE(at + 12);
      const slice = new SliceSource(source, offset, size);
      const why = slice.size < size ? obstacle('damaged', `machOFat: ${size} bytes at ${offset} end early`) : undefined;
      const open = () => ({
        source: slice.size > 0 ? slice : undefined,
        obstacle: budget.spendBytes(slice.size) ? why : budget.overrun,
      });
      yield { kind: 'entry', name, open };
    }
    if (table.length < count * entryBytes) yield obstacle('damaged', 'machOFat: the list of architectures ends early');
  },
};
