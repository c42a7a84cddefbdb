/**
 * Regular expressions of logical signatures, with Debian's clamscan as the judge: where a match may begin and end, how many there are, and when one is
 * searched at all.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elfHost, type Host, peHost } from '../../bench/plants/hosts.ts';
import { makeRealSet, whyNoRealSet } from '../../bench/real-set.ts';
import { findClamscan } from '../../bench/scan/clamscan.ts';
import { differences } from '../../bench/scan/compare.ts';
import type { Findings, ScanEngine } from '../../bench/scan/findings.ts';
import { ourEngine } from '../../bench/scan/ours.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { type RealRegex, realRegexes } from './real-regexes.ts';
import {
  PROGRAM_LINES,
  PROGRAM_TEXTS,
  REGEX_LINES,
  REGEX_TEXTS,
  type RegexLine,
  TRIGGER_LINES,
  TRIGGER_TEXTS,
} from './regex-lines.ts';

/** Its own limit on the ways that one expression may try is reached by some of the real ones. */
const ALL_WAYS = ['--pcre-match-limit=100000000', '--pcre-recmatch-limit=1000000'];
const clamscan = findClamscan(ALL_WAYS);
if (typeof clamscan === 'string')
  process.stderr.write(`SKIPPED: ${clamscan}; no regular expression is compared with it\n`);

const directory = mkdtempSync(join(tmpdir(), 'real-regexes-'));
const path = (...names: string[]): string => join(directory, ...names);
afterAll(() => rmSync(directory, { recursive: true }));

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const COUNTS = [1, 2, 3, 4, 5];
/** clamscan has no filter for its pattern when it is for any type of file, and refuses the whole database then. */
const REFUSED_THERE = 'Doc.Downloader.Macro-6539595-0';

/** Found by clamscan alone, and not meant: there `EOF-n` that lies one byte in front of the file is `*`, since −1 stands for that. */
function isBeforeStart(name: string, size: number): boolean {
  const line = REGEX_LINES.find(([each]) => name.startsWith(`Own.${each}.`));
  return line?.[1].startsWith(`EOF-${size + 1}`) ?? false;
}

async function compare(
  room: string,
  lines: readonly string[],
  objects: readonly string[],
): Promise<{ ours: Findings; peer: Findings }> {
  mkdirSync(path(room, 'patterns'), { recursive: true });
  mkdirSync(path(room, 'objects'));
  writeFileSync(path(room, 'patterns', 'own.ldb'), `${lines.join('\n')}\n`, 'latin1');
  objects.forEach((text, i) => {
    writeFileSync(path(room, 'objects', String(i)), text, 'latin1');
  });
  const engine = ourEngine(path('cache'));
  if (typeof engine === 'string') throw new Error(engine);
  const ask = async (each: ScanEngine): Promise<Findings> =>
    (await each.scan([path(room, 'patterns')], [path(room, 'objects')])).findings;
  return { ours: await ask(engine), peer: await ask(clamscan as ScanEngine) };
}

/** What differs and is not declared, for people. */
function unexplained(found: { ours: Findings; peer: Findings }, objects: readonly string[]): string[] {
  return differences(found.ours, found.peer).flatMap(({ name, foundBy, path }) => {
    const object = objects[Number(basename(path))]!;
    if (foundBy === 'peer' && isBeforeStart(name, object.length)) return [];
    return [`${name} by ${foundBy} alone in ${JSON.stringify(object.slice(0, 60))}`];
  });
}

/** What was found, but in these files. */
function without(names: Findings['names'], files: ReadonlyMap<string, string>): Findings['names'] {
  return new Map([...names].filter(([file]) => !files.has(file)));
}

/** An expression asked for by count. */
function linesOf(lines: readonly RegexLine[], target: number): string[] {
  return lines.flatMap(([name, offset, source, flags]) =>
    COUNTS.map(
      (count) =>
        `Own.${name}.${count};Engine:81-255,Target:${target};0&1=${count};${hex('trigger')};${offset}0/${source}/${flags}`,
    ),
  );
}

