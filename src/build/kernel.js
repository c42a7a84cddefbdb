/**
 * The kernel: AssemblyScript to WebAssembly, once without assertions for the product and once with them for the tests.
 *
 * asc takes seconds, so that its output is kept under the digest of all that goes into it.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './tree.js';

const KERNEL = 'native-free-engine/kernel';
const TARGETS = ['release', 'debug'];

/**
 * @param {object} build
 * @param {string} build.root  @param {string} build.stage  @param {string} build.cache  directories
 * @param {(command: readonly string[], what: string) => void} build.runNode
 * @param {(message: string) => never} build.fail
 */
export function compileKernel({ root, stage, cache, runNode, fail }) {
  const config = join(root, KERNEL, 'asconfig.json');
  const entry = join(root, KERNEL, 'assembly/index.ts');
  if (!existsSync(config) || !existsSync(entry)) fail(`${KERNEL}: expected asconfig.json and assembly/index.ts`);
  const digest = digestOf(root);
  mkdirSync(join(stage, KERNEL), { recursive: true });
  for (const target of TARGETS) {
    const kept = join(cache, `kernel-${digest}.${target}.wasm`);
    if (!existsSync(kept)) {
      const fresh = join(stage, `kernel.${target}.wasm`);
      const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
      runNode([asc, entry, '--config', config, '--target', target, '--outFile', fresh], `asc (${target})`);
      renameSync(fresh, kept);
    }
    copyFileSync(kept, join(stage, KERNEL, `kernel.${target}.wasm`));
  }
}

/** @param {string} root @returns {string} of the sources, their configuration and the compiler's version */
function digestOf(root) {
  const digest = createHash('sha256');
  const directory = join(root, KERNEL);
  const sources = filesBelow(join(directory, 'assembly')).map((file) => join(directory, 'assembly', file));
  const inputs = [
    ...sources.sort(),
    join(directory, 'asconfig.json'),
    join(root, 'node_modules/assemblyscript/package.json'),
  ];
  for (const input of inputs) {
    const bytes = readFileSync(input);
    digest.update(`${input.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return digest.digest('hex').slice(0, 16);
}
