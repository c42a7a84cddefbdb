/**
 * Every setting of the product, once: its key in the file, its flag, its environment variable, its kind and its default.
 *
 * The flags of the command, their help, the environment, the schema of the file and `engine config check` all read this table. A new
 * setting is one row here, one line in SettingValues and one in schema.ts (a test compares the three).
 */
import { availableParallelism } from 'node:os';
import { DEFAULT_BUDGET } from '../scan/options.ts';
import { cacheDirectory, type Environment, stateDirectory } from './directories.ts';
import type { Kind, Value } from './kinds.ts';

/** Keys as they stand in the file (`[section]` and key joined by a dot), and the types of their values. */
export interface SettingValues {
  readonly patterns: readonly string[];
  readonly threads: number;
  /** Directory of pattern files that are kept. */
  readonly store: string;
  readonly cache: string;
  readonly 'scan.all-matches': boolean;
  readonly 'scan.allow-unscanned': boolean;
  readonly 'scan.include': readonly string[];
  readonly 'scan.exclude': readonly string[];
  readonly 'scan.exclude-directories': readonly string[];
  /** Empty: no log. */
  readonly 'scan.log': string;
  /** Milliseconds; 0: never. */
  readonly 'scan.fail-if-older-than': number;
  readonly 'budget.max-depth': number;
  readonly 'budget.max-entries': number;
  readonly 'budget.max-expanded': number;
  readonly 'budget.max-ratio': number;
  readonly 'budget.ratio-floor': number;
  readonly 'budget.timeout': number;
  /** Empty: what an earlier update remembers. */
  readonly 'update.url': string;
  /** Empty: the same. */
  readonly 'update.mirrors': readonly string[];
  /** Trust root of the repository; empty: the one that the store trusts already. */
  readonly 'update.root': string;
  /** Empty: what an earlier update remembers, else `stable`. */
  readonly 'update.channel': string;
  /** Old patterns beside the active one. */
  readonly 'update.keep': number;
  readonly 'update.clean': readonly string[];
  readonly 'update.strict': boolean;
  /** Empty: what the environment says (HTTPS_PROXY, HTTP_PROXY, NO_PROXY). */
  readonly 'update.proxy': string;
  /** Empty: the certificate authorities of Node. */
  readonly 'update.ca': string;
  /** Program that gets each new notice; empty: none. */
  readonly 'update.notify': string;
}
export type SettingKey = keyof SettingValues;

export interface Setting<Key extends SettingKey = SettingKey> {
  readonly key: Key;
  readonly kind: Kind;
  /** As commander reads it. Repeatable when the kind is a list. */
  readonly flag: string;
  /** Undefined: not in the environment. */
  readonly variable: string | undefined;
  readonly defaultValue: (environment: Environment) => Value;
  /** For the help, beginning in lower case. */
  readonly summary: string;
}

export const THREADS: Kind = { kind: 'integer', min: 1, max: 256 };
/** Old pattern files that are kept: at least the one to go back to. */
export const KEEP: Kind = { kind: 'integer', min: 1, max: 1000 };
/** A word that no publisher uses would be followed in silence. */
export const CHANNEL: Kind = { kind: 'choice', of: ['stable', 'canary'] };
export const COUNT: Kind = { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER };

