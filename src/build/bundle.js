/**
 * Joins modules that are always loaded together into one file, by Rollup: each file that Node opens, resolves and links costs a third of a millisecond of the
 * start and more, and a scan loaded 400 of them.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
// Rollup without native code, which the package of that name downloads for the machine.
import { rollup } from '@rollup/wasm-node';
import { filesBelow } from './tree.js';

/** @typedef {import('@rollup/wasm-node').GetModuleInfo} GetModuleInfo */
/** Name of a start → modules that it loads at once. @typedef {Readonly<Record<string, readonly string[]>>} Starts */

/** Characters. A smaller part goes into another one where all who load that load it too, or where loading it has no effect. */
const SMALL_PART = 20_000;
/** Rooms whose parts stay in them, and are whole: what decides about images is told by their files (scan/code-fingerprint.ts). */
const WHOLE_ROOMS = ['native-free-engine', 'src/dialects'];

/**
 * Replaces the JavaScript that tsc wrote by what Node loads; declarations stay.
 *
 * @param {string} stage  directory of what tsc wrote; all paths are relative to it
 * @param {object} modules
 * @param {readonly string[]} modules.entries  loaded by their path: they keep it, and all that they export
 * @param {readonly string[]} modules.apart  left as they are
 * @param {Starts} modules.starts
 */
export async function bundle(stage, { entries, apart, starts }) {
  const build = await rollup({
    input: Object.fromEntries(entries.map((file) => [file.slice(0, -'.js'.length), join(stage, file)])),
    external: (id) => !(id.startsWith('.') || isAbsolute(id)),
    plugins: [
      {
        name: 'sigwall',
        load: (id) => (id.endsWith('.json') ? `export default ${readFileSync(id, 'utf8')}` : null),
        resolveImportMeta: (property, place) => placeOf(stage, property, place),
      },
    ],
    // No module of ours does anything by being loaded, but entries.
    treeshake: { moduleSideEffects: (_, isExternal) => isExternal },
    onLog(level, { code, message }) {
      // What tsc writes for `using` begins with `this && this.…`.
      if (level === 'warn' && code !== 'THIS_IS_UNDEFINED') throw new Error(`rollup: ${message}`);
    },
  });
  const { output } = await build.generate({
    entryFileNames: '[name].js',
    chunkFileNames: ({ name }) => `${WHOLE_ROOMS.includes(dirname(name)) ? '' : 'src/parts/'}[name].js`,
    manualChunks: partBy(stage, entries, starts),
    experimentalMinChunkSize: SMALL_PART,
    hoistTransitiveImports: false,
  });
  await build.close();
  replaceScripts(stage, apart, output);
}

/** @param {string} stage @param {readonly string[]} apart @param {import('@rollup/wasm-node').RollupOutput['output']} output */
function replaceScripts(stage, apart, output) {
  for (const file of filesBelow(stage)) {
    if (file.endsWith('.js') && !apart.includes(file)) rmSync(join(stage, file));
  }
  for (const part of output) {
    if (part.type !== 'chunk') throw new Error(`rollup: expected code alone, got ${part.fileName}`);
    mkdirSync(dirname(join(stage, part.fileName)), { recursive: true });
    writeFileSync(join(stage, part.fileName), part.code);
  }
}

/**
 * What a module says of its own place holds for where its source was, wherever its code is now.
 *
 * @param {string} stage @param {string | null} property  of import.meta @param {{ moduleId: string, chunkId: string }} place
 */
function placeOf(stage, property, { moduleId, chunkId }) {
  if (property !== 'url') throw new Error(`${moduleId}: expected import.meta.url, got import.meta.${property}`);
  const module = relative(stage, moduleId).replaceAll(sep, '/');
  return `new URL('${posix.relative(posix.dirname(chunkId), module)}', import.meta.url).href`;
}

/**
 * Modules that the same starts load are one part. Rollup decides about the others, and leaves entries alone: they do something when they are loaded.
 *
 * @param {string} stage @param {readonly string[]} entries @param {Starts} starts
 * @returns {(id: string, graph: { getModuleInfo: GetModuleInfo }) => string | undefined}
 */
function partBy(stage, entries, starts) {
  const alone = new Set(entries.map((file) => join(stage, file)));
  /** @type {Map<string, Set<string>> | undefined} */
  let loadedBy;
  return (id, { getModuleInfo }) => {
    if (alone.has(id)) return undefined;
    loadedBy ??= modulesOf(stage, alone, starts, getModuleInfo);
    const names = [...(loadedBy.get(id) ?? [])].sort().join('-');
    const room = WHOLE_ROOMS.find((each) => id.startsWith(join(stage, each, sep)));
    return room === undefined ? names || undefined : `${room}/${names || 'rest'}`;
  };
}

/**
 * An entry that is imported ends the way: of what a door exports hardly anybody wants all, and a start names what it wants.
 *
 * @param {string} stage @param {ReadonlySet<string>} entries @param {Starts} starts @param {GetModuleInfo} getModuleInfo
 * @returns {Map<string, Set<string>>} module → starts that load it
 */
function modulesOf(stage, entries, starts, getModuleInfo) {
  /** @type {Map<string, Set<string>>} */
  const loadedBy = new Map();
  /** @param {string} id @param {string} start */
  const reach = (id, start) => {
    const info = getModuleInfo(id);
    const names = loadedBy.get(id) ?? new Set();
    if (!info || info.isExternal || names.has(start)) return;
    loadedBy.set(id, names.add(start));
    for (const imported of info.importedIds) if (!entries.has(imported)) reach(imported, start);
  };
  for (const [start, files] of Object.entries(starts)) {
    for (const file of files) reach(join(stage, file), start);
  }
  return loadedBy;
}
