/** Byte compares, macros, version information: patterns that hang on something else. */
import { describe, expect, it } from 'vitest';
import type {
  ByteComparePattern,
  BytesPattern,
  Condition,
  MacroSignature,
  NumberComparison,
  ObjectFacts,
  Pattern,
  Signature,
} from '../../native-free-engine/index.ts';
import { TARGET } from '../../native-free-engine/index.ts';
import { numberIn } from '../../native-free-engine/match/number-text.ts';
import { ALL_LEVELS, compile, engineOf, NO_FACTS, RELEASE, signature, TWINS } from '../support/engine/engine.ts';
import { concat, latin1, pattern } from '../support/engine/notation.ts';
import type { NumberRow } from './tables/numbers.ts';
import * as tables from './tables/numbers.ts';
import { regex } from './tables/regex-patterns.ts';

const NUMBERS: Readonly<Record<string, readonly NumberRow[]>> = tables;
const NUMBER_ROWS = Object.entries(NUMBERS).flatMap(([table, rows]) =>
  rows.map((row) => ({ name: `${table}: ${row[0]}`, row })),
);
const FORMS = { h: 'hex', d: 'decimal', a: 'auto', i: 'binary' } as const;

/** `hbe4`, as in a signature. */
function compare(
  options: string,
  comparisons: readonly NumberComparison[],
  offset: number,
  of = 0,
): ByteComparePattern {
  const form = FORMS[options[0] as keyof typeof FORMS];
  const length = Number(/\d+/.exec(options)![0]);
  const order = options.includes('l') ? 'little' : 'big';
  return { kind: 'byteCompare', of, offset, form, order, isExact: options.includes('e'), length, comparisons };
}
const equal = (value: number): NumberComparison => ({ operator: 'equal', value });
const less = (value: number): NumberComparison => ({ operator: 'less', value });
const greater = (value: number): NumberComparison => ({ operator: 'greater', value });
const match = (pattern: number): Condition => ({ kind: 'match', pattern });
const both: Condition = { kind: 'and', of: [match(0), match(1)] };

describe('numbers in bytes', () => {
  it.each(NUMBER_ROWS)('$name', ({ row: [, options, text, value] }) => {
    expect(numberIn(latin1(text), compare(options, [], 0))).toBe(value);
  });
  it('of a length that no number has are none', () => {
    expect(numberIn(latin1('123'), compare('ib3', [], 0))).toBeUndefined();
  });
});

type CompareRow = readonly [
  name: string,
  first: BytesPattern,
  compared: ByteComparePattern,
  haystack: string,
  holds: boolean,
];
const MARK = pattern("'MARK'");
const COMPARES: readonly CompareRow[] = [
  ['behind the match', MARK, compare('db4', [equal(1234)], 4), '..MARK1234..', true],
  ['another number', MARK, compare('db4', [equal(1234)], 4), '..MARK1235..', false],
  ['in the match itself', MARK, compare('ib4', [equal(0x4d41524b)], 0), '..MARK..', true],
  ['before the match', MARK, compare('db4', [equal(1234)], -5), '.1234.MARK', true],
  ['at the first byte of the object', MARK, compare('db4', [equal(1234)], -4), '1234MARK', true],
  ['before the object', MARK, compare('db4', [equal(1234)], -5), '1234MARK', false],
  ['that ends with the object', MARK, compare('db4', [equal(1234)], 4), '..MARK1234', true],
  ['that reaches one byte behind the object', MARK, compare('db5', [equal(1234)], 4), '..MARK1234', false],
  ['without the match', MARK, compare('db4', [equal(1234)], 4), '..MARX1234', false],
  ['at the last match', MARK, compare('db4', [equal(1234)], 4), 'MARK5678MARK1234', true],
  ['not at the first match', MARK, compare('db4', [equal(1234)], 4), 'MARK1234MARK5678', false],
  ['less than', MARK, compare('db4', [less(1235)], 4), '..MARK1234', true],
  ['not less than itself', MARK, compare('db4', [less(1234)], 4), '..MARK1234', false],
  ['greater than', MARK, compare('db4', [greater(1233)], 4), '..MARK1234', true],
  ['not greater than itself', MARK, compare('db4', [greater(1234)], 4), '..MARK1234', false],
  ['within two bounds', MARK, compare('db4', [greater(1000), less(2000)], 4), '..MARK1234', true],
  ['outside the second bound', MARK, compare('db4', [greater(1000), less(1100)], 4), '..MARK1234', false],
  ['outside the first bound', MARK, compare('db4', [greater(1300), less(2000)], 4), '..MARK1234', false],
  ['a negative bound', MARK, compare('db5', [greater(-1235), less(0)], 4), '..MARK-1234', true],
  [
    'at the last match of either case',
    pattern("'mark'", { noCase: true }),
    compare('db4', [equal(1234)], 4),
    'MARK5678mark1234',
    true,
  ],
  [
    'at the last match that its offset allows',
    pattern("'MARK'", { offset: { kind: 'at', base: 'start', section: 0, offset: 0, shift: 4 } }),
    compare('db4', [equal(1234)], 4),
    '..MARK1234MARK5678',
    true,
  ],
  [
    'at the last of two alternatives',
    pattern("('MARK'|'MAXXRK')"),
    compare('ib1', [equal(0x4d)], 0),
    'MARK..MAXXRK',
    true,
  ],
  [
    'of a match with a gap it is the first start that leads to the last end',
    pattern("'MA'{0-}'RK'"),
    compare('db4', [equal(1234)], 4),
    'MARK1234MARK5678',
    true,
  ],
  [
    'of a bounded gap it is a later one',
    pattern("'MA'{0-4}'RK'"),
    compare('db4', [equal(1234)], 4),
    'MARK5678MARK1234',
    true,
  ],
];

