/** Objects for hard signatures of binaries: our scanner holds what is planted, and what no object can match is known. */
import { describe, expect, test } from 'vitest';
import { askedType } from '../../bench/conformance/asked-type.ts';
import { whyPlacesExclude } from '../../bench/conformance/shared-places.ts';
import { askerOf } from '../../bench/plants/asked.ts';
import { binaryHit } from '../../bench/plants/binary-ways.ts';
import { compoundFile } from '../../bench/plants/compound-file.ts';
import { packedIn, waitsFor } from '../../bench/plants/pack.ts';
import { Random } from '../../bench/plants/random.ts';
import type { BodySignature } from '../../native-free-engine/index.ts';
import { identify } from '../../src/filetype/identify.ts';
import { signatureOf } from '../dialects/clamav/read-lines.ts';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const wideHex = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');

function ldb(attributes: string, ...rest: readonly string[]): BodySignature {
  const signature = signatureOf(`Test;Engine:51-255,${attributes};${rest.join(';')}`, 'ldb');
  if (signature.kind !== 'body') throw new Error(`${rest.join(';')}: expected a body signature`);
  return signature;
}

const PLANTED: readonly (readonly [string, BodySignature])[] = [
  ['a pattern where the DOS header has its fields', ldb('Target:1', '0', '4:0102030405060708')],
  ['a pattern where a PE header usually lies', ldb('Target:1', '0', `128:${hex('x'.repeat(80))}`)],
  ['a pattern over the field that leads to the PE header', ldb('Target:1', '0', `50:${hex('y'.repeat(40))}`)],
  ['a pattern where an ELF has its segments', ldb('Target:6', '0', '120:59545399{4}00000000')],
  ['a pattern where a Mach-O has its load commands', ldb('Target:9', '0', `8:${hex('<plist><dict>')}`)],
  [
    'two patterns from the entry point on, one in the gap of the other',
    ldb('Target:1', '0&1', 'EP+0:83ec{10}0429', 'EP+4:8955'),
  ],
  ['a wildcard over a byte of the header', ldb('Target:1', '0&1', '0:4d5a??58', 'EP+0:558bec')],
  [
    'a pattern of section headers, once',
    ldb('NumberOfSections:3-3,Target:1', '0&(1=1)', hex('once'), '0:4d5a{-800}400000e0'),
  ],
  ['a key of the version information', ldb('Target:1', '0', `VI:${wideHex('CompanyName\0\0Nobody')}`)],
  [
    'two keys of the version information',
    ldb('Target:1', '0&1', `VI:${wideHex('CompanyName\0\0A')}`, `VI:${wideHex('ProductName\0\0B')}`),
  ],
  ['thousands of copies', ldb('Target:1', '0>2500', hex('junk'))],
  ['a count that another pattern adds to', ldb('Target:1', '(0=1)&(1=2)', hex('Bitcharm Corp'), hex('Bitcharm'))],
  ['a pattern at one place that counts by its ends', ldb('Target:1', '0>2', 'S0+0:558bec83{0-16}4?4?c9c3')],
  [
    'a counted block inside another one',
    ldb('Target:6', '((0&1)|2|3)>1,3', hex('one'), hex('two'), hex('three'), hex('four')),
  ],
  ['a place beyond four megabytes', ldb('Target:1', '0', `5000000:${hex('far away')}`)],
  ['a pattern behind the first bytes of a PDF', ldb('Target:10', '0', `8:${hex('<plist><dict>')}`)],
  ['an expression for the start', ldb('Target:0', '0&1', `300:${hex('CD001')}`, '0/^.{300}CD001/s')],
];

