/**
 * The layers of DESIGN.md as rules on import lines. Pure: file texts in, sentences out.
 *
 * To let a room reach one more, or to take in a package, change the two tables here; the commit then shows what the change to the picture is.
 */
import { posix } from 'node:path';
import { type Import, importsOf, packageOf } from './imports.ts';

/** Path from the root of the checkout, with slashes → text. */
export type Sources = ReadonlyMap<string, string>;

export const ENGINE_DOOR = 'native-free-engine/index.ts';
/** What only puts rooms together; nothing imports it but the bin. */
export const COMPOSITION_ROOTS: readonly string[] = ['src/main.ts', 'src/index.ts'];

const ENGINE = 'native-free-engine';
/** Room → the rooms that it may import besides itself. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/bin': ['src/main.ts'],
  'src/build': ['src/bin', 'src/scan', 'src/dialects', ENGINE],
  'src/frontends': ['src/files', 'src/scan', 'src/store', 'src/update', 'src/publish', 'src/notify', 'src/config'],
  'src/config': ['src/scan', 'src/update', 'src/publish', 'src/notify'],
  'src/files': [ENGINE],
  'src/host': [ENGINE],
  'src/store': ['src/files', 'src/host', ENGINE],
  'src/scan': [
    'src/store',
    'src/files',
    'src/host',
    'src/unpack',
    'src/normalise',
    'src/filetype',
    'src/dialects',
    'src/databases',
    ENGINE,
  ],
  'src/update': ['src/store', 'src/files', 'src/host', ENGINE],
  'src/publish': ['src/update', 'src/store', 'src/files', 'src/host', ENGINE],
  'src/notify': [],
  'src/normalise': ['src/unpack', 'src/filetype', ENGINE],
  'src/unpack': ['src/filetype', ENGINE],
  'src/filetype': [ENGINE],
  'src/dialects': [ENGINE],
  'src/databases': [ENGINE],
  [ENGINE]: [],
};

/** Rooms that compute and touch nothing: no node:*, no package. */
export const PURE_ROOMS: readonly string[] = [ENGINE, 'src/dialects'];

/** Package → its door, the one file that imports it. */
export const DOORS: Readonly<Record<string, string>> = {
  '@tufjs/models': 'src/publish/metadata.ts',
  commander: 'src/frontends/cli/commander.ts',
  zod: 'src/config/schema.ts',
  'smol-toml': 'src/config/file.ts',
  picomatch: 'src/files/globs.ts',
  'node-cron': 'src/update/schedule.ts',
  '@rollup/wasm-node': 'src/build/bundle.js',
  piscina: 'src/scan/pool.ts',
  semver: 'src/store/engine-range.ts',
  'tuf-js': 'src/update/tuf.ts',
  undici: 'src/update/fetch.ts',
  yauzl: 'src/unpack/zip.ts',
};

/** @returns one sentence for each broken rule, sorted; empty when all hold */
export function brokenRules(sources: Sources): readonly string[] {
  const broken = new Set<string>();
  for (const [file, text] of sources) {
    const imports = importsOf(text);
    for (const each of imports) {
      for (const sentence of brokenByImport(file, each, sources)) broken.add(sentence);
    }
    for (const sentence of brokenByExports(file, text, imports)) broken.add(sentence);
  }
  for (const sentence of cycles(sources)) broken.add(sentence);
  return [...broken].sort();
}

function brokenByImport(file: string, { specifier }: Import, sources: Sources): readonly string[] {
  const room = roomOf(file);
  if (specifier.startsWith('node:')) {
    return PURE_ROOMS.includes(room) ? [`${file}: ${room} is pure and must not import ${specifier}`] : [];
  }
  if (!specifier.startsWith('.')) return brokenByPackage(file, room, packageOf(specifier));
  const target = targetOf(file, specifier, sources);
  if (target === undefined) return [`${file}: ${specifier} is not a file`];
  return brokenByRoom(file, room, target);
}

