/**
 * Scans mixed objects ten thousand times, and says how much memory is held after the first thousand and at the end, as one line of JSON.
 *
 * Arguments: directory of patterns, cache, number of scans before the first look and between the two, and `leak` to keep ten kilobytes of each.
 */
import { Engine } from '../../../src/scan/engine.ts';
import { peOf } from '../../filetype/support.ts';
import { gzipOf, noise, zipOf } from '../../unpack/support.ts';
import { heldBytes } from './collect.ts';

const THREADS = 2;
const [patterns, cacheDirectory, warm, measured, leak] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const kept: Buffer[] = [];

const text = Buffer.from('A letter of some words, as they are written every day.\r\n'.repeat(40));
const page = Buffer.from(
  `<html><body class="a">${'<p>words <a href="x">link</a>'.repeat(50)}<script>var a = unescape("%41%42"); f(a);</script></body></html>`,
);
const objects: readonly Buffer[] = [
  text,
  page,
  noise(20_000),
  peOf(),
  gzipOf(text),
  gzipOf(noise(300_000), 2),
  zipOf([
    { name: 'text', bytes: text },
    { name: 'page', bytes: page },
    { name: 'inner', bytes: zipOf([{ name: 'evil', bytes: Buffer.from('--this text is evil--') }]) },
  ]),
  zipOf([{ name: 'many words', bytes: Buffer.alloc(200_000, 'many words ') }]),
  Buffer.from('--this text is evil--'),
  Buffer.alloc(0),
];

export interface Soaked {
  /** Bytes held by the main thread and the workers, after a collection in each. */
  readonly held: number;
  readonly resident: number;
}

await using engine = await Engine.open({ patterns: [patterns], cacheDirectory, threads: THREADS });

let done = 0;
async function scan(count: number): Promise<void> {
  const next = async (): Promise<void> => {
    while (--count >= 0) {
      await engine.scanBuffer(objects[done++ % objects.length]!);
      if (leak === 'leak') kept.push(Buffer.alloc(10_240));
    }
  };
  await Promise.all(Array.from({ length: 2 * THREADS }, next));
}

async function look(): Promise<Soaked> {
  const held = await heldBytes(THREADS, () => scan(objects.length));
  return { held, resident: process.memoryUsage().rss };
}

await scan(Number(warm));
const before = await look();
await scan(Number(measured));
const after = await look();
process.stdout.write(`${JSON.stringify({ before, after })}\n`);
