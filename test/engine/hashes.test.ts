import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type HashAlgorithm,
  type HashSignature,
  type ObjectFacts,
  type Signature,
  TARGET,
} from '../../native-free-engine/index.ts';
import { ALL_LEVELS, CountingDigester, engineOf, NO_FACTS, signature, TWINS } from '../support/engine/engine.ts';
import { latin1, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';

const OBJECT = latin1('an object whose digests are known, and long enough for two sections');
const ALGORITHMS: readonly HashAlgorithm[] = ['md5', 'sha1', 'sha256'];
const digestOf = (algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash(algorithm).update(bytes).digest());

function hash(
  name: string,
  algorithm: HashAlgorithm,
  digest: Uint8Array,
  more: Partial<HashSignature> = {},
): HashSignature {
  return {
    kind: 'hash',
    name,
    levels: ALL_LEVELS,
    algorithm,
    digest,
    size: undefined,
    scope: 'object',
    action: 'detect',
    ...more,
  };
}
/** Its last byte is another: the first 4 bytes, which lie in memory, are the same. */
function nearly(digest: Uint8Array): Uint8Array {
  const copy = digest.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
}
const SECTIONS: ObjectFacts = {
  ...NO_FACTS,
  targets: 1 << TARGET.pe,
  executable: {
    entryPoint: 0,
    sections: [
      { offset: 3, size: 20 },
      { offset: 30, size: 16 },
      { offset: 40, size: 0 },
    ],
  },
};
const section = (i: number): Uint8Array => {
  const { offset, size } = SECTIONS.executable!.sections[i]!;
  return OBJECT.subarray(offset, offset + size);
};

describe('what is found comes in an order', () => {
  const both: Condition = { kind: 'and', of: [0, 1].map((each) => ({ kind: 'match', pattern: each }) as const) };
  const found = [
    hash('hash', 'md5', digestOf('md5', OBJECT)),
    signature('two patterns', [pattern("'an object'"), pattern("'known'")], both),
    signature('the last', [pattern("'two sections'")]),
    signature('the first', [pattern("'object whose'")]),
    hash('section', 'md5', digestOf('md5', section(0)), { scope: 'section' }),
  ];
  const NAMES = ['the first', 'the last', 'hash', 'two patterns', 'section'];

  it.each(TWINS)('of one pattern by their places, hashes, of several patterns, parts: $name', (twin) => {
    const { detections } = engineOf(found, twin).scanBytes(OBJECT, { facts: SECTIONS });
    expect(detections.map(({ name }) => name)).toEqual(NAMES);
  });

  it.each(TWINS)('a hash before a signature of several patterns when one is enough: $name', (twin) => {
    const some = found.filter(({ name }) => name === 'hash' || name === 'two patterns');
    const { detections } = engineOf(some, twin).scanBytes(OBJECT, { facts: SECTIONS, allMatches: false });
    expect(detections.map(({ name }) => name)).toEqual(['hash']);
  });
});

type Row = readonly [name: string, signatures: readonly Signature[], found: readonly string[], facts?: ObjectFacts];
const ROWS: readonly Row[] = ALGORITHMS.flatMap((algorithm): Row[] => {
  const digest = digestOf(algorithm, OBJECT);
  const size = OBJECT.length;
  return [
    [`${algorithm} of any size`, [hash('x', algorithm, digest)], ['x']],
    [`${algorithm} of this size`, [hash('x', algorithm, digest, { size })], ['x']],
    [`${algorithm} of another size`, [hash('x', algorithm, digest, { size: size + 1 })], []],
    [
      `${algorithm} of another size, beside an any-size one`,
      [hash('x', algorithm, digest, { size: size + 1 }), hash('y', algorithm, digest)],
      ['y'],
    ],
    [`${algorithm} that differs in the last byte`, [hash('x', algorithm, nearly(digest))], []],
    [
      `${algorithm}, several with the same first bytes`,
      [
        hash('x', algorithm, nearly(digest)),
        hash('y', algorithm, digest),
        hash('z', algorithm, nearly(digest), { size }),
      ],
      ['y'],
    ],
    [`${algorithm}, two names`, [hash('x', algorithm, digest), hash('y', algorithm, digest, { size })], ['x', 'y']],
    [
      `${algorithm} of a section`,
      [hash('x', algorithm, digestOf(algorithm, section(0)), { scope: 'section', size: 20 })],
      ['x'],
      SECTIONS,
    ],
    [
      `${algorithm} of the second section, of any size`,
      [hash('x', algorithm, digestOf(algorithm, section(1)), { scope: 'section' })],
      ['x'],
      SECTIONS,
    ],
    [
      `${algorithm} of a section, of another size`,
      [hash('x', algorithm, digestOf(algorithm, section(0)), { scope: 'section', size: 21 })],
      [],
      SECTIONS,
    ],
    [
      `${algorithm} of a section of what is no Windows program`,
      [hash('x', algorithm, digestOf(algorithm, section(0)), { scope: 'section', size: 20 })],
      [],
      { ...SECTIONS, targets: 1 << TARGET.elf },
    ],
    [
      `${algorithm} of a section where there is none`,
      [hash('x', algorithm, digestOf(algorithm, section(0)), { scope: 'section', size: 20 })],
      [],
    ],
    [
      `${algorithm} of an object is not that of a section`,
      [hash('x', algorithm, digestOf(algorithm, section(0)), { size: 20 })],
      [],
      SECTIONS,
    ],
    [
      `${algorithm} of an empty section is none`,
      [hash('x', algorithm, digestOf(algorithm, new Uint8Array(0)), { scope: 'section' })],
      [],
      SECTIONS,
    ],
    [
      `${algorithm} that is allowed`,
      [hash('x', algorithm, digest, { action: 'allow' }), signature('y', [pattern("'object'")])],
      [],
    ],
    [
      `${algorithm} that is allowed and detected`,
      [hash('x', algorithm, digest, { action: 'allow' }), hash('y', algorithm, digest)],
      [],
    ],
    [
      `${algorithm} that is allowed at another size`,
      [hash('x', algorithm, digest, { action: 'allow', size: 1 }), signature('y', [pattern("'object'")])],
      ['y'],
    ],
    [
      `${algorithm} that is nearly allowed`,
      [hash('x', algorithm, nearly(digest), { action: 'allow' }), signature('y', [pattern("'object'")])],
      ['y'],
    ],
  ];
});

describe('hash signatures', () => {
  for (const twin of TWINS) {
    it.each(ROWS.map(([name, signatures, found, facts = NO_FACTS]) => ({ name, signatures, found, facts })))(
      `${twin.name}: $name`,
      ({ signatures, found, facts }) => {
        const engine = engineOf(signatures, twin);
        const { detections, allowed } = engine.scanBytes(OBJECT, { facts });
        expect(detections.map(({ name }) => name).sort()).toEqual(found);
        const allow = signatures.find((each) => each.kind === 'hash' && each.action === 'allow');
        expect(allowed).toBe(allow !== undefined && found.length === 0);
      },
    );
  }
  it('an empty object has digests as well', () => {
    const engine = engineOf([hash('empty', 'md5', digestOf('md5', new Uint8Array(0)), { size: 0 })], TWINS[2]!);
    expect(engine.namesIn(new Uint8Array(0))).toEqual(['empty']);
    expect(engine.namesIn(Uint8Array.of(0))).toEqual([]);
  });
  it('thousands of them, and each is found', () => {
    const seed = seedOf('hashes');
    const random = new Random(seed);
    const objects = Array.from({ length: 40 }, () => random.bytes(random.between(1, 500)));
    const others = Array.from({ length: 5000 }, (_, i) =>
      hash(`other ${i}`, 'md5', random.bytes(16), i % 2 ? { size: random.below(500) } : {}),
    );
    // The bounds of the table: all prefixes 0, all 0xff.
    const bounds = [hash('low', 'md5', new Uint8Array(16)), hash('high', 'md5', new Uint8Array(16).fill(0xff))];
    const own = objects.map((object, i) =>
      hash(`own ${i}`, 'md5', digestOf('md5', object), i % 3 ? { size: object.length } : {}),
    );
    const engine = engineOf(random.shuffled([...others, ...bounds, ...own]), TWINS[2]!);
    for (const [i, object] of objects.entries()) expect(engine.namesIn(object), `seed ${seed}`).toEqual([`own ${i}`]);
    expect(engine.namesIn(OBJECT)).toEqual([]);
  });
  it('a large object is hashed block by block', () => {
    const object = new Random(5).bytes(700_001);
    const engine = engineOf(
      ALGORITHMS.map((algorithm) => hash(algorithm, algorithm, digestOf(algorithm, object))),
      TWINS[2]!,
    );
    expect(engine.namesIn(object)).toEqual(['md5', 'sha1', 'sha256']);
    const facts: ObjectFacts = {
      ...NO_FACTS,
      targets: 1 << TARGET.pe,
      executable: { entryPoint: 0, sections: [{ offset: 100_001, size: 500_000 }] },
    };
    const part = hash('part', 'sha1', digestOf('sha1', object.subarray(100_001, 600_001)), {
      scope: 'section',
      size: 500_000,
    });
    expect(engineOf([part], TWINS[2]!).namesIn(object, facts)).toEqual(['part']);
  });
});

describe('nothing is hashed that no signature asks for', () => {
  const hashedBy = (signatures: readonly Signature[], facts: ObjectFacts = NO_FACTS): Record<string, number> => {
    const digester = new CountingDigester();
    const engine = engineOf(signatures, TWINS[2]!, { digester });
    digester.bytes.clear();
    engine.scanBytes(OBJECT, { facts });
    return Object.fromEntries(digester.bytes);
  };
  const digest = new Uint8Array(32);
  it('no hash signatures', () => {
    expect(hashedBy([signature('x', [pattern("'absent text'")])])).toEqual({});
  });
  it('of any size: once', () => {
    expect(
      hashedBy([hash('x', 'md5', digest.subarray(16)), hash('y', 'md5', digest.subarray(16), { size: 5 })]),
    ).toEqual({ md5: OBJECT.length });
  });
  it('of another size: not', () => {
    expect(
      hashedBy([
        hash('x', 'md5', digest.subarray(16), { size: OBJECT.length - 1 }),
        hash('y', 'md5', digest.subarray(16), { size: OBJECT.length + 1 }),
      ]),
    ).toEqual({});
  });
  it('of this size: by this algorithm only', () => {
    expect(
      hashedBy([
        hash('x', 'sha1', digest.subarray(12), { size: OBJECT.length }),
        hash('y', 'md5', digest.subarray(16), { size: 1 }),
      ]),
    ).toEqual({ sha1: OBJECT.length });
  });
  it('of sections: only sections of that size', () => {
    expect(hashedBy([hash('x', 'md5', digest.subarray(16), { scope: 'section', size: 16 })], SECTIONS)).toEqual({
      md5: 16,
    });
    expect(hashedBy([hash('x', 'md5', digest.subarray(16), { scope: 'section', size: 17 })], SECTIONS)).toEqual({});
    expect(hashedBy([hash('x', 'md5', digest.subarray(16), { scope: 'section' })], SECTIONS)).toEqual({ md5: 36 });
    expect(hashedBy([hash('x', 'md5', digest.subarray(16), { scope: 'section' })])).toEqual({});
  });
});
