/**
 * Paths as bytes. Node's path module takes strings, and a string cannot hold every file name that a file system can.
 */
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';

const SLASH = 0x2f;

/** `name` directly below `parent`. */
export function childPath(parent: Buffer, name: Buffer): Buffer {
  const separate = parent.length > 0 && parent[parent.length - 1] !== SLASH;
  const path = Buffer.allocUnsafe(parent.length + (separate ? 1 : 0) + name.length);
  parent.copy(path, 0);
  if (separate) path[parent.length] = SLASH;
  name.copy(path, path.length - name.length);
  return path;
}

/** What stands behind the last slash (trailing slashes aside). */
export function lastName(path: Buffer): Buffer {
  let end = path.length;
  while (end > 1 && path[end - 1] === SLASH) end--;
  return path.subarray(path.lastIndexOf(SLASH, end - 1) + 1, end);
}

/** Absolute and without `.` and `..`, as text alone: symbolic links are not resolved. One byte a character, so that nothing is lost. */
export function absolutePath(path: Buffer, workingDirectory: string = process.cwd()): Buffer {
  const from = Buffer.from(workingDirectory).toString('latin1');
  return Buffer.from(posix.resolve(from, path.toString('latin1')), 'latin1');
}

/** The path as a string when that loses nothing, else undefined. */
export function exactString(path: Buffer): string | undefined {
  return isUtf8(path) ? path.toString() : undefined;
}

/**
 * A path that Node and its workers can open as a string, whatever its bytes are.
 *
 * An API that takes strings alone cannot name `\xff`; the kernel can, through an open descriptor.
 */
export function descriptorPath(descriptor: number): string {
  return process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : `/dev/fd/${descriptor}`;
}
