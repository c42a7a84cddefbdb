/**
 * Normalised text, byte by byte as sigtool has it, and the targets that clamscan gives to text and to its view.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CLAMSCAN_OPTIONS, readClamscanLines } from '../../bench/scan/clamscan.ts';
import { normaliseText } from '../../src/normalise/text.ts';
import { Engine } from '../../src/scan/engine.ts';
import { TEXT_ROWS } from '../normalise/text-rows.ts';
import { Random } from '../support/engine/random.ts';

/** Bytes that sigtool normalises at a time. */
const PIECE_BYTES = 131_072;
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
/** Some of any kind; those that are not there are left out. */
const FILES = [
  '/usr/share/common-licenses/GPL-3',
  '/usr/share/perl/5.36/perl5db.pl',
  '/etc/services',
  '/bin/true',
  join(import.meta.dirname, '../../node_modules/typescript/lib/lib.dom.d.ts'),
  join(import.meta.dirname, '../../package-lock.json'),
].filter((path) => existsSync(path));

const hasSigtool = spawnSync('sigtool', ['--version']).status === 0;
const hasClamscan = spawnSync('clamscan', ['--version']).status === 0;
if (!hasSigtool) process.stderr.write('SKIPPED: sigtool is missing; normalised text is compared with nothing\n');
if (!hasClamscan) process.stderr.write('SKIPPED: clamscan is missing; targets of text are compared with nothing\n');

const directory = mkdtempSync(join(tmpdir(), 'normalise-text-'));
afterAll(() => rmSync(directory, { recursive: true }));

function withSigtool(bytes: Uint8Array): Buffer {
  writeFileSync(join(directory, 'input'), bytes);
  rmSync(join(directory, 'normalised_text'), { force: true });
  spawnSync('sigtool', ['--ascii-normalise=input'], { cwd: directory });
  return readFileSync(join(directory, 'normalised_text'));
}

/** sigtool forgets at the end of each piece that the last byte written was a space; how ours go on is in test/normalise/text.test.ts. */
function inPieces(bytes: Uint8Array): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    pieces.push(normaliseText(bytes.subarray(at, at + PIECE_BYTES)));
  return Buffer.concat(pieces);
}

/** Equal, or where they part: a difference of megabytes tells nobody anything. */
function parting(ours: Uint8Array, theirs: Uint8Array): string {
  let at = 0;
  while (at < ours.length && at < theirs.length && ours[at] === theirs[at]) at += 1;
  if (at === ours.length && at === theirs.length) return 'equal';
  const around = (bytes: Uint8Array) =>
    JSON.stringify(Buffer.from(bytes.subarray(Math.max(0, at - 20), at + 20)).toString('latin1'));
  return `at ${at} of ${ours.length} and ${theirs.length}: ${around(ours)}, sigtool ${around(theirs)}`;
}

describe.skipIf(!hasSigtool)('as sigtool has it', () => {
  test.each(TEXT_ROWS.filter(([, text]) => text !== ''))('%s', (_name, text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(parting(inPieces(bytes), withSigtool(bytes))).toBe('equal');
  });

  test('each byte between letters, and each between spaces', () => {
    for (const side of ['x', ' ']) {
      const bytes = Buffer.concat(
        Array.from({ length: 256 }, (_, byte) =>
          Buffer.concat([Buffer.from(side), Buffer.of(byte), Buffer.from(side)]),
        ),
      );
      expect(parting(inPieces(bytes), withSigtool(bytes)), `between "${side}"`).toBe('equal');
    }
  });

  test.each([
    ['any bytes', 256],
    ['bytes around the white space', 0x22],
    ['ASCII', 0x80],
  ])('random: %s, of sizes up to some megabytes', (_name, below) => {
    console.log(`seed ${SEED} (SEED=${SEED} repeats this run)`);
    const random = new Random(SEED);
    for (const size of [1, 2, 100, 65_535, 65_536, 65_537, 131_072, 131_073, 3_000_000]) {
      const bytes = Uint8Array.from({ length: size }, () => random.below(below));
      expect(parting(inPieces(bytes), withSigtool(bytes)), `${size} bytes`).toBe('equal');
    }
  });

  test.each(FILES)('%s', (path) => {
    const bytes = readFileSync(path);
    expect(parting(inPieces(bytes), withSigtool(bytes))).toBe('equal');
  });
});

const TEXT = 'START   of HELLO   WORLD';
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const KINDS: readonly (readonly [string, Buffer, readonly string[]])[] = [
  ['ASCII', Buffer.from(TEXT), ['raw0', 'view0', 'view7']],
  ['UTF-8', Buffer.from(`${TEXT} é`), ['raw0', 'view0', 'view7']],
  ['UTF-16 with a mark', wide(`\ufeff${TEXT}`), ['view0', 'view7']],
  ['UTF-16 without a mark', wide(TEXT), ['view0', 'view7']],
  ['big-endian UTF-16', wide(`\ufeff${TEXT}`).swap16(), ['view0', 'view7']],
  ['a script', Buffer.from(`#!/bin/sh\n${TEXT}`), ['raw0', 'view0', 'view7']],
  ['RTF', Buffer.from(`{\\rtf1 ${TEXT}}`), ['raw0']],
  ['PostScript', Buffer.from(`%!PS-Adobe-3.0\n${TEXT}`), ['raw0']],
];

test.skipIf(!hasClamscan)('clamscan and ours give the same targets to text and to its view', async () => {
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  const names = [0, 3, 4, 7, 14].flatMap((target) => [
    `raw${target}:${target}:*:${hex('HELLO   WORLD')}`,
    `view${target}:${target}:*:${hex('hello world')}`,
  ]);
  const patterns = join(directory, 'targets.ndb');
  writeFileSync(patterns, `${names.join('\n')}\n`);
  const paths = KINDS.map(([, bytes], i) => {
    const path = join(directory, `kind-${i}`);
    writeFileSync(path, bytes);
    return path;
  });
  const { stdout } = spawnSync('clamscan', [...CLAMSCAN_OPTIONS, '-d', patterns, ...paths], { encoding: 'utf8' });
  const theirs = readClamscanLines(stdout).names;
  const engine = await Engine.open({
    patterns: [patterns],
    cacheDirectory: join(directory, 'cache'),
    threads: 1,
    allMatches: true,
  });
  try {
    for (const [i, [kind, , expected]] of KINDS.entries()) {
      const verdict = await engine.scanFile(paths[i]);
      const ours = verdict.kind === 'infected' ? verdict.detections.map(({ name }) => name).sort() : [];
      expect({ kind, ours, theirs: [...(theirs.get(paths[i]) ?? [])].sort() }).toEqual({
        kind,
        ours: expected,
        theirs: expected,
      });
    }
  } finally {
    await engine.close();
  }
});
