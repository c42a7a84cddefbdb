/** File types from ftm lines, as clamscan takes them: which targets the signatures have that find a mark in objects of made-up kinds. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { TypeRules } from '../../src/filetype/type-rules.ts';
import { signatureOf } from '../dialects/clamav/read-lines.ts';
import { sourceOf } from '../filetype/support.ts';

const version = spawnSync('clamscan', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const hasOracle = version.startsWith('ClamAV 1.4');
if (!hasOracle) process.stderr.write('SKIPPED: no clamscan 1.4 here; file types from ftm are not compared with it\n');

const directory = mkdtempSync(join(tmpdir(), 'real-type-rules-'));
afterAll(() => rmSync(directory, { recursive: true }));

const MARK = 'marked by the test';
/** Those that other data, or text as it is, does not have: the rest depends on views. */
const TARGETS = [1, 3, 4, 5, 6, 9, 10, 11, 12];
const OTHER = '\0\x01'.repeat(100);
const OBJECTS = {
  made: `QQQQ${OTHER}${MARK}`,
  text: `QQQQ is the beginning of a text, ${MARK}`,
  moved: `\0\x01\0\x01\0QQQQ${OTHER}${MARK}`,
  late: `${'\0\x01'.repeat(511)}QQQQ${MARK}`,
  gap: `QQabcRR${OTHER}${MARK}`,
  word: `\0\x01 QQQQ-${OTHER}${MARK}`,
  letters: `\0\x01aQQQQb${OTHER}${MARK}`,
  line: `\0\x01\nQQQQ\n${OTHER}${MARK}`,
  dash: `\0\x01QQ-QQ${OTHER}${MARK}`,
  letter: `\0\x01QQaQQ${OTHER}${MARK}`,
  // Left out where plain bytes take the place of what is built in there.
  picture: `GIF89a${OTHER}${MARK}`,
  program: `MZ${OTHER}${MARK}`,
} as const;
type ObjectName = keyof typeof OBJECTS;
const ALL = Object.keys(OBJECTS) as ObjectName[];
const UNKNOWN_THERE: readonly ObjectName[] = ['made', 'text', 'moved', 'late', 'gap'];

const ROWS: readonly (readonly [name: string, lines: readonly string[], objects: readonly ObjectName[]])[] = [
  ['no rules', [], ALL],
  ['plain bytes at the start', ['0:0:51515151:ANY:MSEXE'], UNKNOWN_THERE],
  ['plain bytes further on', ['0:5:51515151:ANY:GRAPHICS'], UNKNOWN_THERE],
  ['plain bytes over the first 1,024', ['0:1022:51515151:ANY:GRAPHICS'], UNKNOWN_THERE],
  ['plain bytes of another type', ['0:0:474946:ANY:ELF'], [...UNKNOWN_THERE, 'picture']],
  ['two rules of plain bytes', ['0:0:51515151:ANY:GRAPHICS', '0:0:51515151:ANY:ELF'], UNKNOWN_THERE],
  ['a pattern at the start', ['1:0:5151??51:ANY:GRAPHICS'], ALL],
  ['a pattern further on', ['1:5:5151??51:ANY:GRAPHICS'], ALL],
  ['a pattern in any place', ['1:*:5151??51:ANY:ELF'], ALL],
  ['a pattern in programs and pictures', [`1:*:${Buffer.from('marked').toString('hex')}:ANY:ELF`], ALL],
  ['a pattern with a gap', ['1:*:5151{2-4}5252:ANY:ELF'], ALL],
  ['a word boundary in front', ['1:*:(B)51515151:ANY:ELF'], ALL],
  ['a word boundary behind', ['1:*:51515151(B):ANY:ELF'], ALL],
  ['a line boundary in front', ['1:*:(L)51515151:ANY:ELF'], ALL],
  ['a line boundary at the start', ['1:0:(L)51515151:ANY:ELF'], ALL],
  ['no letter on either side', ['1:*:(W)51515151(W):ANY:ELF'], ALL],
  ['a boundary between two parts', ['1:*:5151(B)5151:ANY:ELF'], ALL],
  ['two rules of patterns', ['1:0:5151??51:ANY:GRAPHICS', '1:0:5151??51:ANY:ELF'], ALL],
  ['a pattern that wants text', ['1:0:5151??51:TEXT_ASCII:GRAPHICS'], ALL],
  ['a pattern that wants data', ['1:0:5151??51:BINARY_DATA:GRAPHICS'], ALL],
  ['a pattern that wants a program', ['1:0:5151??51:ELF:GRAPHICS'], ALL],
];

function lineOf(rule: string): string {
  const [kind, offset, bytes, requires, type] = rule.split(':');
  return [kind, offset, bytes, 'Made', `CL_TYPE_${requires}`, `CL_TYPE_${type}`].join(':');
}

/** Targets with which the mark is found, by object. */
function theirs(lines: readonly string[], objects: readonly ObjectName[]): (readonly [ObjectName, number[]])[] {
  const database = mkdtempSync(join(directory, 'database-'));
  if (lines.length > 0) writeFileSync(join(database, 'made.ftm'), `${lines.join('\n')}\n`);
  const mark = Buffer.from(MARK).toString('hex');
  writeFileSync(join(database, 'made.ndb'), TARGETS.map((target) => `T${target}:${target}:*:${mark}\n`).join(''));
  mkdirSync(join(database, 'objects'));
  const paths = objects.map((name) => join(database, 'objects', name));
  for (const [i, name] of objects.entries()) writeFileSync(paths[i], OBJECTS[name], 'latin1');
  const { stdout } = spawnSync('clamscan', ['-z', '--no-summary', '-d', database, ...paths], { encoding: 'utf8' });
  return objects.map((name, i) => [
    name,
    TARGETS.filter((target) => stdout.includes(`${paths[i]}: T${target}.UNOFFICIAL FOUND`)),
  ]);
}

function ours(lines: readonly string[], objects: readonly ObjectName[]): (readonly [ObjectName, number[]])[] {
  const rules = TypeRules.from(
    lines.map((line) => signatureOf(line, 'ftm')).filter((each) => each.kind === 'fileType'),
  );
  return objects.map((name) => {
    const { targets } = sight(sourceOf(Buffer.from(OBJECTS[name], 'latin1')), rules);
    return [name, TARGETS.filter((target) => (targets >>> target) & 1)];
  });
}

describe.runIf(hasOracle)('clamscan agrees', () => {
  test.each(ROWS)('%s', (_name, rules, objects) => {
    const lines = rules.map(lineOf);
    expect(ours(lines, objects)).toEqual(theirs(lines, objects));
  });
});
