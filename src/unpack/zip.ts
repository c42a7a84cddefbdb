/**
 * zip, through yauzl: what the central directory lists, then what lies in the archive and is not listed.
 *
 * Programs disagree on what is in an odd zip file: some follow the central directory, some the local headers, some start at
 * the first end record, some at the last. So an archive can show a scanner other files than its victim. Here every local
 * header outside the listed entries is an entry as well, and a broken directory only means that there are more of those.
 * Source: PKWARE, APPNOTE.TXT 6.3.10.
 */
import yauzl from 'yauzl';
import type { ByteSource } from '../../native-free-engine/index.ts';
import { type Container, type Item, type Means, obstacle } from './container.ts';
import { decodeName } from './names.ts';
import { SliceSource } from './source.ts';
import { locateZip } from './zip-end.ts';
import { expandZipEntry, type ZipEntry } from './zip-entry.ts';
import { type Extent, readLocalHeader, searchLocalEntries } from './zip-local.ts';

export const zip: Container = {
  async *items(source: ByteSource, means: Means): AsyncGenerator<Item, void> {
    const { start, end } = locateZip(source);
    const archive = new SliceSource(source, start, end - start);
    const listed: Extent[] = [];
    let isDirectoryWhole = true;
    try {
      for await (const entry of readDirectory(archive)) {
        const extent = { start: start + entry.headerOffset, end: start + entry.dataOffset + entry.compressedBytes };
        listed.push(extent);
        const open = async () => {
          const expanded = await expandZipEntry(archive, entry, means);
          // The directory may claim more for an entry than it has, to cover another one.
          extent.end = start + entry.dataOffset + expanded.consumedBytes;
          return expanded;
        };
        yield { kind: 'entry', name: entry.name, open };
        if (!means.budget.check()) return;
      }
    } catch (error) {
      if (!(error instanceof DirectoryFault)) throw error;
      isDirectoryWhole = false;
      yield obstacle('damaged', `zip: ${error.message}`);
    }
    yield* searchLocalEntries(source, listed, isDirectoryWhole, means);
  },
};

/** Here the directory ends; the message is yauzl's. */
class DirectoryFault extends Error {}

interface ListedEntry extends ZipEntry {
  readonly headerOffset: number;
  readonly compressedBytes: number;
}

/** @throws {DirectoryFault} where it cannot be read on; what `archive.read` throws */
async function* readDirectory(archive: ByteSource): AsyncGenerator<ListedEntry, void> {
  const reader = new SourceReader(archive);
  try {
    // Names stay bytes: yauzl would end at a name with ".." in it. Sizes are not compared: what comes out is looked at.
    const options = { decodeStrings: false, validateEntrySizes: false };
    const file = await yauzl.fromRandomAccessReaderPromise(reader, archive.size, options);
    for await (const entry of file.eachEntry()) {
      const headerOffset = entry.relativeOffsetOfLocalHeader;
      const local = readLocalHeader(archive, headerOffset);
      yield {
        name: decodeName(entry.fileNameRaw),
        headerOffset,
        // Without a local header nobody can say where the bytes are; then they are none.
        dataOffset: local?.dataOffset ?? archive.size,
        compressedBytes: entry.compressedSize,
        expandedBytes: entry.uncompressedSize,
        method: entry.compressionMethod,
        isEncrypted: entry.isEncrypted(),
      };
    }
  } catch (error) {
    if (reader.failure !== undefined) throw reader.failure.cause;
    throw new DirectoryFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** yauzl reads through this, synchronously. */
class SourceReader extends yauzl.RandomAccessReader {
  /** Set when the source threw, which yauzl cannot tell from a damaged file. */
  failure: { readonly cause: unknown } | undefined;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    let count: number;
    try {
      const isInside = position >= 0 && position < this.#source.size;
      count = isInside ? this.#source.read(position, buffer.subarray(offset, offset + length)) : 0;
    } catch (cause) {
      this.failure = { cause };
      callback(new Error('the source cannot be read', { cause }));
      return;
    }
    callback(null, count);
  }
}
