import { describe, expect, it } from 'vitest';
import {
  changedSignatures,
  compileSignatures,
  contentNames,
  openPatternFile,
  type Signature,
} from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../src/host/host.ts';
import { ALL_LEVELS, NODE_DIGESTER, signature } from '../support/engine/engine.ts';
import { pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { EVERY_FORM } from '../support/engine/samples.ts';
import { contentOf, decompress, PLAIN } from './delta-samples.ts';

const DESCRIPTION = {
  number: 1001,
  released: '2026-01-02T03:04:05Z',
  channel: 'stable',
  engineRange: '*',
  sources: [{ name: 'own.ndb', licence: 'Apache-2.0', signatures: 1 }],
};
const content = (...signatures: readonly Signature[]): Uint8Array =>
  openPatternFile(compileSignatures(signatures, DESCRIPTION, PLAIN).bytes, NODE_DIGESTER).content(decompress);
const body = (name: string, text = 'x'): Signature => signature(name, [pattern(`'${text}'`)]);
const hash = (name: string, first: number): Signature => ({
  kind: 'hash',
  name,
  levels: ALL_LEVELS,
  algorithm: 'md5',
  digest: new Uint8Array(16).fill(first),
  size: 300,
  scope: 'object',
  action: 'detect',
});
const ignore = (name: string): Signature => ({ kind: 'ignore', name, levels: ALL_LEVELS, entryDigest: undefined });

const NONE = { added: [], removed: [], changed: [] };
const ROWS: readonly (readonly [
  name: string,
  from: readonly Signature[],
  to: readonly Signature[],
  expected: Partial<typeof NONE> | Readonly<Record<string, readonly string[]>>,
])[] = [
  ['nothing and nothing', [], [], {}],
  ['the same', [body('a'), hash('h', 1)], [hash('h', 1), body('a')], {}],
  ['one came', [body('a')], [body('a'), body('b')], { added: ['b'] }],
  ['one went', [body('a'), body('b')], [body('a')], { removed: ['b'] }],
  ['a pattern changed', [body('a', 'x')], [body('a', 'y')], { changed: ['a'] }],
  ['a digest changed', [hash('h', 1)], [hash('h', 2)], { changed: ['h'] }],
  ['one of two of a name went', [body('a', 'x'), body('a', 'y')], [body('a', 'y')], { changed: ['a'] }],
  ['another of a name came', [body('a', 'x')], [body('a', 'x'), body('a', 'y')], { changed: ['a'] }],
  ['a body became a hash of that name', [body('a')], [hash('a', 1)], { changed: ['a'] }],
  ['one was renamed', [body('a')], [body('b')], { added: ['b'], removed: ['a'] }],
  ['one was switched off', [body('a')], [body('a'), ignore('a')], { changed: ['a'] }],
  ['one is switched on again', [body('a'), ignore('a')], [body('a')], { changed: ['a'] }],
  ['one was switched off that is not there', [body('a')], [body('a'), ignore('b')], {}],
  ['names are sorted by code units', [], [body('é'), body('b'), body('B'), body('a')], { added: ['B', 'a', 'b', 'é'] }],
];

describe('signatures that differ, by name', () => {
  it.each(ROWS)('%s', (_, from, to, expected) => {
    expect(changedSignatures(content(...from), content(...to))).toEqual({ ...NONE, ...expected });
  });
  it('records of an unknown kind or of a higher level have no name', () => {
    const later = contentOf(1, [Uint8Array.of(9, 1, 1, 0x61), Uint8Array.of(1, 3, 1, 0x61)]).content;
    expect(changedSignatures(content(body('b')), later)).toEqual({ ...NONE, removed: ['b'] });
  });
  it('a record that ends in its name is malformed', () => {
    const broken = contentOf(1, [Uint8Array.of(1, 1, 5, 0x61)]).content;
    expect(() => changedSignatures(content(), broken)).toThrow(
      expect.objectContaining({ code: 'PATTERN_FILE_MALFORMED' }),
    );
  });
});

describe('names of a content', () => {
  it('one for each signature, without those that are only switched off', () => {
    expect([...contentNames(content(body('b'), body('a', 'y'), body('a', 'x'), hash('h', 1), ignore('b')))]).toEqual([
      'a',
      'a',
      'b',
      'h',
    ]);
  });
  it('all of a file with every form', () => {
    const expected = EVERY_FORM.filter(({ kind }) => kind !== 'ignore').map(({ name }) => name);
    expect([...contentNames(content(...EVERY_FORM))].sort()).toEqual([...expected].sort());
  });
});

describe('a release that is made again', () => {
  it('from the same sources in another order has the same bytes, zstd included', () => {
    const random = new Random(seedOf('a release made again'));
    const many = [...EVERY_FORM, ...Array.from({ length: 3000 }, (_, i) => hash(`Own.Hash.Number-${i}`, i & 0xff))];
    const host = { digester: nodeDigester, compressor: zstdCompressor };
    const { bytes } = compileSignatures(many, DESCRIPTION, host);
    for (let i = 0; i < 3; i++) {
      const again = compileSignatures(random.shuffled(many), DESCRIPTION, host).bytes;
      expect(Buffer.compare(again, bytes)).toBe(0);
    }
  });
});
