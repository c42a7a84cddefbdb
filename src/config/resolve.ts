/**
 * The settings of one run: flag before environment before file before default, each with where it came from.
 */
import { access } from 'node:fs/promises';
import { configFileCandidates, type Environment, SYSTEM_CONFIG_FILE } from './directories.ts';
import { ConfigError } from './errors.ts';
import type { ConfigFile } from './file.ts';
import { parseText, type Value } from './kinds.ts';
import { CONFIG_VARIABLE, SETTINGS, type Setting, type SettingKey, type SettingValues } from './settings.ts';

export type Origin =
  | { readonly from: 'flag' }
  | { readonly from: 'environment'; readonly variable: string }
  /** `line` counts from 1; undefined when it could not be told. */
  | { readonly from: 'file'; readonly path: string; readonly line: number | undefined }
  | { readonly from: 'default' };

/** Values of flags by key, those that were given. */
export type Flags = Partial<SettingValues>;

export interface SettingSources {
  readonly flags: Flags;
  readonly environment: Environment;
  /** The file that was named with --config. */
  readonly configFile?: string | undefined;
}

/** The resolved settings. */
export class Settings {
  /** The configuration file that was read. */
  readonly file: string | undefined;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #origins: ReadonlyMap<string, Origin>;

  constructor(sources: SettingSources, file: ConfigFile | undefined) {
    const values = new Map<string, Value>();
    const origins = new Map<string, Origin>();
    for (const setting of SETTINGS) {
      const { value, origin } = resolveOne(setting, sources, file);
      values.set(setting.key, value);
      origins.set(setting.key, origin);
    }
    this.file = file?.path;
    this.#values = values;
    this.#origins = origins;
  }

  get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return this.#values.get(key) as SettingValues[Key];
  }

  origin(key: SettingKey): Origin {
    return this.#origins.get(key)!;
  }
}

/**
 * Finds and reads the configuration file, if there is one, and resolves every setting.
 *
 * @throws {ConfigError} with all problems of the file, or the first one of the environment
 */
export async function loadSettings(sources: SettingSources): Promise<Settings> {
  const path = await findConfigFile(sources);
  // zod and the TOML parser are loaded only for a file that exists.
  const file = path === undefined ? undefined : await (await import('./file.ts')).readConfigFile(path);
  return new Settings(sources, file);
}

/** The file to read: the one that was named, or the first that exists. */
export async function findConfigFile(sources: Omit<SettingSources, 'flags'>): Promise<string | undefined> {
  const named = sources.configFile ?? sources.environment[CONFIG_VARIABLE];
  if (named) return named;
  for (const candidate of configFileCandidates(sources.environment)) {
    if (await exists(candidate)) return candidate;
  }
  return undefined;
}

/**
 * A file that exists and may not be read counts, so that its settings are not passed over in silence: reading it will fail. Behind a
 * directory that may not be entered it counts only when the system's administrator made it so; the home directory of
 * somebody else (HOME is often wrong under sudo and in services) says nothing about us.
 */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return path === SYSTEM_CONFIG_FILE && (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function resolveOne(
  setting: Setting,
  sources: SettingSources,
  file: ConfigFile | undefined,
): { readonly value: Value; readonly origin: Origin } {
  const flag = sources.flags[setting.key];
  if (flag !== undefined) return { value: flag, origin: { from: 'flag' } };
  const text = setting.variable && sources.environment[setting.variable];
  if (setting.variable && text) {
    return { value: valueOfVariable(setting, text), origin: { from: 'environment', variable: setting.variable } };
  }
  const entry = file?.entries.get(setting.key);
  if (file && entry) return { value: entry.value, origin: { from: 'file', path: file.path, line: entry.line } };
  return { value: setting.defaultValue(sources.environment), origin: { from: 'default' } };
}

function valueOfVariable(setting: Setting, text: string): Value {
  try {
    return parseText(setting.kind, text);
  } catch (cause) {
    throw new ConfigError('CONFIG_VALUE', `${setting.variable}: ${(cause as ConfigError).message}`, { cause });
  }
}
