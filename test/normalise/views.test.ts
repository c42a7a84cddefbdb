/** Which views an object has. */
import { describe, expect, test } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { viewsOf } from '../../src/normalise/views.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';

const HTML = ['htmlNoComment', 'htmlNoTags'];

/** UTF-16 as characters of Latin-1. */
const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
const turned = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('latin1');

const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ['text has one', 'some text', ['text']],
  ['a page has the two of HTML', '<html>some text', HTML],
  ['a page with a script has that as well', '<html>some text<script>a=1;</script>', [...HTML, 'script']],
  ['what is a page to people alone is looked at as text, too', '<body>some text</body>', ['text', ...HTML]],
  ['a doctype makes a page to people alone', '<!DOCTYPE html><p>some text', ['text', ...HTML]],
  ['a page in UTF-16 is a page', wide('\ufeff<html>some text'), HTML],
  ['a page in UTF-16 without a mark is one', wide('<html>some text'), HTML],
  ['one in big-endian UTF-16 is one to people alone', turned('<html>some text'), ['text', ...HTML]],
  ['one in big-endian UTF-16 with a mark is one', turned('\ufeff<html>some text'), HTML],
  ['UTF-16 is looked at for marks in its first 1,024 bytes', wide(`\ufeff${'a '.repeat(252)} <html>`), HTML],
  ['what comes behind is one to people alone', wide(`\ufeff${'a '.repeat(253)}<html>`), ['text', ...HTML]],
  ['marks behind 64 KiB of a text make a page', `${'text '.repeat(20_000)}<html>`, HTML],
  ['a link there does, too', `${'text '.repeat(20_000)}<A x${' '.repeat(70_000)}hRef`, HTML],
  ['its letters count there', `${'text '.repeat(20_000)}<hTml>`, ['text']],
  ['a mark that lies in two blocks counts', `${' '.repeat(2 * 65_536 - 3)}<html>`, HTML],
  ['behind control characters no mark counts', `ab\0\x01${' '.repeat(2000)}<html>`, []],
  ['a mail has none, whatever is in it', 'From: a\n\n<html>', []],
  ['an encoded script is a page with that script', '#@~^AQAAAA==aAAAAAA==^#~@', [...HTML, 'script']],
  ['a text with an encoded script in it is none', ' #@~^AQAAAA==aAAAAAA==^#~@', ['text']],
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
