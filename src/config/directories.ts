/**
 * Where the product's files lie, after the XDG Base Directory Specification 0.8.
 */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Environment variables, as in process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const SYSTEM_CONFIG_FILE = '/etc/sigwall/engine.toml';

/** Configuration files in the order in which they are looked for; the first that exists is the only one that is read. */
export function configFileCandidates(environment: Environment): readonly string[] {
  return [join(baseDirectory(environment, 'XDG_CONFIG_HOME', '.config'), 'sigwall/engine.toml'), SYSTEM_CONFIG_FILE];
}

/** Compiled images and whatever else can be made again. */
export function cacheDirectory(environment: Environment): string {
  return join(baseDirectory(environment, 'XDG_CACHE_HOME', '.cache'), 'sigwall');
}

/** Patterns that are kept, and what is remembered about them: must last, and cannot be made again without the network. */
export function stateDirectory(environment: Environment): string {
  return join(baseDirectory(environment, 'XDG_STATE_HOME', '.local/state'), 'sigwall');
}

function baseDirectory(environment: Environment, variable: string, inHome: string): string {
  const given = environment[variable];
  // The specification: relative paths are invalid and to be ignored.
  return given !== undefined && isAbsolute(given) ? given : join(environment.HOME || homedir(), inHome);
}
