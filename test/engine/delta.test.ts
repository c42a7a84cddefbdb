import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Decompress,
  encodeDelta,
  encodePatternFile,
  openDelta,
  openPatternFile,
  type PatternContent,
  PatternFileError,
  type WriterHost,
} from '../../native-free-engine/index.ts';
import { decompress as nodeDecompress, nodeDigester, zstdCompressor } from '../../src/host/host.ts';
import { NODE_DIGESTER } from '../support/engine/engine.ts';
import { concat } from '../support/engine/notation.ts';
import { Random, seedOf } from '../support/engine/random.ts';
import { contentOf, DEFLATE, decompress, join, PLAIN, randomRecord, varint, withHeader } from './delta-samples.ts';

const ENDLESS = Number.MAX_SAFE_INTEGER;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function apply(bytes: Uint8Array, content: Uint8Array, maxRawBytes = ENDLESS, how = decompress): PatternContent {
  return openDelta(bytes, NODE_DIGESTER).apply(content, how, maxRawBytes);
}

/** @returns the code, or the content @throws what is no PatternFileError */
function outcome(work: () => PatternContent): string | Uint8Array {
  try {
    return work().content;
  } catch (error) {
    if (!(error instanceof PatternFileError)) throw error;
    return error.code;
  }
}

const A = text('\x01\x01a');
const B = text('\x01\x01b');
const C = text('\x02\x01c');
const UNKNOWN = Uint8Array.of(9, 200, 0, 255, 7);
const LONG = new Uint8Array(300).fill(7);

const SIDES: readonly (readonly [name: string, from: readonly Uint8Array[], to: readonly Uint8Array[]])[] = [
  ['nothing to nothing', [], []],
  ['nothing to something', [], [A, B]],
  ['something to nothing', [A, B], []],
  ['the same on both sides', [A, B, C], [A, B, C]],
  ['one more in front', [B], [A, B]],
  ['one more between', [A, C], [A, B, C]],
  ['one more behind', [A], [A, B]],
  ['one less in front', [A, B, C], [B, C]],
  ['one less between', [A, B, C], [A, C]],
  ['one less behind', [A, B, C], [A, B]],
  ['nothing in common', [A, C], [B, LONG]],
  ['records of an unknown kind stay', [A, UNKNOWN], [B, UNKNOWN]],
  ['records of an unknown kind come', [A], [A, UNKNOWN]],
  ['records of an unknown kind go', [A, UNKNOWN], [A]],
  ['one record begins like another', [text('\x01\x01ab')], [text('\x01\x01a'), text('\x01\x01abc')]],
  ['an empty record', [A], [new Uint8Array(0), A]],
];

describe('from one side to the other', () => {
  it.each(SIDES)('%s', (_, before, after) => {
    const from = contentOf(1001, before);
    const to = contentOf(1002, after);
    const { bytes, header } = encodeDelta(from, to, DEFLATE);
    expect(openDelta(bytes, NODE_DIGESTER).header).toEqual(header);
    expect(header).toMatchObject({ from: 1001, number: 1002, compression: 'deflate', target: to.header });
    expect(apply(bytes, from.content, header.rawBytes)).toEqual(to);
  });
  it('random edits', () => {
    const seed = seedOf('random deltas');
    const random = new Random(seed);
    for (let i = 0; i < 300; i++) {
      const before = Array.from({ length: random.below(60) }, () => randomRecord(random));
      const after = before.filter(() => random.chance(0.9));
      for (let more = random.below(10); more > 0; more--) after.push(randomRecord(random));
      const from = contentOf(7, before);
      const to = contentOf(8, after);
      const untouched = from.content.slice();
      expect(apply(encodeDelta(from, to, PLAIN).bytes, from.content), `seed ${seed}, ${i}`).toEqual(to);
      expect(from.content, `seed ${seed}, ${i}`).toEqual(untouched);
    }
  });
  it('a chain of deltas leads to the file that was published, byte for byte', () => {
    const random = new Random(seedOf('chain of deltas'));
    let records = Array.from({ length: 200 }, () => randomRecord(random));
    const published = Array.from({ length: 6 }, (_, i) => {
      records = [
        ...records.filter(() => random.chance(0.95)),
        ...Array.from({ length: 9 }, () => randomRecord(random)),
      ];
      return contentOf(1001 + i, records);
    });
    let content = published[0]!.content;
    let { header } = published[0]!;
    for (let i = 1; i < published.length; i++) {
      const { bytes } = encodeDelta(published[i - 1]!, published[i]!, DEFLATE);
      ({ content, header } = apply(bytes, content));
    }
    const last = published.at(-1)!;
    expect(encodePatternFile(content, header, DEFLATE)).toEqual(encodePatternFile(last.content, last.header, DEFLATE));
  });
  it('a file rebuilt with another compressor holds the same records and says how to read them', () => {
    const { content, header } = contentOf(1001, [A, B, C]);
    const file = openPatternFile(encodePatternFile(content, header, PLAIN), NODE_DIGESTER);
    expect(file.header).toEqual({ ...header, compression: 'none' });
    expect(file.content(decompress)).toEqual(content);
  });
  it('the same two sides give the same bytes', () => {
    const bytes = () => encodeDelta(contentOf(1, [A, B]), contentOf(2, [B, C]), DEFLATE).bytes;
    expect(bytes()).toEqual(bytes());
  });
  it('records do not lie open in it', () => {
    const { bytes } = encodeDelta(contentOf(1, []), contentOf(2, [text('\x01\x01a literal text')]), PLAIN);
    expect(Buffer.from(bytes).includes('literal')).toBe(false);
  });
});

