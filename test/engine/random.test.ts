/** Random signatures over random bytes, against the oracle. SIGWALL_SEED=n repeats a run. */
import { describe, expect, it } from 'vitest';
import type {
  BodySignature,
  BytesPattern,
  Condition,
  ObjectFacts,
  OffsetRule,
  PatternElement,
} from '../../native-free-engine/index.ts';
import { compile, NO_FACTS, ORDINARY_MODEL, RELEASE, signature, TestEngine, TWINS } from '../support/engine/engine.ts';
import { ANYWHERE } from '../support/engine/notation.ts';
import { namesHolding } from '../support/engine/oracle.ts';
import { Random, seedOf } from '../support/engine/random.ts';

/** Few bytes, so that about half of the patterns match: letters of both cases, NUL, 0xff, a byte that is a boundary. */
const ALPHABET = [0x61, 0x41, 0x62, 0x00, 0xff, 0x20];

function bytesElement(random: Random, length: number): PatternElement {
  const values = random.bytes(length, ALPHABET);
  const masks = values.map(() => (random.chance(0.85) ? 0xff : random.pick([0x00, 0xf0, 0x0f])));
  return { kind: 'bytes', values: values.map((value, i) => value & masks[i]!), masks };
}

function literalElement(random: Random, length: number): PatternElement {
  return { kind: 'bytes', values: random.bytes(length, ALPHABET), masks: new Uint8Array(length).fill(0xff) };
}

function elementOf(random: Random): PatternElement[] {
  const kind = random.below(12);
  if (kind === 0) return [gap(random), bytesElement(random, random.between(1, 3))];
  if (kind === 1) {
    const options = Array.from({ length: random.between(1, 3) }, () => [literalElement(random, random.between(1, 3))]);
    return [{ kind: 'alternatives', negated: false, options }];
  }
  if (kind === 2) {
    const length = random.between(1, 2);
    const options = Array.from({ length: random.between(1, 3) }, () => [literalElement(random, length)]);
    return [{ kind: 'alternatives', negated: true, options }];
  }
  return [bytesElement(random, random.between(1, 6))];
}

function gap(random: Random): PatternElement {
  const min = random.below(4);
  return { kind: 'gap', min, max: random.chance(0.3) ? Number.POSITIVE_INFINITY : min + random.below(5) };
}

function patternOf(random: Random): BytesPattern {
  const elements = [bytesElement(random, random.pick([1, 2, 3, 4, 5, 7, 9, 12]))];
  while (random.chance(0.4)) elements.push(...elementOf(random));
  const boundary = (): PatternElement => ({
    kind: 'boundary',
    boundary: random.pick(['word', 'line', 'nonAlphanumeric'] as const),
    consumes: random.chance(0.3),
    negated: random.chance(0.5),
  });
  if (random.chance(0.1)) elements.unshift(boundary());
  if (random.chance(0.1)) elements.push(boundary());
  return {
    kind: 'bytes',
    elements,
    offset: random.chance(0.8) ? ANYWHERE : offsetOf(random),
    noCase: random.chance(0.2),
    wide: random.chance(0.1),
    ascii: random.chance(0.3),
    fullWord: random.chance(0.1),
  };
}

function offsetOf(random: Random): OffsetRule {
  if (random.chance(0.2)) return { kind: 'section', section: random.below(3) };
  const base = random.pick(['start', 'start', 'end', 'entryPoint', 'section', 'lastSection'] as const);
  const offset = base === 'end' ? -random.below(60) : random.between(-3, 40);
  return { kind: 'at', base, section: random.below(3), offset, shift: random.pick([0, 0, 3, 40, 100]) };
}

function conditionOf(random: Random, patterns: number, depth: number): Condition {
  if (depth === 0 || random.chance(0.4)) return { kind: 'match', pattern: random.below(patterns) };
  const child = (): Condition => conditionOf(random, patterns, depth - 1);
  const children = (): Condition[] => Array.from({ length: random.between(1, 3) }, child);
  if (random.chance(0.6)) return { kind: random.pick(['and', 'or'] as const), of: children() };
  return {
    kind: 'count',
    comparison: random.pick(['equal', 'less', 'greater'] as const),
    count: random.below(4),
    distinct: random.chance(0.2) ? 2 : 0,
    of: child(),
  };
}

