/**
 * The engine's own parts without files and workers: an image compiled into memory, and bytes searched block by block as the scanner does.
 */
import {
  compileImage,
  gramModel,
  type Image,
  openImage,
  readImageHeader,
  type Signature,
} from '../../native-free-engine/index.ts';
import type { Finder } from '../../native-free-engine/scanner/finder.ts';
import type { ByteSource, ObjectFacts } from '../../native-free-engine/scanner/object.ts';
import type { Window } from '../../native-free-engine/scanner/window.ts';
import { coldReaderOf, nodeDigester } from '../../src/host/host.ts';
import { gramModelBytes } from '../../src/scan/assets.ts';
import { createMemory, hotPart, IMAGE_BASE } from '../../src/scan/memory.ts';

/** As in the scanner: the search stays behind the last byte read, so that a match is in memory as a whole. */
const LAG_BYTES = 2048;

/** An image in a memory with room for one arena; and what could not be compiled. */
export function imageInMemory(signatures: readonly Signature[]): { image: Image; skipped: string[] } {
  const { bytes, skipped } = compileImage(signatures, {
    digester: nodeDigester,
    model: gramModel(gramModelBytes()),
    patternDigests: [new Uint8Array(32)],
  });
  const { hotBytes } = readImageHeader(bytes);
  const memory = createMemory(hotBytes, 1);
  hotPart(memory, hotBytes).set(bytes.subarray(0, hotBytes));
  const image = openImage(memory, IMAGE_BASE, coldReaderOf(bytes.subarray(hotBytes), hotBytes), nodeDigester);
  return { image, skipped: skipped.map(({ message }) => message) };
}

/** Everything once. The finder begins when the window is open, since its budget is of the object's size. */
export function searchBlocks(window: Window, finder: Finder, facts: ObjectFacts, bytes: Uint8Array): void {
  window.open(sourceOf(bytes));
  finder.begin(facts);
  let from = 0;
  while (window.end < window.size) {
    window.readBlock();
    const to = window.end === window.size ? window.size : window.end - LAG_BYTES - (window.end % 4);
    if (to <= from) continue;
    finder.search(from, to);
    from = to;
  }
}

function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}
