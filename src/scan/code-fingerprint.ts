/**
 * Tells one state of a checkout from another, where code changes and its version does not.
 *
 * In the package the engine's version is enough. While the engine is worked on, an image that yesterday's compiler made would be read by today's scanner:
 * that it is wrong shows as a missed detection and as nothing else.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
/** A checkout has it, beside dist/ or beside the sources; the package has not. */
const LOCK_FILES = ['package-lock.json', '../package-lock.json'].map((place) => new URL(place, ROOT));
/** What decides how signatures become an image. */
const DECISIVE = ['native-free-engine/', 'src/dialects/'];

/** @returns a few hexadecimal digits; empty in the package */
export function codeFingerprint(): string {
  if (!LOCK_FILES.some((file) => existsSync(file))) return '';
  const digest = createHash('sha256');
  for (const room of DECISIVE) {
    for (const entry of readdirSync(new URL(room, ROOT), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.([jt]s|bin|wasm)$/.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
      const { size, mtimeMs } = statSync(`${entry.parentPath}/${entry.name}`);
      digest.update(`${entry.parentPath}/${entry.name}\0${size}\0${mtimeMs}\n`);
    }
  }
  return digest.digest('hex').slice(0, 12);
}
