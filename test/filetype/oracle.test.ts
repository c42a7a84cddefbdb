/**
 * The same files and executables, given to clamscan: do its signatures of each target, and of each place in an executable,
 * find what ours would?
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { KINDS, MARK } from './kinds.ts';
import { elfOf, MARKS, machOOf, peOf, sourceOf } from './support.ts';

const version = spawnSync('clamscan', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const hasOracle = version.startsWith('ClamAV 1.4');

const directory = mkdtempSync(join(tmpdir(), 'filetype-oracle-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Names of the signatures that hit, by file number. */
function clamscan(signatures: readonly string[], files: readonly Buffer[]): string[][] {
  const database = join(directory, 'oracle.ndb');
  writeFileSync(database, `${signatures.join('\n')}\n`);
  const paths = files.map((bytes, i) => {
    const path = join(directory, `${i}.bin`);
    writeFileSync(path, bytes);
    return path;
  });
  const { stdout } = spawnSync('clamscan', ['-z', '--no-summary', '-d', database, ...paths], { encoding: 'utf8' });
  return paths.map((path) => {
    const lines = stdout.split('\n').filter((line) => line.startsWith(`${path}: `) && line.endsWith(' FOUND'));
    return lines.map((line) => line.slice(path.length + 2).replace(/\.UNOFFICIAL FOUND$/, ''));
  });
}

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

test.runIf(hasOracle)('targets: clamscan agrees, but where a kind says why not', () => {
  const targets = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14];
  const found = clamscan(
    targets.map((target) => `T${target}:${target}:*:${hex(MARK)}`),
    KINDS.map(([, bytes]) => bytes),
  );
  const answers = KINDS.map(([name], i) => [name, targets.filter((target) => found[i].includes(`T${target}`))]);
  expect(answers).toEqual(KINDS.map(([name, , , own, deviation]) => [name, deviation?.clamscan ?? own]));
});

/** Places where a signature may ask for a mark, as ClamAV writes them, and where that is in the object. */
describe.runIf(hasOracle)('places in executables', () => {
  const places = ['EP+0', 'S0+0', 'S1+0', 'S2+0', 'S3+0', 'SL+0'];
  const ROWS: readonly (readonly [string, number, Buffer])[] = [
    ['PE32', 1, peOf()],
    ['PE32+', 1, peOf({ wide: true })],
    ['PE, entry point in the third section', 1, peOf({ entry: 0x3000 })],
    ['PE, raw offset rounded down', 1, peOf({ sections: [[40 + 20, 0x601]] })],
    ['PE, a section outside', 1, peOf({ sections: [[40 + 20, 0x10000]] })],
    ['PE, alignment not kept', 1, peOf({ optional: [[36, 0x1000]] })],
    ['ELF', 6, elfOf()],
    ['ELF, big-endian', 6, elfOf({ bigEndian: true })],
    ['ELF, 32-bit', 6, elfOf({ wide: false })],
    ['ELF, 32-bit, big-endian', 6, elfOf({ wide: false, bigEndian: true })],
    ['ELF, entry point in the second section', 6, elfOf({ entry: 0x401200 })],
    ['ELF, a section outside', 6, elfOf({ secondOffset: 0x900000 })],
    ['Mach-O', 9, machOOf()],
    [
      'Mach-O, 32-bit, big-endian, PowerPC',
      9,
      machOOf({ wide: false, bigEndian: true, cpu: 18, thread: [40, 0, 0x1600] }),
    ],
  ];

  test.each(ROWS)('%s', (_name, target, object) => {
    const signatures = MARKS.flatMap((mark, i) =>
      places.map((place) => `M${i}@${place.replace('+', 'p')}:${target}:${place}:${hex(mark)}`),
    );
    const facts = sight(sourceOf(object)).executable;
    const offsets = [
      facts?.entryPoint,
      ...[0, 1, 2, 3].map((n) => facts?.sections[n]?.offset),
      facts?.sections.at(-1)?.offset,
    ];
    const ours = MARKS.flatMap((mark, i) => {
      const at = object.indexOf(mark);
      return places.filter((_, n) => at >= 0 && offsets[n] === at).map((place) => `M${i}@${place.replace('+', 'p')}`);
    });
    expect(clamscan(signatures, [object])[0].sort()).toEqual(ours.sort());
  });
});

test.runIf(hasOracle)('section hashes are over the raw bytes that we report, in PE32+ too', async () => {
  const { createHash } = await import('node:crypto');
  for (const object of [
    peOf(),
    peOf({ wide: true }),
    peOf({
      sections: [
        [40 + 16, 0x201],
        [20, 0x401],
      ],
    }),
  ]) {
    const sections = sight(sourceOf(object)).executable?.sections ?? [];
    const lines = sections.map(({ offset, size }, i) => {
      const digest = createHash('md5')
        .update(object.subarray(offset, offset + size))
        .digest('hex');
      return `${size}:${digest}:H${i}`;
    });
    const database = join(directory, 'oracle.mdb');
    writeFileSync(database, `${lines.join('\n')}\n`);
    const path = join(directory, 'pe.bin');
    writeFileSync(path, object);
    const { stdout } = spawnSync('clamscan', ['-z', '--no-summary', '-d', database, path], { encoding: 'utf8' });
    expect(stdout.match(/H\d(?=\.UNOFFICIAL)/g)?.sort()).toEqual(sections.map((_, i) => `H${i}`));
  }
});
