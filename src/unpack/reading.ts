/** Reading parts of a container's source. */
import type { ByteSource } from '../../native-free-engine/index.ts';

/** Bytes [offset, offset + length) as far as the source has them. */
export function bytesAt(source: ByteSource, offset: number, length: number): Buffer {
  const wanted = Math.min(length, source.size - offset);
  if (!Number.isSafeInteger(offset) || offset < 0 || wanted <= 0) return Buffer.alloc(0);
  const bytes = Buffer.allocUnsafe(wanted);
  return bytes.subarray(0, source.read(offset, bytes));
}
