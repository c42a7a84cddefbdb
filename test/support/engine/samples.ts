/** One signature of every form: what a small file must hold to hold everything. */
import type { BytesPattern, Condition, Signature } from '../../../native-free-engine/index.ts';
import { ALL_LEVELS, signature } from './engine.ts';
import { pattern } from './notation.ts';

const match: Condition = { kind: 'match', pattern: 0 };
const digest = (length: number, first: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (first + i * 7) & 0xff);

const at = (
  base: 'start' | 'end' | 'entryPoint' | 'section' | 'lastSection',
  offset: number,
  shift = 0,
  section = 0,
): Partial<BytesPattern> => ({
  offset: { kind: 'at', base, section, offset, shift },
});

const PATTERNS: readonly (readonly [string, BytesPattern])[] = [
  ['Literal', pattern("'a literal text'")],
  ['Masked', pattern('4d5a????9?0?0f')],
  ['Gaps', pattern("'one'{1-3}'two'{5-}'three'{100-100}'four'")],
  ['Alternatives', pattern("'pre'('a'|'bc'|)('x'{1-2}'y'|'z')'post'")],
  ['Negated', pattern("'pre'!(61|62)!('abc'|'xyz')'post'")],
  ['Nested', pattern("'<'('a'('b'('c'('d'|'e')|'f')|'g')|'h')'>'")],
  ['Boundaries', pattern("<word>'a'[line]'b'![nonAlphanumeric]'c'!<line>'d'<nonAlphanumeric>")],
  ['NoCase', pattern("'Letters'", { noCase: true })],
  ['Wide', pattern("'Letters'", { wide: true })],
  ['AsciiWide', pattern("'Letters'", { wide: true, ascii: true, fullWord: true })],
  ['Start', pattern("'MZ'", at('start', 0))],
  ['End', pattern("'tail'", at('end', -4, 2))],
  ['EntryPoint', pattern("'push'", at('entryPoint', 2))],
  ['Section', pattern("'text'", at('section', 1, 0, 3))],
  ['LastSection', pattern("'last'", at('lastSection', 0, 7))],
  ['VersionInfo', pattern("'value'", { offset: { kind: 'versionInfo' } })],
  ['InSection', pattern("'here'", { offset: { kind: 'section', section: 2 } })],
];

const CONDITIONS: readonly (readonly [string, Condition])[] = [
  ['And', { kind: 'and', of: [match, { kind: 'match', pattern: 1 }] }],
  ['Or', { kind: 'or', of: [match, { kind: 'match', pattern: 1 }] }],
  ['Equal', { kind: 'count', of: match, comparison: 'equal', count: 300, distinct: 0 }],
  ['Less', { kind: 'count', of: match, comparison: 'less', count: 3, distinct: 0 }],
  [
    'Distinct',
    {
      kind: 'count',
      of: { kind: 'or', of: [match, { kind: 'match', pattern: 1 }] },
      comparison: 'greater',
      count: 1,
      distinct: 2,
    },
  ],
  ['Size', { kind: 'and', of: [match, { kind: 'fileSize', range: { min: 5, max: 2 ** 40 } }] }],
  ['Entry', { kind: 'and', of: [match, { kind: 'entryPoint', range: { min: 0, max: Number.POSITIVE_INFINITY } }] }],
  ['Sections', { kind: 'and', of: [match, { kind: 'sectionCount', range: { min: 2, max: 2 } }] }],
  ['ContainerAny', { kind: 'and', of: [match, { kind: 'container', type: 'any' }] }],
  ['Intermediates', { kind: 'and', of: [match, { kind: 'intermediates', types: ['any', 'zip', 'gzip'] }] }],
  ['Container', { kind: 'and', of: [match, { kind: 'container', type: 'zip' }] }],
];

const HASHES: readonly Signature[] = (['md5', 'sha1', 'sha256'] as const).flatMap((algorithm, i) => {
  const length = [16, 20, 32][i]!;
  const base = { kind: 'hash', levels: ALL_LEVELS, algorithm } as const;
  return [
    {
      ...base,
      name: `Hash.Any.${algorithm}`,
      digest: digest(length, 1),
      size: undefined,
      scope: 'object',
      action: 'detect',
    },
    {
      ...base,
      name: `Hash.Sized.${algorithm}`,
      digest: digest(length, 2),
      size: 2 ** 33,
      scope: 'object',
      action: 'detect',
    },
    { ...base, name: `Hash.Empty.${algorithm}`, digest: digest(length, 3), size: 0, scope: 'object', action: 'allow' },
    {
      ...base,
      name: `Hash.Section.${algorithm}`,
      digest: digest(length, 4),
      size: 512,
      scope: 'section',
      action: 'detect',
    },
    {
      ...base,
      name: `Hash.Imports.${algorithm}`,
      digest: digest(length, 5),
      size: undefined,
      scope: 'imports',
      action: 'detect',
    },
  ];
});