describe('a delta for something else', () => {
  const from = contentOf(1001, [A, B]);
  const to = contentOf(1002, [B, C]);
  const { bytes } = encodeDelta(from, to, DEFLATE);
  it.each([
    ['other records', contentOf(1001, [A]).content],
    ['what it makes', to.content],
    ['nothing', new Uint8Array(0)],
    ['one byte more', concat(from.content, Uint8Array.of(0))],
    ['no records', Uint8Array.of(200)],
  ])('is refused for %s', (_, content) => {
    expect(outcome(() => apply(bytes, content))).toBe('PATTERN_FILE_DELTA_BASE');
  });
  it('is refused where the base lacks only what it removes', () => {
    expect(outcome(() => apply(bytes, contentOf(1001, [text('\x01\x01_'), B]).content))).toBe(
      'PATTERN_FILE_DELTA_BASE',
    );
  });
});

describe('what no delta is made of', () => {
  const good = contentOf(5, [A]);
  const refused: readonly (readonly [string, PatternContent, PatternContent, string])[] = [
    ['a number that is not higher', good, contentOf(5, [B]), 'PATTERN_FILE_NUMBER'],
    ['a lower number', good, contentOf(4, [B]), 'PATTERN_FILE_NUMBER'],
    ['a number beyond 2^53−1', good, contentOf(2 ** 53, [B]), 'PATTERN_FILE_NUMBER'],
    ['records out of order', good, withHeader(6, join([B, A])), 'PATTERN_FILE_MALFORMED'],
    ['a record twice', good, withHeader(6, join([B, B])), 'PATTERN_FILE_MALFORMED'],
    ['half a record', good, withHeader(6, Uint8Array.of(5, 1)), 'PATTERN_FILE_MALFORMED'],
    [
      'a header of other records',
      good,
      { ...contentOf(6, [B]), content: contentOf(6, [C]).content },
      'PATTERN_FILE_CHECKSUM_MISMATCH',
    ],
  ];
  it.each(refused)('%s', (_, from, to, code) => {
    expect(() => encodeDelta(from, to, PLAIN)).toThrow(expect.objectContaining({ code }));
  });
  it('nor a pattern file of a header of other records', () => {
    const { header } = contentOf(6, [B]);
    expect(() => encodePatternFile(contentOf(6, [C]).content, header, PLAIN)).toThrow(
      expect.objectContaining({ code: 'PATTERN_FILE_CHECKSUM_MISMATCH' }),
    );
  });
});

