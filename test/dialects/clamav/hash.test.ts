import { describe, expect, test } from 'vitest';
import type { ClamavFormat } from '../../../src/dialects/clamav/formats.ts';
import { readClamav } from '../../../src/dialects/clamav/read.ts';
import { latin1, readText, refusalOf, signatureOf } from './read-lines.ts';
import { showRange } from './show.ts';

const MD5 = '0123456789abcdef0123456789abcdef';
const SHA1 = `${MD5}01234567`;
const SHA256 = `${MD5}${MD5}`;

function show(line: string, format: ClamavFormat): string {
  const signature = signatureOf(line, format);
  if (signature.kind !== 'hash') throw new Error(line);
  const { name, levels, algorithm, digest, size, scope, action } = signature;
  return [name, showRange(levels), algorithm, Buffer.from(digest).toString('hex'), size ?? 'any', scope, action].join(
    ' ',
  );
}

const LINES: readonly (readonly [name: string, format: ClamavFormat, line: string, shown: string])[] = [
  ['an MD5', 'hdb', `${MD5}:68:A.B-1`, `A.B-1 0- md5 ${MD5} 68 object detect`],
  ['an MD5 among SHA digests', 'hsb', `${MD5}:68:A`, `A 0- md5 ${MD5} 68 object detect`],
  ['a SHA-1', 'hsb', `${SHA1}:68:A`, `A 0- sha1 ${SHA1} 68 object detect`],
  ['a SHA-256', 'hsb', `${SHA256}:68:A`, `A 0- sha256 ${SHA256} 68 object detect`],
  ['a SHA-256 among MD5 digests', 'hdb', `${SHA256}:68:A`, `A 0- sha256 ${SHA256} 68 object detect`],
  ['capital digits', 'hdb', `${MD5.toUpperCase()}:68:A`, `A 0- md5 ${MD5} 68 object detect`],
  ['any size', 'hdb', `${MD5}:*:A:73`, `A 73- md5 ${MD5} any object detect`],
  ['a size beyond 32 bits', 'hdb', `${MD5}:4294967307:A`, `A 0- md5 ${MD5} 4294967307 object detect`],
  ['levels', 'hdb', `${MD5}:68:A:73:255`, `A 73-255 md5 ${MD5} 68 object detect`],
  ['an empty level', 'hdb', `${MD5}:68:A:`, `A 0- md5 ${MD5} 68 object detect`],
  ['unwanted programs', 'hdu', `${MD5}:68:A`, `A 0- md5 ${MD5} 68 object detect`],
  ['unwanted programs by SHA', 'hsu', `${SHA1}:68:A`, `A 0- sha1 ${SHA1} 68 object detect`],
  ['a section', 'mdb', `512:${MD5}:A`, `A 0- md5 ${MD5} 512 section detect`],
  ['a section by SHA', 'msb', `512:${SHA256}:A:73`, `A 73- sha256 ${SHA256} 512 section detect`],
  ['a section of any size', 'msb', `*:${SHA1}:A:73`, `A 73- sha1 ${SHA1} any section detect`],
  ['the imports of a program', 'imp', `${MD5}:68:A`, `A 0- md5 ${MD5} 68 imports detect`],
  ['imports by SHA, of any size', 'imp', `${SHA256}:*:A:90`, `A 90- sha256 ${SHA256} any imports detect`],
  ['allowed', 'fp', `${MD5}:68:A`, `A 0- md5 ${MD5} 68 object allow`],
  ['allowed by SHA', 'sfp', `${SHA256}:68:A`, `A 0- sha256 ${SHA256} 68 object allow`],
];

describe('hashes', () => {
  for (const [name, format, line, shown] of LINES) test(name, () => expect(show(line, format)).toBe(shown));
});

