/** An image → the memory that all workers share, checked. */
import { closeSync } from 'node:fs';
import { ImageError } from '../../native-free-engine/index.ts';
import { readAt } from './image-file.ts';
import type { ImageSource } from './images.ts';
import { type ColdPlace, coldAddress, coldReader, hotPart, lateWord, verifyImage } from './memory.ts';

/** Bytes of the cold part that need room in the memory. */
export function coldBytesOf(image: ImageSource): number {
  return image.kind === 'memory' ? image.header.coldBytes : 0;
}

/**
 * Loads the image, but for the late part when a file holds it. The memory must be large enough, and nobody may use it.
 *
 * @returns undefined when the image is damaged; it is let go then
 */
export function fillMemory(memory: WebAssembly.Memory, arenas: number, image: ImageSource): ColdPlace | undefined {
  try {
    const cold = copyImage(memory, arenas, image);
    const isPartial = typeof cold === 'number';
    verifyImage(memory, coldReader(memory, cold, image.header.hotBytes), isPartial ? lateWord(cold) : undefined);
    return cold;
  } catch (error) {
    releaseImage(image);
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

export function releaseImage(image: ImageSource): void {
  if (image.kind === 'file') closeSync(image.descriptor);
}

function copyImage(memory: WebAssembly.Memory, arenas: number, image: ImageSource): ColdPlace {
  const { hotBytes, lateFrom, coldBytes } = image.header;
  if (image.kind === 'file') {
    const read = readAt(image.descriptor, hotPart(memory, lateFrom), 0);
    if (read < lateFrom) throw new ImageError('IMAGE_TRUNCATED', `image: expected ${lateFrom} bytes, got ${read}`);
    return image.descriptor;
  }
  const hot = hotPart(memory, hotBytes);
  const address = coldAddress(hotBytes, arenas);
  hot.set(image.bytes.subarray(0, hotBytes));
  new Uint8Array(memory.buffer, address, coldBytes).set(image.bytes.subarray(hotBytes, hotBytes + coldBytes));
  return { address, bytes: coldBytes };
}
