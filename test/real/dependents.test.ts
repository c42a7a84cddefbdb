/**
 * Byte compares and macros with Debian's clamscan as the judge: the rows of test/engine/tables/numbers.ts are what it reads, and ours what it finds.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findClamscan } from '../../bench/scan/clamscan.ts';
import type { Findings, ScanEngine } from '../../bench/scan/findings.ts';
import { ourEngine } from '../../bench/scan/ours.ts';
import type { NumberRow } from '../engine/tables/numbers.ts';
import * as tables from '../engine/tables/numbers.ts';

const clamscan = findClamscan();
if (typeof clamscan === 'string')
  process.stderr.write(`SKIPPED: ${clamscan}; no byte compare and no macro is compared with it\n`);

const directory = mkdtempSync(join(tmpdir(), 'real-dependents-'));
const path = (...names: string[]): string => join(directory, ...names);
afterAll(() => rmSync(directory, { recursive: true }));

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
// Neither text, which is searched a second time, nor any known type.
const HEAD = '\0\x01\xff\xfe\x80';
const TAIL = '\0\xff~'.repeat(40);
const BLOCK = 'Engine:81-255,Target:0';

interface Case {
  readonly name: string;
  readonly lines: readonly string[];
  readonly object: string;
  readonly found: readonly string[];
}

const NUMBERS: readonly NumberRow[] = Object.values<readonly NumberRow[]>(tables).flat();
const NUMBER_CASES = NUMBERS.map(([name, options, text, value], i): Case => {
  const mark = `M${String(i).padStart(3, '0')}K`;
  const line = (suffix: string, comparison: string): string =>
    `N${i}.${suffix};${BLOCK};0&1;${hex(mark)};0(>>5#${options}#${comparison})`;
  const lines = [line('Any', '>-9000000'), line('More', `>${value ?? 0}`)];
  if (value !== undefined) lines.push(line('Equal', `=${value}`), line('Bounds', `>${value - 1},<${value + 1}`));
  const found = value === undefined ? [] : [`N${i}.Any`, `N${i}.Bounds`, `N${i}.Equal`];
  return { name, lines, object: `${HEAD}${mark}${text}${TAIL}`, found };
});

/** Where the number lies, and at which match; `{P}` is a mark of the row, and what is last has nothing behind it. */
const PLACES: readonly (readonly [name: string, compared: string, object: string, holds: boolean, isLast?: true])[] = [
  ['the last match counts', '0(>>5#db4#=1234)', '{P}K5678{P}K1234', true],
  ['the first match does not', '0(>>5#db4#=1234)', '{P}K1234{P}K5678', false],
  ['before the match', '0(<<4#db4#=1234)', '1234{P}K', true],
  ['a number that ends with the object', '0(>>5#db4#=1234)', '{P}K1234', true, true],
  ['a number that does not', '0(>>5#db5#=1234)', '{P}K1234', false, true],
];
const PLACE_CASES = PLACES.map(([name, compared, object, holds, isLast], i): Case => {
  const mark = `P${String(i).padStart(3, '0')}`;
  const bytes = object.replaceAll('{P}', mark);
  return {
    name,
    lines: [`Place${i};${BLOCK};0&1;${hex(`${mark}K`)};${compared}`],
    object: isLast ? `${HEAD}${TAIL}${bytes}` : `${HEAD}${bytes}${TAIL}`,
    found: holds ? [`Place${i}`] : [],
  };
});

/** Members `BBBB` and `CC?C`, 6 to 7 bytes from the start of AAAA. There the macro is found only when another AAAA follows. */
const MACRO_LINE = `Macro;${BLOCK};0&1;${hex('AAAA')};\${6-7}12$`;
const MACROS: readonly (readonly [name: string, object: string, holds: boolean])[] = [
  ['one byte too near', 'AAAA.BBBB', false],
  ['at the least distance', 'AAAA..BBBB', true],
  ['at the greatest distance', 'AAAA...BBBB', true],
  ['one byte too far', 'AAAA....BBBB', false],
  ['another member', 'AAAA..CCxC', true],
  ['a member of another group', 'AAAA..DDDD', false],
  ['a member in front of it', 'BBBB..AAAA', false],
  ['one in front and one behind', 'BBBB...AAAA..BBBB', true],
];
const MACRO_CASES = MACROS.map(([name, object, holds]): Case => {
  const again = `${'-'.repeat(30)}AAAA`;
  return { name, lines: [], object: `${HEAD}${object}${again}${TAIL}`, found: holds ? ['Macro'] : [] };
});
const MEMBERS = [`B:0:$12$:${hex('BBBB')}`, 'C:0:$12$:4343??43', `D:0:$13$:${hex('DDDD')}`];

const CASES = [...NUMBER_CASES, ...PLACE_CASES, ...MACRO_CASES];

describe.skipIf(typeof clamscan === 'string')('as clamscan has it', () => {
  const namesOf = (findings: Findings, i: number): string[] =>
    [...(findings.names.get(path('objects', String(i))) ?? [])].sort();
  let found: readonly (readonly [string, Findings])[];

  beforeAll(async () => {
    mkdirSync(path('patterns'));
    mkdirSync(path('objects'));
    const lines = [MACRO_LINE, ...CASES.flatMap((each) => each.lines)];
    writeFileSync(path('patterns', 'own.ldb'), `${lines.join('\n')}\n`);
    writeFileSync(path('patterns', 'own.ndb'), `${MEMBERS.join('\n')}\n`);
    CASES.forEach(({ object }, i) => {
      writeFileSync(path('objects', String(i)), object, 'latin1');
    });
    const ours = ourEngine(path('cache'));
    if (typeof ours === 'string') throw new Error(ours);
    const ask = async (engine: ScanEngine): Promise<Findings> =>
      (await engine.scan([path('patterns')], [path('objects')])).findings;
    found = [
      ['clamscan', await ask(clamscan as ScanEngine)],
      ['ours', await ask(ours)],
    ];
  });

  test.each(CASES.map((each, i) => ({ ...each, i })))('$name', ({ found: expected, i }) => {
    for (const [engine, findings] of found) expect(namesOf(findings, i), engine).toEqual([...expected].sort());
  });
});
