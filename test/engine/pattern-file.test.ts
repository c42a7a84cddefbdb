import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  compileSignatures,
  type Decompress,
  openPatternFile,
  type PatternFileDescription,
  PatternFileError,
  type Signature,
} from '../../native-free-engine/index.ts';
import { ALL_LEVELS, NODE_DIGESTER, signature } from '../support/engine/engine.ts';
import { concat, pattern } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { EVERY_FORM } from '../support/engine/samples.ts';

const DESCRIPTION: PatternFileDescription = {
  number: 1001,
  released: '2026-01-02T03:04:05Z',
  channel: 'stable',
  engineRange: '*',
  sources: [{ name: 'own.ndb', licence: 'Apache-2.0', signatures: EVERY_FORM.length }],
};
const PLAIN = { name: 'none', compress: (bytes: Uint8Array) => bytes };
const DEFLATE = { name: 'deflate', compress: (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes)) };
const decompress: Decompress = (compression, bytes, maxOutputLength) =>
  compression === 'none'
    ? bytes
    : new Uint8Array(inflateRawSync(bytes, { maxOutputLength: Math.max(1, maxOutputLength) }));

function encode(signatures: readonly Signature[], compressor = PLAIN, description = DESCRIPTION): Uint8Array {
  return compileSignatures(signatures, description, { digester: NODE_DIGESTER, compressor }).bytes;
}
function decode(bytes: Uint8Array): ReturnType<ReturnType<typeof openPatternFile>['read']> {
  return openPatternFile(bytes, NODE_DIGESTER).read(decompress);
}
const byName = (signatures: readonly Signature[]): Signature[] =>
  [...signatures].sort((a, b) => (a.kind + a.name < b.kind + b.name ? -1 : 1));

/** @returns the code, or what was decoded @throws what is no PatternFileError */
function outcome(bytes: Uint8Array): string | Signature[] {
  try {
    return decode(bytes).signatures;
  } catch (error) {
    if (!(error instanceof PatternFileError)) throw error;
    return error.code;
  }
}

describe('round trip', () => {
  it.each(EVERY_FORM.map((each) => ({ name: each.name, each })))('$name', ({ each }) => {
    expect(decode(encode([each]))).toEqual({ signatures: [each], skipped: { 'unknown-kind': 0, level: 0 } });
  });
  it.each([PLAIN, DEFLATE])('all of them, compressed by $name', (compressor) => {
    expect(byName(decode(encode(EVERY_FORM, compressor)).signatures)).toEqual(byName(EVERY_FORM));
  });
  it('a file without signatures', () => {
    expect(decode(encode([])).signatures).toEqual([]);
  });
  it('the header says what is in it', () => {
    const { header } = openPatternFile(encode(EVERY_FORM), NODE_DIGESTER);
    expect(header).toMatchObject({ ...DESCRIPTION, compression: 'none', counts: { body: 39, hash: 15, ignore: 2 } });
  });
  it('the header can be read without the rest', () => {
    const bytes = encode(EVERY_FORM);
    const headerEnd = 16 + new DataView(bytes.buffer).getUint32(12, true) + 32;
    expect(openPatternFile(bytes.subarray(0, headerEnd), NODE_DIGESTER).header.number).toBe(1001);
  });
  it('numbers of every size in their places', () => {
    for (const number of [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, 2 ** 53 - 2]) {
      const each: Signature = {
        ...(EVERY_FORM.find(({ name }) => name === 'Hash.Sized.md5') as Extract<Signature, { kind: 'hash' }>),
        size: number,
      };
      expect(decode(encode([each])).signatures).toEqual([each]);
    }
    for (const offset of [0, 1, -1, 63, -64, 2 ** 31, -(2 ** 31), 2 ** 51, -(2 ** 51)]) {
      const each = signature('offset', [
        pattern("'x'", { offset: { kind: 'at', base: 'start', section: 0, offset, shift: 0 } }),
      ]);
      expect(decode(encode([each])).signatures).toEqual([each]);
    }
  });
});

