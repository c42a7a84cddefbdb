/** The rules can fail: each is broken once, on sources that are made up. */
import { describe, expect, test } from 'vitest';
import { importsOf } from './imports.ts';
import { brokenRules } from './rules.ts';

// Name, files, what is said of them.
type Row = readonly [string, Readonly<Record<string, string>>, readonly string[]];

const SOUND: Readonly<Record<string, string>> = {
  'native-free-engine/errors.ts': 'export class EngineError extends Error {}',
  'native-free-engine/index.ts': "export { EngineError } from './errors.ts';",
  'src/dialects/clamav/ndb.ts': "import { EngineError } from '../../../native-free-engine/index.ts';",
  'src/filetype/detect.ts': "import { EngineError } from '../../native-free-engine/index.ts';",
  'src/unpack/zip.ts': "import { open } from 'yauzl';\nimport { x } from '../filetype/detect.ts';",
  'src/scan/worker.ts': "import { x } from '../unpack/zip.ts';\nimport { readSync } from 'node:fs';",
  'src/scan/pool.ts': "import { Piscina } from 'piscina';\nnew URL('./worker.ts', import.meta.url);",
  'src/scan/verdict.ts': 'export type Verdict = 1;',
  'src/frontends/cli/scan.ts': "import type { Verdict } from '../../scan/verdict.ts';",
  'src/index.ts': "export type { Verdict } from './scan/verdict.ts';",
  'src/main.ts': "import { scan } from './frontends/cli/scan.ts';\nimport { pool } from './scan/pool.ts';",
  'src/bin/engine.js': "import('../main.js');",
};

