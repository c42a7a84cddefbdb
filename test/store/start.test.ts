/** What a scan pays before it starts: the active pattern is found with few modules and few calls. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from '../rooms/imports.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Every module that is loaded with this one: files of the checkout by path, others by name. */
function loadedWith(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  loaded.add(file);
  for (const { specifier, typeOnly } of importsOf(readFileSync(join(ROOT, file), 'utf8'))) {
    const target = specifier.startsWith('.') ? relative(ROOT, join(ROOT, file, '..', specifier)) : specifier;
    if (typeOnly || loaded.has(target)) continue;
    if (specifier.startsWith('.')) loadedWith(target, loaded);
    else loaded.add(target);
  }
  return loaded;
}

test('finding the active pattern loads neither the engine nor a package nor SQLite', () => {
  const loaded = [...loadedWith('src/store/read.ts')];
  expect(loaded.filter((name) => name.startsWith('native-free-engine'))).toEqual([]);
  expect(loaded.filter((name) => !name.startsWith('src/store/')).sort()).toEqual([
    'node:crypto',
    'node:fs',
    'node:path',
  ]);
  expect(loaded.length).toBeLessThan(20);
});

test('the same look finds the engine where it is loaded', () => {
  expect(loadedWith('src/store/store.ts')).toContain('native-free-engine/index.ts');
});
