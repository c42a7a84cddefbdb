/**
 * Trains the byte-gram model: how often each four bytes occur in ordinary files.
 *
 * node bench/train-model.ts OUT GROUP=DIR[,DIR…]…     one group for each class of files; a gram's rate is the highest in any group
 *
 * The model in native-free-engine/prefilter/ was made with the groups that its README line names; none of them is in a benchmark.
 */

import fs from 'node:fs';
import path from 'node:path';
import { MODEL_BYTES, modelIndex, modelValue } from '../native-free-engine/index.ts';

/** Folded grams have 7 bits a byte: 2^28 counters, one class of files at a time. */
const GRAMS = 2 ** 28;
/** A class is judged by so many bytes at most, and a file by so many: one large file must not speak for its class. */
const MAX_GROUP_BYTES = 300e6;
const MAX_FILE_BYTES = 4e6;

const [out, ...groups] = process.argv.slice(2);
if (!out || groups.length === 0) {
  console.error('usage: node bench/train-model.ts OUT GROUP=DIR[,DIR…]…');
  process.exit(2);
}
const table = new Uint8Array(MODEL_BYTES);
for (const group of groups) {
  const [name, directories] = group.split('=');
  trainGroup(name!, directories!.split(','));
}
fs.writeFileSync(out, table);

function trainGroup(name: string, directories: readonly string[]): void {
  const counts = new Uint32Array(GRAMS);
  const files = new Uint16Array(GRAMS);
  const lastFile = new Uint16Array(GRAMS);
  let bytes = 0;
  let read = 0;
  for (const file of directories.flatMap(filesOf)) {
    if (bytes > MAX_GROUP_BYTES) break;
    const content = fs.readFileSync(file).subarray(0, MAX_FILE_BYTES);
    bytes += content.length;
    countGrams(content, counts, files, lastFile, ++read);
  }
  let common = 0;
  for (let packed = 0; packed < GRAMS; packed++) {
    const count = counts[packed]!;
    if (count < 2) continue;
    // In one file only it says something of that file, not of its class.
    const rate = files[packed]! < 2 ? 0 : Math.max(count / bytes, files[packed]! / read / 1e6);
    // What every tenth file holds is worth a place in the table; below that collisions would cost more than it tells.
    if (rate < 1e-7) continue;
    const value = modelValue(rate);
    common++;
    raise(modelIndex(unpack(packed)), value);
  }
  console.error(`${name}: ${read} files, ${(bytes / 1e6).toFixed(0)} MB, ${common} grams above the floor`);
}

function countGrams(content: Uint8Array, counts: Uint32Array, files: Uint16Array, lastFile: Uint16Array, file: number): void {
  let packed = 0;
  for (let i = 0; i < content.length; i++) {
    const byte = content[i]!;
    // Bit 5 is always set, so 7 bits tell a folded byte.
    const seven = (byte & 0x1f) | ((byte >>> 1) & 0x60);
    packed = ((packed >>> 7) | (seven << 21)) >>> 0;
    if (i < 3) continue;
    counts[packed]!++;
    if (lastFile[packed] === file) continue;
    lastFile[packed] = file;
    files[packed]!++;
  }
}

function unpack(packed: number): number {
  let gram = 0;
  for (let i = 0; i < 4; i++) {
    const seven = (packed >>> (7 * i)) & 0x7f;
    gram |= ((seven & 0x1f) | 0x20 | ((seven & 0x60) << 1)) << (8 * i);
  }
  return gram >>> 0;
}

function raise(index: number, value: number): void {
  const shift = (index & 1) << 2;
  const old = (table[index >>> 1]! >>> shift) & 15;
  if (value > old) table[index >>> 1] = (table[index >>> 1]! & ~(15 << shift)) | (value << shift);
}

function filesOf(directory: string): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
