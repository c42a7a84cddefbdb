import { describe, expect, test } from 'vitest';
import { readText, refusalOf, signatureOf } from './read-lines.ts';
import { showElements, showRange } from './show.ts';

function show(line: string): string {
  const signature = signatureOf(line, 'ftm');
  if (signature.kind !== 'fileType') throw new Error(line);
  const { name, levels, type, requires, offset, elements } = signature;
  return [name, showRange(levels), `${requires} > ${type}`, offset ?? 'anywhere', showElements(elements)].join('; ');
}

const LINES: readonly (readonly [name: string, line: string, shown: string])[] = [
  ['bytes', '0:0:4d5a:MS-EXE:CL_TYPE_ANY:CL_TYPE_MSEXE', 'MS-EXE; 0-; any > pe; 0; 4d5a'],
  ['one byte', '0:257:4d:One:CL_TYPE_ANY:CL_TYPE_OLD_TAR', 'One; 0-; any > tar; 257; 4d'],
  ['levels', '0:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE:51:255', 'A; 51-255; any > pe; 0; 4d5a'],
  ['a pattern anywhere', '1:*:6161??62:A:CL_TYPE_ANY:CL_TYPE_HTML', 'A; 0-; any > html; anywhere; 6161??62'],
  ['a pattern at a place', '1:8:6161{2-3}6262:A:CL_TYPE_ANY:CL_TYPE_SIS', 'A; 0-; any > sis; 8; 6161 {2-3} 6262'],
  ['in a type', '1:*:504b0304:A:CL_TYPE_MSEXE:CL_TYPE_ZIPSFX', 'A; 0-; pe > zip-sfx; anywhere; 504b0304'],
];

describe('file types', () => {
  for (const [name, line, shown] of LINES) test(name, () => expect(show(line)).toBe(shown));
});

const REFUSALS: readonly (readonly [name: string, line: string, reason: string, column: number])[] = [
  ['malformed--five fields', '0:0:4d5a:A:CL_TYPE_ANY', 'malformed', 23],
  ['malformed--nine fields', '0:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE:1:2:3', 'malformed', 42],
  ['malformed--no name', '0:0:4d5a::CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 10],
  ['malformed--kind 2', '2:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 1],
  ['malformed--no kind', ':0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 1],
  ['malformed--bytes anywhere', '0:*:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 3],
  ['malformed--a place from the end', '1:EOF-5:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 3],
  ['malformed--no bytes', '0:0::A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 5],
  ['malformed--half a byte', '0:0:4d5:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 5],
  ['malformed--a wildcard among bytes', '0:0:4d??:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'malformed', 5],
  ['limit--a pattern too short', '1:*:4d??:A:CL_TYPE_ANY:CL_TYPE_MSEXE', 'limit', 5],
  ['malformed--a level of letters', '0:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE:x', 'malformed', 38],
  ['level--of later engines', '0:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE:215', 'level', 38],
  ['level--comes before a kind that is unknown', '9:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_MSEXE:215', 'level', 38],
  ['unsupported:file-type--a type', '0:0:4d5a:A:CL_TYPE_ANY:CL_TYPE_NEW', 'unsupported:file-type', 24],
  ['unsupported:file-type--a type to be in', '0:0:4d5a:A:CL_TYPE_NEW:CL_TYPE_MSEXE', 'unsupported:file-type', 12],
  [
    'unsupported:partition--a volume',
    '4:1024:482b:A:CL_TYPE_PART_ANY:CL_TYPE_PART_HFSPLUS',
    'unsupported:partition',
    1,
  ],
];

describe('refused file types', () => {
  for (const [name, line, reason, column] of REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(line, 'ftm')).toEqual([reason, column]);
    });
  }
});

const UNREAD = ['idb', 'pdb', 'gdb', 'wdb', 'crb', 'cat', 'cbc', 'cfg', 'pwdb', 'cdb', 'yar', 'yara', 'info'] as const;

describe('formats that are not read', () => {
  for (const format of UNREAD) {
    test(`the lines of ${format} are skipped one by one, comments and blank ones apart`, () => {
      const { signatures, skipped, lines } = readText('A:b:c\n# d\n\n\0\xff;\n', format);
      expect([signatures.length, lines]).toEqual([0, 4]);
      expect(skipped.map(({ line, column, reason }) => [line, column, reason])).toEqual([
        [1, 1, `unsupported:${format}`],
        [4, 1, `unsupported:${format}`],
      ]);
      expect(skipped[0].message).toBe(`line: expected a format that is read, got ${format}`);
    });
  }
});