function signatureOf(random: Random, name: string): BodySignature {
  const patterns = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => patternOf(random));
  return signature(name, patterns, conditionOf(random, patterns.length, 2), random.pick([0, 0, 0, 0, 0, 1, 6, 7]));
}

function factsOf(random: Random, size: number): ObjectFacts {
  if (random.chance(0.3)) return NO_FACTS;
  const sections = Array.from({ length: random.below(4) }, () => {
    const offset = random.below(size + 1);
    return { offset, size: random.below(size - offset + 1) };
  });
  const entryPoint = random.chance(0.8) ? random.below(size + 1) : undefined;
  return { targets: random.below(256), executable: { entryPoint, sections }, containers: [] };
}

/** Writes a place of a pattern, as far as it fits. */
function plant(bytes: Uint8Array, start: number, { elements, wide, ascii }: BytesPattern): void {
  let at = start;
  const write = (part: readonly PatternElement[]): void => {
    for (const element of part) {
      if (element.kind === 'gap') at += element.min;
      else if (element.kind === 'alternatives') write(element.options[0]!);
      else if (element.kind === 'boundary') at += element.consumes ? 1 : 0;
      else
        for (const value of element.values) {
          if (at < bytes.length) bytes[at++] = value;
          if (wide && !ascii && at < bytes.length) bytes[at++] = 0;
        }
    }
  };
  write(elements);
}

/** Bytes at random, with pieces of the patterns' own bytes in them. */
function bytesOf(random: Random, signatures: readonly BodySignature[], size: number): Uint8Array {
  const bytes = random.bytes(size, random.chance(0.5) ? ALPHABET.slice(0, 3) : ALPHABET);
  for (let i = 0; i < size / 20; i++)
    plant(bytes, random.below(size), random.pick(random.pick(signatures).patterns) as BytesPattern);
  return bytes;
}

describe('random signatures', () => {
  for (const model of [undefined, ORDINARY_MODEL]) {
    const title = `one at a time and some together, ${model ? 'ordinary' : 'empty'} model`;
    it(title, () => {
      const seed = seedOf(title);
      const random = new Random(seed);
      let holding = 0;
      let asked = 0;
      for (let round = 0; round < 60; round++) {
        const signatures = Array.from({ length: round < 30 ? 1 : 20 }, (_, i) => signatureOf(random, `s${i}`));
        const image = compile(signatures, model).bytes;
        const objects = Array.from({ length: 4 }, () => {
          const size = random.pick([0, 1, 2, 3, 5, 17, 100, 200, 300, 300]);
          return { bytes: bytesOf(random, signatures, size), facts: factsOf(random, size) };
        });
        const expected = objects.map(({ bytes, facts }) => namesHolding(signatures, bytes, facts));
        for (const twin of TWINS) {
          const engine = new TestEngine(image, twin);
          objects.forEach(({ bytes, facts }, i) => {
            expect(engine.namesIn(bytes, facts), `seed ${seed}, round ${round}, object ${i}, ${twin.name}`).toEqual(
              expected[i],
            );
          });
        }
        holding += expected.reduce((sum, names) => sum + names.length, 0);
        asked += signatures.length * objects.length;
      }
      expect(holding / asked).toBeGreaterThan(0.1);
      expect(holding / asked).toBeLessThan(0.9);
    });
  }

  it('thousands at once, by every way of searching', () => {
    const seed = seedOf('thousands');
    const random = new Random(seed);
    const plain = { offset: ANYWHERE, noCase: false, wide: false, ascii: false, fullWord: false } as const;
    const of = (...elements: PatternElement[]): BytesPattern => ({ kind: 'bytes', elements, ...plain });
    const wild = (length: number, known: (i: number) => boolean): PatternElement => {
      const masks = Uint8Array.from({ length }, (_, i) => (known(i) ? 0xff : 0));
      return { kind: 'bytes', values: random.bytes(length).map((value, i) => value & masks[i]!), masks };
    };
    const runs = Array.from({ length: 1500 }, (_, i) =>
      signature(`run ${i}`, [of(wild(random.between(7, 20), () => true))]),
    );
    const spread = Array.from({ length: 60 }, (_, i) => signature(`spread ${i}`, [of(wild(14, (k) => k % 5 !== 4))]));
    const short = Array.from({ length: 60 }, (_, i) =>
      signature(`short ${i}`, [of(wild(random.between(3, 5), () => true))]),
    );
    const loose = Array.from({ length: 12 }, (_, i) => signature(`loose ${i}`, [of(wild(9, (k) => k % 4 === 0))]));
    const fixed = Array.from({ length: 100 }, (_, i) =>
      signature(`fixed ${i}`, [
        {
          ...of(wild(8, () => true)),
          offset: { kind: 'at', base: 'start', section: 0, offset: random.below(200), shift: 0 },
        },
      ]),
    );
    const signatures = random.shuffled([...runs, ...spread, ...short, ...loose, ...fixed]);
    const { bytes: image, report } = compile(signatures);
    // Each way was really taken.
    expect(report.anchored).toBe(100);
    const [matcher] = report.matchers;
    expect(matcher!.short).toBeGreaterThanOrEqual(40);
    const searched = matcher!.filters.reduce((sum, { segments }) => sum + segments, 0);
    expect(searched).toBeGreaterThan(1500);
    expect(matcher!.filters.reduce((sum, { grams }) => sum + grams, 0)).toBeGreaterThan(1500 * 4);
    for (let round = 0; round < 3; round++) {
      const object = random.bytes(3000);
      for (let i = 0; i < 40; i++) {
        const { patterns } = random.pick(signatures);
        const { elements, offset } = patterns[0] as BytesPattern;
        const { values, masks } = elements[0] as Extract<PatternElement, { kind: 'bytes' }>;
        const at = offset.kind === 'at' ? offset.offset : random.below(object.length - values.length);
        values.forEach((value, k) => {
          if (masks[k]) object[at + k] = value;
        });
      }
      const expected = namesHolding(signatures, object, NO_FACTS);
      expect(expected.length).toBeGreaterThan(5);
      for (const twin of TWINS) {
        const { detections, statistics } = new TestEngine(image, twin).scanBytes(object, {
          facts: { ...NO_FACTS, targets: 2 },
        });
        expect(detections.map(({ name }) => name).sort(), `seed ${seed}, round ${round}, ${twin.name}`).toEqual(
          expected,
        );
        expect(statistics.candidates1).toBeGreaterThan(0);
        expect(statistics.steps).toBeGreaterThan(0);
      }
    }
  });
});