describe('canonical', () => {
  const bytes = encode(EVERY_FORM);
  it('the order of the sources does not matter', () => {
    const seed = seedOf('canonical');
    const random = new Random(seed);
    for (let i = 0; i < 20; i++) expect(encode(random.shuffled(EVERY_FORM)), `seed ${seed}`).toEqual(bytes);
  });
  it('what is there twice is there once', () => {
    expect(encode([...EVERY_FORM, ...EVERY_FORM])).toEqual(bytes);
  });
  it('decoding and encoding again changes nothing', () => {
    expect(encode(decode(bytes).signatures)).toEqual(bytes);
  });
  it('the digest of the content is the same whatever compresses it', () => {
    const digestOf = (file: Uint8Array): string => openPatternFile(file, NODE_DIGESTER).header.contentDigest;
    expect(digestOf(encode(EVERY_FORM, DEFLATE))).toBe(digestOf(bytes));
  });
  it('one other signature gives another digest', () => {
    const digestOf = (file: Uint8Array): string => openPatternFile(file, NODE_DIGESTER).header.contentDigest;
    expect(digestOf(encode(EVERY_FORM.slice(1)))).not.toBe(digestOf(bytes));
  });
  it('masks, literal bytes and texts do not lie open in it', () => {
    expect(Buffer.from(bytes).includes('a literal text')).toBe(false);
    expect(Buffer.from(bytes).includes('Pattern.Literal')).toBe(false);
  });
});

describe('pattern numbers', () => {
  const of = (number: number): Uint8Array => encode([], PLAIN, { ...DESCRIPTION, number });
  it.each([1, 980, 999, 1000, 1001, 2 ** 31, 2 ** 32, 2 ** 53 - 1])('%d is one', (number) => {
    expect(openPatternFile(of(number), NODE_DIGESTER).header.number).toBe(number);
  });
  it.each([2 ** 53, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is none', (number) => {
    expect(() => of(number)).toThrow(expect.objectContaining({ code: 'PATTERN_FILE_NUMBER' }));
  });
});

/** A file whose header says what a test wants. */
function withHeader(header: unknown, payload: Uint8Array = new Uint8Array(0), format = 1): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const head = new Uint8Array(16 + text.length);
  head.set(new TextEncoder().encode('SIGWALL\n'));
  new DataView(head.buffer).setUint32(8, format, true);
  new DataView(head.buffer).setUint32(12, text.length, true);
  head.set(text, 16);
  return concat(head, createHash('sha256').update(head).digest(), payload);
}
const GOOD = openPatternFile(encode([]), NODE_DIGESTER).header;

const HEADERS: readonly (readonly [name: string, header: unknown, code: string])[] = [
  ['not JSON', '{', 'PATTERN_FILE_MALFORMED'],
  ['null', null, 'PATTERN_FILE_MALFORMED'],
  ['a list', [], 'PATTERN_FILE_MALFORMED'],
  ['a number', 5, 'PATTERN_FILE_MALFORMED'],
  ['empty', {}, 'PATTERN_FILE_MALFORMED'],
  ['number 0', { ...GOOD, number: 0 }, 'PATTERN_FILE_MALFORMED'],
  ['number 2^53', { ...GOOD, number: 2 ** 53 }, 'PATTERN_FILE_MALFORMED'],
  ['number as text', { ...GOOD, number: '1001' }, 'PATTERN_FILE_MALFORMED'],
  ['number 1.5', { ...GOOD, number: 1.5 }, 'PATTERN_FILE_MALFORMED'],
  ['released is no text', { ...GOOD, released: 5 }, 'PATTERN_FILE_MALFORMED'],
  ['no channel', { ...GOOD, channel: undefined }, 'PATTERN_FILE_MALFORMED'],
  ['contentBytes below 0', { ...GOOD, contentBytes: -1 }, 'PATTERN_FILE_MALFORMED'],
  ['contentBytes above 2^31', { ...GOOD, contentBytes: 2 ** 31 + 1 }, 'PATTERN_FILE_MALFORMED'],
  ['contentDigest too short', { ...GOOD, contentDigest: 'ab' }, 'PATTERN_FILE_MALFORMED'],
  ['contentDigest in capitals', { ...GOOD, contentDigest: 'AB'.repeat(32) }, 'PATTERN_FILE_MALFORMED'],
  ['counts is null', { ...GOOD, counts: null }, 'PATTERN_FILE_MALFORMED'],
  ['counts lacks a kind', { ...GOOD, counts: { body: 0, hash: 0 } }, 'PATTERN_FILE_MALFORMED'],
  ['sources is no list', { ...GOOD, sources: {} }, 'PATTERN_FILE_MALFORMED'],
];