const REFUSALS: readonly (readonly [
  name: string,
  format: ClamavFormat,
  line: string,
  reason: string,
  column: number,
])[] = [
  ['malformed--two fields', 'hdb', `${MD5}:68`, 'malformed', 36],
  ['malformed--six fields', 'hdb', `${MD5}:68:A:1:2:3`, 'malformed', 43],
  ['malformed--no hash', 'hdb', ':68:A', 'malformed', 1],
  ['malformed--31 digits', 'hdb', `${MD5.slice(1)}:68:A`, 'malformed', 1],
  ['malformed--34 digits', 'hdb', `${MD5}ab:68:A`, 'malformed', 1],
  ['malformed--a digit that is none', 'hdb', `${MD5.slice(1)}g:68:A`, 'malformed', 1],
  ['malformed--a question mark', 'hdb', `${MD5.slice(1)}?:68:A`, 'malformed', 1],
  ['malformed--no size', 'hdb', `${MD5}::A`, 'malformed', 34],
  ['malformed--a size of 0', 'hdb', `${MD5}:0:A`, 'malformed', 34],
  ['malformed--a negative size', 'hdb', `${MD5}:-1:A`, 'malformed', 34],
  ['malformed--a size with a sign', 'hdb', `${MD5}:+1:A`, 'malformed', 34],
  ['malformed--a size above 2^53', 'hdb', `${MD5}:9007199254740992:A`, 'malformed', 34],
  ['malformed--no name', 'hdb', `${MD5}:68:`, 'malformed', 37],
  ['malformed--any size without a level', 'hdb', `${MD5}:*:A`, 'malformed', 34],
  ['malformed--any size from level 72', 'hsb', `${MD5}:*:A:72`, 'malformed', 34],
  ['malformed--a level of letters', 'hdb', `${MD5}:68:A:x`, 'malformed', 39],
  ['malformed--a section in the order of a file', 'mdb', `${MD5}:512:A`, 'malformed', 34],
  ['malformed--imports in the order of a section', 'imp', `68:${MD5}:A`, 'malformed', 1],
  ['level--of earlier engines', 'hdb', `${MD5}:68:A:1:213`, 'level', 39],
  ['level--of later engines', 'hdb', `${MD5}:68:A:215`, 'level', 39],
];

describe('refused hashes', () => {
  for (const [name, format, line, reason, column] of REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(line, format)).toEqual([reason, column]);
    });
  }
});

const IGNORED: readonly (readonly [name: string, line: string, ignored: string, entryDigest: string | undefined])[] = [
  ['a name', 'A.B-1', 'A.B-1', undefined],
  ['a name and the digest of its entry', `A.B-1:${MD5}`, 'A.B-1', MD5],
  ['a digest in capitals', `A.B-1:${MD5.toUpperCase()}`, 'A.B-1', MD5],
  ['a file, a line and a name', 'main.ndb:17:A.B-1', 'A.B-1', undefined],
];

describe('ignored', () => {
  for (const [name, line, ignored, entryDigest] of IGNORED) {
    test(name, () => {
      const expected = {
        kind: 'ignore',
        name: ignored,
        levels: { min: 0, max: Number.POSITIVE_INFINITY },
        entryDigest,
      };
      expect(signatureOf(line, 'ign2')).toEqual(expected);
      expect(signatureOf(line, 'ign')).toEqual(expected);
    });
  }

  test('a digest is 32 digits', () => {
    expect(refusalOf('A:xyz', 'ign2')).toEqual(['malformed', 3]);
    expect(refusalOf('A:', 'ign2')).toEqual(['malformed', 3]);
    expect(refusalOf('main.ndb:17', 'ign')).toEqual(['malformed', 10]);
    expect(refusalOf(`A:${SHA1}`, 'ign2')).toEqual(['malformed', 3]);
    expect(refusalOf(`a:1:A:${MD5}`, 'ign')).toEqual(['malformed', 7]);
  });

  test.each([
    ['letters', 'main.ndb:x:A', 10],
    ['nothing', 'main.ndb::A', 10],
    ['a sign', 'main.ndb:-1:A', 10],
    ['a digest', `main.ndb:${MD5.replace('0', 'a')}:A`, 10],
  ])('the number of a line is a number, not %s', (_what, line, column) => {
    expect(refusalOf(line, 'ign')).toEqual(['malformed', column]);
    expect(refusalOf(line, 'ign2')).toEqual(['malformed', column]);
  });

  test('a place without a file is refused', () => {
    expect(refusalOf(':17:A', 'ign')).toEqual(['malformed', 1]);
  });

  test('the place of a signature is that of its entry, without the line ending', () => {
    const text = `# first\r\nA:0:*:616161\r\nB:0:*:626262`;
    const entries: string[] = [];
    readClamav(latin1(text), {
      source: 'test',
      format: 'ndb',
      onSignature: (_, line, start, end) => entries.push(`${line} ${text.slice(start, end)}`),
      onSkipped: () => {},
    });
    expect(entries).toEqual(['2 A:0:*:616161', '3 B:0:*:626262']);
  });
});

test('digests lie side by side and are not mixed up', () => {
  const lines = Array.from({ length: 9999 }, (_, index) => `${index.toString(16).padStart(64, '0')}:1:N${index}`);
  const { signatures } = readText(lines.join('\n'), 'hsb');
  for (const [index, signature] of signatures.entries()) {
    const digest = signature.kind === 'hash' ? Buffer.from(signature.digest).toString('hex') : '';
    if (digest !== index.toString(16).padStart(64, '0')) throw new Error(`${index}: ${digest}`);
  }
  expect(signatures.length).toBe(9999);
});