const BROKEN: readonly Row[] = [
  ['sound sources break no rule', {}, []],
  [
    'the engine imports nothing of node',
    { 'native-free-engine/errors.ts': "import { readFileSync } from 'node:fs';" },
    ['native-free-engine/errors.ts: native-free-engine is pure and must not import node:fs'],
  ],
  [
    'the engine imports no package',
    { 'native-free-engine/errors.ts': "import { z } from 'zod';" },
    ['native-free-engine/errors.ts: native-free-engine is pure and must not import zod'],
  ],
  [
    'the engine imports nothing of the product',
    { 'native-free-engine/errors.ts': "import { v } from '../src/scan/verdict.ts';" },
    ['native-free-engine/errors.ts: native-free-engine must not import src/scan (src/scan/verdict.ts)'],
  ],
  [
    'the engine has one door',
    { 'src/scan/worker.ts': "import { EngineError } from '../../native-free-engine/errors.ts';" },
    ["src/scan/worker.ts: native-free-engine/errors.ts is behind the engine's door, native-free-engine/index.ts"],
  ],
  [
    'a composition root uses the door of the engine as well',
    { 'src/index.ts': "export { EngineError } from '../native-free-engine/errors.ts';" },
    ["src/index.ts: native-free-engine/errors.ts is behind the engine's door, native-free-engine/index.ts"],
  ],
  [
    'the engine does not use its door from inside',
    { 'native-free-engine/scanner/scan.ts': "import { EngineError } from '../index.ts';" },
    ['native-free-engine/scanner/scan.ts: the engine must not come in by its own door'],
  ],
  [
    'a front end knows the verdict and nothing deeper',
    { 'src/frontends/cli/scan.ts': "import { x } from '../../unpack/zip.ts';" },
    ['src/frontends/cli/scan.ts: src/frontends must not import src/unpack (src/unpack/zip.ts)'],
  ],
  [
    'a type is an import too',
    { 'src/frontends/cli/scan.ts': "import type { x } from '../../../native-free-engine/index.ts';" },
    ['src/frontends/cli/scan.ts: src/frontends must not import native-free-engine (native-free-engine/index.ts)'],
  ],
  [
    'a front end does not know another',
    { 'src/frontends/clamd/serve.ts': "import { scan } from '../cli/scan.ts';" },
    ['src/frontends/clamd/serve.ts: a front end must not import another, src/frontends/cli/scan.ts'],
  ],
  [
    'imports do not go up',
    { 'src/filetype/detect.ts': "import type { Verdict } from '../scan/verdict.ts';" },
    ['src/filetype/detect.ts: src/filetype must not import src/scan (src/scan/verdict.ts)'],
  ],
  [
    'a dialect is pure',
    { 'src/dialects/clamav/ndb.ts': "import { readFileSync } from 'node:fs';" },
    ['src/dialects/clamav/ndb.ts: src/dialects is pure and must not import node:fs'],
  ],
  [
    'a package has one door',
    { 'src/scan/worker.ts': "import type { Piscina } from 'piscina';" },
    ['src/scan/worker.ts: only src/scan/pool.ts may import piscina'],
  ],
  [
    'a package without a door is not used, nor a path inside it',
    { 'src/scan/worker.ts': "import { x } from '@scope/left-pad/deep.js';" },
    ['src/scan/worker.ts: @scope/left-pad has no door in test/rooms/rules.ts'],
  ],
  [
    'the engine is not imported by its package name',
    { 'src/scan/worker.ts': "import { EngineError } from 'native-free-engine';" },
    ['src/scan/worker.ts: native-free-engine has no door in test/rooms/rules.ts'],
  ],
  [
    'nothing imports a composition root',
    { 'src/scan/worker.ts': "import { Engine } from '../index.ts';" },
    ['src/scan/worker.ts: src/scan must not import src/index.ts (src/index.ts)'],
  ],
  [
    'a room has to be in the picture',
    { 'src/utils/pad.ts': "import { x } from '../scan/verdict.ts';" },
    ['src/utils/pad.ts: src/utils is no room of test/rooms/rules.ts'],
  ],
  [
    'an import inside a function counts',
    { 'src/filetype/detect.ts': "async function f() {\n  const { x } = await import('../unpack/zip.ts');\n}" },
    [
      'src/filetype/detect.ts > src/unpack/zip.ts > src/filetype/detect.ts: imports form a circle',
      'src/filetype/detect.ts: src/filetype must not import src/unpack (src/unpack/zip.ts)',
    ],
  ],
  [
    'a worker is an import',
    { 'src/filetype/detect.ts': "const worker = new URL('../scan/worker.ts', import.meta.url);" },
    [
      'src/filetype/detect.ts > src/scan/worker.ts > src/unpack/zip.ts > src/filetype/detect.ts: imports form a circle',
      'src/filetype/detect.ts: src/filetype must not import src/scan (src/scan/worker.ts)',
    ],
  ],
  [
    'an import over several lines counts',
    { 'src/filetype/detect.ts': "import {\n  type A,\n  b,\n} from '../scan/pool.ts';" },
    [
      'src/filetype/detect.ts > src/scan/pool.ts > src/scan/worker.ts > src/unpack/zip.ts > src/filetype/detect.ts: imports form a circle',
      'src/filetype/detect.ts: src/filetype must not import src/scan (src/scan/pool.ts)',
    ],
  ],
  [
    'files of one room form no circle',
    { 'src/scan/a.ts': "import { b } from './b.ts';", 'src/scan/b.ts': "import { a } from './a.ts';" },
    ['src/scan/a.ts > src/scan/b.ts > src/scan/a.ts: imports form a circle'],
  ],
  [
    'a circle of types alone is none at run time',
    { 'src/scan/a.ts': "import type { B } from './b.ts';", 'src/scan/b.ts': "import { a } from './a.ts';" },
    [],
  ],
  [
    'an import leads somewhere',
    { 'src/scan/worker.ts': "import { x } from './gone.ts';" },
    ['src/scan/worker.ts: ./gone.ts is not a file'],
  ],
  [
    'default exports are refused',
    { 'src/scan/worker.ts': 'export default function scan() {}' },
    ['src/scan/worker.ts: default exports have no name to search for'],
  ],
  [
    'barrel files are refused',
    { 'src/unpack/index.ts': "export * from './zip.ts';" },
    ['src/unpack/index.ts: only native-free-engine/index.ts and src/index.ts may export what another file holds'],
  ],
  [
    'what a comment imports does not count',
    { 'src/dialects/clamav/ndb.ts': "/**\n * import { x } from 'node:fs';\n */\n// await import('node:fs')\n" },
    [],
  ],
  [
    'both package.json files may be read for their versions',
    {
      'native-free-engine/errors.ts': "import manifest from './package.json' with { type: 'json' };",
      'src/scan/worker.ts': "import manifest from '../../package.json' with { type: 'json' };",
    },
    [],
  ],
];

describe('the rules on imports', () => {
  test.each(BROKEN)('%s', (_name, files, expected) => {
    expect(brokenRules(new Map(Object.entries({ ...SOUND, ...files })))).toEqual(expected);
  });
});

describe('reading import lines', () => {
  test('each form is found once, with its kind', () => {
    const text = [
      "import 'a';",
      "import b from 'b';",
      "import { type c } from 'c';",
      "import type { d } from 'd';",
      "export { e } from 'e';",
      "export * from 'f';",
      "export const g = 'not an import';",
      "const h = await import('h');",
    ].join('\n');
    const seen = importsOf(text).map(({ specifier, typeOnly, reExport }) => [specifier, typeOnly, reExport]);
    expect(seen).toEqual([
      ['a', false, false],
      ['b', false, false],
      ['c', false, false],
      ['d', true, false],
      ['e', false, true],
      ['f', false, true],
      ['h', false, false],
    ]);
  });
});
