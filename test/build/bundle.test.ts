/** What is joined into one file does what the modules did. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bundle } from '../../src/build/bundle.js';

const FILES = {
  'package.json': '{ "type": "module", "version": "1.2.3" }',
  'src/a.js': 'export class A {\n}\nexport const isA = (x) => x instanceof A;',
  'src/b.js':
    "import { isA as check } from './a.js';\nexport { isA } from './a.js';\nexport const b = (x) => check(x);",
  'src/room/c.js':
    "import * as all from '../b.js';\nimport { basename } from 'node:path';\nexport const c = (x) => all.b(x);\nexport const here = () => basename(import.meta.url);\nexport const late = async () => (await import('./late.js')).make();",
  'src/room/late.js': "import { A } from '../a.js';\nexport const make = () => new A();",
  'src/room/manifest.js':
    "import manifest from '../../package.json' with { type: 'json' };\nexport const version = manifest.version;",
  'src/run.js':
    "import { c, here, late } from './room/c.js';\nimport { A } from './a.js';\nimport { isA } from './b.js';\nimport { version } from './room/manifest.js';\nconsole.log(JSON.stringify([c(new A()), isA({}), here(), c(await late()), version]));",
  'src/apart.js': 'export const apart = 1;',
  'src/dialects/words.js': "export const words = ['a'];",
  'src/dialects/say.js': "import { words } from './words.js';\nexport const say = () => words.join();",
  'src/entry.js': "export { say } from './dialects/say.js';\nexport const here = import.meta.url;",
  'src/entry.d.ts': 'export declare const here: string;',
};
const MODULES = {
  entries: ['src/run.js', 'src/entry.js'],
  apart: ['src/apart.js'],
  starts: { run: ['src/run.js'] },
};

let stage = '';
afterEach(() => rmSync(stage, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): string {
  stage = mkdtempSync(join(tmpdir(), 'bundle-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stage, file)), { recursive: true });
    writeFileSync(join(stage, file), text);
  }
  return stage;
}

const run = (directory: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [join(directory, 'src/run.js')], { encoding: 'utf8' }));

describe('modules that are joined', () => {
  test('answer as before: classes are the same ones, also for who comes later, and places are those of the sources', async () => {
    const directory = write(FILES);
    const before = run(directory);
    await bundle(directory, MODULES);
    expect(run(directory)).toEqual(before);
    expect(before).toEqual([true, false, 'c.js', true, '1.2.3']);
  });

  test('leave entries, what stands apart, parts of rooms that are whole, and declarations', async () => {
    const directory = write(FILES);
    await bundle(directory, MODULES);
    const scripts = readdirSync(directory, { recursive: true }).filter((file) => /\.(js|ts)$/.test(String(file)));
    expect(scripts.sort()).toEqual([
      'src/apart.js',
      'src/dialects/rest.js',
      'src/entry.d.ts',
      'src/entry.js',
      'src/parts/late.js',
      'src/parts/run.js',
      'src/run.js',
    ]);
    expect(readFileSync(join(directory, 'src/apart.js'), 'utf8')).toBe(FILES['src/apart.js']);
  });

  test.each([
    ['a module that is not there', "import './none.js';", 'none.js'],
    ['a name that a module does not have', "import { none } from './a.js';\nconsole.log(none);", 'none'],
    ['a place that is told as a directory', 'export const here = import.meta.dirname;', 'import.meta.dirname'],
    ['modules that import each other', "import './b.js';\nimport { run } from './run.js';\nrun();", 'run'],
  ])('%s is refused, and nothing is replaced', async (_, text, told) => {
    const directory = write({
      ...FILES,
      'src/room/late.js': `${FILES['src/room/late.js']}\n${text}`.replaceAll("'./", "'../"),
    });
    await expect(bundle(directory, MODULES)).rejects.toThrow(told);
    expect(existsSync(join(directory, 'src/a.js'))).toBe(true);
  });
});
