/**
 * Normalised HTML, byte for byte as sigtool has it: the rows, random pages and real ones.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { normaliseHtml } from '../../src/normalise/html-page.ts';
import { ENCODED_ROWS } from '../normalise/encoded-rows.ts';
import { HTML_ROWS } from '../normalise/html-rows.ts';
import { Random } from '../support/engine/random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const PAGES = 300;
/** Share of random and real pages that must be equal; DESIGN.md says what the rest is. */
const EQUAL_SHARE = 0.95;
/** What random pages are made of. */
const PIECES: readonly string[] =
  '<script language=jscript.encode>|#@~^|#@~^BQAAAA==|#@~^AAAAAA==|@#|@&|abc|==^#~@|language=vbscript.encode|<|>|</|/>|<!--|-->|<!|<a href=|<img src=|<A HREF="|<p |<script>|</script>|<style>|</style>|<b>|</b>|"|\'|=| |  |\n|\t|\r\n|&|&amp;|&lt;|&#65;|&#300;|&euro;|&foo;|#|;|Foo|Bar Baz|title="A b"|id=\'q\'|data:|,|\xe9|\xc3\xa9|\x01|\0|?|<?php|?>|<%|-|var x = 1;|// c\n|:'.split(
    '|',
  );
const OUTPUTS = ['nocomment.html', 'notags.html', 'javascript'] as const;

const hasSigtool = spawnSync('sigtool', ['--version']).status === 0;
if (!hasSigtool) process.stderr.write('SKIPPED: sigtool is missing; normalised HTML is compared with nothing\n');

const directory = mkdtempSync(join(tmpdir(), 'normalise-html-'));
afterAll(() => rmSync(directory, { recursive: true }));

function withSigtool(page: Uint8Array): readonly string[] {
  const output = join(directory, 'output');
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  writeFileSync(join(directory, 'input'), page);
  // Its exit says nothing: Debian's frees something twice, after everything is written.
  spawnSync('sigtool', ['--html-normalise=../input'], { cwd: output });
  return OUTPUTS.map((name) => join(output, name)).map((path) =>
    existsSync(path) ? readFileSync(path, 'latin1') : '',
  );
}

function ours(page: Uint8Array): readonly string[] {
  const { noComment, noTags, script } = normaliseHtml(page);
  return [noComment, noTags, script].map((bytes) => Buffer.from(bytes).toString('latin1'));
}

function equalShare(pages: readonly Uint8Array[]): number {
  const equal = pages.filter((page) => JSON.stringify(ours(page)) === JSON.stringify(withSigtool(page)));
  process.stdout.write(`normalised HTML: ${equal.length} of ${pages.length} equal, SEED=${SEED}\n`);
  return equal.length / pages.length;
}

describe.skipIf(!hasSigtool)('as sigtool has it', () => {
  for (const [name, text] of [...HTML_ROWS, ...ENCODED_ROWS]) {
    test(name, () => {
      const page = Buffer.from(text, 'latin1');
      expect(ours(page)).toEqual(withSigtool(page));
    });
  }

  test('spaces around the ends of blocks', () => {
    for (const count of [1, 2, 3, 5])
      for (let length = 8185; length <= 8192; length++) {
        const words = [8191, length, 20_000].map((size, i) => 'abc'[i].repeat(size));
        const page = Buffer.from(words.join(' '.repeat(count)));
        expect(ours(page), `${count} spaces, ${length} letters`).toEqual(withSigtool(page));
      }
  });

  test('random pages', () => {
    const random = new Random(SEED);
    const piece = (): string => PIECES[random.below(PIECES.length)]!;
    const pages = Array.from({ length: PAGES }, () => Array.from({ length: 3 + random.below(30) }, piece).join(''));
    expect(equalShare(pages.map((page) => Buffer.from(page, 'latin1')))).toBeGreaterThan(EQUAL_SHARE);
  });

  test('real pages', () => {
    const found = ['/usr/share/doc/*/*.html', '/usr/share/doc/*/*/*.html', 'node_modules/**/*.html'].flatMap((glob) =>
      globSync(glob).slice(0, 20),
    );
    const pages = found
      .filter((path) => spawnSync('test', ['-f', path]).status === 0)
      .map((path) => readFileSync(path));
    if (pages.length === 0) process.stderr.write('SKIPPED: no HTML in /usr/share/doc and node_modules\n');
    else expect(equalShare(pages)).toBeGreaterThan(EQUAL_SHARE);
  });
});
