/**
 * What becomes of a page, row by row. All rows are what `sigtool --html-normalise` of clamscan 1.4.6 writes.
 */
import { describe, expect, test } from 'vitest';
import { HtmlNormaliser } from '../../src/normalise/html.ts';
import { type NormalisedHtml, normaliseHtml } from '../../src/normalise/html-page.ts';
import { ENCODED_ROWS } from './encoded-rows.ts';
import { HTML_ROWS } from './html-rows.ts';

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function shown({ noComment, noTags, script }: NormalisedHtml): readonly string[] {
  return [noComment, noTags, script].map((bytes) => Buffer.from(bytes).toString('latin1'));
}

function inBlocks(blocks: readonly Uint8Array[]): readonly string[] {
  const parts: Record<'noComment' | 'noTags' | 'script', Uint8Array[]> = { noComment: [], noTags: [], script: [] };
  const normaliser = new HtmlNormaliser({
    noComment: (block) => parts.noComment.push(block),
    noTags: (block) => parts.noTags.push(block),
    script: (block) => parts.script.push(block),
  });
  for (const block of blocks) normaliser.add(block);
  normaliser.finish();
  return shown({
    noComment: Buffer.concat(parts.noComment),
    noTags: Buffer.concat(parts.noTags),
    script: Buffer.concat(parts.script),
  });
}

describe('normalised HTML', () => {
  for (const [name, page, noComment, noTags, script = ''] of [...HTML_ROWS, ...ENCODED_ROWS]) {
    test(name, () => {
      const bytes = latin1(page);
      expect(shown(normaliseHtml(bytes))).toEqual([noComment, noTags, script]);
      for (let cut = 0; cut <= bytes.length; cut++)
        expect(inBlocks([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual([
          noComment,
          noTags,
          script,
        ]);
    });
  }

  test('a page many times longer than a block of the reader comes out whole', () => {
    const page = latin1(`<p title="A  b">Hello &amp; <b>World</b></p>\n`.repeat(5000));
    expect(shown(normaliseHtml(page))[0]).toBe('<p title="a b">hello & <b>world</b></p>'.repeat(5000));
  });

  test.each([8190, 8191, 8192])('of two spaces behind %i bytes one stays, unless they begin a block', (count) => {
    const page = latin1(`A b${'c'.repeat(count - 3)}  ${'d'.repeat(9000)}`);
    const expected = `a b${'c'.repeat(count - 3)}${count === 8191 ? '' : ' '}${'d'.repeat(9000)}`;
    for (const cut of [0, 1, 8190, 8191, 8192, 8193, 8194])
      expect(inBlocks([page.subarray(0, cut), page.subarray(cut)])[0]).toBe(expected);
  });

  // Lengths of a word behind so many spaces that a block of 8,191 bytes is full: what follows the word loses its space when that begins a block, too.
  test.each([
    [1, [8190]],
    [2, [8189, 8191]],
    [3, [8188, 8191]],
    [5, [8186, 8191]],
  ])('%i spaces behind a full block belong to the next one', (count, lengths) => {
    const page = (length: number): Uint8Array =>
      latin1(`${'a'.repeat(8191)}${' '.repeat(count)}${'b'.repeat(length)} z${'c'.repeat(100)}`);
    const isLost = (length: number): boolean => !shown(normaliseHtml(page(length)))[0].includes(' z');
    const all = Array.from({ length: 16 }, (_, i) => 8180 + i);
    expect(all.filter(isLost)).toEqual(lengths);
  });

  test('every byte in every place is taken, and what comes out is at most eight times as long', () => {
    for (const around of [
      '<',
      '<a ',
      '<a b=',
      '<a href="',
      '<script>',
      '<script></',
      '&',
      '&#',
      '<p a="data:',
      '<!',
      '\xe9',
    ])
      for (let byte = 0; byte < 256; byte++) {
        const page = latin1(around + String.fromCharCode(byte) + around);
        const length = shown(normaliseHtml(page))
          .slice(0, 2)
          .reduce((sum, text) => sum + text.length, 0);
        expect(length).toBeLessThanOrEqual(8 * page.length);
      }
  });
});
