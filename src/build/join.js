/**
 * Joins modules that are always loaded together into one file: each file that Node opens, resolves and links costs a third of a millisecond of the start and more,
 * and a scan loaded 400 of them.
 *
 * Modules that the same entries reach are one group, and a group is one file in which each module is a function of its own; where the module was there stays a
 * file that exports the same from there. A module imports only what all its entries reach as well, so files import each other in one direction.
 *
 * It reads what tsc writes, and refuses what it does not know.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** @typedef {{ readonly file: string, readonly text: string }} Module */
/** Where a module is now: the file, and its name in it. @typedef {{ readonly target: string, readonly name: string }} Place */
/** @typedef {{ modules: Map<string, Module>, places: Map<string, Place>, exportsOf: Map<string, readonly string[]> }} Known */

/** Groups of fewer modules are left as they are. */
const FEWEST = 3;
const IMPORT = /^import (?:(.+?) from )?['"]([^'"]+)['"](?: with \{ type: ['"]json['"] \})?;$/;
const RE_EXPORT = /^export (\*|\{[^}]*\}) from ['"]([^'"]+)['"];$/;
const EXPORT_LIST = /^export \{([^}]*)\};$/;
/** A file by its place from a module's, which is itself given by its place from where it is now. */
const BESIDE = /\bnew URL\('(\.[^']+)', new URL\('[^']+', import\.meta\.url\)\.href\)/g;
const EXPORTED = /^export ((?:async )?function\*?|class|const) (\w+)/;

/**
 * @param {string} stage  directory of what tsc wrote
 * @param {Readonly<Record<string, readonly string[]>>} entries  name → modules that are loaded together
 * @param {ReadonlySet<string>} programs  modules that do something when they are loaded
 */
