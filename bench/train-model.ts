/**
 * Trains the byte-gram model: how often each four bytes occur in ordinary files.
 *
 * node bench/train-model.ts OUT GROUP=DIR[,DIR…]…     one group for each class of files; a gram's rate is the highest in any group
 *
 * The model in native-free-engine/prefilter/ was made with the groups that its README line names; none of them is in a benchmark.
 */

import fs from 'node:fs';
import path from 'node:path';
import { longHash, ModelBuilder } from '../native-free-engine/index.ts';

/** Folded grams have 7 bits a byte: 2^28 counters, one class of files at a time. Eight bytes are counted by 28 bits of their hash. */
const GRAMS = 2 ** 28;
/** A class is judged by so many bytes at most, and a file by so many: one large file must not speak for its class. */
const MAX_GROUP_BYTES = 300e6;
const MAX_FILE_BYTES = 4e6;
/** Grams rarer than this are not worth a place in the table: its collisions would cost more than they tell. */
const MIN_RATE = 8e-7;
/** Share of a class's files that makes eight bytes common. */
const COMMON_SHARE = 1 / 3;

const [out, ...groups] = process.argv.slice(2);
if (!out || groups.length === 0) {
  console.error('usage: node bench/train-model.ts OUT GROUP=DIR[,DIR…]…');
  process.exit(2);
}
const model = new ModelBuilder();
for (const group of groups) {
  const [name, directories] = group.split('=');
  trainGroup(name!, directories!.split(','));
}
fs.writeFileSync(out, model.tables);

function trainGroup(name: string, directories: readonly string[]): void {
  const counts = new Uint32Array(GRAMS);
  const files = new Uint16Array(GRAMS);
  const longFiles = new Uint16Array(GRAMS);
  let bytes = 0;
  let read = 0;
  for (const file of directories.flatMap(filesOf)) {
    if (bytes > MAX_GROUP_BYTES) break;
    const content = fs.readFileSync(file).subarray(0, MAX_FILE_BYTES);
    bytes += content.length;
    read++;
    countGrams(content, counts, files, longFiles);
  }
  let frequent = 0;
  let common = 0;
  for (let packed = 0; packed < GRAMS; packed++) {
    // In one file only it says something of that file, not of its class.
    const share = files[packed]! < 2 ? 0 : files[packed]! / read;
    const rate = share === 0 ? 0 : Math.max(counts[packed]! / bytes, share >= COMMON_SHARE ? share / 1e6 : 0);
    if (rate >= MIN_RATE || share >= COMMON_SHARE) {
      model.addRate(unpack(packed), rate);
      frequent++;
    }
    if (longFiles[packed]! >= read * COMMON_SHARE) {
      model.addCommon(packed << 4);
      common++;
    }
  }
  console.error(
    `${name}: ${read} files, ${(bytes / 1e6).toFixed(0)} MB, ${frequent} frequent grams, ${common} common eights`,
  );
}

/** Counts every gram, and once per file the files that hold it. */
function countGrams(content: Uint8Array, counts: Uint32Array, files: Uint16Array, longFiles: Uint16Array): void {
  const seen = new Set<number>();
  const seenLong = new Set<number>();
  let packed = 0;
  const folded = content.map((byte) => byte | 0x20);
  const view = new DataView(folded.buffer);
  for (let i = 0; i < content.length; i++) {
    const byte = content[i]!;
    // Bit 5 is always set, so 7 bits tell a folded byte.
    const seven = (byte & 0x1f) | ((byte >>> 1) & 0x60);
    packed = ((packed >>> 7) | (seven << 21)) >>> 0;
    if (i >= 3) {
      counts[packed]!++;
      if (!seen.has(packed)) {
        seen.add(packed);
        files[packed]!++;
      }
    }
    if (i < 7) continue;
    const long = longHash(view.getUint32(i - 7, true), view.getUint32(i - 3, true)) >>> 4;
    if (seenLong.has(long)) continue;
    seenLong.add(long);
    longFiles[long]!++;
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

function filesOf(directory: string): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