for (const twin of TWINS) {
  describe(`byte compares, ${twin.name}`, () => {
    it.each(COMPARES)('%s', (_, first, compared, haystack, holds) => {
      const engine = engineOf([signature('x', [first, compared], both)], twin);
      expect(engine.namesIn(latin1(haystack))).toEqual(holds ? ['x'] : []);
    });
    it('behind 0 to 20 bytes, and over the end of a block', () => {
      const rows = COMPARES.filter(([, { offset }, { offset: way }]) => offset.kind === 'any' && way >= 0);
      for (const [name, first, compared, haystack, holds] of rows) {
        const engine = engineOf([signature('x', [first, compared], both)], twin);
        for (const padding of [1, 7, 20, 131_060, 262_138, 400_001]) {
          const bytes = latin1(`${'~'.repeat(padding)}${haystack}`);
          expect(engine.namesIn(bytes), `${name}, behind ${padding}`).toEqual(holds ? ['x'] : []);
        }
      }
    });
  });
}

describe('a byte compare', () => {
  const compared = compare('db4', [equal(1234)], 4);
  it('counts once', () => {
    const counted = (count: number): Signature =>
      signature(`${count}`, [MARK, compared], {
        kind: 'count',
        of: match(1),
        comparison: 'equal',
        count,
        distinct: 0,
      });
    expect(engineOf([counted(0), counted(1), counted(2)], RELEASE).namesIn(latin1('MARK1234MARK1234'))).toEqual(['1']);
    expect(engineOf([counted(0), counted(1)], RELEASE).namesIn(latin1('MARK1235'))).toEqual(['0']);
  });
  it('may stand before the pattern that it hangs on', () => {
    const engine = engineOf([signature('x', [compare('db4', [equal(1234)], 4, 1), MARK], match(0))], RELEASE);
    expect(engine.namesIn(latin1('..MARK1234'))).toEqual(['x']);
    expect(engine.namesIn(latin1('..MARK4321'))).toEqual([]);
  });
  it('says where its number lies when it is explained', () => {
    const { detections } = engineOf([signature('x', [MARK, compared], both)], RELEASE).scanBytes(latin1('..MARK1234'));
    expect(detections[0]).toMatchObject({ name: 'x', offset: 2 });
  });
  it.each([
    ['of itself', [compare('db4', [equal(1)], 0, 0)]],
    ['of a regular expression', [regex('a', '', { kind: 'any' }, match(1)), compare('db4', [equal(1)], 0, 0)]],
    ['of another byte compare', [MARK, compared, compare('db4', [equal(1)], 0, 1)]],
    ['of a pattern that there is not', [MARK, compare('db4', [equal(1)], 0, 7)]],
    ['of 2,000 bytes', [MARK, compare('db2000', [equal(1)], 0)]],
    ['of three bytes in binary', [MARK, compare('ib3', [equal(1)], 0)]],
    ['4 GiB behind its match', [MARK, compare('ib4', [equal(1)], 2 ** 32)]],
    ['without a comparison', [MARK, compare('ib4', [], 2)]],
  ] as readonly (readonly [string, readonly Pattern[]])[])('%s is refused', (_, patterns) => {
    const { skipped } = compile([signature('x', patterns, match(0)), signature('y', [MARK])]);
    expect(skipped.map(({ name, reason }) => [name, reason])).toEqual([['x', 'limit']]);
  });
});

const member = (group: number, text: string, target = 0): MacroSignature => ({
  kind: 'macro',
  name: `${group} ${text}`,
  levels: ALL_LEVELS,
  group,
  target,
  pattern: pattern(text),
});
const macro = (group: number, min: number, max: number): Pattern => ({ kind: 'macro', group, range: { min, max } });
const HEAD = pattern("'HEAD'");
const GROUPS = [
  member(3, "'bbbb'"),
  member(3, "'cc'{1-3}'cc'"),
  member(4, "'dddd'"),
  member(5, "'pppp'", TARGET.pe),
  member(31, "('ee'|'fff')"),
];