describe('objects larger than the window', () => {
  const size = 1_000_003;
  const windowBytes = 262_144;

  it('matches over every border, whatever lies around them', () => {
    const seed = seedOf('larger than the window');
    const random = new Random(seed);
    // Of letters that the filler does not have: where they lie is known without asking an oracle.
    const texts = Array.from({ length: 40 }, (_, i) =>
      random.bytes([2, 3, 4, 6, 8, 20, 300, 3000][i % 8]!).map((b) => b | 0x80),
    );
    const signatures = texts.map((values, i) => {
      const element: PatternElement = { kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) };
      const parts: PatternElement[] =
        i % 5 === 4
          ? [element, { kind: 'gap', min: 10, max: i % 2 ? Number.POSITIVE_INFINITY : 90_000 }, element]
          : [element];
      return signature(`t${i}`, [
        { kind: 'bytes', elements: parts, offset: ANYWHERE, noCase: false, wide: false, ascii: true, fullWord: false },
      ]);
    });
    const engine = new TestEngine(compile(signatures).bytes, RELEASE, { windowBytes });
    const filler = random.bytes(size, [0x20, 0x41, 0x00, 0x7f]);
    const borders = [0, 129_024, 131_072, 193_000, 262_144, 327_680, 393_216, 524_288, 786_432, 917_504, size];
    for (const border of borders) {
      for (const [i, text] of texts.entries()) {
        const length = i % 5 === 4 ? text.length * 2 + 80_000 : text.length;
        const at = Math.max(0, Math.min(size - length, border - random.below(text.length + 1)));
        const object = filler.slice();
        object.set(text, at);
        if (i % 5 === 4) object.set(text, at + length - text.length);
        const found = engine.scanBytes(object).detections;
        expect(
          found.map(({ name }) => name),
          `seed ${seed}: text ${i} at ${at}`,
        ).toContain(`t${i}`);
        expect(engine.namesIn(filler).length).toBe(0);
        if (i > 12 && border !== 262_144) break;
      }
    }
  });

  it('counts, absences and offsets from both ends', () => {
    const at = (base: 'start' | 'end', offset: number): OffsetRule => ({
      kind: 'at',
      base,
      section: 0,
      offset,
      shift: 0,
    });
    const text: PatternElement = {
      kind: 'bytes',
      values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      masks: new Uint8Array(8).fill(255),
    };
    const of = (offset: OffsetRule): BytesPattern => ({
      kind: 'bytes',
      elements: [text],
      offset,
      noCase: false,
      wide: false,
      ascii: false,
      fullWord: false,
    });
    const match = { kind: 'match', pattern: 0 } as const;
    const counted = (comparison: 'equal' | 'greater', count: number): Condition => ({
      kind: 'count',
      of: match,
      comparison,
      count,
      distinct: 0,
    });
    const engine = new TestEngine(
      compile([
        signature('five', [of(ANYWHERE)], counted('equal', 5)),
        signature('six', [of(ANYWHERE)], counted('greater', 5)),
        signature('start', [of(at('start', 0))]),
        signature('end', [of(at('end', -8))]),
        signature('middle', [of(at('start', 500_000))]),
        signature('absent', [of(at('start', 500_001))], counted('equal', 0)),
      ]).bytes,
      RELEASE,
      { windowBytes },
    );
    const object = new Uint8Array(size);
    for (const place of [0, 262_140, 500_000, 700_000, size - 8]) object.set([1, 2, 3, 4, 5, 6, 7, 8], place);
    expect(engine.namesIn(object)).toEqual(['absent', 'end', 'five', 'middle', 'start']);
  });
});

