import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type OffsetRule,
  type Pattern,
  Scanner,
  type Signature,
} from '../../native-free-engine/index.ts';
import { nodeDigester } from '../../src/host/host.ts';
import { compileAlone, loadImage } from '../../src/scan/trial/image.ts';
import { MustFindSample } from '../../src/scan/trial/must-find.ts';
import { objectFor } from '../../src/scan/trial/objects.ts';
import { pattern } from '../support/engine/notation.ts';
import { EVERY_FORM } from '../support/engine/samples.ts';
import { body, hash, signatureOf } from './support/trial-signatures.ts';

const match = (index: number): Condition => ({ kind: 'match', pattern: index });
const more = (of: Condition, count: number, distinct = 0): Condition => ({
  kind: 'count',
  of,
  comparison: 'greater',
  count,
  distinct,
});
const placed = (offset: OffsetRule, text = "'somewhere'"): Pattern => pattern(text, { offset });
const at = (
  base: 'start' | 'end' | 'entryPoint' | 'section' | 'lastSection',
  offset: number,
  section = 0,
): OffsetRule => ({ kind: 'at', base, section, offset, shift: 0 });
const TWO = [pattern("'first half'"), pattern("'second half'")];
const one = (each: Pattern, target = 0): Signature => signatureOf('Test.One', [each], undefined, target);

const BUILT: readonly (readonly [name: string, signature: Signature])[] = [
  ['a text anywhere', one(pattern("'anywhere'"))],
  ['a text for a type of file', one(pattern("'anywhere'"), 6)],
  ['the highest target', one(pattern("'anywhere'"), 31)],
  ['half bytes and holes', one(pattern("4d5a????9?0?0f'tail'"))],
  ['gaps', one(pattern("'one'{1-3}'two'{5-}'three'{100-100}'four'"))],
  ['alternatives inside alternatives', one(pattern("'pre'('a'|'bc'|)('x'{1-2}'y'|'z')'post'"))],
  ['letters of either case', one(pattern("'Letters'", { noCase: true }))],
  ['wide text', one(pattern("'Letters'", { wide: true }))],
  ['wide text with a gap in it', one(pattern("'Let'{3-5}'ters'", { wide: true }))],
  ['full words of wide text', one(pattern("'Letters'", { wide: true, fullWord: true }))],
  ['full words', one(pattern("'Letters'", { fullWord: true }))],
  ['either form of a text', one(pattern("'Letters'", { wide: true, ascii: true, fullWord: true }))],
  ['at the start', one(placed(at('start', 0)))],
  ['behind the start', one(placed(at('start', 70_000)))],
  ['before the end', one(placed(at('end', -40)))],
  ['at the entry point', one(placed(at('entryPoint', -20)))],
  ['in the second section at a place', one(placed(at('section', 100, 1)))],
  ['in the last section at a place', one(placed(at('lastSection', 7)))],
  ['anywhere in the fourth section', one(placed({ kind: 'section', section: 3 }))],
  [
    'at two places that agree',
    signatureOf('Test.One', [placed(at('start', 5), "'abcdef'"), placed(at('start', 8), "'defghi'")], {
      kind: 'and',
      of: [match(0), match(1)],
    }),
  ],
  ['both of two', signatureOf('Test.One', TWO, { kind: 'and', of: [match(0), match(1)] })],
  ['either of two', signatureOf('Test.One', TWO, { kind: 'or', of: [match(0), match(1)] })],
  [
    'one that can be built and one that cannot',
    signatureOf('Test.One', [pattern("<word>'a'"), TWO[0]!], { kind: 'or', of: [match(0), match(1)] }),
  ],
  ['more than three', signatureOf('Test.One', [TWO[0]!], more(match(0), 3))],
  [
    'more than three of two different',
    signatureOf('Test.One', TWO, more({ kind: 'or', of: [match(0), match(1)] }, 3, 2)),
  ],
  [
    'a size of file',
    signatureOf('Test.One', TWO, {
      kind: 'and',
      of: [match(0), { kind: 'fileSize', range: { min: 200_000, max: 200_001 } }],
    }),
  ],
  [
    'an entry point',
    signatureOf('Test.One', TWO, {
      kind: 'and',
      of: [match(0), { kind: 'entryPoint', range: { min: 9000, max: 9001 } }],
    }),
  ],
  [
    'a number of sections',
    signatureOf('Test.One', TWO, { kind: 'and', of: [match(0), { kind: 'sectionCount', range: { min: 7, max: 7 } }] }),
  ],
  ['a hash of objects of a size', hash('Test.One')],
  ['a hash of objects of no bytes', hash('Test.One', undefined, 0)],
  ['a hash of objects of any size', { ...hash('Test.One'), size: undefined } as Signature],
  ['a hash of a section', { ...hash('Test.One'), scope: 'section' } as Signature],
];