/** All of them differ in name. */
export const EVERY_FORM: readonly Signature[] = [
  ...PATTERNS.map(([name, each]) => signature(`Pattern.${name}`, [each])),
  ...CONDITIONS.map(([name, condition]) =>
    signature(`Condition.${name}`, [pattern("'alpha'"), pattern("'beta'")], condition),
  ),
  signature(
    'Regex',
    [
      { kind: 'regex', source: 'a+b', flags: 'is', offset: { kind: 'any' }, trigger: { kind: 'match', pattern: 1 } },
      pattern("'trigger'"),
    ],
    match,
  ),
  signature(
    'Regex.Placed',
    [
      pattern("'trigger'"),
      {
        kind: 'regex',
        source: '^[\\x00-\xff]{2}\xe9a*$',
        flags: 'gre',
        offset: { kind: 'at', base: 'section', section: 2, offset: 5, shift: 30 },
        trigger: { kind: 'count', of: match, comparison: 'greater', count: 1, distinct: 0 },
      },
    ],
    { kind: 'match', pattern: 1 },
  ),
  signature(
    'ByteCompare',
    [
      pattern("'mark'"),
      {
        kind: 'byteCompare',
        of: 0,
        offset: -12,
        form: 'hex',
        order: 'little',
        isExact: true,
        length: 4,
        comparisons: [{ operator: 'less', value: 0x1234 }],
      },
      {
        kind: 'byteCompare',
        of: 0,
        offset: 2 ** 31 - 1,
        form: 'binary',
        order: 'big',
        isExact: false,
        length: 8,
        comparisons: [
          { operator: 'greater', value: -(2 ** 52) },
          { operator: 'equal', value: 2 ** 52 - 1 },
        ],
      },
    ],
    { kind: 'and', of: [match, { kind: 'match', pattern: 1 }, { kind: 'match', pattern: 2 }] },
  ),
  signature(
    'Macro',
    [
      pattern("'before'"),
      { kind: 'macro', group: 31, range: { min: 6, max: 7 } },
      pattern("'behind'"),
      { kind: 'macro', group: 0, range: { min: 0, max: Number.POSITIVE_INFINITY } },
    ],
    {
      kind: 'or',
      of: [
        { kind: 'match', pattern: 1 },
        { kind: 'match', pattern: 3 },
      ],
    },
  ),
  {
    kind: 'macro',
    name: 'Macro.Member',
    levels: ALL_LEVELS,
    group: 31,
    target: 1,
    pattern: pattern("'member'{1-3}'ends'", { noCase: true }),
  },
  {
    kind: 'fileType',
    name: 'Type.Placed',
    levels: { min: 1, max: 255 },
    type: 'CL_TYPE_ZIP',
    requires: 'any',
    offset: 0,
    elements: pattern("'PK'").elements,
  },
  {
    kind: 'fileType',
    name: 'Type.Anywhere',
    levels: ALL_LEVELS,
    type: 'CL_TYPE_HTML',
    requires: 'CL_TYPE_TEXT_ASCII',
    offset: undefined,
    elements: pattern("'<'('html'|'body')'>'").elements,
  },
  { ...signature('Handler', [pattern("'handed on'")]), handler: 'CL_TYPE_PDF' },
  signature('Target', [pattern("'for programs'")], match, 31),
  { ...signature('Levels', [pattern("'for some engines'")]), levels: { min: 51, max: 255 } },
  signature('Name.Ümläut-名前', [pattern("'names are text'")]),
  ...HASHES,
  { kind: 'ignore', name: 'Some.Name', levels: ALL_LEVELS, entryDigest: undefined },
  {
    kind: 'ignore',
    name: 'Some.Other.Name',
    levels: { min: 1, max: 2 },
    entryDigest: '0123456789abcdef0123456789abcdef',
  },
];
