/** Body patterns, and what they are read as (notation: test/dialects/clamav/show.ts). */

export type PatternRow = readonly [name: string, modifiers: string, pattern: string, elements: string];

export const POSITIONS: readonly PatternRow[] = [
  ['digits are bytes', '', '4d5a9000', '4d5a9000'],
  ['digits of either case are the same', '', '4D5a4d5A', '4d5a4d5a'],
  ['two question marks are any byte', '', '4d5a??00', '4d5a??00'],
  ['a question mark is any nibble', '', '4d5a9??0', '4d5a9??0'],
  ['wildcards at the ends stay', '', '??4d5a????', '??4d5a????'],
  ['two bytes are enough', '', '4d5a', '4d5a'],
];

export const GAPS: readonly PatternRow[] = [
  ['an asterisk is any gap', '', '4d5a*5045', '4d5a {0-} 5045'],
  ['a range is a gap', '', '4d5a{4-10}5045', '4d5a {4-10} 5045'],
  ['no minimum is 0', '', '4d5a{-10}5045', '4d5a {0-10} 5045'],
  ['no maximum is unbounded', '', '4d5a{4-}5045', '4d5a {4-} 5045'],
  ['neither is any gap', '', '4d5a{-}5045', '4d5a {0-} 5045'],
  ['a maximum of 0 is unbounded', '', '4d5a{4-0}5045', '4d5a {4-} 5045'],
  ['a gap of 0 is any gap', '', '4d5a{0}5045', '4d5a {0-} 5045'],
  ['a fixed gap becomes positions', '', '4d5a{3}50', '4d5a??????50'],
  ['a range of one value does too', '', '4d5a{3-3}5045', '4d5a??????5045'],
  ['so does a gap of 512', '', '4d5a{512}5045', `4d5a${'??'.repeat(512)}5045`],
  ['a longer fixed gap stays one', '', '4d5a{513}5045', '4d5a {513-513} 5045'],
  ['a fixed gap at an end stays', '', '{2}4d5a{1}', '????4d5a??'],
  ['a fixed gap beside another gap is kept', '', '4d5a{2}*{1}5045', '4d5a???? {0-} ??5045'],
  ['fixed gaps add up', '', '4d5a{2}{3}50', '4d5a??????????50'],
  ['a fixed gap behind a range follows it', '', '4d5a{1-2}{3}5045', '4d5a {1-2} ??????5045'],
  ['a bracket before a single byte is a choice of lengths', '', '4d5a[1-3]50', '4d5a (??|????|??????) 50'],
  ['so it is from nothing on', '', '4d5a[0-1]50', '4d5a (|??) 50'],
  ['in another than the last part it is a gap', '', '4d5a[1-3]50*4f50', '4d5a {1-3} 50 {0-} 4f50'],
  ['a bracket is a gap behind a single byte', '', '4d[1-3]5a50', '4d {1-3} 5a50'],
  ['brackets may stand on both sides', '', '4d[1-3]5a50[0-2]45', '4d {1-3} 5a50 (|??|????) 45'],
  ['the single byte may be a wildcard', '', '4d5a[1-3]??', '4d5a (??|????|??????) ??'],
  ['a bracket of one value becomes positions', '', '4d[4-4]5a50', '4d????????5a50'],
  ['a bracket with one number does too', '', '4d5a[2]50', '4d5a????50'],
  ['brackets belong to their part', '', '4d5a[1-3]50*45[1-3]4f50', '4d5a {1-3} 50 {0-} 45 {1-3} 4f50'],
];

