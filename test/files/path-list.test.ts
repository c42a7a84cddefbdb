import { expect, test } from 'vitest';
import { type ListSeparator, MAX_LISTED_PATH_BYTES, readPathList } from '../../src/files/path-list.ts';
import { collect } from './collect.ts';

type Row = [name: string, separator: ListSeparator, list: string, paths: string[]];
const ROWS: readonly Row[] = [
  ['one a line', 'newline', 'a\nb c\n', ['a', 'b c']],
  ['the last line needs no end', 'newline', 'a\nb', ['a', 'b']],
  ['empty lines are nothing', 'newline', '\na\n\n\nb\n', ['a', 'b']],
  ['a carriage return belongs to the line end', 'newline', 'a\r\nb\r\n\r\n', ['a', 'b']],
  ['only the last one', 'newline', 'a\r\r\n', ['a\r']],
  ['with NUL a newline is a character', 'nul', 'a\nb\0c\r\0', ['a\nb', 'c\r']],
  ['bytes that are no UTF-8 stay', 'newline', '\xff\n\xc3\xa4\n', ['\xff', '\xc3\xa4']],
  ['no list at all', 'newline', '', []],
];

for (const [name, separator, list, paths] of ROWS) {
  test(name, async () => {
    const bytes = Buffer.from(list, 'latin1');
    // Cut at every position, and byte by byte: the same paths every time.
    const cuts = [...bytes.keys()].map((at) => [bytes.subarray(0, at), bytes.subarray(at)]);
    for (const chunks of [[bytes], ...cuts, [...bytes].map((byte) => Buffer.from([byte]))]) {
      const read = await collect(readPathList(stream(chunks), separator));
      expect(read.map((path) => path.toString('latin1'))).toEqual(paths);
    }
  });
}

test('a line that can be no path is refused before it fills the memory', async () => {
  let sent = 0;
  async function* endless() {
    yield Buffer.from('a\n');
    for (; ; sent++) yield Buffer.alloc(4096, 0x78);
  }
  const paths: string[] = [];
  const reading = async () => {
    for await (const path of readPathList(endless(), 'newline')) paths.push(path.toString());
  };
  await expect(reading()).rejects.toMatchObject({
    code: 'FILE_LIST_LINE',
    message: expect.stringContaining('entry 2: '),
  });
  expect(paths).toEqual(['a']);
  expect(sent * 4096).toBeLessThan(2 * MAX_LISTED_PATH_BYTES);
});

async function* stream(chunks: readonly Buffer[]) {
  yield* chunks;
}
