/**
 * Ways to write a text so that its normalised form holds what a signature asks for: as it is, in a script, or by references and escapes, which stand for
 * bytes that would not survive as they are.
 *
 * What each view makes of a byte: src/normalise/DESIGN.md.
 */
import { TARGET } from '../../native-free-engine/index.ts';
import type { Filling } from './instance.ts';
import type { SheetRules, Stretch } from './text-sheet.ts';

export interface TextForm extends SheetRules {
  readonly name: string;
  /** What the file is, beside the sheet: the sheet is the view as it shall be. */
  readonly before: string;
  readonly after: string;
  readonly write: (stretch: Stretch) => Uint8Array;
}

const HEAD = '<html><body>';
const LETTERS: Filling = { bytes: [...Buffer.from('abcdefghijklmnopqrstuvwxyz')], moreInGaps: 8 };
const SCRIPT = '<script>';
const LITERAL = '<script>a="';

const asItIs = ({ bytes }: Stretch): Uint8Array => bytes;
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Only patterns are written otherwise. */
function patterns(write: (byte: number) => string): TextForm['write'] {
  return ({ kind, bytes }) => (kind === 'pattern' ? latin1(Array.from(bytes, (byte) => write(byte)).join('')) : bytes);
}

const isAlphanumeric = (byte: number): boolean => /[a-z0-9]/i.test(String.fromCharCode(byte));
const escaped = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

const PLAIN = { before: '', after: '', lead: 0, separator: '\n', head: '', filling: LETTERS, write: asItIs } as const;
const PAGE = { ...PLAIN, head: HEAD } as const;

export const PLAIN_TEXT: TextForm = { ...PLAIN, name: 'text' };
const PAGE_FORMS: readonly TextForm[] = [
  { ...PAGE, name: 'page' },
  // A pattern may end in a tag or in quotes.
  { ...PAGE, name: 'page with ends of tags', separator: '">\n' },
  { ...PAGE, name: 'page with ends of scripts', separator: '"></script>\n' },
];
const IN_SCRIPT: TextForm = {
  ...PLAIN,
  name: 'script',
  before: HEAD + SCRIPT,
  after: '</script></body></html>',
  lead: SCRIPT.length,
  separator: ';',
};
/** Small letters and all else from 1 on survive; control characters that are white space become spaces. */
const IN_LITERAL: TextForm = {
  ...IN_SCRIPT,
  name: 'literal of a script',
  before: HEAD + LITERAL,
  after: '";</script></body></html>',
  lead: LITERAL.length,
  separator: ' ',
  write: patterns((byte) => (isAlphanumeric(byte) ? String.fromCharCode(byte) : escaped(byte))),
};
/** A decimal reference without `;` is that byte in the page without comments, whatever it is. */
const REFERENCES: TextForm = {
  ...PAGE,
  name: 'references',
  after: '<!-->',
  write: patterns((byte) => `&#${byte}`),
};
const LINK: TextForm = {
  ...PAGE,
  name: 'link',
  write: ({ kind, bytes }) =>
    kind === 'pattern' ? Buffer.concat([latin1('<a href="'), bytes, latin1('">a</a>')]) : bytes,
};

/** For signatures of these targets; the first ones are the most natural. */
export const TEXT_FORMS: ReadonlyMap<number, readonly TextForm[]> = new Map([
  [TARGET.html, [...PAGE_FORMS, IN_SCRIPT, REFERENCES, IN_LITERAL, LINK]],
  [TARGET.text, [PLAIN_TEXT, ...PAGE_FORMS, IN_SCRIPT, IN_LITERAL]],
]);
