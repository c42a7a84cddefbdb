import { describe, expect, it } from 'vitest';
import type { BodySignature, Condition, ObjectFacts, Range, Signature } from '../../native-free-engine/index.ts';
import { compile, engineOf, NO_FACTS, signature, TWINS } from '../support/engine/engine.ts';
import { latin1, pattern } from '../support/engine/notation.ts';
import { namesHolding } from '../support/engine/oracle.ts';

const match = (index: number): Condition => ({ kind: 'match', pattern: index });
const and = (...of: readonly Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: readonly Condition[]): Condition => ({ kind: 'or', of });
const count = (of: Condition, comparison: 'equal' | 'less' | 'greater', wanted: number, distinct = 0): Condition => ({
  kind: 'count',
  of,
  comparison,
  count: wanted,
  distinct,
});
const within = (
  kind: 'fileSize' | 'entryPoint' | 'sectionCount',
  min: number,
  max = Number.POSITIVE_INFINITY,
): Condition => ({
  kind,
  range: { min, max },
});
const PATTERNS = [pattern("'alpha'"), pattern("'beta'"), pattern("'gamma'"), pattern("'absent'")];
/** Alpha twice, beta once, gamma three times. */
const HAYSTACK = 'alpha beta gamma alpha gamma gamma';

type Row = readonly [name: string, condition: Condition, holds: boolean, facts?: ObjectFacts];
const program = (entryPoint: number | undefined, sections: number): ObjectFacts => ({
  targets: 0,
  executable: { entryPoint, sections: Array.from({ length: sections }, () => ({ offset: 0, size: 1 })) },
  containers: [],
});
const within3 = (...containers: readonly string[]): ObjectFacts => ({ ...NO_FACTS, containers });
const counted = or(match(0), match(1), match(2));