type MacroRow = readonly [name: string, patterns: readonly Pattern[], haystack: string, count: number];
const MACROS: readonly MacroRow[] = [
  ['at the least distance', [HEAD, macro(3, 6, 7)], 'HEAD..bbbb', 1],
  ['at the greatest distance', [HEAD, macro(3, 6, 7)], 'HEAD...bbbb', 1],
  ['one byte too near', [HEAD, macro(3, 6, 7)], 'HEAD.bbbb', 0],
  ['one byte too far', [HEAD, macro(3, 6, 7)], 'HEAD....bbbb', 0],
  ['right behind', [HEAD, macro(3, 4, 4)], 'HEADbbbb', 1],
  ['from the start of the match before', [HEAD, macro(3, 0, 3)], 'HEADbbbb', 0],
  ['in front of the match', [HEAD, macro(3, 0, 100)], 'bbbbHEAD', 0],
  ['another member with a gap', [HEAD, macro(3, 6, 7)], 'HEAD..cc..cc', 1],
  ['a member of another group', [HEAD, macro(3, 6, 7)], 'HEAD..dddd', 0],
  ['the other group', [HEAD, macro(4, 6, 7)], 'HEAD..dddd', 1],
  ['an alternative of the last group', [HEAD, macro(31, 6, 7)], 'HEAD..fff', 1],
  ['a group without members', [HEAD, macro(9, 6, 7)], 'HEAD..bbbb', 0],
  ['a member for other objects', [HEAD, macro(5, 6, 7)], 'HEAD..pppp', 0],
  ['noise of the group before and behind', [HEAD, macro(3, 6, 7)], 'bbbb--HEAD..bbbb---bbbb', 1],
  ['the second of two matches', [HEAD, macro(3, 6, 7)], 'HEAD------HEAD..bbbb', 1],
  ['the first of two matches', [HEAD, macro(3, 6, 7)], 'HEAD..bbbb------HEAD', 1],
  ['each match counts', [HEAD, macro(3, 6, 7)], 'HEAD..bbbbHEAD...bbbbHEAD', 2],
  ['two members behind one match count once', [HEAD, macro(3, 4, 40)], 'HEADbbbbbbbb', 1],
  ['without an upper end', [HEAD, macro(3, 6, Number.POSITIVE_INFINITY)], `HEAD${'.'.repeat(5000)}bbbb`, 1],
  ['behind a match with a gap, from its start', [pattern("'HE'{2-4}'AD'"), macro(3, 8, 9)], 'HE..AD..bbbb', 1],
];
describe('macros', () => {
  it.each(MACROS)('%s', (_, patterns, haystack, count) => {
    const counted = (comparison: 'equal' | 'greater', wanted: number): Signature =>
      signature(comparison, patterns, { kind: 'count', of: match(1), comparison, count: wanted, distinct: 0 });
    const signatures = [counted('equal', count), counted('greater', count), ...GROUPS];
    for (const twin of TWINS) {
      for (const padding of [0, 1, 30, 262_140]) {
        const bytes = latin1(`${'~'.repeat(padding)}${haystack}`);
        expect(engineOf(signatures, twin).namesIn(bytes), `behind ${padding}`).toEqual(['equal']);
      }
    }
  });
  it('start their signature when what is before them is there', () => {
    const engine = engineOf([...GROUPS, signature('x', [HEAD, macro(3, 6, 7)], match(1))], RELEASE);
    expect(engine.namesIn(latin1('HEAD..bbbb'))).toEqual(['x']);
    expect(engine.namesIn(latin1('HEAT..bbbb'))).toEqual([]);
  });
  it('take members for objects of their target', () => {
    const engine = engineOf([...GROUPS, signature('x', [HEAD, macro(5, 6, 7)], match(1))], RELEASE);
    const facts: ObjectFacts = { ...NO_FACTS, targets: 1 << TARGET.pe };
    expect(engine.namesIn(latin1('HEAD..pppp'), facts)).toEqual(['x']);
  });
  it('may have a thousand members, which are searched together', () => {
    const members = Array.from({ length: 1000 }, (_, i) => member(7, `'m${String(i).padStart(3, '0')}.'`));
    const engine = engineOf([signature('x', [HEAD, macro(7, 4, 4)], match(1)), ...members], RELEASE);
    expect(engine.namesIn(latin1('HEADm777.'))).toEqual(['x']);
    expect(engine.namesIn(latin1('HEADm777'))).toEqual([]);
  });
  it('are found when nothing else of their signature is asked for, and members alone find nothing', () => {
    const engine = engineOf(GROUPS, RELEASE);
    expect(engine.namesIn(latin1('bbbbdddd'))).toEqual([]);
  });
  it.each([
    ['without a pattern before it', [macro(3, 1, 2), HEAD]],
    ['behind another macro', [HEAD, macro(3, 1, 2), macro(3, 1, 2)]],
    ['of group 32', [HEAD, macro(32, 1, 2)]],
  ] as readonly (readonly [string, readonly Pattern[]])[])('%s are refused', (_, patterns) => {
    const { skipped } = compile([signature('x', patterns, match(0))]);
    expect(skipped.map(({ name, reason }) => [name, reason])).toEqual([['x', 'limit']]);
  });
});

