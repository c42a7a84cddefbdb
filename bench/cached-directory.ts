/** A directory of the cache that is made whole or not at all. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_CACHE } from './places.ts';

/** @param fill writes what belongs into it @returns its path @throws what `fill` throws */
export function cachedDirectory(name: string, fill: (directory: string) => void): string {
  const path = join(BENCH_CACHE, name);
  if (existsSync(path)) return path;
  const staged = `${path}.${process.pid}`;
  mkdirSync(staged, { recursive: true });
  try {
    fill(staged);
    renameSync(staged, path);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  return path;
}
