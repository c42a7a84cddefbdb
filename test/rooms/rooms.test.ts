/** The sources keep the layers that DESIGN.md draws. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, packageOf } from './imports.ts';
import { brokenRules, DOORS, type Sources } from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');
// AssemblyScript has imports of its own, and no way out of its folder.
const ASSEMBLY = 'native-free-engine/kernel/assembly/';

function readSources(): Sources {
  const sources = new Map<string, string>();
  for (const top of ['src', 'native-free-engine']) {
    for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const file = relative(ROOT, path);
      if (entry.isFile() && /\.[jt]s$/.test(file) && !file.startsWith(ASSEMBLY))
        sources.set(file, readFileSync(path, 'utf8'));
    }
  }
  return sources;
}

const sources = readSources();

test('there are sources to read, and imports in them', () => {
  expect(sources.has('src/bin/engine.js')).toBe(true);
  expect([...sources.values()].join('\n').match(/^import /gm)?.length).toBeGreaterThan(10);
});

test('every import line goes down, by the doors', () => {
  expect(brokenRules(sources)).toEqual([]);
});

test('every package that the product installs has a door that uses it', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // Of those that a checkout installs the build alone is in a room.
  const ofTheBuild = Object.keys(devDependencies).filter((name) => DOORS[name]?.startsWith('src/build/'));
  expect([...Object.keys(dependencies), ...ofTheBuild].sort()).toEqual(Object.keys(DOORS).sort());
  for (const [name, door] of Object.entries(DOORS)) {
    const packages = importsOf(sources.get(door) ?? '').map(({ specifier }) => packageOf(specifier));
    expect({ door, packages }).toEqual({ door, packages: expect.arrayContaining([name]) });
  }
});
