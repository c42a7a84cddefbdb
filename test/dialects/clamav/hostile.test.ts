/** Bytes that nobody wrote as a signature: the reader neither throws nor slows down, and says something of each line. */
import { describe, expect, test } from 'vitest';
import type { ClamavFormat } from '../../../src/dialects/clamav/formats.ts';
import { readClamav } from '../../../src/dialects/clamav/read.ts';
import { latin1, readBytes } from './read-lines.ts';

const MD5 = '0123456789abcdef0123456789abcdef';
const RICH: Readonly<Partial<Record<ClamavFormat, string>>> = {
  hdb: `${MD5}:68:Name.Of-1:73:255`,
  mdb: `*:${MD5}:Name.Of-1:73:255`,
  fp: `${MD5}:68:Name.Of-1:73`,
  ndb: 'Name.Of-1:1:EP+12,34:(B)4d5a(41|6?61??(01|02))??9?*5045{4-9}4546!(4445|4647)[1-2]4f*4e4f(L):51:255',
  ldb:
    'Name.Of-1;Engine:51-255,Target:1,FileSize:1-99,NumberOfSections:1-9,Container:CL_TYPE_ZIP;((0|1)>2,2&2=0)|3|4;' +
    '616161;SL+5:626262::iwaf;EOF-9:636363{3}64;(B)6565(66|6767)*6868;9,8:(0|1)>1/a(b|[c-e]{2,9})?\\x00+$/gis',
  db: 'Name.Of-1 (Clam)=4d5a*5045',
  ign2: `Name.Of-1:${MD5}`,
  ign: 'main.ndb:17:Name.Of-1',
};
const FORMATS = Object.keys(RICH) as ClamavFormat[];

describe('a line cut at every length', () => {
  for (const format of FORMATS) {
    test(format, () => {
      const line = latin1(RICH[format]!);
      expect(readBytes(line, format).signatures.length).toBe(1);
      for (let length = 1; length < line.length; length++) {
        const { signatures, skipped, lines } = readBytes(line.subarray(0, length), format);
        expect([signatures.length + skipped.length, lines]).toEqual([1, 1]);
        for (const { column } of skipped) expect(column >= 1 && column <= length + 1).toBe(true);
      }
    });
  }
});

/** mulberry32: small, and the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

describe('random', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  const check = (bytes: Uint8Array, format: ClamavFormat) => {
    const { signatures, skipped, lines } = readBytes(bytes, format);
    expect(signatures.length + skipped.length).toBeLessThanOrEqual(lines);
    for (const { line, column, message } of skipped) {
      expect(line >= 1 && line <= lines && column >= 1 && message.length < 200).toBe(true);
    }
  };

  test(`bytes, SEED=${seed}`, () => {
    const next = random(seed);
    for (const format of FORMATS)
      check(
        Uint8Array.from({ length: 20_000 }, () => next(256)),
        format,
      );
  });

  test(`characters of the formats, SEED=${seed}`, () => {
    const next = random(seed);
    const letters = latin1('0123456789abcdef????:::;;;;{}{}[]()()!*|&=<>,,-+$//#BLWESPOFVITarget:\\\n\n');
    for (const format of FORMATS)
      check(
        Uint8Array.from({ length: 20_000 }, () => letters[next(letters.length)]),
        format,
      );
  });

  test(`changes of good lines, SEED=${seed}`, () => {
    const next = random(seed);
    for (const format of FORMATS) {
      const line = latin1(RICH[format]!);
      for (let round = 0; round < 500; round++) {
        const changed = Uint8Array.from(line);
        for (let change = next(4); change >= 0; change--) changed[next(line.length)] = line[next(line.length)];
        check(changed, format);
      }
    }
  });
});

/** Counts how often a byte of the source is looked at. */
function countReads(bytes: Uint8Array, format: ClamavFormat): number {
  let reads = 0;
  const watched = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  readClamav(watched, { source: 'test', format, onSignature: () => {}, onSkipped: () => {} });
  return reads;
}

// Format, what comes before, and what is repeated.
const GROWING: readonly (readonly [format: ClamavFormat, before: string, repeated: string])[] = [
  ['ndb', '', '\n'],
  ['ndb', '', ':'],
  ['ndb', '', 'a\n'],
  ['hdb', '', '0'],
  ['hdb', '', `${MD5}:1:N\n`],
  ['ndb', 'N:0:*:', '61'],
  ['ndb', 'N:0:*:', '6161*'],
  ['ndb', 'N:0:*:6161', '{'],
  ['ndb', 'N:0:*:6161', '{1}'],
  ['ndb', 'N:0:*:6161', '{0000000000000000'],
  ['ndb', 'N:0:*:6161', '['],
  ['ndb', 'N:0:*:6161', '[1-1]'],
  ['ndb', 'N:0:*:6161', '('],
  ['ndb', 'N:0:*:6161', '(61|'],
  ['ndb', 'N:0:*:6161(', '61|'],
  ['ndb', 'N:0:*:6161', '(61|6262)'],
  ['ndb', 'N:0:*:6161', '!(61)'],
  ['ndb', 'N:0:*:6161', '(B)'],
  ['ndb', 'N:0:', ',1'],
  ['ndb', 'N:0:S', '1'],
  ['ndb', 'N:0:S', '1\n'],
  ['ldb', '', ';'],
  ['ldb', 'N;', 'Target:0,'],
  ['ldb', 'N;', ','],
  ['ldb', 'N;Target:0,FileSize:', '1-'],
  ['ldb', 'N;Target:0;', '('],
  ['ldb', 'N;Target:0;', '0&'],
  ['ldb', 'N;Target:0;', '0&0|'],
  ['ldb', 'N;Target:0;', '0'],
  ['ldb', 'N;Target:0;0;', ':'],
  ['ldb', 'N;Target:0;0;', '616161::i'],
  ['ldb', '', 'N;Target:0;0&1;61616161;62626262\n'],
  ['ldb', '', 'N;Target:0;0&1;61616161;0/a/\n'],
  ['ldb', 'N;Target:0;0;', '/'],
  ['ldb', 'N;Target:0;0;', '0/'],
  ['db', '', '='],
  ['ign2', '', ':'],
];

describe('work grows with the source and no faster', () => {
  for (const [format, before, repeated] of GROWING) {
    test(`${format} ${JSON.stringify(before)} and many ${JSON.stringify(repeated)}`, () => {
      // Where logic or a block is to grow, the rest of the line must be there.
      const after = before.startsWith('N;Target:0;') && !before.endsWith('0;0;') ? ';616161' : '';
      const [once, twice] = [1500, 3000].map((count) => latin1(before + repeated.repeat(count) + after));
      const [less, more] = [countReads(once, format), countReads(twice, format)];
      expect(more / less).toBeLessThan(2.2);
      expect(more / twice.length).toBeLessThan(12);
    });
  }
});