export const GROUPS: readonly PatternRow[] = [
  ['single bytes are options', '', '4d5a(00|01|ff)50', '4d5a (00|01|ff) 50'],
  ['options may have several bytes', '', '4d5a(0001|0203)50', '4d5a (0001|0203) 50'],
  ['options may differ in length', '', '4d5a(00|010203)50', '4d5a (00|010203) 50'],
  ['options may hold wildcards', '', '4d5a(0?|?1??)50', '4d5a (0?|?1??) 50'],
  ['options may hold short fixed gaps', '', '4d5a(00{2}01|02)50', '4d5a (00????01|02) 50'],
  ['groups may hold groups', '', '4d5a(00(01|0203)04|05)50', '4d5a (00 (01|0203) 04|05) 50'],
  ['a group may begin with a group', '', '4d5a((00|01)|02)50', '4d5a ((00|01)|02) 50'],
  ['one option is a group too', '', '4d5a(00)50', '4d5a (00) 50'],
  ['a group may begin a pattern', '', '(00|01)4d5a', '(00|01) 4d5a'],
  ['a group may end a pattern', '', '4d5a(00|01)', '4d5a (00|01)'],
  ['a negated group of bytes', '', '4d5a!(00|01)50', '4d5a !(00|01) 50'],
  ['a negated group of byte strings', '', '4d5a!(0001|0203)50', '4d5a !(0001|0203) 50'],
  ['groups nest 15 deep', '', `4d5a${'('.repeat(15)}00${')'.repeat(15)}`, `4d5a ${'('.repeat(15)}00${')'.repeat(15)}`],
  ['sets of bytes do not multiply', '', `4d5a${'(41|61)'.repeat(40)}`, `4d5a${' (41|61)'.repeat(40)}`],
  ['choices multiply up to 256', '', `4d5a${'(41|6161)'.repeat(8)}`, `4d5a${' (41|6161)'.repeat(8)}`],
  ['negated groups do not multiply', '', `4d5a${'!(4141|6161)'.repeat(9)}`, `4d5a${' !(4141|6161)'.repeat(9)}`],
];

export const BOUNDARIES: readonly PatternRow[] = [
  ['at the start a boundary is a test between bytes', '', '(B)4d5a', '<word> 4d5a'],
  ['at the end too', '', '4d5a(L)', '4d5a <line>'],
  ['inside it is a byte', '', '4d5a(W)50', '4d5a [nonAlphanumeric] 50'],
  ['any can be negated', '', '!(B)4d5a!(L)50!(W)', '!<word> 4d5a ![line] 50 !<nonAlphanumeric>'],
  ['a gap makes an edge', '', '4d5a(B)*(L)5045', '4d5a <word> {0-} <line> 5045'],
  ['a short fixed gap makes none', '', '4d5a(B){2}5045', '4d5a [word] ????5045'],
  ['a long fixed gap makes one', '', '4d5a(B){128}5045', `4d5a <word> ${'??'.repeat(128)}5045`],
  [
    'behind a long fixed gap it is the last byte of that',
    '',
    '4d5a{128}(L)5045',
    `4d5a${'??'.repeat(127)} [line] 5045`,
  ],
  ['so is a word boundary', '', '4d5a{128}!(B)5045', `4d5a${'??'.repeat(127)} !(20|2d|2e|2f|3c|40|5f) 5045`],
  ['behind a gap of more than 512 too', '', '4d5a{600}(W)5045', '4d5a {599-599} [nonAlphanumeric] 5045'],
  ['of two at the start the first is the edge', '', '(B)(W)4d5a', '<word> [nonAlphanumeric] 4d5a'],
];

export const WIDE: readonly PatternRow[] = [
  ['one byte is enough in a wide pattern', 'w', '4d', '4d'],
  ['wildcards are positions in a wide pattern', 'w', '4d5a??', '4d5a??'],
  ['gaps stay gaps, since they count bytes', 'w', '4d5a{3}50', '4d5a {3-3} 50'],
  ['gaps beside each other are one', 'w', '4d5a{3}*50', '4d5a {3-} 50'],
  ['so do brackets', 'w', '4d5a[2-2]50', '4d5a {2-2} 50'],
  ['brackets of a wide pattern need no single byte', 'w', '4d5a[1-2]5045', '4d5a {1-2} 5045'],
  ['nor do those of a full word', 'f', '4d5a[1-2]5045', '4d5a {1-2} 5045'],
];
