/**
 * Reads one configuration file: the one door to the TOML parser. Loaded only when a file exists.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from './errors.ts';
import { describeKind, type Value } from './kinds.ts';
import { nearestName } from './nearest.ts';
import { CONFIG_SCHEMA, type ConfigIssue } from './schema.ts';
import { SETTINGS, type Setting, type SettingKey } from './settings.ts';
import { lineOfKey } from './toml-lines.ts';

export interface ConfigFileEntry {
  readonly value: Value;
  /** Counted from 1. */
  readonly line: number | undefined;
}
export interface ConfigFile {
  readonly path: string;
  readonly entries: ReadonlyMap<SettingKey, ConfigFileEntry>;
}

/** @throws {ConfigError} naming file, line and key of everything that is wrong */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  return parseConfigFile(path, await readText(path));
}

/**
 * @param path for messages; paths in the file are relative to its directory
 * @throws {ConfigError} `CONFIG_SYNTAX`, `CONFIG_KEY`, `CONFIG_VALUE`
 */
export function parseConfigFile(path: string, toml: string): ConfigFile {
  const table = parseToml(path, toml);
  const checked = CONFIG_SCHEMA.safeParse(table);
  if (!checked.success) throw schemaError(path, toml, table, checked.error.issues);
  const entries = new Map<SettingKey, ConfigFileEntry>();
  for (const setting of SETTINGS) {
    const value = valueAt(checked.data, setting.key.split('.')) as Value | undefined;
    if (value === undefined) continue;
    entries.set(setting.key, {
      value: absolutePaths(setting, value, dirname(path)),
      line: lineOfKey(toml, setting.key.split('.')),
    });
  }
  return { path, entries };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('CONFIG_FILE_UNREADABLE', `${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function parseToml(path: string, toml: string): unknown {
  try {
    return parse(toml);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what] = cause.message.replace('Invalid TOML document: ', '').split('\n');
    throw new ConfigError('CONFIG_SYNTAX', `${path}:${cause.line}:${cause.column}: not TOML: ${what}`, { cause });
  }
}

function schemaError(path: string, toml: string, table: unknown, issues: readonly ConfigIssue[]): ConfigError {
  const problems = issues.flatMap((issue) => {
    const keyPath = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') {
      return [{ line: lineOfKey(toml, settingPath(keyPath)), message: badValue(keyPath, table) }];
    }
    return issue.keys.map((key) => ({
      line: lineOfKey(toml, [...keyPath, key]),
      message: unknownKey([...keyPath, key]),
    }));
  });
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return new ConfigError(
    issues.some((issue) => issue.code === 'unrecognized_keys') ? 'CONFIG_KEY' : 'CONFIG_VALUE',
    problems.map(({ line, message }) => `${path}${line === undefined ? '' : `:${line}`}: ${message}`),
  );
}

function unknownKey(keyPath: readonly string[]): string {
  const key = keyPath.join('.');
  const near = nearestName(key, knownKeys());
  return `unknown key ${key}; ${near === undefined ? 'engine config check lists the keys there are' : `did you mean ${near}?`}`;
}

function knownKeys(): Set<string> {
  return new Set(SETTINGS.flatMap(({ key }) => [key, key.split('.')[0]]));
}

function badValue(keyPath: readonly string[], table: unknown): string {
  const setting = findSetting(keyPath);
  const got = JSON.stringify(valueAt(table, keyPath), bigintAsNumber);
  return `${keyPath.join('.')}: expected ${setting ? describeKind(setting.kind) : 'a table'}, got ${got}`;
}

/** An issue inside a list has the index behind the key. */
function settingPath(keyPath: readonly string[]): readonly string[] {
  return findSetting(keyPath)?.key.split('.') ?? keyPath;
}

function findSetting(keyPath: readonly string[]): Setting | undefined {
  return SETTINGS.find((setting) => `${keyPath.join('.')}.`.startsWith(`${setting.key}.`));
}

function bigintAsNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function valueAt(table: unknown, keyPath: readonly string[]): unknown {
  return keyPath.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], table);
}

/** Paths in the file mean the same wherever the command is run. */
function absolutePaths(setting: Setting, value: Value, directory: string): Value {
  if (setting.kind.kind === 'path') return resolve(directory, value as string);
  if (setting.kind.kind === 'paths') return (value as readonly string[]).map((path) => resolve(directory, path));
  return value;
}