describe('many signatures started', () => {
  it('what is searched at once says the same as what is searched one by one', () => {
    const seed = seedOf('searchMany');
    const random = new Random(seed);
    // Every signature is started by a common word, and then needs patterns of its own: more than is searched one by one.
    const words = Array.from({ length: 400 }, () => random.bytes(random.between(2, 6)).map((b) => b | 0x80));
    const of = (...parts: Uint8Array[]): BytesPattern => ({
      kind: 'bytes',
      elements: parts.flatMap((values, i): PatternElement[] => [
        ...(i > 0 ? [{ kind: 'gap', min: 0, max: 2000 } as const] : []),
        { kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) },
      ]),
      offset: ANYWHERE,
      noCase: false,
      wide: false,
      ascii: false,
      fullWord: false,
    });
    const common = of(Uint8Array.from('the common word', (character) => character.charCodeAt(0)));
    const signatures = words.map((word, i) => {
      const condition: Condition =
        i % 3 === 0
          ? {
              kind: 'and',
              of: [
                { kind: 'match', pattern: 0 },
                { kind: 'count', of: { kind: 'match', pattern: 1 }, comparison: 'equal', count: i % 2, distinct: 0 },
              ],
            }
          : {
              kind: 'and',
              of: [
                { kind: 'count', of: { kind: 'match', pattern: 0 }, comparison: 'greater', count: 0, distinct: 0 },
                {
                  kind: 'count',
                  of: { kind: 'match', pattern: 1 },
                  comparison: 'less',
                  count: 1 + (i % 2),
                  distinct: 0,
                },
              ],
            };
      return signature(`m${i}`, [common, i % 4 === 0 ? of(word, random.pick(words)) : of(word)], condition);
    });
    const object = random.bytes(20_000, [0x20, 0x41]);
    object.set(
      Uint8Array.from('the common word', (character) => character.charCodeAt(0)),
      100,
    );
    for (let i = 0; i < 300; i++) object.set(random.pick(words), random.between(200, 19_900));
    const expected = namesHolding(signatures, object, NO_FACTS);
    expect(expected.length).toBeGreaterThan(50);
    const image = compile(signatures).bytes;
    const single = signatures.map((each) => ({ each, image: compile([each]).bytes }));
    for (const twin of TWINS) {
      const engine = new TestEngine(image, twin);
      const { detections, statistics } = engine.scanBytes(object);
      expect(detections.map(({ name }) => name).sort(), `seed ${seed}, ${twin.name}`).toEqual(expected);
      // 24 times the object is what searches on demand may cost before all that is left is searched at once.
      expect(statistics.walkedBytes).toBe(object.length);
      expect(statistics.searchedBytes).toBeLessThan(25 * object.length + 65_536);
    }
    const alone = single.filter(({ each, image: own }) =>
      new TestEngine(own, RELEASE).namesIn(object).includes(each.name),
    );
    expect(alone.map(({ each }) => each.name).sort(), `seed ${seed}`).toEqual(expected);
  });
});