export function joinModules(stage, entries, programs) {
  /** @type {Map<string, Module>} */
  const modules = new Map();
  /** @type {Map<string, Set<string>>} */
  const reachedBy = new Map();
  for (const [name, files] of Object.entries(entries)) {
    for (const file of files) reach(stage, file, name, modules, reachedBy);
  }
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  // Map keeps the order in which modules were finished: what is imported stands before what imports it.
  for (const file of modules.keys()) {
    const key = [...known(reachedBy, file)].sort().join('-');
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  /** @type {Map<string, Place>} */
  const places = new Map();
  const joined = [...groups].flatMap(([key, files]) => {
    const own = files.filter((file) => !isLeftAlone(file, programs));
    if (own.length < FEWEST) return [];
    const room = own.every((file) => file.startsWith('native-free-engine/')) ? 'native-free-engine' : 'src';
    const target = `${room}/joined-${key}.js`;
    own.forEach((file, i) => {
      places.set(file, { target, name: `m${i}` });
    });
    return [{ target, files: own }];
  });
  const exportsOf = new Map();
  for (const [file, module] of modules) exportsOf.set(file, exportedNames(module, exportsOf));
  const all = { modules, places, exportsOf };
  for (const { target, files } of joined) writeGroup(stage, target, files, all);
  for (const file of programs) writeProgram(stage, file, all);
}

/** @param {Module} module @param {Map<string, readonly string[]>} exportsOf  the modules that it imports */
function exportedNames({ file, text }, exportsOf) {
  return text.split('\n').flatMap((line) => {
    const again = RE_EXPORT.exec(line);
    if (again?.[1] === '*') return known(exportsOf, pathOf(file, again[2]));
    const listed = again?.[1]?.slice(1, -1) ?? EXPORT_LIST.exec(line)?.[1];
    return listed === undefined ? (EXPORTED.exec(line)?.[2] ?? []) : namesIn(listed);
  });
}

/** @param {string} list  what stands between braces */
function namesIn(list) {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/**
 * What runs when it is loaded stays a file of its own: a program, a thread. So does what decides about images: it is told by its own files
 * (scan/code-fingerprint.ts).
 *
 * @param {string} file @param {ReadonlySet<string>} programs
 */
function isLeftAlone(file, programs) {
  return programs.has(file) || file.startsWith('src/dialects/');
}

/** @param {string} stage @param {string} file @param {string} entry @param {Map<string, Module>} modules @param {Map<string, Set<string>>} reachedBy */
function reach(stage, file, entry, modules, reachedBy) {
  const by = reachedBy.get(file) ?? new Set();
  reachedBy.set(file, by);
  if (by.has(entry)) return;
  by.add(entry);
  const text = modules.get(file)?.text ?? readFileSync(join(stage, file), 'utf8');
  for (const each of importedFiles(file, text)) reach(stage, each, entry, modules, reachedBy);
  if (!modules.has(file)) modules.set(file, { file, text });
}

/** @param {string} file @param {string} text @returns {string[]} paths of our own modules */
function importedFiles(file, text) {
  return text.split('\n').flatMap((line) => {
    const specifier = (IMPORT.exec(line) ?? RE_EXPORT.exec(line))?.[2];
    return specifier?.startsWith('.') && specifier.endsWith('.js') ? [posix.join(posix.dirname(file), specifier)] : [];
  });
}

/** @param {string} stage @param {string} target @param {readonly string[]} files @param {Known} all */
function writeGroup(stage, target, files, all) {
  if (existsSync(join(stage, target))) throw new Error(`${target}: expected no module of that name`);
  const { modules, places, exportsOf } = all;
  /** @type {Map<string, string>} from where → name of that module */
  const outside = new Map();
  const bodies = files.map((file) => {
    const body = bodyOf(known(modules, file), target, all, outside);
    const names = known(exportsOf, file).join(', ');
    return `// ${file}\nconst ${known(places, file).name} = (() => {\n${body}\nreturn { ${names} };\n})();\n`;
  });
  const head = [...outside].map(([source, name]) => `import * as ${name} from ${source};\n`);
  const tail = `export { ${files.map((file) => known(places, file).name).join(', ')} };\n`;
  writeFileSync(join(stage, target), [...head, ...bodies, tail].join(''));
  for (const file of files) {
    const { name } = known(places, file);
    const names = known(exportsOf, file).join(', ');
    const exported = names === '' ? '' : `export const { ${names} } = ${name};\n`;
    writeFileSync(join(stage, file), `import { ${name} } from '${relative(dirname(file), target)}';\n${exported}`);
  }
}

/** Takes what it imports from where that is now, not by way of the files that are left of them. @param {string} stage @param {string} file @param {Known} all */
function writeProgram(stage, file, all) {
  const outside = new Map();
  const body = bodyOf(known(all.modules, file), file, all, outside);
  const head = [...outside].map(([source, name]) => `import * as ${name} from ${source};\n`);
  writeFileSync(join(stage, file), [...head, body].join(''));
}

/** @param {Module} module @param {string} target @param {Known} all @param {Map<string, string>} outside */
function bodyOf({ file, text }, target, { places, exportsOf }, outside) {
  const isProgram = file === target;
  const here = relative(dirname(target), file);
  /** @param {string} specifier @param {string} attributes */
  const from = (specifier, attributes = '') => {
    const path = pathOf(file, specifier);
    const place = places.get(path);
    if (place?.target === target) return place.name;
    const source = specifier.startsWith('.') ? relative(dirname(target), place?.target ?? path) : specifier;
    const quoted = `'${source}'${attributes}`;
    const name = outside.get(quoted) ?? `x${outside.size}`;
    outside.set(quoted, name);
    return place ? `${name}.${place.name}` : name;
  };
  const lines = text.split('\n').map((line) => {
    const imported = IMPORT.exec(line);
    if (imported) {
      const attributes = line.includes(' with {') ? " with { type: 'json' }" : '';
      return bindings(imported[1], from(imported[2] ?? '', attributes), file);
    }
    const again = RE_EXPORT.exec(line);
    const list = again?.[1] === '*' ? known(exportsOf, pathOf(file, again[2])).join(', ') : again?.[1]?.slice(1, -1);
    if (/ as /.test(list ?? EXPORT_LIST.exec(line)?.[1] ?? '')) throw unknown(file, line);
    if (again) return `const { ${list} } = ${from(again[2])};`;
    if (isProgram) return line;
    if (EXPORT_LIST.test(line)) return '';
    if (EXPORTED.test(line)) return line.slice('export '.length);
    if (/^(export|import)\b/.test(line)) throw unknown(file, line);
    return line;
  });
  /** @param {string} whole @param {string} specifier */
  const moved = (whole, specifier) => whole.replace(specifier, relative(dirname(target), pathOf(file, specifier)));
  return lines
    .join('\n')
    .replaceAll(/\bimport\('(\.[^']+)'\)/g, moved)
    .replaceAll(/\bimport\.meta\.url\b/g, `new URL('${here}', import.meta.url).href`)
    .replaceAll(
      BESIDE,
      (_, specifier) => `new URL('${relative(dirname(target), pathOf(file, specifier))}', import.meta.url)`,
    );
}

/** @template T @param {ReadonlyMap<string, T>} map @param {string} key @returns {T} */
function known(map, key) {
  const value = map.get(key);
  if (value === undefined) throw new Error(`join: expected to have met ${key}`);
  return value;
}

/** @param {string} file @param {string} specifier  in that file */
function pathOf(file, specifier) {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
}

/** @param {string | undefined} clause  between `import` and `from` @param {string} name  of the module @param {string} file */
function bindings(clause, name, file) {
  if (clause === undefined) return '';
  const listed = /^\{(.*)\}$/.exec(clause);
  if (listed) return `const { ${listed[1].replaceAll(' as ', ': ').trim()} } = ${name};`;
  const all = /^\* as (\w+)$/.exec(clause);
  if (all) return `const ${all[1]} = ${name};`;
  if (/^\w+$/.test(clause)) return `const ${clause} = ${name}.default;`;
  throw unknown(file, clause);
}

/** @param {string} file @param {string} line */
function unknown(file, line) {
  return new Error(`join: ${file}: expected what tsc writes of our sources, got ${line}`);
}

/** @param {string} directory @param {string} file */
function relative(directory, file) {
  const path = posix.relative(directory, file);
  return path.startsWith('.') ? path : `./${path}`;
}
