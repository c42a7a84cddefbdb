/** What is kept between compilations makes them faster, and never makes another image. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCacheDirectory } from '../../src/scan/cache-directory.ts';
import { compileSources } from '../../src/scan/compile-image.ts';
import { writePatternFile } from '../../src/scan/pattern-writer.ts';
import { PlanAhead } from '../../src/scan/plan-ahead.ts';
import { PlanMemo } from '../../src/scan/plan-memo.ts';
import { prepareImage } from '../../src/scan/prepare-image.ts';
import { findSourceFiles } from '../../src/scan/source-files.ts';
import { loadSource } from '../../src/scan/source-reader.ts';
import { withScene } from './support/scene.ts';

const scene = withScene();
const RELEASED = '2026-01-01T00:00:00.000Z';
/** As many as are worth a memo. */
const COUNT = 10_000;

/** One signature of each kind that a plan says something else of, and many others. */
function lines(changed: (i: number) => boolean = () => false): string {
  const special = [
    'Memo.Any:0:*:6d656d6f(61|62|63)72{4-9}6c6f6e67657220746578742062656869\n',
    'Memo.Start:1:0:4d5a900003000000\n',
    'Memo.Short:0:*:6d656d\n',
    'Memo.Wild:0:*:6d??6d??6f??72??79\n',
    'Memo.Not:0:*:!(6d|6e)656d6f7279206f662061206e6f74\n',
    'Memo.Member:0:$3$:6d656d626572206f662061206d6163726f\n',
  ];
  const many = Array.from({ length: COUNT }, (_, i) => {
    const bytes = Array.from({ length: 12 }, (_, k) => (Math.imul(i + 1, 0x9e3779b1 + k * 0x85ebca6b) >>> 24) | 0);
    return `Memo.${changed(i) ? 'Changed' : 'Line'}-${i}:0:*:${Buffer.from(bytes).toString('hex')}\n`;
  });
  return [...special, ...many].join('');
}
const LOGICAL = [
  'Memo.Regex;Engine:81-255,Target:0;0&1;6d656d6f72697365;0/mem[a-z]{2,9}ory/\n',
  'Memo.Compare;Engine:81-255,Target:0;0&1;6d656d6f72697a65;0(>>4#hb4#>1)\n',
  'Memo.Count;Engine:81-255,Target:0;(0|1)>2;6d656d6f72616e64;756d206f66206d656d\n',
].join('');

function sources() {
  const { files } = findSourceFiles([scene().patterns]);
  return { files, loaded: files.map(loadSource) };
}
/** What comes out with no memory of anything. */
function fresh() {
  const { image, counts } = compileSources(sources().loaded);
  return { bytes: image.bytes, counts };
}
/** What comes out of the cache's memo, which is written anew where that is worth it. */
function remembered() {
  const { files, loaded } = sources();
  const memo = PlanMemo.read(scene().cache, files);
  const { image, counts } = compileSources(loaded, { memo });
  return { bytes: image.bytes, counts, memo };
}
function keep(): void {
  openCacheDirectory(scene().cache);
  const { files } = sources();
  const result = prepareImage({ files, cacheDirectory: scene().cache });
  expect(result.kind).toBe('cached');
}
const memos = (): string[] => readdirSync(scene().cache).filter((name) => name.endsWith('.plans'));
const knows = (line: string): boolean =>
  PlanMemo.read(scene().cache, sources().files).find('ndb', Buffer.from(line)) !== undefined;
const line = (i: number): string => lines().split('\n')[i + 6]!;

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at]! ^= 1;
  return bytes;
}

function expectSame(): void {
  const { bytes, counts } = remembered();
  const expected = fresh();
  expect(Buffer.from(bytes).equals(expected.bytes)).toBe(true);
  expect(counts).toEqual(expected.counts);
}

