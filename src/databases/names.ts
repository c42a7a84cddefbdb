/** What the names of databases and of the files in them say. Apart from the readers: who only asks for a name need not load them. */

/** The extension of a database. */
export type DatabaseKind = 'cvd' | 'cld' | 'cud';

/** @returns undefined when the name is not that of a database */
export function databaseKindOf(fileName: string): DatabaseKind | undefined {
  const [, extension] = /\.(cvd|cld|cud)$/i.exec(fileName) ?? [];
  return extension?.toLowerCase() as DatabaseKind | undefined;
}

/** A file in a database that is no source and not listed in `.info`: the licence, and `.info` itself. */
export function isAside(name: string): boolean {
  return name === 'COPYING' || name.endsWith('.info');
}
