/** Regular expressions in signatures: triggers, places, counts, budgets, objects larger than the window. */
import { describe, expect, it } from 'vitest';
import type { BodySignature, Pattern, RegexPattern } from '../../native-free-engine/index.ts';
import { arenaBytes, type Explanation, openImage, Scanner, type Signature } from '../../native-free-engine/index.ts';
import {
  coldReader,
  compile,
  engineOf,
  load,
  NO_FACTS,
  NODE_DIGESTER,
  ORDINARY_MODEL,
  REFERENCE,
  RELEASE,
  signature,
  sourceOf,
  TestEngine,
  TWINS,
} from '../support/engine/engine.ts';
import { ANYWHERE, concat, latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { searchNaively } from './tables/regex-oracle.ts';
import { absent, at, counted, match, PLACES, PROGRAM, regex, TRIGGERS } from './tables/regex-patterns.ts';
import { randomRegex, randomText } from './tables/regex-random.ts';

const BAR = pattern("'|'");

/** What `explain` says of the first signature. */
function explain(
  signatures: readonly Signature[],
  object: Uint8Array,
  facts = NO_FACTS,
  windowBytes = 262_144,
): Explanation {
  const { bytes } = compile(signatures);
  const hotBytes = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(16, true);
  const memory = load(bytes, hotBytes, arenaBytes(windowBytes));
  const image = openImage(memory, 65536, coldReader(bytes), NODE_DIGESTER);
  const kernel = REFERENCE.kernel(memory);
  const scanner = new Scanner({ image, kernel, arena: 65536 + hotBytes, windowBytes, digester: NODE_DIGESTER });
  return scanner.explain(sourceOf(object), facts, 0);
}

describe('places and counts', () => {
  const rows = PLACES.map(([name, source, flags, offset, object, count, first]) => ({
    name,
    each: regex(source, flags, offset),
    object: latin1(object),
    count,
    first,
    facts: object.length === 25 ? PROGRAM : NO_FACTS,
  }));
  const signaturesOf = (each: RegexPattern): BodySignature[] =>
    [0, 1, 2, 3, 4, 5].flatMap((count) => [
      signature(`equal ${count}`, [BAR, each], { kind: 'and', of: [match(0), counted(match(1), 'equal', count)] }),
      signature(`more than ${count}`, [BAR, each], counted(match(1), 'greater', count)),
    ]);
  const expected = (count: number): string[] =>
    [`equal ${count}`, ...[0, 1, 2, 3, 4, 5].filter((n) => n < count).map((n) => `more than ${n}`)].sort();
  for (const twin of TWINS) {
    it.each(rows)(`${twin.name}: $name`, ({ each, object, count, facts }) => {
      expect(engineOf(signaturesOf(each), twin).namesIn(object, facts)).toEqual(expected(count));
    });
  }
  it.each(rows)('explained: $name', ({ each, object, count, first, facts }) => {
    const { patterns } = explain([signature('x', [BAR, each])], object, facts);
    expect([patterns[1]!.count, patterns[1]!.first?.start]).toEqual([count, first]);
  });
  it.each(rows)('in an object larger than the window: $name', ({ each, object, count, facts }) => {
    // What is in front moves every place; of those at a start none is left.
    if (each.offset.kind !== 'any' && !(each.offset.kind === 'at' && each.offset.base === 'end')) return;
    if (/\^|\\A|\\G|A|x\*|<!/.test(each.source + each.flags)) return;
    if (each.offset.kind === 'at' && -each.offset.offset > object.length) return;
    const large = concat(new Uint8Array(700_001).fill(0x2d), object);
    expect(engineOf(signaturesOf(each), RELEASE).namesIn(large, facts)).toEqual(expected(count));
  });
  it('a first match tells its bytes', () => {
    const object = latin1('..needle: aXbbc|');
    const { patterns, holds } = explain(
      [signature('x', [BAR, regex('[a-z]X(b+)')], { kind: 'and', of: [match(0), match(1)] })],
      object,
    );
    expect(holds).toBe(true);
    expect(patterns[1]!.first).toEqual({ start: 10, end: 14 });
  });
});

describe('a trigger', () => {
  const rows = TRIGGERS.map(([name, trigger, object, isSearched]) => ({ name, trigger, object, isSearched }));
  const signatureOf = (trigger: RegexPattern['trigger']): BodySignature =>
    signature('x', [pattern("'trigger'"), pattern("'other'"), regex('b+.?c', '', ANYWHERE, trigger)], match(2));
  for (const twin of TWINS) {
    for (const model of [undefined, ORDINARY_MODEL]) {
      it.each(rows)(`${twin.name}, ${model ? 'ordinary' : 'empty'} model: $name`, ({ trigger, object, isSearched }) => {
        const engine = engineOf([signatureOf(trigger)], twin, model ? { model } : {});
        expect(engine.namesIn(latin1(`${object} bbc`))).toEqual(isSearched ? ['x'] : []);
        expect(engine.namesIn(latin1(`${object} none`))).toEqual([]);
      });
    }
  }
  it('that does not hold costs no step', () => {
    const engine = engineOf([signatureOf(match(0))], RELEASE);
    expect(engine.scanBytes(latin1('nothing bbc')).statistics.regexSteps).toBe(0);
    expect(engine.scanBytes(latin1('trigger bbc')).statistics.regexSteps).toBeGreaterThan(0);
  });
  it('that does not hold is told by explain', () => {
    const told = (text: string): boolean[] =>
      explain([signatureOf(match(0))], latin1(text)).patterns.map(({ isTriggered }) => isTriggered);
    expect(told('nothing bbc')).toEqual([true, true, false]);
    expect(told('trigger bbc')).toEqual([true, true, true]);
  });
  it('may be another regular expression, in front or behind', () => {
    const patterns = [pattern("'trigger'"), regex('b+c', '', ANYWHERE, match(2)), regex('d+e', '', ANYWHERE, match(0))];
    const engine = engineOf([signature('x', patterns, match(1))], RELEASE);
    expect(engine.namesIn(latin1('trigger bbc dde'))).toEqual(['x']);
    expect(engine.namesIn(latin1('trigger bbc dd'))).toEqual([]);
    expect(engine.namesIn(latin1('bbc dde'))).toEqual([]);
    expect(explain([signature('x', patterns, match(1))], latin1('trigger bbc dde')).holds).toBe(true);
  });
  it('of absence beside a match', () => {
    const condition = { kind: 'and', of: [match(0), absent(1)] } as const;
    const engine = engineOf([signature('x', [BAR, regex('b+c')], condition)], RELEASE);
    expect(engine.namesIn(latin1('| nothing'))).toEqual(['x']);
    expect(engine.namesIn(latin1('| bbc'))).toEqual([]);
    expect(engine.namesIn(latin1('nothing'))).toEqual([]);
  });
});

describe('how one is started', () => {
  it('by a literal of its own where its trigger says nothing', () => {
    const always = { kind: 'fileSize', range: { min: 0, max: Number.POSITIVE_INFINITY } } as const;
    const { report } = compile([signature('x', [regex('[0-9]+rare literal(?i:tail)?', '', ANYWHERE, always)])]);
    expect(report.unfiltered).toEqual([]);
    expect(report.matchers[0]!.filters.length).toBeGreaterThan(0);
  });
  it('on every object where nothing is known', () => {
    const always = { kind: 'fileSize', range: { min: 0, max: Number.POSITIVE_INFINITY } } as const;
    const each = signature('x', [regex('[0-9]+[a-z]', '', ANYWHERE, always)]);
    expect(compile([each]).report.unfiltered).toEqual(['x']);
    expect(engineOf([each], RELEASE).namesIn(latin1('..17a'))).toEqual(['x']);
    expect(engineOf([each], RELEASE).namesIn(latin1('..17A'))).toEqual([]);
  });
  it('a literal where no match is starts nothing that holds', () => {
    const each = signature('x', [BAR, regex('^rare literal$', 'i')], match(1));
    for (const twin of TWINS) {
      const engine = engineOf([each], twin, { model: ORDINARY_MODEL });
      expect(engine.namesIn(latin1('|rare literal'))).toEqual([]);
      expect(engine.namesIn(latin1('RARE LITERAL'))).toEqual([]);
    }
    expect(
      engineOf([signature('x', [BAR, regex('^rare literal', 'i')], match(1))], RELEASE).namesIn(
        latin1('RARE literal|'),
      ),
    ).toEqual(['x']);
  });
  it('of more than are searched one by one', () => {
    const signatures = Array.from({ length: 80 }, (_, i) =>
      signature(`s${i}`, [pattern("'common'"), pattern(`'v${i}z'{0-9}'q'`), regex(`n${i}[a-c]+k`)], {
        kind: 'and',
        of: [match(0), match(1), match(2)],
      }),
    );
    const text = `common ${Array.from({ length: 80 }, (_, i) => `v${i}z..q n${i}${i % 2 ? 'ab' : ''}k `).join('')}`;
    const found = engineOf(signatures, RELEASE).namesIn(latin1(text));
    expect(found).toEqual(
      signatures
        .filter((_, i) => i % 2 === 1)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('random expressions, against the naive matcher', () => {
  it('at random places', () => {
    const seed = seedOf('regex patterns');
    const random = new Random(seed);
    let holding = 0;
    let asked = 0;
    for (let round = 0; round < 400; round++) {
      const source = randomRegex(random, { isCommon: false, depth: 2 });
      const flags = ['', 'i', 's', 'm', 'r', 'e', 're', 'is', 'A'][random.below(9)]!;
      const shift = random.pick([0, 0, 2, 6, 30]);
      const offset = random.chance(0.3)
        ? ANYWHERE
        : at(random.pick(['start', 'end'] as const), random.below(12), shift);
      const placed = offset.kind === 'at' && offset.base === 'end' ? { ...offset, offset: -offset.offset } : offset;
      const image = compile([signature('x', [BAR, regex(source, flags, placed)], match(1))]);
      if (image.skipped.length > 0) continue;
      for (let i = 0; i < 4; i++) {
        const text = `${randomText(random, random.below(20))}|`;
        const expected = holdsNaively(source, flags, placed, text);
        if (expected === undefined) continue;
        const what = `seed ${seed}: /${source}/${flags} at ${JSON.stringify(placed)} in ${JSON.stringify(text)}`;
        const twin = TWINS[round % TWINS.length]!;
        expect(new TestEngine(image.bytes, twin).namesIn(latin1(text)), what).toEqual(expected ? ['x'] : []);
        asked++;
        if (expected) holding++;
      }
    }
    expect(asked).toBeGreaterThan(800);
    expect(holding / asked).toBeGreaterThan(0.2);
    expect(holding / asked).toBeLessThan(0.9);
  });

  /** By cutting the subject out, and trying each place that a match may begin at. */
  function holdsNaively(
    source: string,
    flags: string,
    offset: RegexPattern['offset'],
    text: string,
  ): boolean | undefined {
    if (offset.kind !== 'at') return startsAt(source, flags, text, 0, text.length);
    const start = offset.base === 'end' ? text.length + offset.offset : offset.offset;
    if (start < 0 || start >= text.length) return false;
    const subject = text.slice(start);
    if (offset.shift === 0) return startsAt(source, flags, subject, 0, flags.includes('r') ? subject.length : 0);
    if (!flags.includes('e')) return startsAt(source, flags, subject, 0, offset.shift);
    return startsAt(source, flags, subject.slice(0, offset.shift), 0, offset.shift);
  }

  /** The leftmost match begins in front of all others, so it alone decides. */
  function startsAt(source: string, flags: string, subject: string, _from: number, last: number): boolean | undefined {
    const found = searchNaively(source, flags.replace(/[re]/g, ''), latin1(subject));
    return found === 'too long' ? undefined : found !== undefined && found[0] <= last;
  }
});

describe('budgets', () => {
  // Every byte is one of many states, and none of them says no.
  const costly = '(?:a|b)*a(?:[ab][ab]){400}c';
  const object = concat(
    latin1('|'),
    new Uint8Array(300_000).map((_, i) => 0x61 + (((i * i) % 7) & 1)),
  );
  it('steps that are spent are no verdict, and name the signature', () => {
    const engine = engineOf([signature('costly', [BAR, regex(costly)], match(1))], RELEASE, { windowBytes: 1 << 20 });
    const { spent, detections, statistics } = engine.scanBytes(object);
    expect(spent).toMatchObject({ reason: 'matching', signature: 'costly' });
    expect(spent?.message).toContain('steps of regular expressions');
    expect(detections).toEqual([]);
    expect(statistics.regexSteps).toBe(64 * object.length + 32_000_000);
    // The next object starts with a clean slate.
    expect(engine.namesIn(latin1('|aac'))).toEqual([]);
  });
  it('what needs none is still decided', () => {
    const engine = engineOf(
      [
        signature('costly', [BAR, regex(costly)], match(1)),
        signature('behind', [pattern("'|'"), pattern("'a'")], { kind: 'and', of: [match(0), match(1)] }),
        signature('another', [BAR, regex('|')], match(1)),
      ],
      RELEASE,
    );
    const { spent, detections } = engine.scanBytes(object);
    expect(spent?.signature).toBe('costly');
    expect(detections.map(({ name }) => name)).toEqual(['behind']);
  });
  it('the time is asked for while one is searched', () => {
    const engine = engineOf([signature('costly', [BAR, regex(costly)], match(1))], RELEASE, { windowBytes: 1 << 20 });
    let asks = 0;
    engine.scanBytes(object, { isTimeOver: () => ++asks > 1e9 });
    expect(asks).toBeGreaterThan(4);
    for (let limit = 0; limit < asks; limit++) {
      let asked = 0;
      expect(engine.scanBytes(object, { isTimeOver: () => asked++ >= limit }).spent?.reason).toBe('time');
      if (limit > 4) limit += 3;
    }
  });
  it('hundreds of ordinary ones stay within it', () => {
    const signatures = Array.from({ length: 60 }, (_, i) => signature(`s${i}`, [BAR, regex(`x${i}[0-9]+y`)], match(1)));
    const { spent } = engineOf(signatures, RELEASE).scanBytes(
      concat(latin1('|'), new Uint8Array(1_000_000).fill(0x78)),
    );
    expect(spent).toBeUndefined();
  });
});

describe('objects larger than the window', () => {
  const windowBytes = 262_144;
  const size = 1_000_003;
  const engine = engineOf(
    [
      signature('anywhere', [BAR, regex('be+gin[^#]*?f(i)nish')], match(1)),
      signature('all', [BAR, regex('f(i)nish', 'g')], counted(match(1), 'greater', 2)),
      signature('start', [BAR, regex('^bee', '', at('start', 500_000))], match(1)),
      signature('rolling', [BAR, regex('f.nish', 'r', at('start', 600_000))], match(1)),
      signature('shift', [BAR, regex('f.nish', '', at('start', 600_000, 10))], match(1)),
      signature('end', [BAR, regex('f.nish\\|$', 'r', at('end', -70_000))], match(1)),
    ],
    RELEASE,
    { windowBytes },
  );
  const objectOf = (...places: readonly (readonly [number, string])[]): Uint8Array => {
    const bytes = new Uint8Array(size).fill(0x2e);
    for (const [place, text] of places) bytes.set(latin1(text), place);
    return bytes;
  };
  it('over every border', () => {
    for (const border of [0, 131_072, 193_000, 262_144, 327_680, 524_288, 786_432]) {
      for (let back = 0; back < 8; back += border === 0 ? 8 : 1) {
        const object = objectOf([border - back, 'beegin'], [border + 90_000, 'finish'], [size - 1, '|']);
        expect(engine.namesIn(object), `${border} - ${back}`).toContain('anywhere');
        object[border + 40_000] = 0x23;
        expect(engine.namesIn(object), `${border} - ${back}`).not.toContain('anywhere');
      }
    }
  });
  it('counts and places', () => {
    const three = [
      [10, 'finish'],
      [262_140, 'finish'],
      [size - 7, 'finish'],
      [size - 1, '|'],
    ] as const;
    expect(engine.namesIn(objectOf(...three))).toEqual(['all', 'end', 'rolling']);
    expect(engine.namesIn(objectOf(...three.slice(1)))).toEqual(['end', 'rolling']);
    expect(engine.namesIn(objectOf([500_000, 'bee'], [600_010, 'finish'], [0, '|']))).toEqual([
      'rolling',
      'shift',
      'start',
    ]);
    expect(engine.namesIn(objectOf([500_001, 'bee'], [600_011, 'finish'], [0, '|']))).toEqual(['rolling']);
  });
  it('the bytes of a source that shrinks are no clean object', () => {
    const object = objectOf([0, '|'], [9, 'beegin']);
    let reads = 0;
    const shrinking = (most: number) => ({
      size,
      read: (offset: number, into: Uint8Array) => (reads++ < most ? sourceOf(object).read(offset, into) : 0),
    });
    engine.scan(shrinking(Number.POSITIVE_INFINITY));
    const all = reads;
    for (let most = 0; most < all; most++) {
      reads = 0;
      expect(() => engine.scan(shrinking(most)), `${most}`).toThrow(
        expect.objectContaining({ code: 'SCANNER_SHORT_READ' }),
      );
    }
  });
});

describe('what is refused when compiling', () => {
  const trigger = (number: number): RegexPattern => regex('a', '', ANYWHERE, match(number));
  const chain = (length: number): Pattern[] => [BAR, ...Array.from({ length }, (_, i) => trigger(i))];
  const REFUSED: readonly (readonly [name: string, patterns: readonly Pattern[], message: RegExp])[] = [
    ['a trigger that asks for itself', [BAR, trigger(1)], /pattern 1: expected a trigger that does not depend on it/],
    ['two triggers that ask for each other', [trigger(1), trigger(0)], /does not depend on it/],
    ['a long circle', [trigger(3), trigger(0), trigger(1), trigger(2)], /does not depend on it/],
    ['triggers that hang on each other', chain(17), /triggerDepth = 16/],
    [
      'triggers that hang on each other, the first last',
      chain(17)
        .toReversed()
        .map((each, i, all) => (each.kind === 'regex' ? trigger(i + 1 < all.length ? i + 1 : i) : each)),
      /triggerDepth = 16/,
    ],
    ['recursion', [BAR, regex('(a)(?1)')], /offset 3: recursion/],
    ['a parenthesis too many', [BAR, regex('a)')], /offset 1/],
    ['a flag that there is not', [BAR, regex('a', 'q')], /flags/],
    ['characters that are no bytes', [BAR, regex('\u0100')], /offset 0/],
  ];
  it.each(REFUSED)('%s', (_, patterns, message) => {
    const { skipped, report } = compile([signature('x', patterns), signature('good', [BAR])]);
    expect(skipped).toEqual([{ name: 'x', reason: 'regular-expression', message: expect.stringMatching(message) }]);
    expect(report.signatures).toBe(1);
  });
  it('not what only looks like it', () => {
    const fine = [
      chain(16),
      [BAR, trigger(0), trigger(0), regex('a', '', ANYWHERE, { kind: 'or', of: [match(1), match(2)] })],
    ];
    for (const patterns of fine) expect(compile([signature('x', patterns)]).skipped).toEqual([]);
  });
  it('triggers that ask for each other again and again take no time', () => {
    const many = (number: number): RegexPattern =>
      regex('a', '', ANYWHERE, { kind: 'or', of: Array.from({ length: 8 }, () => match(number)) });
    const patterns = [pattern("'x'"), ...Array.from({ length: 16 }, (_, i) => many(i))];
    const engine = engineOf([signature('x', patterns, match(16))], RELEASE);
    expect(engine.namesIn(latin1('xb'))).toEqual([]);
    expect(engine.namesIn(latin1('xa'))).toEqual(['x']);
  });
});

describe('at rest', () => {
  it('sources do not lie open in the image', () => {
    const { bytes } = compile([signature('x', [BAR, regex('some plain words here')])]);
    expect(Buffer.from(bytes).includes('some plain')).toBe(false);
    expect(Buffer.from(bytes).includes('words here')).toBe(false);
  });
});