const LOGIC: readonly Row[] = [
  ['both of two', and(match(0), match(1)), true],
  ['one of two is not both', and(match(0), match(3)), false],
  ['either of two', or(match(3), match(1)), true],
  ['neither of two', or(match(3), match(3)), false],
  ['nested, true', and(match(0), or(match(3), and(match(1), match(2)))), true],
  ['nested, false', and(match(0), or(match(3), and(match(1), match(3)))), false],
  ['an and of nothing does not hold', and(), false],
  ['an or of nothing does not hold', or(), false],
  ['an and of nothing beside a match', or(and(), match(0)), true],
  ['an and of nothing within an and', and(and(), match(0)), false],
  ['one condition alone in an and', and(match(2)), true],
];
const COUNTS: readonly Row[] = [
  ['exactly 2', count(match(0), 'equal', 2), true],
  ['not exactly 1', count(match(0), 'equal', 1), false],
  ['not exactly 3', count(match(0), 'equal', 3), false],
  ['exactly 0 of what is absent', count(match(3), 'equal', 0), true],
  ['not exactly 0 of what is there', count(match(0), 'equal', 0), false],
  ['fewer than 3', count(match(0), 'less', 3), true],
  ['not fewer than 2', count(match(0), 'less', 2), false],
  ['fewer than 1 of what is absent', count(match(3), 'less', 1), true],
  ['nothing is fewer than 0', count(match(3), 'less', 0), false],
  ['more than 1', count(match(0), 'greater', 1), true],
  ['not more than 2', count(match(0), 'greater', 2), false],
  ['more than 0', count(match(0), 'greater', 0), true],
  ['not more than 0 of what is absent', count(match(3), 'greater', 0), false],
  ['fewer than 2^31', count(match(0), 'less', 2 ** 31 - 1), true],
  ['a sum of an or', count(counted, 'equal', 6), true],
  ['a sum of an or, one more', count(counted, 'greater', 6), false],
  ['a sum of an and', count(and(match(0), match(2)), 'equal', 5), true],
  ['a false and counts 0', count(and(match(0), match(3)), 'equal', 0), true],
  ['a false branch of an or adds nothing', count(or(match(0), and(match(1), match(3))), 'equal', 2), true],
  ['absence beside a match', and(match(0), count(match(3), 'equal', 0)), true],
  ['a match and the absence of another that is there', and(match(0), count(match(1), 'equal', 0)), false],
  ['absence alone, or something absent', or(match(3), count(match(3), 'equal', 0)), true],
  ['an absence counts nothing', count(or(match(0), count(match(3), 'equal', 0)), 'equal', 2), true],
  ['an absence alone is true and counts nothing', count(count(match(3), 'less', 1), 'equal', 0), true],
  ['a true block that counts nothing is not more than 0', count(count(match(3), 'equal', 0), 'greater', 0), false],
  ['a count inside a count is not cut short', count(count(match(2), 'greater', 0), 'greater', 2), true],
  ['a count inside a count, one too many', count(count(match(2), 'greater', 0), 'greater', 3), false],
  ['two counts of one pattern', and(count(match(2), 'greater', 2), count(match(2), 'less', 4)), true],
];
const DISTINCT: readonly Row[] = [
  ['three different ones', count(counted, 'greater', 0, 3), true],
  ['two different ones', count(or(match(0), match(2), match(3)), 'greater', 0, 2), true],
  ['three different ones of which one is absent', count(or(match(0), match(2), match(3)), 'greater', 0, 3), false],
  ['one pattern twice is one', count(or(match(0), match(0)), 'greater', 0, 2), false],
  ['many matches of one are one', count(or(match(2), match(3)), 'greater', 2, 2), false],
  ['different ones of a false block are none', count(and(match(0), match(3)), 'less', 2, 1), false],
  [
    'a false block beside a match adds no different one',
    count(or(match(0), and(match(1), match(3))), 'equal', 2, 2),
    false,
  ],
  [
    'an absence beside a match is a different one',
    count(and(match(0), count(match(3), 'equal', 0)), 'less', 99, 2),
    true,
  ],
  ['a false comparison is no different one', count(or(match(0), count(match(3), 'greater', 0)), 'less', 99, 2), false],
  ['different ones behind enough matches', count(or(match(2), match(0)), 'greater', 0, 2), true],
  ['different ones below an and', count(and(match(0), or(match(1), match(3))), 'greater', 2, 2), true],
  ['enough different ones, too few matches', count(counted, 'greater', 6, 2), false],
];
const PROPERTIES: readonly Row[] = [
  ['the size is within', and(within('fileSize', 34, 34), match(0)), true],
  ['the size is below', and(within('fileSize', 35, 99), match(0)), false],
  ['the size is above', and(within('fileSize', 0, 33), match(0)), false],
  ['the size has no upper end', and(within('fileSize', 10), match(0)), true],
  ['the size alone', within('fileSize', 34, 34), true],
  ['a size beyond 32 bits', within('fileSize', 2 ** 32 + 34), false],
  ['a size up to beyond 32 bits', within('fileSize', 0, 2 ** 40), true],
  ['a size up to 2^32 − 1', within('fileSize', 0, 2 ** 32 - 1), true],
  ['an entry point', within('entryPoint', 5, 7), true, program(6, 1)],
  ['an entry point elsewhere', within('entryPoint', 5, 7), false, program(8, 1)],
  ['an entry point beyond 32 bits', within('entryPoint', 2 ** 33, 2 ** 33), true, program(2 ** 33, 1)],
  ['no entry point', within('entryPoint', 0), false, program(undefined, 1)],
  ['no executable', within('entryPoint', 0), false],
  ['a number of sections', and(match(0), within('sectionCount', 2, 3)), true, program(1, 3)],
  ['too many sections', and(match(0), within('sectionCount', 2, 3)), false, program(1, 4)],
  ['no sections', within('sectionCount', 0, 0), true, program(1, 0)],
  ['no sections without an executable', within('sectionCount', 0, 0), false],
  ['or the size', or(match(3), within('fileSize', 0, 100)), true],
  ['in a container', and(match(0), { kind: 'container', type: 'zip' }), true, within3('zip')],
  ['in a container, directly', and(match(0), { kind: 'container', type: 'zip' }), true, within3('tar', 'zip')],
  ['in a container in another', and(match(0), { kind: 'container', type: 'zip' }), false, within3('zip', 'tar')],
  ['in no container', { kind: 'container', type: 'zip' }, false],
];
const ROWS = [LOGIC, COUNTS, DISTINCT, PROPERTIES].flat();

const NAMED = ROWS.map(([name, condition, holds, facts = NO_FACTS]) => ({ name, condition, holds, facts }));
const signatures: BodySignature[] = ROWS.map(([name, condition]) => signature(name, PATTERNS, condition));

