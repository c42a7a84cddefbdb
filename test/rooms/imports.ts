/**
 * What a source file imports, read from its text.
 *
 * Limits: reads the forms that this code base writes (Biome formats it), not all of ECMAScript. A path that is put together at run time is not seen.
 */

export interface Import {
  /** As written: `./pool.ts`, `node:fs`, `piscina`. */
  readonly specifier: string;
  /** True when it is gone at run time. */
  readonly typeOnly: boolean;
  /** `export … from`. */
  readonly reExport: boolean;
}

// Anchored at the start of a line: an example in a doc comment starts with an asterisk.
const STATIC = /^(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /^(?!\s*(?:\*|\/\/|\/\*)).*?\bimport\(\s*'([^']+)'/gm;
// How a worker is named; it runs in another thread, but it is as much a part of the file as an import.
const WORKER = /^(?!\s*(?:\*|\/\/|\/\*)).*?\bnew URL\(\s*'(\.[^']+\.[jt]s)'\s*,\s*import\.meta\.url/gm;

/** @returns imports in the order of their kind: static, dynamic, workers */
export function importsOf(text: string): readonly Import[] {
  const imports: Import[] = [];
  for (const [, keyword, type, specifier] of text.matchAll(STATIC)) {
    imports.push({ specifier: specifier!, typeOnly: type !== undefined, reExport: keyword === 'export' });
  }
  for (const pattern of [DYNAMIC, WORKER]) {
    for (const [, specifier] of text.matchAll(pattern)) {
      imports.push({ specifier: specifier!, typeOnly: false, reExport: false });
    }
  }
  return imports;
}

/** @returns the package a bare specifier names: `@scope/name` or `name`, without the path inside it */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
