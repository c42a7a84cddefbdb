/** Signatures that want too much: refused when they are read, with the limit named, and in time. */
import { describe, expect, test } from 'vitest';
import { readText } from '../dialects/clamav/read-lines.ts';

type Row = readonly [name: string, pattern: string, message: RegExp];

const HOSTILE: readonly Row[] = [
  ['alternatives that multiply out to 2^200 strings', `4d5a${'(41|6161)'.repeat(200)}`, /variants = 256/],
  ['alternatives of three, forty times', `4d5a${'(41|6161|626262)'.repeat(40)}`, /variants = 256/],
  ['alternatives in alternatives, 2^60 strings', `4d5a(${'(41|6161)'.repeat(60)}|42)`, /variants = 256/],
  ['a million alternatives of two lengths', `4d5a(41${'|6161'.repeat(1_000_000)})`, /elements = 4096/],
  ['alternatives and a bracket of 33 lengths', `4d5a${'(41|6161)'.repeat(4)}50[0-32]51`, /variants = 256/],
  ['a million gaps', `4d5a${'{1-2}4d5a'.repeat(1_000_000)}`, /elements = 4096/],
  ['a million asterisks', `4d5a${'*4d5a'.repeat(1_000_000)}`, /elements = 4096/],
  ['a million fixed gaps', `4d5a${'{100}4d5a'.repeat(1_000_000)}`, /segmentBytes = 16384/],
  ['a million literal bytes', '41'.repeat(1_000_000), /segmentBytes = 16384/],
  ['a million wildcards', `4d5a${'??'.repeat(1_000_000)}4d5a`, /segmentBytes = 16384/],
  ['groups a million deep', `4d5a${'('.repeat(1_000_000)}41${')'.repeat(1_000_000)}`, /nesting = 15/],
  ['a million negated groups', `4d5a${'!(41)'.repeat(1_000_000)}`, /elements = 4096/],
  ['a million boundaries', `4d5a${'(B)'.repeat(1_000_000)}4d5a`, /elements = 4096/],
  ['no literal byte', '????????', /literalBytes = 2/],
  ['no literal byte between two gaps', '4d5a*????*4d5a', /literalBytes = 2/],
  ['nothing', '', /literalBytes = 2/],
  ['a gap alone', '*', /literalBytes = 2/],
  ['a million gaps between single bytes', `4d5a${'{1-2}41'.repeat(1_000_000)}`, /literalBytes = 2/],
  ['a million asterisks side by side', `4d5a${'*'.repeat(1_000_000)}`, /literalBytes = 2/],
  ['a million brackets', `4d5a${'[1-2]'.repeat(1_000_000)}`, /brackets = 2/],
  ['a million brackets between single bytes', `4d5a${'[1-2]41'.repeat(1_000_000)}`, /elements = 4096/],
  ['only choices', '(41|42)(43|44)', /literalBytes = 2/],
  ['an empty group', '4d5a()4d5a', /expected an alternative/],
  ['an empty option', '4d5a(41|)4d5a', /expected an alternative/],
];

describe('hostile patterns', () => {
  test.each(HOSTILE)('%s', (_, pattern, message) => {
    for (const [line, format] of [
      [`N:0:*:${pattern}`, 'ndb'],
      [`N;Target:0;0;${pattern}`, 'ldb'],
    ] as const) {
      const { signatures, skipped } = readText(line, format);
      expect(signatures).toEqual([]);
      expect(skipped[0]!.message).toMatch(message);
      // No part of the line but a few characters is repeated.
      expect(skipped[0]!.message.length).toBeLessThan(300);
    }
  });
});

describe('hostile logic', () => {
  const LOGIC: readonly Row[] = [
    ['65 subsignatures', `0&64;${Array.from({ length: 65 }, () => '4d5a').join(';')}`, /at most 64 subsignatures/],
    ['a million operands', `${'0&'.repeat(1_000_000)}0;4d5a`, /conditions = 1024/],
    ['parentheses a million deep', `${'('.repeat(1_000_000)}0${')'.repeat(1_000_000)};4d5a`, /logicDepth = 64/],
    ['a number of a million digits', `${'9'.repeat(1_000_000)};4d5a`, /expected/],
  ];
  test.each(LOGIC)('%s', (_, rest, message) => {
    const { signatures, skipped } = readText(`N;Target:0;${rest}`, 'ldb');
    expect(signatures).toEqual([]);
    expect(skipped[0]!.message).toMatch(message);
    expect(skipped[0]!.message.length).toBeLessThan(300);
  });
});
