/** Which views an object has. */
import { describe, expect, test } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { viewsOf } from '../../src/normalise/views.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';

const HTML = ['htmlNoComment', 'htmlNoTags'];

const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ['text has one', 'some text', ['text']],
  ['a page has the two of HTML', '<html>some text', HTML],
  ['a page with a script has that as well', '<html>some text<script>a=1;</script>', [...HTML, 'script']],
  ['what is a page to people alone is looked at as text, too', '<body>some text</body>', ['text', ...HTML]],
  ['a doctype makes a page to people alone', '<!DOCTYPE html><p>some text', ['text', ...HTML]],
  ['other data has none', `${'\0'.repeat(60)}some data`, []],
];

describe('views', () => {
  test.each(ROWS)('%s', (_, text, kinds) => {
    const source = new MemorySource(Buffer.from(text, 'latin1'));
    const seen: string[] = [];
    for (const view of viewsOf(source, sight(source).targets, { spools: new SpoolPool(), isTimeOver: () => false })) {
      seen.push(view.kind);
      if (view.kind !== 'obstacle') view.source.close();
    }
    expect(seen).toEqual(kinds);
  });
});
