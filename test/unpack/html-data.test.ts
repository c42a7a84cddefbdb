/** Files in the addresses of a page. test/real/html-data.test.ts asks clamscan for the same. */
import { describe, expect, test } from 'vitest';
import { Budget } from '../../src/unpack/budget.ts';
import { hasHtmlData, htmlData } from '../../src/unpack/html-data.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';
import { HTML_DATA_ROWS } from './html-data-rows.ts';

const LIMITS = {
  maxDepth: 8,
  maxEntries: 1000,
  maxExpandedBytes: 2 ** 24,
  maxRatio: 100,
  ratioFloorBytes: 2 ** 20,
  timeoutMs: 60_000,
};

async function filesOf(page: Buffer, limits = LIMITS): Promise<string[]> {
  const source = new MemorySource(page);
  const budget = new Budget(limits, page.length);
  const items = htmlData.items(source, { budget, spools: new SpoolPool(), name: '' });
  const files: string[] = [];
  for (let next = await items.next(); !next.done; next = await items.next()) {
    if (next.value.kind === 'obstacle') continue;
    const { source } = await next.value.open();
    if (source === undefined) continue;
    const bytes = Buffer.alloc(source.size);
    source.read(0, bytes);
    source.close();
    files.push(bytes.toString('latin1'));
  }
  return files;
}

describe('files in a page', () => {
  test.each(HTML_DATA_ROWS)('%s', async (_name, page, files) => {
    expect(await filesOf(Buffer.from(page, 'latin1'))).toEqual(files);
    if (files.length > 0) expect(hasHtmlData(new MemorySource(Buffer.from(page, 'latin1')))).toBe(true);
  });

  test('wherever it lies in the blocks that are read', async () => {
    for (const at of [
      65_500, 65_524, 65_525, 65_526, 65_530, 65_531, 65_532, 65_533, 65_534, 65_535, 65_536, 200_000,
    ]) {
      const page = Buffer.from(`<html>${' '.repeat(at)}<a href="data:,Hello">`);
      expect(hasHtmlData(new MemorySource(page)), `behind ${at} spaces`).toBe(true);
      expect(await filesOf(page), `behind ${at} spaces`).toEqual(['Hello\n']);
    }
  });

  test('a file of any size comes out whole', async () => {
    const file = 'abc \0\xff'.repeat(50_000);
    const page = Buffer.from(`<a x="data:;base64,${Buffer.from(file, 'latin1').toString('base64')}">`);
    expect((await filesOf(page))[0] === file).toBe(true);
  });

  test('cut at every length, and with every byte in every place, nothing is thrown', async () => {
    const page = '<p a=x b="data:x;base64,SGV%41sbG8="><style>a{b:url(data:;base64,SGVs)}</style><!--';
    for (let cut = 0; cut <= page.length; cut++) await filesOf(Buffer.from(page.slice(0, cut)));
    for (let at = 0; at < page.length; at++)
      for (const byte of [0, 0x20, 0x22, 0x25, 0x28, 0x3c, 0x3e, 0x80, 0xff]) {
        const bytes = Buffer.from(page);
        bytes[at] = byte;
        await filesOf(bytes);
      }
  });

  test('the budget ends it', async () => {
    const page = Buffer.from('<a x="data:,Hello there">'.repeat(1000));
    expect((await filesOf(page, { ...LIMITS, maxExpandedBytes: 100 })).length).toBeLessThan(12);
  });
});
