/**
 * Normalised scripts against `sigtool --html-normalise`: the rows of the tables, random scripts, and real ones.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createScriptNormaliser } from '../../src/normalise/script/script.ts';
import { randomScript } from '../normalise/script/random-scripts.ts';
import { hasSigtool, normaliseWithSigtool } from '../normalise/script/sigtool.ts';
import { SCRIPT_ROWS } from '../normalise/script-rows.ts';
import { Random, seedOf } from '../support/engine/random.ts';

const RANDOM_SCRIPTS = 300;
/** Known: a line comment ends with the block of the reader, and a page of all scripts is cut elsewhere than each script alone. */
const MAX_AT_BLOCKS = 3;
const END_TAG = '</script>';
const MODULES = join(import.meta.dirname, '../../node_modules');
/** Some of any kind; those that are not there are left out. */
const REAL = [
  'typescript/bin/tsc',
  'vitest/vitest.mjs',
  'vite/dist/client/client.mjs',
  'vite/bin/vite.js',
  'vite/bin/openChrome.js',
  'nanoid/index.js',
]
  .map((path) => join(MODULES, path))
  .filter((path) => existsSync(path));

const isThere = hasSigtool();
if (!isThere) process.stderr.write('SKIPPED: sigtool is missing; normalised scripts are compared with nothing\n');

function ours(script: string): string {
  const normaliser = createScriptNormaliser();
  normaliser.add(Buffer.from(script + END_TAG, 'latin1'));
  return Buffer.from(normaliser.finish()).toString('latin1');
}

function theirs(scripts: readonly string[]): readonly string[] {
  return normaliseWithSigtool(scripts.map((script) => Buffer.from(script, 'latin1'))).map((text) =>
    text.toString('latin1'),
  );
}

describe.skipIf(!isThere)('as sigtool has it', () => {
  test('each row of the table', () => {
    const scripts = SCRIPT_ROWS.map(([script]) => script);
    const written = theirs(scripts);
    const different = scripts.filter((_script, at) => written[at] !== SCRIPT_ROWS[at]![1]);
    // Scripts share a page here.
    expect(different.filter((script) => theirs([script])[0] !== ours(script))).toEqual([]);
  });

  test(`${RANDOM_SCRIPTS} random scripts`, () => {
    const seed = seedOf('script');
    const random = new Random(seed);
    const scripts = Array.from({ length: RANDOM_SCRIPTS }, () => randomScript(random));
    const written = theirs(scripts);
    const different = scripts.filter((script, at) => ours(script) !== written[at]);
    const alone = different.filter((script) => ours(script) !== theirs([script])[0]);
    expect(alone, `seed ${seed}`).toEqual([]);
    expect(different.length).toBeLessThanOrEqual(MAX_AT_BLOCKS);
  });

  test.each(REAL)('%s', (path) => {
    // The reader's blocks end after 8191 bytes at most: what is longer is compared with the HTML reader, which cuts alike.
    const script = readFileSync(path, 'latin1').slice(0, 8000).replaceAll(END_TAG, '').replaceAll('\0', '');
    const [written] = theirs([script]);
    expect(ours(script)).toBe(written);
  });
});