describe('planted binaries', () => {
  test.each(PLANTED)('are held: %s', (_, signature) => {
    const hit = binaryHit(signature, new Random(1));
    expect(hit && askerOf(signature)(hit.object.bytes, hit.object.container)).toBe(true);
  });

  test('what target 2 is asked of from its start on lies in a macro', () => {
    const hit = binaryHit(ldb('Target:2', '0', `0:${hex('Attribute VB_Name')}`), new Random(1));
    const file = packedIn(hit?.object.container, hit!.object.bytes);
    expect([waitsFor(hit?.object.container), identify(file!)]).toEqual(['ole2', 'ole2']);
  });

  test.each([
    ['mail', 'mail'],
    ['pdf', 'pdf'],
    ['rtf', 'rtf'],
    ['ole2', 'ole2'],
    ['zip', 'zip'],
    ['ooxml-word', 'zip'],
    ['pe', 'pe'],
    ['gzip', 'gzip'],
  ])('in a container for %s they lie in a file of that type', (container, type) => {
    expect(identify(packedIn(container, Buffer.from('an object'))!)).toBe(type);
  });

  test('a container of streams has each of them as it was', () => {
    const big = Buffer.alloc(5000, 'b');
    const file = compoundFile([
      { name: 'Small', bytes: Buffer.from('a small one') },
      { name: 'Big', bytes: big },
    ]);
    expect([file!.includes('a small one'), file!.includes(big), file!.length % 512]).toEqual([true, true, 0]);
  });
});

const EXCLUDED: readonly (readonly [string, BodySignature, string | undefined])[] = [
  ['different bytes at one place', ldb('Target:1', '0&1', 'EP+0:558bec', 'EP+0:60be00'), 'EP+0'],
  ['different bytes further on', ldb('Target:1', '0&1', 'EP+0:558bec', 'EP+2:60be00'), 'EP+2'],
  ['a place that the target has its own byte at', ldb('Target:1', '0', `1:${hex('<HTML')}`), 'byte 1'],
  ['a film that begins with something else', ldb('Target:11', '0', `0:${hex("x='e3")}`), 'byte 1'],
  ['several copies of one at one place', ldb('Target:1', '0>1', 'EP+0:558bec'), 'wanted 2 times'],
  ['both branches of an or', ldb('Target:1', '0&(1|2)', 'EP+0:5555', 'EP+0:6666', 'EP+1:7777'), 'EP+0'],
  ['one branch of an or alone', ldb('Target:1', '0&(1|2)', 'EP+0:5555', 'EP+0:6666', '7777'), undefined],
  ['the same bytes at one place', ldb('Target:1', '0&1', 'EP+0:558bec', 'EP+0:558b'), undefined],
  ['different bytes at different places', ldb('Target:1', '0&1', 'EP+0:558bec', 'S0+0:60be00'), undefined],
  ['different bytes behind a gap', ldb('Target:1', '0&1', 'EP+0:5566{0-2}7788', 'EP+2:7700'), undefined],
  ['a wildcard where another has a byte', ldb('Target:1', '0&1', 'EP+0:55??ec66', 'EP+0:558bec66'), undefined],
  ['letters in either case', ldb('Target:1', '0&1', `EP+0:${hex('ab')}::i`, `EP+0:${hex('AB')}::i`), undefined],
  ['a window', ldb('Target:1', '0&1', 'EP+0,4:5555', 'EP+0:6666'), undefined],
  ['none of one', ldb('Target:1', '0&1=0', 'EP+0:5555', 'EP+0:6666'), undefined],
  ['several copies behind a gap', ldb('Target:1', '0>1', 'EP+0:5566{0-20}7788'), undefined],
];

describe('patterns at places', () => {
  test.each(EXCLUDED)('exclude each other or not: %s', (_, signature, reason) => {
    if (reason === undefined) expect(whyPlacesExclude(signature)).toBeUndefined();
    else expect(whyPlacesExclude(signature)).toContain(reason);
  });
});

describe('a container that a signature asks for', () => {
  test.each([
    ['the first bytes of an archive', 'Rar!\x1a\x07\0 and more', [0, 8], 'rar'],
    ['no more than what was filled in', 'Rar!\x1a\x07\0 and more', [10, 14], undefined],
    ['no archive', 'some bytes', [0, 4], undefined],
  ] as const)('%s', (_, text, [from, to], type) => {
    const bytes = Buffer.from(text, 'latin1');
    const taken = new Uint8Array(bytes.length).fill(1, from, to);
    expect(askedType({ bytes, taken, headerBytes: 0, container: undefined })).toBe(type);
  });
});