describe('hostile files', () => {
  const small = encode(EVERY_FORM);
  const packed = encode(EVERY_FORM, DEFLATE);

  it.each(HEADERS)('header: %s', (_, header, code) => {
    expect(outcome(withHeader(header))).toBe(code);
  });
  it('a header longer than 1 MiB', () => {
    expect(outcome(withHeader(`${JSON.stringify(GOOD)}${' '.repeat(1 << 20)}`))).toBe('PATTERN_FILE_MALFORMED');
  });
  it('a newer format', () => {
    expect(outcome(withHeader(GOOD, undefined, 2))).toBe('PATTERN_FILE_FORMAT_TOO_NEW');
  });
  it('something else', () => {
    expect(outcome(new TextEncoder().encode('PK\x03\x04 and so on, no pattern file'))).toBe('PATTERN_FILE_NOT_ONE');
  });
  it('more content than the header says', () => {
    const bytes = withHeader(
      { ...GOOD, compression: 'deflate' },
      new Uint8Array(deflateRawSync(new Uint8Array(100_000))),
    );
    expect(outcome(bytes)).toBe('PATTERN_FILE_CHECKSUM_MISMATCH');
  });
  for (const [name, file] of [
    ['plain', small],
    ['packed', packed],
  ] as const) {
    it(`cut at every length, ${name}`, () => {
      for (let length = 0; length < file.length; length++)
        expect(typeof outcome(file.subarray(0, length)), `${length}`).toBe('string');
    });
    it(`a bit flipped at every place, ${name}`, () => {
      const expected = byName(EVERY_FORM);
      for (let at = 0; at < file.length; at++) {
        const broken = file.slice();
        broken[at]! ^= 1 << (at % 8);
        const result = outcome(broken);
        // A compressor may have bits that mean nothing.
        if (typeof result !== 'string') expect(byName(result), `byte ${at}`).toEqual(expected);
        else expect(result, `byte ${at}`).toMatch(/^PATTERN_FILE_/);
      }
    });
  }
  it('random bytes, with and without a beginning', () => {
    const seed = seedOf('random pattern files');
    const random = new Random(seed);
    for (let i = 0; i < 500; i++) {
      const noise = random.bytes(random.below(400));
      expect(typeof outcome(noise), `seed ${seed}`).toBe('string');
      expect(typeof outcome(concat(small.subarray(0, random.below(64)), noise)), `seed ${seed}`).toBe('string');
    }
  });
});

/** A file with these records, whose digests are right: what a publisher with a mistake, or a thief of its key, could make. */
function withRecords(records: readonly Uint8Array[]): Uint8Array {
  const content = concat(...records.flatMap((record) => [varint(record.length), record]));
  const contentDigest = createHash('sha256').update(content).digest('hex');
  const mask = encode([], { name: 'none', compress: () => new Uint8Array(content.length) });
  // The mask is an XOR: what zeros become is the mask.
  const payload = mask.subarray(mask.length - content.length).map((byte, i) => byte ^ content[i]!);
  return withHeader({ ...GOOD, contentBytes: content.length, contentDigest }, payload);
}
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}
/** The record of one signature. */
function recordOf(each: Signature): Uint8Array {
  let content = new Uint8Array(0);
  encode([each], { name: 'none', compress: (bytes) => (content = bytes.slice()) });
  return content.subarray(content[0]! >= 128 ? 2 : 1);
}