describe('conditions', () => {
  it.each(NAMED)('the oracle: $name', ({ name, condition, holds, facts }) => {
    const expected = holds ? [name] : [];
    expect(namesHolding([signature(name, PATTERNS, condition)], latin1(HAYSTACK), facts)).toEqual(expected);
  });
  for (const twin of TWINS) {
    it.each(NAMED)(`${twin.name}: $name`, ({ name, condition, holds, facts }) => {
      const engine = engineOf([signature(name, PATTERNS, condition)], twin);
      expect(engine.namesIn(latin1(HAYSTACK), facts)).toEqual(holds ? [name] : []);
    });
    it(`${twin.name}: all at once, on several haystacks`, () => {
      const engine = engineOf(signatures, twin);
      for (const text of [HAYSTACK, 'beta', '', 'x', 'gamma'.repeat(6), 'alpha gamma beta absent']) {
        for (const facts of [NO_FACTS, program(6, 3), within3('zip')]) {
          expect(engine.namesIn(latin1(text), facts), text).toEqual(namesHolding(signatures, latin1(text), facts));
        }
      }
    });
  }
  it('at most one detection when not all are asked for: the first of the image', () => {
    const engine = engineOf(signatures, TWINS[0]!);
    const { detections } = engine.scanBytes(latin1(HAYSTACK), { allMatches: false });
    expect(detections.map(({ name }) => name)).toEqual(['both of two']);
  });
  it('names in the report those that no search can rule out', () => {
    const { unfiltered } = compile(signatures).report;
    expect(unfiltered).toContain('exactly 0 of what is absent');
    expect(unfiltered).toContain('the size alone');
    expect(unfiltered).not.toContain('both of two');
    expect(unfiltered).not.toContain('absence beside a match');
  });
});

describe('targets', () => {
  const needle = [pattern("'needle in here'")];
  const atStart = [pattern("'hay'", { offset: { kind: 'at', base: 'start', section: 0, offset: 0, shift: 0 } })];
  const TARGETS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 31];
  const all: Signature[] = TARGETS.flatMap((target) => [
    signature(`searched ${target}`, needle, match(0), target),
    signature(`short ${target}`, [pattern("'ne'")], match(0), target),
    signature(`anchored ${target}`, atStart, match(0), target),
    signature(`always ${target}`, needle, within('fileSize', 0), target),
  ]);
  for (const twin of TWINS) {
    const engine = engineOf(all, twin);
    it.each([[[]], [[1]], [[2]], [[6]], [[9]], [[7]], [[31]], [[1, 7]], [[6, 9]], [[1, 6, 14]], [TARGETS]])(
      `${twin.name}: an object of targets %j`,
      (targets) => {
        const facts = { ...NO_FACTS, targets: targets.reduce((bits, target) => bits | (1 << target), 0) };
        expect(engine.namesIn(latin1('hay: needle in here'), facts)).toEqual(
          namesHolding(all, latin1('hay: needle in here'), facts),
        );
      },
    );
  }
});

describe('what is left out of an image', () => {
  const levels = (min: number, max: number): Range => ({ min, max });
  const needle = (name: string, range: Range): Signature => ({
    ...signature(name, [pattern("'needle'")]),
    levels: range,
  });
  const ignore = (name: string): Signature => ({
    kind: 'ignore',
    name,
    levels: levels(0, 999),
    entryDigest: undefined,
  });
  const regex: Signature = signature('regex', [
    { kind: 'regex', source: 'a+', flags: '', offset: { kind: 'any' }, trigger: match(0) },
  ]);
  const compiled = compile([
    needle('kept', levels(0, 255)),
    needle('for newer engines', levels(255, 300)),
    needle('for older engines', levels(0, 200)),
    needle('ignored', levels(0, 999)),
    ignore('ignored'),
    regex,
    signature('far', [pattern("'start'{4294967296-}'finish'")]),
    signature('empty', [pattern('{0-}')]),
  ]);
  it('is named with a reason', () => {
    expect(Object.fromEntries(compiled.skipped.map(({ name, reason }) => [name, reason]))).toEqual({
      'for newer engines': 'level',
      'for older engines': 'level',
      ignored: 'ignored',
      regex: 'regular-expression',
      far: 'limit',
      empty: 'limit',
    });
  });
  it('is counted in the report', () => {
    expect(compiled.report.signatures).toBe(1);
    expect(compiled.report.skipped).toEqual({ level: 2, ignored: 1, 'regular-expression': 1, limit: 2 });
  });
});
