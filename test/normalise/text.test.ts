/** Text as signatures for it expect it: what comes of each byte, and of bytes in blocks. */
import { expect, test } from 'vitest';
import { normaliseText, TextNormaliser } from '../../src/normalise/text.ts';
import { viewsOf } from '../../src/normalise/views.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';
import { TEXT_ROWS } from './text-rows.ts';

const TEXT = 2 ** 7;
const MIXED = Buffer.from('\ufeff \t A\0\u0001 B  \x80c\r\n\u0007\n D\x7f \u00a0 E \x0b', 'latin1');

test.each(TEXT_ROWS)('%s', (_name, text, expected) => {
  expect(Buffer.from(normaliseText(Buffer.from(text, 'latin1'))).toString('latin1')).toBe(expected);
});

test('every byte alone: letters small, white space a space, printable ones and DEL as they are, the rest nothing', () => {
  const outputs = Array.from({ length: 256 }, (_, byte) => Buffer.from(normaliseText(Uint8Array.of(byte))).toString());
  expect(outputs.join('')).toBe(
    `${' '.repeat(6)}!"#$%&'()*+,-./0123456789:;<=>?@abcdefghijklmnopqrstuvwxyz[\\]^_\`abcdefghijklmnopqrstuvwxyz{|}~\x7f`,
  );
});

test('where blocks end does not matter, at any two cuts', () => {
  const whole = Buffer.from(normaliseText(MIXED)).toString('latin1');
  for (let first = 0; first <= MIXED.length; first += 1)
    for (let second = first; second <= MIXED.length; second += 1) {
      const cuts = [MIXED.subarray(0, first), MIXED.subarray(first, second), MIXED.subarray(second)];
      expect(inBlocks(cuts), `cut at ${first} and ${second}`).toBe(whole);
    }
});

test('a text may be normalised in its own memory', () => {
  const bytes = Uint8Array.from(MIXED);
  const written = new TextNormaliser().add(bytes, bytes);
  expect(bytes.subarray(0, written)).toEqual(normaliseText(MIXED));
});

test('the view of a text longer than blocks is the whole text normalised, in memory or in a file', () => {
  const text = Buffer.from('Some  TEXT\n of \0 seven\t'.repeat(12_345));
  for (const memoryBytes of [2 ** 25, 1000]) {
    const [view] = viewsOf(sourceOf(text), TEXT, { spools: new SpoolPool({ memoryBytes }), isTimeOver: () => false });
    if (view?.kind !== 'text') throw new Error(`expected a view, got ${view?.kind}`);
    const bytes = Buffer.alloc(view.source.size);
    for (let at = 0; at < bytes.length; ) at += view.source.read(at, bytes.subarray(at));
    view.source.close();
    expect(bytes.equals(normaliseText(text)), `with ${memoryBytes} bytes of memory`).toBe(true);
    expect(view).toMatchObject({ targets: TEXT, hashes: false });
  }
});

test.each([
  [
    'time that is over',
    sourceOf(Buffer.from('text')),
    true,
    'time',
    'the time was over before the text was normalised',
  ],
  [
    'a source that became shorter',
    { size: 9, read: () => 0 },
    false,
    'damaged',
    'normalised text: expected 9 bytes, got 0',
  ],
] as const)('%s is told instead of a view', (_name, source, isOver, reason, message) => {
  const means = { spools: new SpoolPool(), isTimeOver: () => isOver };
  expect([...viewsOf(source, TEXT, means)]).toEqual([{ kind: 'obstacle', reason, message }]);
});

test.each([
  ['no target', 0],
  ['mail', 2 ** 4],
  ['a program', 2 ** 1],
])('%s has no view as text', (_name, targets) => {
  const means = { spools: new SpoolPool(), isTimeOver: () => false };
  expect([...viewsOf(sourceOf(Buffer.from('TEXT')), targets, means)]).toEqual([]);
});

function inBlocks(blocks: readonly Uint8Array[]): string {
  const normaliser = new TextNormaliser();
  const parts = blocks.map((block) => {
    const into = Buffer.alloc(block.length);
    return into.subarray(0, normaliser.add(block, into));
  });
  return Buffer.concat(parts).toString('latin1');
}

function sourceOf(bytes: Buffer) {
  return { size: bytes.length, read: (at: number, into: Uint8Array) => bytes.copy(into, 0, at) };
}
