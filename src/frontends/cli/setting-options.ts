/**
 * Settings (src/config) as flags of a command.
 */

import { describeKind, formatValue, type Kind, parseText, type Value } from '../../config/kinds.ts';
import { type Flags, loadSettings, type Settings } from '../../config/resolve.ts';
import { SETTINGS, type Setting, type SettingKey, type SettingValues } from '../../config/settings.ts';
import type { EngineOptions, PatternChoice } from '../../scan/options.ts';
import { badValue, type Command, createOption, type Option } from './commander.ts';
import type { CliIo } from './io.ts';

/** Settings of every command that uses the engine. */
export const ENGINE_KEYS: readonly SettingKey[] = ['patterns', 'store', 'threads', 'cache'];
export const BUDGET_KEYS: readonly SettingKey[] = SETTINGS.map(({ key }) => key).filter((key) =>
  key.startsWith('budget.'),
);

/** Adds the flags of these settings under that heading of the help. */
export function addSettingOptions(command: Command, heading: string, keys: readonly SettingKey[]): void {
  for (const key of keys) {
    const setting = settingOf(key);
    attributesOf(command).set(createOption(setting.flag).attributeName(), key);
    command.addOption(settingOption(setting, setting.flag, setting.summary + shownDefault(setting)).helpGroup(heading));
    // What the file switches on, a flag must be able to switch off.
    if (setting.kind.kind === 'boolean') command.addOption(createOption(`--no-${longName(setting)}`).hideHelp());
  }
}

/** Another spelling of the flag, for the habits of another scanner; not in the help's list. */
export function addAlias(command: Command, key: SettingKey, flag: string): void {
  command.addOption(settingOption(settingOf(key), flag, '').hideHelp());
  attributesOf(command).set(createOption(flag).attributeName(), key);
}

/** `--config FILE`, which is no setting itself. */
export function addConfigOption(command: Command, heading: string): void {
  command.addOption(createOption('--config <FILE>', 'configuration file (default: the XDG one)', heading));
}

/** The flags that were given. A flag and its alias add up when they are lists; else the flag wins. */
export function flagsOf(command: Command): Flags {
  const options = command.opts<Record<string, Value | undefined>>();
  const flags = new Map<SettingKey, Value>();
  // Only what was added as a setting: another command may have an option of the same name that is none.
  for (const [attribute, key] of attributesOf(command)) {
    const value = options[attribute];
    if (value === undefined) continue;
    const given = flags.get(key);
    flags.set(key, typeof value === 'object' && typeof given === 'object' ? [...given, ...value] : (given ?? value));
  }
  return Object.fromEntries(flags) as Flags;
}

/** The settings as they hold for this run of the command, `--config` included. */
export function settingsOf(command: Command, { environment }: CliIo): Promise<Settings> {
  const { config } = command.opts<{ config?: string }>();
  return loadSettings({ flags: flagsOf(command), environment, configFile: config });
}

/** The value when a flag, the environment or the file has one; undefined when it is the default. */
export function givenSetting<Key extends SettingKey>(settings: Settings, key: Key): SettingValues[Key] | undefined {
  return settings.origin(key).from === 'default' ? undefined : settings.get(key);
}

/** Which patterns the command works with. */
export function patternChoice(settings: Settings): PatternChoice {
  return { patterns: settings.get('patterns'), store: settings.get('store') };
}

/** What the engine is opened with. Defaults of the engine itself stay the engine's. */
export function engineOptions(settings: Settings): Partial<EngineOptions> {
  return {
    patterns: settings.get('patterns'),
    store: settings.get('store'),
    threads: settings.get('threads'),
    allMatches: settings.get('scan.all-matches'),
    budget: {
      maxDepth: settings.get('budget.max-depth'),
      maxEntries: settings.get('budget.max-entries'),
      maxExpandedBytes: settings.get('budget.max-expanded'),
      maxRatio: settings.get('budget.max-ratio'),
      ratioFloorBytes: settings.get('budget.ratio-floor'),
      timeoutMs: settings.get('budget.timeout'),
    },
    ...(settings.origin('cache').from === 'default' ? {} : { cacheDirectory: settings.get('cache') }),
  };
}

/** A commander parser for values of that kind; lists collect. */
export function valueParser(kind: Kind): (text: string, previous: Value | undefined) => Value {
  return (text, previous) => {
    // On the command line a list is a flag that is repeated: a path may hold a colon.
    if (kind.kind === 'paths' || kind.kind === 'globs') return [...listOf(previous), nonEmpty(text, kind)];
    if (kind.kind === 'urls') return [...listOf(previous), valueParser({ kind: 'url' })(text, undefined) as string];
    try {
      return parseText(kind, text);
    } catch {
      throw badValue(describeKind(kind));
    }
  };
}

function settingOption(setting: Setting, flag: string, summary: string): Option {
  const option = createOption(flag, summary);
  return setting.kind.kind === 'boolean' ? option : option.argParser(valueParser(setting.kind));
}

function shownDefault(setting: Setting): string {
  return setting.key.startsWith('budget.') ? ` (default: ${formatValue(setting.kind, setting.defaultValue({}))})` : '';
}

function settingOf(key: SettingKey): Setting {
  return SETTINGS.find((setting) => setting.key === key)!;
}

function longName(setting: Setting): string {
  return createOption(setting.flag).name();
}

/** Options of a command that are settings: attribute of commander → key, flags before their aliases. */
const ATTRIBUTES = new WeakMap<Command, Map<string, SettingKey>>();
function attributesOf(command: Command): Map<string, SettingKey> {
  const attributes = ATTRIBUTES.get(command) ?? new Map<string, SettingKey>();
  ATTRIBUTES.set(command, attributes);
  return attributes;
}

function listOf(value: Value | undefined): readonly string[] {
  return typeof value === 'object' ? value : [];
}

function nonEmpty(text: string, kind: Kind): string {
  if (text === '') throw badValue(`${describeKind(kind)}, got an empty text`);
  return text;
}
