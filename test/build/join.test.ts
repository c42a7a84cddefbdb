/** Modules joined into one file are the same modules. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { joinModules } from '../../src/build/join.js';

const FILES = {
  'package.json': '{ "type": "module" }',
  'src/a.js': 'export class A {\n}\nexport const isA = (x) => x instanceof A;',
  'src/b.js':
    "import { isA as check } from './a.js';\nexport { isA } from './a.js';\nexport function b(x) {\n    return check(x);\n}",
  'src/room/c.js':
    "import * as all from '../b.js';\nimport { basename } from 'node:path';\nexport const c = (x) => all.b(x);\nexport const here = () => basename(import.meta.url);\nexport const late = async () => (await import('./late.js')).make();",
  'src/room/late.js': "import { A } from '../a.js';\nexport const make = () => new A();",
  'src/run.js':
    "import { c, here, late } from './room/c.js';\nimport { A } from './a.js';\nimport { isA } from './b.js';\nexport const told = [c(new A()), isA({}), here(), c(await late())];\nconsole.log(JSON.stringify(told));",
};

let stage = '';
afterEach(() => rmSync(stage, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): string {
  stage = mkdtempSync(join(tmpdir(), 'join-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stage, file)), { recursive: true });
    writeFileSync(join(stage, file), text);
  }
  return stage;
}

const run = (directory: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [join(directory, 'src/run.js')], { encoding: 'utf8' }));

describe('joined modules', () => {
  test('a class is the same class for who imports it by its old file, also later', () => {
    const directory = write(FILES);
    const before = run(directory);
    joinModules(directory, { all: ['src/run.js'] }, new Set(['src/run.js']));
    expect(readdirSync(join(directory, 'src'))).toContain('joined-all.js');
    expect(run(directory)).toEqual(before);
    expect(before).toEqual([true, false, 'c.js', true]);
  });

  test('two modules are left as they are', () => {
    const { 'src/a.js': a, 'src/b.js': b } = FILES;
    const directory = write({ 'src/a.js': a, 'src/b.js': b });
    joinModules(directory, { all: ['src/b.js'] }, new Set());
    expect(readdirSync(join(directory, 'src'))).toEqual(['a.js', 'b.js']);
  });

  test.each([
    ['a variable that may change is refused', 'export let count = 0;'],
    ['a default export is refused', 'export default 1;'],
    ['a name that changes on the way out is refused', "export { A as B } from './a.js';"],
  ])('%s', (_, line) => {
    const directory = write({ ...FILES, 'src/b.js': `${FILES['src/b.js']}\n${line}` });
    expect(() => joinModules(directory, { all: ['src/run.js'] }, new Set(['src/run.js']))).toThrow('src/b.js');
  });
});