describe('version information', () => {
  const x = signature('x', [pattern("'value'", { offset: { kind: 'versionInfo' } })]);
  const gaps = signature('gap', [pattern("'va'{1-9}'lue'", { offset: { kind: 'versionInfo' } })]);
  const factsOf = (...places: number[]): ObjectFacts => ({
    ...NO_FACTS,
    targets: 1 << TARGET.pe,
    executable: { entryPoint: undefined, sections: [], versionInfo: () => places },
  });
  for (const twin of TWINS) {
    it(`is where the pattern begins, ${twin.name}`, () => {
      const engine = engineOf([x, gaps], twin);
      const bytes = latin1('..value..va...lue');
      expect(engine.namesIn(bytes, factsOf(2))).toEqual(['x']);
      expect(engine.namesIn(bytes, factsOf(1, 9))).toEqual(['gap']);
      expect(engine.namesIn(bytes, factsOf(9, 2, 2, 400))).toEqual(['gap', 'x']);
      expect(engine.namesIn(bytes, factsOf(3))).toEqual([]);
      expect(engine.namesIn(bytes, factsOf())).toEqual([]);
    });
  }
  it('is nowhere in what is no program', () => {
    expect(engineOf([x], RELEASE).namesIn(latin1('value'))).toEqual([]);
  });
  it('is asked for once, and not when nothing wants it', () => {
    let asked = 0;
    const facts: ObjectFacts = {
      ...NO_FACTS,
      executable: { entryPoint: undefined, sections: [], versionInfo: () => [asked++] },
    };
    const engine = engineOf([x, gaps], RELEASE);
    engine.namesIn(latin1('nothing of it'), facts);
    expect(asked).toBe(0);
    engine.namesIn(latin1('value value value va.lue va..lue'), facts);
    expect(asked).toBe(1);
  });
  it('is no offset of a regular expression', () => {
    const { skipped } = compile([
      signature('x', [pattern("'a'"), regex('b', '', { kind: 'versionInfo' }, match(0))], match(1)),
    ]);
    expect(skipped).toHaveLength(1);
  });
});

describe('what an attacker makes much of', () => {
  const busy = latin1('HEAD1234..bbbb'.repeat(20_000));
  const manyCompares = Array.from({ length: 64 }, (_, i) => compare('db4', [equal(1234)], 4 + (i % 3) * 14));
  it('is searched once, however many numbers are compared', () => {
    const all: Condition = { kind: 'and', of: [match(0), ...manyCompares.map((_, i) => match(i + 1))] };
    const engine = engineOf([signature('x', [HEAD, ...manyCompares], all)], RELEASE);
    const { detections, statistics } = engine.scanBytes(concat(busy, latin1('HEAD1234......HEAD1234......HEAD1234')));
    // The last match lies too near the end for all but the first of them.
    expect(detections).toEqual([]);
    expect(statistics.searchedBytes).toBeLessThan(4 * busy.length);
  });
  it('is searched a few times for dozens of macros', () => {
    const signatures = Array.from({ length: 60 }, (_, i) =>
      signature(`x${i}`, [HEAD, macro(3, 10, 10 + i)], { kind: 'and', of: [match(0), match(1)] }),
    );
    const engine = engineOf([...signatures, ...GROUPS], RELEASE);
    const { detections, statistics } = engine.scanBytes(busy);
    expect(detections).toHaveLength(60);
    expect(statistics.searchedBytes).toBeLessThan(40 * busy.length);
  });
  it('leaves no beginning out of twenty', () => {
    // clamscan keeps the first and the last eight places of a part, and finds the ninth to the twelfth of these never.
    for (let right = 0; right < 20; right++) {
      const parts = Array.from({ length: 20 }, (_, i) => `BEGIN${i === right ? '....' : '.....'}MIDDLE`);
      const bytes = latin1(`${parts.join('--------')}${'~'.repeat(3000)}ENDS`);
      const each = signature('x', [pattern("'BEGIN'{4-4}'MIDDLE'{0-}'ENDS'")]);
      expect(engineOf([each], RELEASE).namesIn(bytes), `beginning ${right}`).toEqual(['x']);
    }
  });
});