describe('with a memo', () => {
  test('a set that changed a little becomes the image that it becomes without', () => {
    scene().writePatterns({ 'many.ndb': lines(), 'some.ldb': LOGICAL });
    keep();
    expect(memos()).toHaveLength(1);
    scene().writePatterns({ 'many.ndb': lines((i) => i % 200 === 7), 'some.ldb': LOGICAL });
    expect(knows(line(6))).toBe(true);
    expect(knows(line(7).replace('Line', 'Changed'))).toBe(false);
    expectSame();
  });

  test('no file of the cache holds a pattern as it is, or other scanners would find it there', () => {
    scene().writePatterns({ 'many.ndb': lines(), 'some.ldb': LOGICAL });
    keep();
    expect(memos()).toHaveLength(1);
    const texts = ['memory of a not', 'member of a macro', 'memorise', 'mem[a-z]{2,9}ory'];
    for (const name of readdirSync(scene().cache)) {
      const bytes = readFileSync(join(scene().cache, name));
      expect({ name, found: texts.filter((text) => bytes.includes(text)) }).toEqual({ name, found: [] });
    }
  });

  test('what ignore lists name is left out, by its name and by its line', () => {
    scene().writePatterns({ 'many.ndb': lines() });
    keep();
    const digest = '00000000000000000000000000000000';
    const list = `Memo.Line-1\nMemo.Line-2:${digest}\nMemo.Line-3:${md5(line(3))}\n`;
    scene().writePatterns({ 'many.ndb': lines(), 'some.ign2': list });
    expectSame();
    const { counts } = remembered();
    expect(counts.map(({ skipped }) => skipped.ignored ?? 0).reduce((a, b) => a + b)).toBe(2);
  });

  test('the records of a pattern file are known as lines are', () => {
    const directory = scene().patterns;
    const source = scene().write('source/many.ndb', lines());
    writePatternFile([source], { output: join(directory, '1.npf'), number: 1, channel: 'test', released: RELEASED });
    keep();
    const changed = scene().write(
      'source/many.ndb',
      lines((i) => i % 500 === 1),
    );
    writePatternFile([changed], { output: join(directory, '1.npf'), number: 2, channel: 'test', released: RELEASED });
    expectSame();
  });

  test('another set in the same place takes over what it has in common, and leaves the rest', () => {
    scene().writePatterns({ 'many.ndb': lines() });
    keep();
    scene().writePatterns({ 'many.ndb': lines((i) => i % 3 === 0) });
    keep();
    expect(memos()).toHaveLength(1);
    expect(knows(line(1))).toBe(true);
    expect(knows(line(3))).toBe(false);
  });

  test('a few signatures are not worth one', () => {
    scene().writePatterns({ 'few.ndb': lines().split('\n').slice(0, 50).join('\n') });
    keep();
    expect(memos()).toEqual([]);
  });
});

describe('with a second thread that plans', () => {
  /** More than is planned before a thread is up. */
  const many = (): Record<string, string> => ({
    'a.ndb': lines(),
    'b.ldb': LOGICAL,
    'c.ndb': lines().replaceAll(':0:*:', ':0:*:7365636f6e64207468726561642c206c6f6e67206c696e6573{1-7}'),
  });

  test('the same image comes out, whoever was faster', () => {
    scene().writePatterns(many());
    const { loaded } = sources();
    const memo = PlanMemo.empty();
    const ahead = PlanAhead.start(loaded);
    expect(ahead).toBeDefined();
    const { image, counts } = compileSources(loaded, { memo, ahead });
    const expected = fresh();
    expect(Buffer.from(image.bytes).equals(expected.bytes)).toBe(true);
    expect(counts).toEqual(expected.counts);
  });

  test('all lines are planned by it when the first thread comes late, and the image is the same', async () => {
    scene().writePatterns(many());
    const { loaded } = sources();
    const ahead = PlanAhead.start(loaded)!;
    await ahead.ended;
    const memo = PlanMemo.empty();
    for (const plans of ahead.reach(loaded[0]!.parts[0]!.bytes)!) memo.takeOver(plans);
    expect(memo.find('ndb', Buffer.from(line(COUNT / 2)))).toBeDefined();
    const { image } = compileSources(loaded, { memo });
    expect(Buffer.from(image.bytes).equals(fresh().bytes)).toBe(true);
  });

  test('there is none for a few lines', () => {
    scene().writePatterns({ 'many.ndb': 'Memo.One:0:*:6d656d6f7279\n' });
    expect(PlanAhead.start(sources().loaded)).toBeUndefined();
  });
});

describe('a memo that is damaged is not believed', () => {
  const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['in its digest', (bytes) => flipped(bytes, 3)],
    ['in its count', (bytes) => flipped(bytes, 33)],
    ['in the digest of a line', (bytes) => flipped(bytes, 40)],
    ['in a plan', (bytes) => flipped(bytes, bytes.length - 20)],
    ['at its end', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['after its digest', (bytes) => bytes.subarray(0, 33)],
    ['and empty', (bytes) => bytes.subarray(0, 0)],
  ];
  test.each(DAMAGES)('%s', (_, damage) => {
    scene().writePatterns({ 'many.ndb': lines() });
    keep();
    const path = join(scene().cache, memos()[0]!);
    writeFileSync(path, damage(readFileSync(path)));
    expect(knows(line(6))).toBe(false);
  });
});
