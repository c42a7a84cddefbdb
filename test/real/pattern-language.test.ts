/** The tables of the pattern language, asked of clamscan: how often each pattern is in its haystack. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rightAlone } from '../fuzz/compare.ts';
import { declaredKind } from '../fuzz/declared.ts';
import { askClamscan } from '../fuzz/sides.ts';
import { holds, subsignatureMatches, type TwinLine, type TwinObject } from '../fuzz/twin.ts';
import { countOf } from '../fuzz/twin-pattern.ts';
import { latin1 } from '../support/engine/notation.ts';
import { isAnywhere, patternText, type SpanRow } from '../tables/clamav/spans.ts';
import * as bytes from '../tables/clamav/spans-bytes.ts';
import * as edges from '../tables/clamav/spans-edges.ts';
import * as gaps from '../tables/clamav/spans-gaps.ts';
import * as groups from '../tables/clamav/spans-groups.ts';
import { REGRESSION } from '../tables/clamav/spans-regression.ts';

const TABLES: Readonly<Record<string, readonly SpanRow[]>> = { ...bytes, ...gaps, ...groups, ...edges, REGRESSION };
const ROWS = Object.values(TABLES).flat().filter(isAnywhere);
/** In front of the haystack: no text, no other type, nothing that a pattern could take. */
const DATA_START = Uint8Array.of(0x01, 0x00, 0xfe, 0x02, 0x00, 0x03, 0x7e, 0x7e);

const hasClamscan = existsSync('/usr/bin/clamscan');
if (!hasClamscan)
  process.stderr.write('SKIPPED: no clamscan; the tables of the pattern language are not compared with it\n');

describe.skipIf(!hasClamscan)('clamscan and the tables of the pattern language', () => {
  test('say the same of each row, but for what is declared', async () => {
    const lines: TwinLine[] = [];
    const objects: TwinObject[] = [];
    for (const [i, row] of ROWS.entries()) {
      const object = { name: `row${i}`, bytes: Buffer.concat([DATA_START, latin1(row[2])]), target: 14 };
      const text = patternText(row);
      const count = countOf(subsignatureMatches(text, object));
      objects.push(object);
      lines.push({ name: `Row.${i}`, format: 'ldb', text: `Row.${i};Engine:81-255,Target:0;0=${count};${text}` });
    }
    const { answers, refused } = await askClamscan(lines, objects);
    const wrong: string[] = [];
    for (const [i, line] of lines.entries()) {
      const object = objects[i]!;
      if (refused.some((each) => each.line === line)) continue;
      if (answers.get(object.name)!.has(line.name) === holds(line, object)) continue;
      if (declaredKind(line, object) === undefined && !(await rightAlone(line, [object])).has(object))
        wrong.push(line.text);
    }
    expect(wrong).toEqual([]);
    console.log(
      `${lines.length} rows, of which clamscan refuses ${refused.length}: ${refused.map(({ line }) => line.text.split(';')[3]).join(' ')}`,
    );
  });
});
