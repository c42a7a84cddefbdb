import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  arenaBytes,
  combinedDigest,
  compileImage,
  ENGINE_VERSION,
  type HashSignature,
  IMAGE_HEADER_BYTES,
  ImageError,
  imageKey,
  openImage,
  readImageHeader,
  type Signature,
} from '../../native-free-engine/index.ts';
import {
  ALL_LEVELS,
  coldReader,
  compile,
  EMPTY_MODEL,
  engineOf,
  load,
  NO_FACTS,
  NODE_DIGESTER,
  REFERENCE,
  RELEASE,
  signature,
  TestEngine,
} from '../support/engine/engine.ts';
import { latin1, pattern } from '../support/engine/notation.ts';
import { EVERY_FORM } from '../support/engine/samples.ts';

const OBJECT = latin1('MZ hay: needle in here');
const md5 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('md5').update(bytes).digest());
const hash = (name: string, digest: Uint8Array): HashSignature => ({
  kind: 'hash',
  name,
  levels: ALL_LEVELS,
  algorithm: 'md5',
  digest,
  size: OBJECT.length,
  scope: 'object',
  action: 'detect',
});
/** Something in every section of the image. */
const SIGNATURES: readonly Signature[] = [
  ...EVERY_FORM,
  signature('Found.Body', [pattern("'needle in here'")]),
  signature('Found.Short', [pattern("'ne'")]),
  signature('Found.Anchor', [
    pattern("'MZ'", { offset: { kind: 'at', base: 'start', section: 0, offset: 0, shift: 0 } }),
  ]),
  signature(
    'Found.Regex',
    [
      pattern("'MZ'"),
      { kind: 'regex', source: 'h[a-z]+:', flags: '', offset: { kind: 'any' }, trigger: { kind: 'match', pattern: 0 } },
    ],
    { kind: 'match', pattern: 1 },
  ),
  signature('Found.Always', [pattern("'x'")], { kind: 'fileSize', range: { min: OBJECT.length, max: OBJECT.length } }),
  hash('Found.Hash', md5(OBJECT)),
];
const { bytes: IMAGE } = compile(SIGNATURES);
const header = readImageHeader(IMAGE);
const EXPECTED = new TestEngine(IMAGE, RELEASE).namesIn(OBJECT);
const hot = (file: Uint8Array): number => new DataView(file.buffer, file.byteOffset).getFloat64(16, true);

const changed = (at: number, mask: number): Uint8Array => {
  const copy = IMAGE.slice();
  copy[at]! ^= mask;
  return copy;
};

describe('compiling', () => {
  it('the same signatures give the same bytes', () => {
    expect(compile(SIGNATURES).bytes).toEqual(IMAGE);
  });
  it('finds one of each kind', () => {
    expect(EXPECTED).toEqual(
      expect.arrayContaining([
        'Found.Always',
        'Found.Anchor',
        'Found.Body',
        'Found.Hash',
        'Found.Regex',
        'Found.Short',
      ]),
    );
  });
  it('no signatures at all is an image too', () => {
    expect(engineOf([], RELEASE).namesIn(OBJECT)).toEqual([]);
    expect(engineOf([], REFERENCE).namesIn(new Uint8Array(0))).toEqual([]);
  });
  it('the header says what it was made from', () => {
    expect(header.engineVersion).toBe(ENGINE_VERSION);
    expect(header.patternDigest).toEqual(combinedDigest([new Uint8Array(32)], NODE_DIGESTER));
    expect(header.hotBytes + header.coldBytes).toBe(IMAGE.length);
    expect(header.signatures).toBe(compile(SIGNATURES).report.signatures);
  });
  it('the key depends on the pattern files, and on their order', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const keyOf = (...digests: Uint8Array[]): string => imageKey(combinedDigest(digests, NODE_DIGESTER), NODE_DIGESTER);
    expect(new Set([keyOf(a), keyOf(b), keyOf(a, b), keyOf(b, a)]).size).toBe(4);
    expect(keyOf(a)).toMatch(/^[0-9a-f]{40}$/);
  });
  it('the report lies in it', () => {
    const memory = load(IMAGE, header.hotBytes);
    const image = openImage(memory, 65536, coldReader(IMAGE), NODE_DIGESTER);
    expect(image.report()).toEqual(compile(SIGNATURES).report);
  });
  it('a signature listed twice is found twice, one with the same name as an ignored one never', () => {
    const twice = [SIGNATURES.at(-6)!, SIGNATURES.at(-6)!];
    expect(engineOf(twice, RELEASE).namesIn(OBJECT)).toEqual(['Found.Body', 'Found.Body']);
    const ignore: Signature = { kind: 'ignore', name: 'Found.Body', levels: ALL_LEVELS, entryDigest: undefined };
    expect(engineOf([...twice, ignore], RELEASE).namesIn(OBJECT)).toEqual([]);
  });
});