const REFUSED: readonly (readonly [name: string, signature: Signature])[] = [
  ['a boundary', one(pattern("<word>'a'"))],
  ['what must not lie there', one(pattern("'pre'!('abc'|'xyz')'post'"))],
  [
    'a regular expression',
    {
      ...one(TWO[0]!),
      patterns: [{ kind: 'regex', source: 'a+', flags: '', offset: { kind: 'any' }, trigger: match(0) }],
    } as Signature,
  ],
  ['fewer than three', signatureOf('Test.One', TWO, { ...more(match(0), 3), comparison: 'less' } as Condition)],
  [
    'exactly none',
    signatureOf('Test.One', TWO, {
      kind: 'and',
      of: [match(0), { ...more(match(1), 0), comparison: 'equal' } as Condition],
    }),
  ],
  ['both of nothing', signatureOf('Test.One', TWO, { kind: 'and', of: [] })],
  ['a container', signatureOf('Test.One', TWO, { kind: 'and', of: [match(0), { kind: 'container', type: 'zip' }] })],
  ['before the start', one(placed(at('start', -1)))],
  ['at the end itself', one(placed(at('end', 0)))],
  [
    'two texts at one place',
    signatureOf('Test.One', [placed(at('start', 5), "'abc'"), placed(at('start', 5), "'xyz'")], {
      kind: 'and',
      of: [match(0), match(1)],
    }),
  ],
  ['two of a text at one place', signatureOf('Test.One', [placed(at('start', 5))], more(match(0), 1))],
  [
    'a file that is too small for it',
    signatureOf('Test.One', TWO, { kind: 'and', of: [match(0), { kind: 'fileSize', range: { min: 0, max: 3 } }] }),
  ],
  [
    'a file that is too large to be made',
    signatureOf('Test.One', TWO, {
      kind: 'and',
      of: [match(0), { kind: 'fileSize', range: { min: 2 ** 40, max: 2 ** 50 } }],
    }),
  ],
  ['a section beyond all', one(placed(at('section', 0, 90)))],
  ['levels that this engine has not', { ...one(TWO[0]!), levels: { min: 9999, max: 10_000 } }],
  ['what is allowed', { ...hash('Test.One'), action: 'allow' } as Signature],
  ['a hash of objects that are too large', hash('Test.One', undefined, 2 ** 40)],
];

const found = (offered: Signature, image = compileAlone([offered])): number => {
  const sample = new MustFindSample({ body: 1, hash: 1 }, 2);
  sample.offer(offered);
  return sample.verify(loadImage(image), image.skipped);
};

describe('an object is built out of a signature', () => {
  it.each(BUILT)('that asks for %s', (_, signature) => {
    expect(objectFor(signature)).toBeDefined();
    expect(found(signature)).toBe(1);
  });
  it('of every form, and found, or none is built', () => {
    // One with a regular expression may be left out by the compiler.
    const hasRegex = (each: Signature): boolean =>
      each.kind === 'body' && each.patterns.some(({ kind }) => kind === 'regex');
    const built = EVERY_FORM.filter((each) => !hasRegex(each) && objectFor(each) !== undefined);
    for (const each of built) expect(found(each), each.name).toBe(1);
    expect(built.length).toBeGreaterThan(25);
  });
});

describe('no object is built for certain out of a signature', () => {
  it.each(REFUSED)('that asks for %s', (_, signature) => {
    expect(objectFor(signature)).toBeUndefined();
  });
});

describe('an image that misses a signature', () => {
  it.each([
    ['of bytes', body('Test.Missed', 'a text that nobody looks for')],
    ['of a digest', hash('Test.Missed')],
  ])('%s fails the trial', (_, signature) => {
    expect(() => found(signature, compileAlone([]))).toThrow(
      expect.objectContaining({ code: 'SCAN_TRIAL_MISSED', message: expect.stringContaining('Test.Missed') }),
    );
  });
  it('does not when it says that it left it out', () => {
    const regex = {
      kind: 'ignore',
      name: 'Test.Missed',
      levels: { min: 0, max: 9999 },
      entryDigest: undefined,
    } as const;
    const signature = body('Test.Missed', 'a text that nobody looks for');
    expect(found(signature, compileAlone([signature, regex]))).toBe(0);
  });
  it('does not when its digest is on a list of good files', () => {
    const bad = hash('Test.Missed');
    const good = { ...bad, name: 'Good', action: 'allow' } as Signature;
    expect(found(bad, compileAlone([bad, good]))).toBe(0);
  });
});

describe('the sample', () => {
  const many = (count: number): Signature[] => [
    ...Array.from({ length: count }, (_, i) => body(`Body.${i}`, `text number ${i} of all`)),
    ...Array.from({ length: count }, (_, i) => hash(`Hash.${i}`, i.toString(16).padStart(32, '0'))),
  ];
  it.each([
    [3, 6],
    [32, 64],
    [500, 64],
  ])('of %d of each kind has %d objects', (count, expected) => {
    const all = many(count);
    const sample = new MustFindSample({ body: count, hash: count }, 64);
    for (const each of all) sample.offer(each);
    expect(sample.verify(loadImage(compileAlone(all)), [])).toBe(expected);
  });
  it('takes the next where one cannot be built', () => {
    const all = [signatureOf('Odd', [pattern("<word>'a'")]), ...many(5).slice(0, 5)];
    const sample = new MustFindSample({ body: 6, hash: 0 }, 2);
    for (const each of all) sample.offer(each);
    expect(sample.verify(loadImage(compileAlone(all)), [])).toBe(2);
  });
  it('is found by a scanner that knows nothing of it', () => {
    const object = objectFor(body('Test.One', 'plainly here'))!;
    const scanner = new Scanner({ ...loadImage(compileAlone([object.signature])), digester: nodeDigester });
    const { detections } = scanner.scan(object.source, object.facts, { allMatches: true });
    expect(detections.map(({ name }) => name)).toEqual(['Test.One']);
  });
});
