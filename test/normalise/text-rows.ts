/** Texts, as Latin-1, and what they become. test/real/normalise-text.test.ts asks the same of sigtool. */
export const TEXT_ROWS: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['capitals become small', 'HELLO World', 'hello world'],
  ['a run of spaces is one', 'a    b', 'a b'],
  ['a run of any white space is one space', 'a \t\n\v\f\r b', 'a b'],
  ['a run at the start leaves a space', '\n\n a', ' a'],
  ['a run at the end leaves a space', 'a \r\n\r\n', 'a '],
  ['white space alone is a space', '\t\t\t', ' '],
  ['control characters go', 'a\0\x01\x07\b\x0e\x1b\x1fb', 'ab'],
  ['a run goes on across control characters', 'a \0 \x07\t\x1b b', 'a b'],
  ['a run goes on across bytes that are not ASCII', 'a \xa0 \xe4\n b', 'a b'],
  ['bytes that are not ASCII go', 'gr\xfc\xdf\x80\xffe', 'gre'],
  ['DEL stays', 'a\x7fb', 'a\x7fb'],
  ['what lies beside letters stays', '@[`{/:', '@[`{/:'],
  ['little-endian UTF-16 becomes ASCII', '\xff\xfeA\0 \0 \0B\0', 'a b'],
  ['big-endian UTF-16 becomes ASCII', '\xfe\xff\0A\0\t\0\n\0B', 'a b'],
  ['nothing stays nothing', '', ''],
];