describe('an image that is none', () => {
  const open = (file: Uint8Array): unknown => new TestEngine(file, RELEASE);
  it.each([
    ['empty', new Uint8Array(0), 'IMAGE_TRUNCATED'],
    ['shorter than a header', IMAGE.slice(0, IMAGE_HEADER_BYTES - 1), 'IMAGE_TRUNCATED'],
    ['something else', latin1('x'.repeat(400)), 'IMAGE_NOT_ONE'],
    ['of another format', changed(8, 2), 'IMAGE_FOREIGN'],
    ['of another engine version', changed(32, 1), 'IMAGE_FOREIGN'],
    ['not of whole pages', changed(17, 1), 'IMAGE_MALFORMED'],
  ])('%s', (_, file, code) => {
    expect(() => readImageHeader(file)).toThrow(expect.objectContaining({ code }));
  });
  it('in a memory that ends too soon', () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    new Uint8Array(memory.buffer, 65536).set(IMAGE.subarray(0, 65536));
    expect(() => openImage(memory, 65536, coldReader(IMAGE), NODE_DIGESTER)).toThrow(ImageError);
    expect(() => openImage(memory, 131_072, coldReader(IMAGE), NODE_DIGESTER)).toThrow(ImageError);
    expect(arenaBytes(262144)).toBeGreaterThan(262144);
  });
  it('with the number of sections changed', () => {
    expect(() => open(changed(15, 0x80))).toThrow(ImageError);
  });
});

/** What an engine answers when its image is damaged: an ImageError when it is opened or on the hit, or else what it always answers. */
function outcome(file: Uint8Array): string | string[] {
  try {
    return new TestEngine(file, RELEASE).namesIn(OBJECT);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.code;
  }
}

describe('a damaged image', () => {
  it('is refused wherever its hot part was changed in what is in use', () => {
    // All of the header and the section table, and places in every section: the whole is covered by one digest.
    const places = [
      ...Array.from({ length: 4096 }, (_, i) => i),
      ...Array.from({ length: 3000 }, (_, i) => 4096 + i * 97),
    ];
    const memory = load(IMAGE, header.hotBytes, 1 << 20);
    const view = new Uint8Array(memory.buffer, 65536);
    for (const at of places) {
      if (at >= header.hotBytes || (at >= 1200 && at % 13 !== 0)) continue;
      const mask = 1 << (at % 8);
      view[at]! ^= mask;
      expect(() => openImage(memory, 65536, coldReader(IMAGE), NODE_DIGESTER), `byte ${at}`).toThrow(ImageError);
      view[at]! ^= mask;
    }
    expect(openImage(memory, 65536, coldReader(IMAGE), NODE_DIGESTER).header.signatures).toBe(header.signatures);
  });
  it('is refused on the hit wherever its cold part was changed', () => {
    for (let at = header.hotBytes; at < IMAGE.length; at += 251) {
      expect(outcome(changed(at, 1 << (at % 8))), `byte ${at}`).toBe('IMAGE_CHECKSUM_MISMATCH');
    }
  });
  it('answers on what it does not hit', () => {
    const file = compile(SIGNATURES.filter(({ name }) => name.startsWith('Found.'))).bytes;
    file[file.length - 1]! ^= 1;
    const engine = new TestEngine(file, RELEASE);
    expect(engine.namesIn(latin1('nothing of it'))).toEqual([]);
    expect(() => engine.namesIn(OBJECT)).toThrow(ImageError);
    expect(engine.namesIn(latin1('nothing of it'))).toEqual([]);
  });
  it('is refused when it was cut anywhere', () => {
    for (let length = 0; length < IMAGE.length; length += length < 300 ? 1 : 4099) {
      const file = IMAGE.slice(0, length);
      let code: unknown;
      try {
        const { hotBytes } = readImageHeader(file);
        const memory = load(file, hotBytes, arenaBytes(262144));
        openImage(memory, 65536, coldReader(file), NODE_DIGESTER);
        code = outcome(file);
      } catch (error) {
        code = error instanceof ImageError ? error.code : error;
      }
      expect(code, `${length} bytes`).toMatch(/^IMAGE_(TRUNCATED|CHECKSUM_MISMATCH)$/);
    }
  });
  it('is not looked at by a worker that says another has checked it, and works', () => {
    const memory = load(IMAGE, hot(IMAGE));
    expect(
      openImage(memory, 65536, coldReader(IMAGE), NODE_DIGESTER, { check: false }).signatures.length,
    ).toBeGreaterThan(4);
  });
});

describe('compiling what can hardly be compiled', () => {
  const of = (name: string, text: string): Signature => signature(name, [pattern(text)]);
  it.each([
    ['too many variants', `${"('a'|'bc')".repeat(9)}`],
    ['a segment too long', `'${'x'.repeat(16_385)}'`],
    ['a gap at the start that is too long', "{16385-}'x'"],
    ['negated alternatives of several lengths', "'a'!('b'|'cd')'e'"],
    ['only a gap', '{0-}'],
    ['only a boundary', '<word>'],
  ])('%s is skipped, with its reason', (name, text) => {
    const { skipped, report } = compileImage([of(name, text), of('good', "'needle'")], {
      digester: NODE_DIGESTER,
      model: EMPTY_MODEL,
      patternDigests: [],
    });
    expect(skipped.map((each) => [each.name, each.reason])).toEqual([[name, 'limit']]);
    expect(report.signatures).toBe(1);
  });
  it('a segment as long as may be is found', () => {
    const text = Array.from({ length: 16_384 }, (_, i) => String.fromCharCode(33 + (i % 6), 64 + (i % 31)))
      .join('')
      .slice(0, 16_384);
    expect(
      engineOf([of('long', `'${text.replaceAll("'", 'x')}'`)], RELEASE).namesIn(
        latin1(`..${text.replaceAll("'", 'x')}..`),
        NO_FACTS,
      ),
    ).toEqual(['long']);
  });
});