export const SETTINGS: readonly Setting[] = [
  {
    key: 'patterns',
    kind: { kind: 'paths' },
    flag: '-p, --patterns <FILE|DIR>',
    variable: 'SIGWALL_PATTERNS',
    defaultValue: () => [],
    summary:
      'pattern file (.npf), signature source, ClamAV database (.cvd, .cld) or directory of them; repeatable (default: what the store has, else the factory patterns)',
  },
  {
    key: 'threads',
    kind: THREADS,
    flag: '--threads <N>',
    variable: 'SIGWALL_THREADS',
    defaultValue: () => Math.min(availableParallelism(), 256),
    summary: 'worker threads that scan (default: one for each core)',
  },
  {
    key: 'store',
    kind: { kind: 'path' },
    flag: '--store <DIR>',
    variable: 'SIGWALL_STORE',
    defaultValue: stateDirectory,
    summary: 'directory of the pattern files that updates bring (default: the XDG one)',
  },
  {
    key: 'cache',
    kind: { kind: 'path' },
    flag: '--cache <DIR>',
    variable: 'SIGWALL_CACHE',
    defaultValue: cacheDirectory,
    summary: 'directory of compiled patterns (default: the XDG one)',
  },
  {
    key: 'scan.all-matches',
    kind: { kind: 'boolean' },
    flag: '-z, --all-matches',
    variable: 'SIGWALL_ALL_MATCHES',
    defaultValue: () => false,
    summary: 'report every signature that matches, not only the first',
  },
  {
    key: 'scan.allow-unscanned',
    kind: { kind: 'boolean' },
    flag: '--allow-unscanned',
    variable: 'SIGWALL_ALLOW_UNSCANNED',
    defaultValue: () => false,
    summary: 'exit 0 although something could not be looked at',
  },
  {
    key: 'scan.include',
    kind: { kind: 'globs' },
    flag: '--include <GLOB>',
    variable: undefined,
    defaultValue: () => [],
    summary: 'scan only files that match; repeatable',
  },
  {
    key: 'scan.exclude',
    kind: { kind: 'globs' },
    flag: '--exclude <GLOB>',
    variable: undefined,
    defaultValue: () => [],
    summary: 'leave out files that match; repeatable',
  },
  {
    key: 'scan.exclude-directories',
    kind: { kind: 'globs' },
    flag: '--exclude-dir <GLOB>',
    variable: undefined,
    defaultValue: () => [],
    summary: 'leave out directories that match, with all that is in them; repeatable',
  },
  {
    key: 'scan.log',
    kind: { kind: 'path' },
    flag: '-l, --log <FILE>',
    variable: 'SIGWALL_LOG',
    defaultValue: () => '',
    summary: 'append the lines to FILE as well',
  },
  {
    key: 'scan.fail-if-older-than',
    kind: { kind: 'age' },
    flag: '--fail-if-older-than <DURATION>',
    variable: 'SIGWALL_FAIL_IF_OLDER_THAN',
    defaultValue: () => 0,
    summary: 'scan nothing and exit 2 when the patterns were released longer ago: 36h, 7d',
  },
  {
    key: 'budget.max-depth',
    kind: COUNT,
    flag: '--max-depth <N>',
    variable: 'SIGWALL_MAX_DEPTH',
    defaultValue: () => DEFAULT_BUDGET.maxDepth,
    summary: 'containers inside containers',
  },
  {
    key: 'budget.max-entries',
    kind: COUNT,
    flag: '--max-entries <N>',
    variable: 'SIGWALL_MAX_ENTRIES',
    defaultValue: () => DEFAULT_BUDGET.maxEntries,
    summary: 'entries in all containers of one file together',
  },
  {
    key: 'budget.max-expanded',
    kind: { kind: 'size' },
    flag: '--max-expanded <SIZE>',
    variable: 'SIGWALL_MAX_EXPANDED',
    defaultValue: () => DEFAULT_BUDGET.maxExpandedBytes,
    summary: 'bytes that come out of one file, all layers together',
  },
  {
    key: 'budget.max-ratio',
    kind: COUNT,
    flag: '--max-ratio <N>',
    variable: 'SIGWALL_MAX_RATIO',
    defaultValue: () => DEFAULT_BUDGET.maxRatio,
    summary: 'bytes that come out for each byte of the file',
  },
  {
    key: 'budget.ratio-floor',
    kind: { kind: 'size' },
    flag: '--ratio-floor <SIZE>',
    variable: 'SIGWALL_RATIO_FLOOR',
    defaultValue: () => DEFAULT_BUDGET.ratioFloorBytes,
    summary: 'the ratio counts once more than this came out',
  },
  {
    key: 'budget.timeout',
    kind: { kind: 'duration' },
    flag: '--timeout <DURATION>',
    variable: 'SIGWALL_TIMEOUT',
    defaultValue: () => DEFAULT_BUDGET.timeoutMs,
    summary: 'time for one file',
  },
  {
    key: 'update.url',
    kind: { kind: 'url' },
    flag: '--url <URL>',
    variable: 'SIGWALL_UPDATE_URL',
    defaultValue: () => '',
    summary: 'repository to update from; remembered',
  },
  {
    key: 'update.mirrors',
    kind: { kind: 'urls' },
    flag: '--mirror <URL>',
    variable: 'SIGWALL_UPDATE_MIRRORS',
    defaultValue: () => [],
    summary: 'where to go when the repository does not answer; repeatable; remembered',
  },
  {
    key: 'update.root',
    kind: { kind: 'path' },
    flag: '--root <FILE>',
    variable: 'SIGWALL_UPDATE_ROOT',
    defaultValue: () => '',
    summary: "the publisher's root.json, got by a way that is trusted; needed once",
  },
  {
    key: 'update.channel',
    kind: CHANNEL,
    flag: '--channel <NAME>',
    variable: 'SIGWALL_UPDATE_CHANNEL',
    defaultValue: () => '',
    summary: 'release channel: stable or canary; remembered (default: stable)',
  },
  {
    key: 'update.keep',
    kind: KEEP,
    flag: '--keep <N>',
    variable: 'SIGWALL_UPDATE_KEEP',
    defaultValue: () => 3,
    summary: 'old pattern files to keep beside the active one (default: 3)',
  },
  {
    key: 'update.clean',
    kind: { kind: 'paths' },
    flag: '--clean <DIR>',
    variable: 'SIGWALL_UPDATE_CLEAN',
    defaultValue: () => [],
    summary: 'files known to be clean: a signature that hits one of them is left out; repeatable',
  },
  {
    key: 'update.strict',
    kind: { kind: 'boolean' },
    flag: '--strict',
    variable: 'SIGWALL_UPDATE_STRICT',
    defaultValue: () => false,
    summary: 'refuse the whole pattern file for one bad signature, instead of leaving that out',
  },
  {
    key: 'update.proxy',
    kind: { kind: 'url' },
    flag: '--proxy <URL>',
    variable: 'SIGWALL_UPDATE_PROXY',
    defaultValue: () => '',
    summary: 'http or https proxy, with user and password if it asks (default: HTTPS_PROXY, HTTP_PROXY, NO_PROXY)',
  },
  {
    key: 'update.ca',
    kind: { kind: 'path' },
    flag: '--ca <FILE>',
    variable: 'SIGWALL_UPDATE_CA',
    defaultValue: () => '',
    summary: 'certificates (PEM) of a private authority to trust as well',
  },
  {
    key: 'update.notify',
    kind: { kind: 'path' },
    flag: '--notify <PROGRAM>',
    variable: 'SIGWALL_UPDATE_NOTIFY',
    defaultValue: () => '',
    summary: 'program to run for each new notice: subject as its argument, message on its standard input',
  },
];

/** The variable that names the configuration file; no setting itself. */
export const CONFIG_VARIABLE = 'SIGWALL_CONFIG';
/** The passphrase of the publisher's keys where nobody can be asked; no setting: it must not stand in a file that is shown. */
export const PASSPHRASE_VARIABLE = 'SIGWALL_PASSPHRASE';