/** As text, a character for each byte. */
function programOf(host: Host, texts: (typeof PROGRAM_TEXTS)[number]): string {
  const { bytes, sectionOffsets } = host;
  bytes.write('trigger', sectionOffsets[2]! + 200, 'latin1');
  for (const [section, offset, text] of texts) bytes.write(text, sectionOffsets[section]! + offset, 'latin1');
  return bytes.toString('latin1');
}

describe.skipIf(typeof clamscan === 'string')('regular expressions as clamscan has them', () => {
  describe('places and counts', () => {
    const lines = linesOf(REGEX_LINES, 0);
    const objects = REGEX_TEXTS.map(([before, behind]) => `${before}trigger${behind}`);
    let found: { ours: Findings; peer: Findings };
    beforeAll(async () => {
      found = await compare('places', lines, objects);
    });

    test('the names agree object by object', () => {
      expect(unexplained(found, objects)).toEqual([]);
    });

    test('every expression is found somewhere by clamscan, and nearly all of them somewhere not', () => {
      const all = new Set(
        [...found.peer.names.values()].flatMap((names) => [...names].map((name) => name.split('.')[1])),
      );
      expect(REGEX_LINES.map(([name]) => name).filter((name) => !all.has(name))).toEqual(['AtBehind']);
    });
  });

  test.each([
    ['PE', peHost, 1],
    ['ELF', elfHost, 6],
  ] as const)(
    'entry points and sections of %s',
    async (kind, makeHost, target) => {
      const objects = PROGRAM_TEXTS.map((texts) =>
        programOf(makeHost({ sections: [512, 512, 512], entry: 64 }), texts),
      );
      const found = await compare(kind, linesOf(PROGRAM_LINES, target), objects);
      expect(unexplained(found, objects)).toEqual([]);
      const names = new Set(
        [...found.peer.names.values()].flatMap((each) => [...each].map((name) => name.split('.')[1])),
      );
      expect(PROGRAM_LINES.map(([name]) => name).filter((name) => !names.has(name))).toEqual(['SectionNone', 'InNone']);
    },
    120_000,
  );

  test('those of the real set, in objects made for them', async ({ skip }) => {
    const missing = whyNoRealSet();
    if (missing !== undefined) {
      process.stderr.write(`SKIPPED: ${missing}; the real regular expressions are not compared\n`);
      return skip(missing);
    }
    const seed = seedOf('real regular expressions');
    const text = readFileSync(join(makeRealSet(path('real')), 'main.ldb'), 'latin1');
    const reals = realRegexes(text, new Random(seed)).filter(({ name }) => name !== REFUSED_THERE);
    const objects = reals.map(({ object }) => Buffer.from(object).toString('latin1'));
    const found = await compare(
      'reals',
      reals.map(({ line }) => line),
      objects,
    );
    // Whose budget for all ways is used up is told, and is no answer.
    const told = found.ours.unscanned;
    const differing = unexplained(
      { ...found, peer: { ...found.peer, names: without(found.peer.names, told) } },
      objects,
    );
    expect(differing, `seed ${seed}`).toEqual([]);
    expect(told.size, [...told].join()).toBeLessThan(reals.length * 0.01);
    const isFound = ({ name }: RealRegex, i: number): boolean =>
      found.peer.names.get(path('reals', 'objects', String(i)))?.has(name) ?? false;
    expect(reals.length).toBeGreaterThan(450);
    expect(reals.filter(isFound).length).toBeGreaterThan(reals.length * 0.98);
  });

  test('triggers', async () => {
    const lines = TRIGGER_LINES.map(
      ([name, trigger]) =>
        `Own.${name};Engine:81-255,Target:0;2;${hex('trigger')};${hex('other')};${trigger}/own[0-9]x/`,
    );
    const found = await compare('triggers', lines, TRIGGER_TEXTS);
    expect(unexplained(found, TRIGGER_TEXTS)).toEqual([]);
    expect(found.peer.names.size).toBeGreaterThan(4);
  });
});
