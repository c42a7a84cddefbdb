/**
 * Trains the byte-gram model: how often each four bytes occur in ordinary files.
 *
 * node bench/train-model.ts OUT GROUP=DIR[,DIR…]…     one group for each class of files; a gram's rate is the highest of any group
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
  let bytes = 0;
  for (const file of directories.flatMap(filesOf)) {
    if (bytes > MAX_GROUP_BYTES) break;
    const content = fs.readFileSync(file).subarray(0, MAX_FILE_BYTES);
    bytes += content.length;
    countGrams(content, counts);
  }
  let common = 0;
  for (let packed = 0; packed < GRAMS; packed++) {
    const count = counts[packed]!;
    // A gram seen twice may be an accident of the sample.
    const value = count < 3 ? 0 : modelValue(count / bytes);
    if (value === 0) continue;
    common++;
    raise(modelIndex(unpack(packed)), value);
  }
  console.error(`${name}: ${(bytes / 1e6).toFixed(0)} MB, ${common} grams above the floor`);
}

function countGrams(content: Uint8Array, counts: Uint32Array): void {
  let packed = 0;
  for (let i = 0; i < content.length; i++) {
    const byte = content[i]!;
    // Bit 5 is always set, so 7 bits tell a folded byte.
    const seven = (byte & 0x1f) | ((byte >>> 1) & 0x60);
    packed = ((packed >>> 7) | (seven << 21)) >>> 0;
    if (i >= 3) counts[packed]!++;
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
