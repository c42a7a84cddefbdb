/** Target description blocks: levels, target and conditions (notation: test/dialects/clamav/show.ts), and those that are refused. */

export type AttributesRow = readonly [name: string, block: string, levels: string, target: number, condition: string];

export const ATTRIBUTES: readonly AttributesRow[] = [
  ['a target', 'Target:1', '0-', 1, '0'],
  ['levels and a target', 'Engine:51-255,Target:0', '51-255', 0, '0'],
  ['levels behind the target', 'Target:0,Engine:51-255', '51-255', 0, '0'],
  ['levels from 0', 'Engine:-255,Target:0', '0-255', 0, '0'],
  ['this level alone', 'Engine:214-214,Target:0', '214-214', 0, '0'],
  ['a range of sizes', 'Target:0,FileSize:12-20', '0-', 0, '(fileSize[12-20] & 0)'],
  ['sizes from 0', 'Target:0,FileSize:-20', '0-', 0, '(fileSize[0-20] & 0)'],
  ['sizes beyond 32 bits', 'Target:0,FileSize:0-4294967306', '0-', 0, '(fileSize[0-4294967306] & 0)'],
  ['an entry point', 'Target:1,EntryPoint:0-99', '0-', 1, '(entryPoint[0-99] & 0)'],
  ['a number of sections', 'Target:6,NumberOfSections:2-2', '0-', 6, '(sectionCount[2-2] & 0)'],
  ['a container', 'Target:0,Container:CL_TYPE_ZIP', '0-', 0, '(container[zip] & 0)'],
  ['a container with another word here', 'Target:0,Container:CL_TYPE_MSOLE2', '0-', 0, '(container[ole2] & 0)'],
  [
    'all at once, the target last',
    'Engine:81-255,FileSize:1-2,Container:CL_TYPE_MAIL,NumberOfSections:1-9,Target:1',
    '81-255',
    1,
    '(fileSize[1-2] & container[mail] & sectionCount[1-9] & 0)',
  ],
  [
    'of an attribute that is there twice the last',
    'Target:0,FileSize:1-2,Target:1,FileSize:3-4',
    '0-',
    1,
    '(fileSize[3-4] & 0)',
  ],
];

export type AttributesRefusalRow = readonly [name: string, block: string, reason: string, column: number];

export const ATTRIBUTES_REFUSALS: readonly AttributesRefusalRow[] = [
  ['malformed--no attributes', '', 'malformed', 1],
  ['malformed--no target', 'Engine:51-255', 'malformed', 1],
  ['malformed--an empty attribute', 'Target:0,', 'malformed', 10],
  ['malformed--an attribute without a value', 'Target:0,FileSize', 'malformed', 10],
  ['malformed--an empty range', 'Target:0,FileSize:', 'malformed', 19],
  ['malformed--a number for a range', 'Target:0,FileSize:10', 'malformed', 19],
  ['malformed--a range without an end', 'Target:0,FileSize:10-', 'malformed', 19],
  ['malformed--a falling range', 'Target:0,FileSize:20-10', 'malformed', 19],
  ['malformed--a range of three', 'Target:0,FileSize:1-2-3', 'malformed', 19],
  ['malformed--a hexadecimal range', 'Target:0,FileSize:0x1-0x2', 'malformed', 19],
  ['malformed--levels without an end', 'Engine:51-,Target:0', 'malformed', 8],
  ['malformed--a target of letters', 'Target:x', 'malformed', 8],
  ['malformed--a target with a blank', 'Target: 0', 'malformed', 8],
  ['malformed--an entry point of any file', 'Target:0,EntryPoint:0-9', 'malformed', 1],
  ['malformed--sections of a text', 'Target:7,NumberOfSections:0-9', 'malformed', 1],
  ['unknown-target--the unused one', 'Target:8', 'unknown-target', 8],
  ['unknown-target--a new one', 'Target:15', 'unknown-target', 8],
  ['level--of later engines', 'Engine:215-255,Target:0', 'level', 8],
  ['level--of earlier engines', 'Engine:51-213,Target:0', 'level', 8],
  ['unsupported:attribute--a misspelt one', 'Engine.9:51-255,Target:0', 'unsupported:attribute', 1],
  ['unsupported:attribute--in small letters', 'target:0', 'unsupported:attribute', 1],
  ['unsupported:attribute--a very long one', `Target:0,${'A'.repeat(9999)}:1`, 'unsupported:attribute', 10],
  ['unsupported:container--in no container', 'Target:0,Container:CL_TYPE_ANY', 'unsupported:container', 20],
  ['unsupported:container--an unknown one', 'Target:0,Container:CL_TYPE_FOO', 'unsupported:container', 20],
  ['unsupported:container--without the prefix', 'Target:0,Container:ZIP', 'unsupported:container', 20],
  [
    'unsupported:container--a word of the language',
    'Target:0,Container:CL_TYPE_constructor',
    'unsupported:container',
    20,
  ],
  ['unsupported:icon--of the first group', 'Target:1,IconGroup1:A', 'unsupported:icon', 10],
  ['unsupported:icon--of the second group', 'Target:1,IconGroup2:A', 'unsupported:icon', 10],
  ['unsupported:handler-type--a type', 'Target:0,HandlerType:CL_TYPE_PDF', 'unsupported:handler-type', 10],
  [
    'unsupported:intermediates--two types',
    'Target:0,Intermediates:CL_TYPE_ZIP>CL_TYPE_PDF',
    'unsupported:intermediates',
    10,
  ],
];
