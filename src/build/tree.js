/** Directory trees: what a build copies, replaces and removes. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** Files beside the sources that tsc does not copy: what the product reads at run time, and what an administrator installs (src/deploy). */
const ASSET_EXTENSIONS = new Set(['.bin', '.wasm', '.service', '.timer', '.conf']);

/** @param {string} directory @returns {string[]} paths of all files below, relative to it; empty when there is no such directory */
export function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(join(directory, entry.name)).map((below) => join(entry.name, below))
      : [entry.name],
  );
}

/** @param {string} root @param {string} stage @param {readonly string[]} rooms */
export function copyAssets(root, stage, rooms) {
  for (const room of rooms) {
    for (const file of filesBelow(join(root, room))) {
      if (!ASSET_EXTENSIONS.has(extname(file))) continue;
      mkdirSync(dirname(join(stage, room, file)), { recursive: true });
      copyFileSync(join(root, room, file), join(stage, room, file));
    }
  }
}

/**
 * Makes `to` hold the files of `from`, and no others: what has no source any more goes. A file that is the same already is not touched;
 * another one is replaced in one step.
 *
 * @param {string} from  is emptied by that  @param {string} to  on the same file system as `from`
 */
export function moveTree(from, to) {
  const files = filesBelow(from);
  const stale = new Set(filesBelow(to)).difference(new Set(files));
  for (const file of files) moveFile(join(from, file), join(to, file));
  for (const file of stale) rmSync(join(to, file));
}

/** @param {string} source @param {string} target */
function moveFile(source, target) {
  if (isSameFile(source, target)) return;
  mkdirSync(dirname(target), { recursive: true });
  renameSync(source, target);
}

/** @param {string} one @param {string} other @returns {boolean} whether both exist with the same bytes */
function isSameFile(one, other) {
  if (!existsSync(other) || statSync(one).size !== statSync(other).size) return false;
  return readFileSync(one).equals(readFileSync(other));
}
