/**
 * Builds what the package holds: `npm run build`, and npm's `prepare`, which runs after `npm ci` in a checkout and before `npm pack`.
 *
 * Plain JavaScript, since nothing is compiled before it ran. It leaves dist/ (JavaScript, declarations, kernel, assets, the factory
 * pattern file) and node_modules/.bin/engine, which npm links for every package but the root.
 *
 * Everything is built aside and then moved file by file into dist/, so that a command that runs from dist/ meanwhile never meets a half-written
 * or missing file, and two builds at once do no harm.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSupportedNode, unsupportedNodeMessage } from '../bin/node-version.js';
import { bundle } from './bundle.js';
import { compileKernel } from './kernel.js';
import { copyAssets, moveTree } from './tree.js';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
const CACHE = join(ROOT, 'node_modules/.cache/sigwall');
const STAGE = join(CACHE, `stage-${process.pid}`);
const COMMAND = join(DIST, 'src/bin/engine.js');
/** Source trees that dist/ mirrors. */
const ROOMS = ['src', 'native-free-engine'];

/** What JavaScript is made of: scripts that are loaded by their path, and what is loaded together with which start. */
const MODULES = {
  entries: [
    'native-free-engine/index.js',
    'src/index.js',
    'src/main.js',
    'src/build/factory.js',
    ...['worker', 'prepare-thread', 'plan-thread', 'reload-thread', 'leave-thread', 'write-thread', 'trial/thread'].map(
      (name) => `src/scan/${name}.js`,
    ),
  ],
  // Run on a Node that is too old for the rest.
  apart: ['src/bin/engine.js', 'src/bin/node-version.js'],
  starts: {
    worker: [
      'src/scan/worker.js',
      ...['image/open', 'kernel/kernel', 'scanner/scanner'].map((name) => `native-free-engine/${name}.js`),
    ],
    start: ['src/main.js'],
    version: [
      ...['image/combined-digest', 'image/open', 'pattern-file/file'].map((name) => `native-free-engine/${name}.js`),
      'src/frontends/cli/commands/version.js',
      'src/scan/pattern-info.js',
      'src/store/read.js',
      'src/update/memory.js',
    ],
    // One small file.
    brief: [
      ...['image/open', 'kernel/kernel', 'scanner/scanner'].map((name) => `native-free-engine/${name}.js`),
      'src/frontends/cli/commands/scan.js',
      'src/scan/brief-engine.js',
      'src/store/read.js',
    ],
    // The engine's image is opened by the first thread too.
    scan: [
      'native-free-engine/image/open.js',
      'src/frontends/cli/commands/scan.js',
      'src/scan/engine.js',
      'src/scan/load.js',
      'src/store/read.js',
    ],
  },
};

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`prepare: ${message}\n`);
  process.exit(1);
}

/** @param {readonly string[]} command  arguments of node @param {string} what  for the message when it fails */
function runNode(command, what) {
  const { status, signal, error } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) fail(`${what} failed (${error?.message ?? signal ?? `exit ${status}`})`);
}

function compileSources() {
  runNode(
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'src/build/tsconfig.dist.json', '--outDir', STAGE],
    'tsc',
  );
}

function moveIntoDist() {
  for (const room of ROOMS) moveTree(join(STAGE, room), join(DIST, room));
}

/** From dist: the compiler of pattern files is part of what was just built. */
function buildFactoryPatterns() {
  const script = join(DIST, 'src/build/factory.js');
  if (existsSync(script)) runNode([script], 'building the factory pattern file');
}

function linkCommand() {
  chmodSync(COMMAND, 0o755);
  const link = join(ROOT, 'node_modules/.bin/engine');
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/src/bin/engine.js', link);
}

if (!isSupportedNode(process.versions.node)) fail(unsupportedNodeMessage(process.versions.node));
if (existsSync(join(ROOT, 'node_modules/typescript'))) {
  try {
    compileSources();
    await bundle(STAGE, MODULES);
    compileKernel({ root: ROOT, stage: STAGE, cache: CACHE, runNode, fail });
    copyAssets(ROOT, STAGE, ROOMS);
    moveIntoDist();
  } finally {
    rmSync(STAGE, { recursive: true, force: true });
  }
  buildFactoryPatterns();
} else if (!existsSync(COMMAND)) {
  // npm ci --omit=dev in a fresh checkout: there is nothing to build with, and nothing built.
  fail(
    'dist/ is missing and the development dependencies that build it are not installed; run npm ci without --omit=dev',
  );
}
linkCommand();