function brokenByPackage(file: string, room: string, name: string): readonly string[] {
  if (PURE_ROOMS.includes(room)) return [`${file}: ${room} is pure and must not import ${name}`];
  const door = DOORS[name];
  if (door === undefined) return [`${file}: ${name} has no door in test/rooms/rules.ts`];
  return file === door ? [] : [`${file}: only ${door} may import ${name}`];
}

function brokenByRoom(file: string, room: string, target: string): readonly string[] {
  const targetRoom = roomOf(target);
  if (targetRoom === 'package.json') return [];
  if (targetRoom === ENGINE && room !== ENGINE && target !== ENGINE_DOOR) {
    return [`${file}: ${target} is behind the engine's door, ${ENGINE_DOOR}`];
  }
  if (room === ENGINE && target === ENGINE_DOOR) return [`${file}: the engine must not come in by its own door`];
  if (frontEndOf(file) !== frontEndOf(target) && room === targetRoom) {
    return [`${file}: a front end must not import another, ${target}`];
  }
  if (room === targetRoom) return [];
  if (COMPOSITION_ROOTS.includes(room) && !COMPOSITION_ROOTS.includes(target) && targetRoom !== 'src/bin') return [];
  const allowed = ROOMS[room];
  if (allowed === undefined) return [`${file}: ${room} is no room of test/rooms/rules.ts`];
  return allowed.includes(targetRoom) ? [] : [`${file}: ${room} must not import ${targetRoom} (${target})`];
}

function brokenByExports(file: string, text: string, imports: readonly Import[]): readonly string[] {
  const broken: string[] = [];
  if (/^export default\b/m.test(text) || /^export \{[^}]*\bas default\b/m.test(text)) {
    broken.push(`${file}: default exports have no name to search for`);
  }
  if (file !== ENGINE_DOOR && file !== 'src/index.ts' && imports.some(({ reExport }) => reExport)) {
    broken.push(`${file}: only ${ENGINE_DOOR} and src/index.ts may export what another file holds`);
  }
  return broken;
}

/** Imports go down only: value imports form no circle, not even inside a room. */
function cycles(sources: Sources): readonly string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) {
      found.push(`${circle(path.slice(path.indexOf(file)))}: imports form a circle`);
      return;
    }
    if (finished.has(file)) return;
    path.push(file);
    for (const { specifier, typeOnly } of importsOf(sources.get(file)!)) {
      const target = !typeOnly && specifier.startsWith('.') ? targetOf(file, specifier, sources) : undefined;
      if (target !== undefined && sources.has(target)) visit(target);
    }
    path.pop();
    finished.add(file);
  };
  for (const file of [...sources.keys()].sort()) visit(file);
  return found;
}

/** The same words for the same circle, wherever the search came in. */
function circle(files: readonly string[]): string {
  const first = files.indexOf([...files].sort()[0]!);
  return [...files.slice(first), ...files.slice(0, first + 1)].join(' > ');
}

/** @returns path of the file that is meant; undefined when there is none */
function targetOf(file: string, specifier: string, sources: Sources): string | undefined {
  const path = posix.join(posix.dirname(file), specifier);
  // A plain JavaScript file names its neighbours as they are called in dist.
  const candidates = [path, path.replace(/\.js$/, '.ts')];
  return candidates.find((candidate) => sources.has(candidate)) ?? (path.endsWith('package.json') ? path : undefined);
}

/** @returns `src/<directory>`, `native-free-engine`, or the path itself where no directory encloses it */
function roomOf(file: string): string {
  const [top, room, ...inner] = file.split('/');
  if (top === ENGINE) return ENGINE;
  return inner.length > 0 ? `${top}/${room}` : file;
}

/** @returns the front end that the file belongs to; undefined outside src/frontends */
function frontEndOf(file: string): string | undefined {
  return /^src\/frontends\/([^/]+)\//.exec(file)?.[1];
}