describe('records', () => {
  const literal = recordOf(EVERY_FORM[0]!);
  it('of an unknown kind are skipped and counted', () => {
    expect(decode(withRecords([literal, Uint8Array.of(9, 1, 2, 3), Uint8Array.of(0, 1)]))).toEqual({
      signatures: [EVERY_FORM[0]],
      skipped: { 'unknown-kind': 2, level: 0 },
    });
  });
  it('of a higher level are skipped and counted', () => {
    const later = literal.slice();
    later[1] = 3;
    expect(decode(withRecords([later, literal]))).toEqual({
      signatures: [EVERY_FORM[0]],
      skipped: { 'unknown-kind': 0, level: 1 },
    });
  });
  it('cut at every length are malformed', () => {
    for (const each of EVERY_FORM) {
      const record = recordOf(each);
      for (let length = 0; length < record.length; length++)
        expect(outcome(withRecords([record.subarray(0, length)])), `${each.name} at ${length}`).toBe(
          'PATTERN_FILE_MALFORMED',
        );
    }
  });
  it('with more behind them are malformed', () => {
    for (const each of EVERY_FORM)
      expect(outcome(withRecords([concat(recordOf(each), Uint8Array.of(0))]))).toBe('PATTERN_FILE_MALFORMED');
  });
  it('with any byte changed are other signatures, skipped or malformed, and can be encoded again', () => {
    for (const each of EVERY_FORM) {
      const record = recordOf(each);
      for (let at = 0; at < record.length; at++) {
        for (const flip of [0x01, 0x80, 0xff]) {
          const broken = record.slice();
          broken[at]! ^= flip;
          const result = outcome(withRecords([broken]));
          if (typeof result === 'string') expect(result).toBe('PATTERN_FILE_MALFORMED');
          else if (result.length > 0) expect(decode(encode(result)).signatures).toEqual(result);
        }
      }
    }
  });
  it('that nest too deep are malformed, and no stack is spent', () => {
    const deep = (kind: number, depth: number): Uint8Array =>
      Uint8Array.from({ length: depth * 2 }, (_, i) => (i % 2 === 0 ? kind : 1));
    // name x, any level, target 0, no patterns, then conditions in conditions.
    const head = Uint8Array.of(1, 1, 1, 0x78, 0, 0, 0, 0);
    expect(outcome(withRecords([concat(head, deep(2, 100_000))]))).toBe('PATTERN_FILE_MALFORMED');
    const alternatives = Uint8Array.from({ length: 300_000 }, (_, i) => [1, 4, 0, 1][i % 4]!);
    expect(outcome(withRecords([concat(Uint8Array.of(1, 1, 1, 0x78, 0, 0, 0, 1, 1, 0, 0), alternatives)]))).toBe(
      'PATTERN_FILE_MALFORMED',
    );
  });
  it('that say they hold more than there is are malformed', () => {
    expect(outcome(withRecords([concat(Uint8Array.of(1, 1), varint(2 ** 40))]))).toBe('PATTERN_FILE_MALFORMED');
    expect(outcome(withRecords([concat(Uint8Array.of(1, 1, 1, 0x78, 0, 0, 0), varint(2 ** 32))]))).toBe(
      'PATTERN_FILE_MALFORMED',
    );
  });
  it('names keep a byte order mark', () => {
    const each: Signature = { kind: 'ignore', name: '\ufeffname', levels: ALL_LEVELS, entryDigest: undefined };
    expect(decode(encode([each])).signatures).toEqual([each]);
  });
});
