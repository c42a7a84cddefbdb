/** Looks at the store's own files: small, regular, no links. Nothing here throws: what cannot be read is as good as not there. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * @param maxBytes a larger file is none of ours
 * @returns undefined when it is missing, a link, no regular file, too large, or cannot be read
 */
export function readSmallFile(path: string, maxBytes: number): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // Not blocking: a pipe in the place of a file would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const bytes = Buffer.allocUnsafe(stats.size);
    let at = 0;
    while (at < bytes.length) {
      const count = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (count === 0) return undefined;
      at += count;
    }
    return bytes;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** @returns undefined when there is nothing of that name, or this user may not know */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
