/** JScript.Encode byte by byte. Pages with encoded scripts, and what sigtool makes of them, are in encoded-rows.ts. */
import { describe, expect, test } from 'vitest';
import { ScriptDecoder } from '../../src/normalise/script-encoding.ts';

/** Behind the mark: the length in base64. */
function headOf(length: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes.toString('base64');
}

function decoded(...blocks: readonly string[]): string {
  const decoder = new ScriptDecoder();
  const parts = blocks.map((block) => decoder.add(Buffer.from(block, 'latin1')));
  return Buffer.concat([...parts, decoder.finish()]).toString('latin1');
}

const TAIL = 'AAAAAA==^#~@';
const HELLO = `${headOf(37)}-mD~z41P',J_nV^W~PqW.s9Ji,CV\x7fDYv)8m*icQsAAA==^#~@`;

const ROWS: readonly (readonly [name: string, encoded: string, expected: string])[] = [
  ['a script', HELLO, 'var Abc = "Hello  World"; alert(Abc);'],
  ['five escapes', `${headOf(10)}@#@&@!@*@$${TAIL}`, '\r\n<>@'],
  ['another escape', `${headOf(4)}@a@@${TAIL}`, '\xff\xff'],
  ['an escape takes one place of the order', `${headOf(5)}@&aaa${TAIL}`, '\np#x'],
  ['an escape that spends more than there is', `${headOf(1)}@&${TAIL}behind`, '\nbehind'],
  ['line ends do not count', `${headOf(3)}a\r\na\na${TAIL}`, 'xp#'],
  ['control characters count', `${headOf(4)}\x01aaa${TAIL}`, '\x01p#x'],
  ['two bytes from 0x80 on count once and take no place', `${headOf(3)}\x80aaa${TAIL}`, '\x80axp'],
  ['what is behind the tail', `${headOf(1)}a${TAIL} As it is @#\n`, 'x As it is @#\n'],
  ['no length', `${headOf(0)}${TAIL}x`, 'x'],
  ['a length beyond the end', `${headOf(0xffff_ffff)}aaa@`, 'xp#\xff'],
  ['a tail that is cut', `${headOf(1)}aAAAAAA==^#~`, 'xAAAAAA==^#~'],
  ['a head that is cut', 'BAAAA', 'BAAAA'],
  ['nothing', '', ''],
];

describe('an encoded script', () => {
  test.each(ROWS)('%s, cut anywhere', (_name, encoded, expected) => {
    expect(decoded(encoded)).toBe(expected);
    for (let cut = 0; cut <= encoded.length; cut++)
      expect(decoded(encoded.slice(0, cut), encoded.slice(cut)), `cut at ${cut}`).toBe(expected);
  });

  test('at each place every character stands for another one', () => {
    for (let place = 0; place < 64; place++) {
      const texts = Array.from({ length: 0x60 }, (_, i) => {
        const character = String.fromCharCode(0x20 + i);
        return character === '@' ? '@' : decoded(headOf(place + 1) + 'a'.repeat(place) + character + TAIL).at(-1)!;
      });
      // The three that are not encoded stand for themselves; DEL is encoded, and so is the tabulator, whose place is here.
      expect(new Set(texts).size, `place ${place}`).toBe(0x60);
    }
  });

  test('never more than it is long', () => {
    for (let byte = 0; byte < 256; byte++) {
      const encoded = headOf(1000) + String.fromCharCode(byte).repeat(2000);
      expect(decoded(encoded).length).toBeLessThanOrEqual(encoded.length);
    }
  });
});
