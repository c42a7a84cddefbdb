/** Signatures for trials: good ones, and each kind of bad one. */
import type { Condition, Pattern, PatternElement, Signature } from '../../../native-free-engine/index.ts';

const ALL_LEVELS = { min: 0, max: Number.POSITIVE_INFINITY };
const ANY = { kind: 'any' } as const;

export function literal(text: string): PatternElement {
  const values = Uint8Array.from(Buffer.from(text, 'latin1'));
  return { kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) };
}

export function patternOf(elements: readonly PatternElement[], at?: number): Pattern {
  const offset = at === undefined ? ANY : ({ kind: 'at', base: 'start', section: 0, offset: at, shift: 0 } as const);
  return { kind: 'bytes', elements, offset, noCase: false, wide: false, ascii: false, fullWord: false };
}

export function signatureOf(
  name: string,
  patterns: readonly Pattern[],
  condition: Condition = { kind: 'match', pattern: 0 },
  target = 0,
): Signature {
  return { kind: 'body', name, levels: ALL_LEVELS, target, patterns, condition };
}

export function body(name: string, text: string, where: { target?: number; at?: number } = {}): Signature {
  return signatureOf(name, [patternOf([literal(text)], where.at)], undefined, where.target);
}

export function hash(name: string, md5 = '00112233445566778899aabbccddeeff', size: number | undefined = 77): Signature {
  const digest = Uint8Array.from(Buffer.from(md5, 'hex'));
  return { kind: 'hash', name, levels: ALL_LEVELS, algorithm: 'md5', digest, size, scope: 'object', action: 'detect' };
}

export function ignore(name: string): Signature {
  return { kind: 'ignore', name, levels: ALL_LEVELS, entryDigest: undefined };
}

/** Evaluated on every object, since something must not be there; holds on none. */
export function wild(name: string): Signature {
  const patterns = [
    patternOf([literal('a'), { kind: 'gap', min: 0, max: 200 }, literal('zq')]),
    patternOf([literal('e')]),
  ];
  const never: Condition = {
    kind: 'and',
    of: [
      { kind: 'count', of: { kind: 'match', pattern: 0 }, comparison: 'less', count: 0, distinct: 0 },
      { kind: 'count', of: { kind: 'match', pattern: 1 }, comparison: 'less', count: 0, distinct: 0 },
    ],
  };
  return signatureOf(name, patterns, never);
}

export const text = {
  /** 16 patterns of 9 kB. */
  large(name: string): Signature {
    const patterns = Array.from({ length: 16 }, (_, i) => patternOf([literal(`${i}`.padStart(9000, 'x'))]));
    return signatureOf(name, patterns);
  },
  /** 2^8 texts of 12 kB. */
  manyVariants(name: string): Signature {
    const either: PatternElement = {
      kind: 'alternatives',
      negated: false,
      options: [[literal('one')], [literal('other')]],
    };
    const elements = Array.from({ length: 8 }, () => [either, literal('-'.repeat(1500))]).flat();
    return signatureOf(name, [patternOf(elements)]);
  },
  /** Counts more places than anything may have. */
  countless(name: string): Signature {
    return signatureOf(name, [patternOf([literal('ab')])], {
      kind: 'count',
      of: { kind: 'match', pattern: 0 },
      comparison: 'greater',
      count: 2_000_000,
      distinct: 0,
    });
  },
};