describe('hostile deltas', () => {
  const from = contentOf(1001, [A, B, UNKNOWN, LONG]);
  const to = contentOf(1002, [A, C, LONG, text('\x03\x01zzzz')]);
  const hosts: readonly (readonly [string, WriterHost, Decompress])[] = [
    ['plain', PLAIN, decompress],
    ['deflate', DEFLATE, decompress],
    ['zstd', { digester: nodeDigester, compressor: zstdCompressor }, nodeDecompress],
  ];
  for (const [name, host, how] of hosts) {
    const { bytes } = encodeDelta(from, to, host);
    it(`cut at every length are refused, ${name}`, () => {
      for (let length = 0; length < bytes.length; length++) {
        const result = outcome(() => apply(bytes.subarray(0, length), from.content, ENDLESS, how));
        expect(result, `${length}`).toMatch(/^PATTERN_FILE_/);
      }
    });
    it(`with any byte changed are refused or give the right records, ${name}`, () => {
      for (let at = 0; at < bytes.length; at++) {
        for (const flip of [1, 0x80, 0xff]) {
          const broken = bytes.slice();
          broken[at]! ^= flip;
          const result = outcome(() => apply(broken, from.content, ENDLESS, how));
          // A compressor may have bits that mean nothing.
          if (typeof result !== 'string') expect(result, `byte ${at}`).toEqual(to.content);
          else expect(result, `byte ${at}`).toMatch(/^PATTERN_FILE_/);
        }
      }
    });
  }

  /** A delta with these fields and this payload, whose digests are right: what a thief of a key could make. */
  function forged(fields: object, payload: Uint8Array): Uint8Array {
    const header = { ...openDelta(encodeDelta(from, to, PLAIN).bytes, NODE_DIGESTER).header, ...fields };
    const head = text(JSON.stringify(header));
    const bytes = new Uint8Array(16 + head.length);
    bytes.set(text('SIGDELT\n'));
    new DataView(bytes.buffer).setUint32(8, 1, true);
    new DataView(bytes.buffer).setUint32(12, head.length, true);
    bytes.set(head, 16);
    const mask = encodePatternFile(new Uint8Array(0), contentOf(1, []).header, {
      digester: NODE_DIGESTER,
      compressor: { name: 'none', compress: () => new Uint8Array(payload.length) },
    });
    const masked = mask.subarray(mask.length - payload.length).map((byte, i) => byte ^ payload[i]!);
    return concat(bytes, createHash('sha256').update(bytes).digest(), masked);
  }
  const plain = (payload: Uint8Array, fields: object = {}): Uint8Array =>
    forged({ rawBytes: payload.length, compression: 'none', ...fields }, payload);
  const target = (fields: object): object => ({ target: { ...to.header, ...fields } });
  const bomb = DEFLATE.compressor.compress(new Uint8Array(50_000_000));

  const FORGED: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
    ['empty payload', plain(new Uint8Array(0)), 'PATTERN_FILE_MALFORMED'],
    ['more removed records than bytes', plain(varint(2 ** 40)), 'PATTERN_FILE_MALFORMED'],
    ['a removed record behind the last', plain(concat(varint(1), varint(4))), 'PATTERN_FILE_MALFORMED'],
    ['a removed record far behind the last', plain(concat(varint(1), varint(2 ** 53 - 1))), 'PATTERN_FILE_MALFORMED'],
    [
      'gaps that add up beyond 2^53',
      plain(concat(varint(2), varint(0), varint(2 ** 53 - 1))),
      'PATTERN_FILE_MALFORMED',
    ],
    ['half an added record', plain(concat(varint(0), varint(5), A)), 'PATTERN_FILE_MALFORMED'],
    ['more than the result holds', plain(concat(varint(0), join([new Uint8Array(1000)]))), 'PATTERN_FILE_MALFORMED'],
    ['less than the result holds', plain(concat(varint(1), varint(0))), 'PATTERN_FILE_MALFORMED'],
    [
      'the same records with others between',
      plain(varint(0), target({ contentBytes: from.content.length })),
      'PATTERN_FILE_CHECKSUM_MISMATCH',
    ],
    ['a result beyond what both have', plain(varint(0), target({ contentBytes: 2 ** 31 })), 'PATTERN_FILE_MALFORMED'],
    ['rawBytes above what was signed', forged({ rawBytes: 10_001 }, new Uint8Array(0)), 'PATTERN_FILE_MALFORMED'],
    [
      'rawBytes below what it becomes',
      forged({ rawBytes: 10, compression: 'deflate' }, bomb),
      'PATTERN_FILE_CHECKSUM_MISMATCH',
    ],
    ['rawBytes above what it becomes', forged({ rawBytes: 10 }, varint(0)), 'PATTERN_FILE_TRUNCATED'],
    ['an unknown compression', forged({ compression: 'lzma' }, new Uint8Array(9)), 'PATTERN_FILE_CHECKSUM_MISMATCH'],
    ['from is above number', plain(varint(0), { from: 1003 }), 'PATTERN_FILE_MALFORMED'],
    ['from is number', plain(varint(0), { from: 1002 }), 'PATTERN_FILE_MALFORMED'],
    ['from is a text', plain(varint(0), { from: '1001' }), 'PATTERN_FILE_MALFORMED'],
    ['number is another than the target’s', plain(varint(0), { number: 1003 }), 'PATTERN_FILE_MALFORMED'],
    ['fromDigest in capitals', plain(varint(0), { fromDigest: 'A'.repeat(64) }), 'PATTERN_FILE_MALFORMED'],
    ['rawBytes below 0', plain(varint(0), { rawBytes: -1 }), 'PATTERN_FILE_MALFORMED'],
    ['rawBytes is 1.5', plain(varint(0), { rawBytes: 1.5 }), 'PATTERN_FILE_MALFORMED'],
    ['compression is no text', plain(varint(0), { compression: 1 }), 'PATTERN_FILE_MALFORMED'],
    ['no target', plain(varint(0), { target: undefined }), 'PATTERN_FILE_MALFORMED'],
    ['the target is null', plain(varint(0), { target: null }), 'PATTERN_FILE_MALFORMED'],
    ['the target lacks a digest', plain(varint(0), target({ contentDigest: undefined })), 'PATTERN_FILE_MALFORMED'],
    ['a source of the target is a number', plain(varint(0), target({ sources: [5] })), 'PATTERN_FILE_MALFORMED'],
  ];
  it.each(FORGED)('%s', (_, bytes, code) => {
    expect(outcome(() => apply(bytes, from.content, 10_000))).toBe(code);
  });
  it('a pattern file is none', () => {
    const { content, header } = from;
    expect(outcome(() => apply(encodePatternFile(content, header, PLAIN), content))).toBe('PATTERN_FILE_NOT_ONE');
  });
  it('a newer format is none yet', () => {
    const bytes = encodeDelta(from, to, PLAIN).bytes;
    bytes[8] = 2;
    expect(outcome(() => apply(bytes, from.content))).toBe('PATTERN_FILE_FORMAT_TOO_NEW');
  });
  it('random payloads never give a wrong result', () => {
    const seed = seedOf('random delta payloads');
    const random = new Random(seed);
    for (let i = 0; i < 2000; i++) {
      const payload = random.bytes(random.below(40), random.chance(0.5) ? [0, 1, 2, 3] : undefined);
      const contentBytes = random.below(from.content.length + 40);
      const result = outcome(() => apply(plain(payload, target({ contentBytes })), from.content));
      expect(result, `seed ${seed}, ${i}`).toMatch(/^PATTERN_FILE_(MALFORMED|CHECKSUM_MISMATCH)$/);
    }
  });
});

describe('size', () => {
  it('half a percent of changed signatures is less than one percent of the full file', () => {
    const random = new Random(seedOf('size of a delta'));
    const record = (): Uint8Array =>
      concat(text(`\x01\x01\x14Win.Trojan.Agent-${random.below(1e6)}`), random.bytes(60));
    const before = Array.from({ length: 20_000 }, record);
    const after = before.map((each) => (random.chance(0.005) ? record() : each));
    const host = { digester: nodeDigester, compressor: zstdCompressor };
    const from = contentOf(1001, before);
    const to = contentOf(1002, after);
    const full = encodePatternFile(to.content, to.header, host);
    const delta = encodeDelta(from, to, host).bytes;
    expect(delta.length / full.length).toBeLessThanOrEqual(0.01);
  });
});
