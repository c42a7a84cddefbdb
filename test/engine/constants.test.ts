/** Numbers that stand in two places must be the same in both. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENGINE_VERSION } from '../../native-free-engine/index.ts';
import * as layout from '../../native-free-engine/layout.ts';
import { AT_REST, SEGMENT_FLAG } from '../../native-free-engine/match/segment.ts';

const root = new URL('../../', import.meta.url);
const assembly = new URL('native-free-engine/kernel/assembly/', root);
const kernel = readdirSync(assembly)
  .map((name) => readFileSync(new URL(name, assembly), 'utf8'))
  .join('\n');

/** Value of a constant of the kernel's source, which AssemblyScript compiles and we cannot import. */
function kernelConstant(name: string): number | bigint {
  const match = new RegExp(`^(?:export )?const ${name}: (\\w+) = (\\w+);$`, 'm').exec(kernel);
  if (!match) throw new Error(`kernel: expected a constant ${name}`);
  return match[1] === 'u64' ? BigInt(match[2]!) : Number(match[2]);
}

describe('the kernel and layout.ts', () => {
  const SAME: readonly (readonly [name: string, value: number | bigint])[] = [
    ['HASH4', layout.HASH4],
    ['ROUND', layout.ROUND],
    ['F_TABLE1', layout.FILTER.table1 * 4],
    ['F_SHIFT1', layout.FILTER.shift1 * 4],
    ['F_TABLE2', layout.FILTER.table2 * 4],
    ['F_SHIFT2', layout.FILTER.shift2 * 4],
    ['F_FIRST', layout.FILTER.first * 4],
    ['F_SECOND', layout.FILTER.second * 4],
    ['F_STRIDE', layout.FILTER.stride * 4],
    ['F_STARTS', layout.FILTER.starts * 4],
    ['F_BUCKET_SHIFT', layout.FILTER.bucketShift * 4],
    ['F_ENTRIES', layout.FILTER.entries * 4],
    ['F_ITEMS', layout.FILTER.items * 4],
    ['F_BODIES', layout.FILTER.bodies * 4],
    ['F_WIDE', layout.FILTER.wide * 4],
    ['F_WIDE_BEHIND', layout.FILTER.wideBehind * 4],
    ['BATCH', layout.BATCH],
    ['NO_BODY', layout.NO_BODY],
    ['COVERED', layout.COVERED],
    ['WHOLE', layout.WHOLE],
    ['B_MASKED', SEGMENT_FLAG.masked],
    ['B_GAP', SEGMENT_FLAG.gap],
    ['AT_REST8', BigInt(AT_REST) * 0x0101010101010101n],
    ['I_BASE', layout.ITEM.base * 4],
    ['I_VALUE1', layout.ITEM.value1 * 4],
    ['I_MASK1', layout.ITEM.mask1 * 4],
    ['I_VALUE2', layout.ITEM.value2 * 4],
    ['I_MASK2', layout.ITEM.mask2 * 4],
    ['I_PLACES', layout.ITEM.places * 4],
    ['I_BODY', layout.ITEM.body * 4],
    ['M_SHUFFLE', layout.MATCHER.shuffle * 4],
    ['M_FILTER3', layout.MATCHER.filter3 * 4],
    ['M_SHIFT3', layout.MATCHER.shift3 * 4],
    ['M_OPEN', layout.MATCHER.open * 4],
    ['S_NEXT', layout.STATE.next * 4],
    ['S_HITS', layout.STATE.hits * 4],
    ['S_CANDIDATES1', layout.STATE.candidates1 * 4],
    ['S_CANDIDATES2', layout.STATE.candidates2 * 4],
    ['S_STEPS', layout.STATE.steps * 4],
    ['S_ENTRY', layout.STATE.entry * 4],
    ['S_SCRATCH', layout.STATE.scratch * 4],
  ];
  it.each(SAME)('agree on %s', (name, value) => {
    expect(kernelConstant(name)).toBe(value);
  });

  it('has no data segment, which a new instance would lay over a running worker', () => {
    const wasm = readFileSync(new URL('dist/native-free-engine/kernel/kernel.release.wasm', root));
    expect(sectionIds(wasm)).not.toContain(DATA_SECTION);
  });
});

const DATA_SECTION = 11;

/** Section ids of a WebAssembly module: id byte, LEB128 size, content (WebAssembly core specification, 5.5.2). */
function sectionIds(wasm: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < wasm.length; ) {
    ids.push(wasm[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

it('the engine version is that of its package', () => {
  const { version } = JSON.parse(readFileSync(new URL('native-free-engine/package.json', root), 'utf8')) as {
    version: string;
  };
  expect(ENGINE_VERSION).toBe(version);
});
