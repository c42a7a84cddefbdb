/** Settings → what the updater is asked for. */
import { stat } from 'node:fs/promises';
import type { Settings } from '../../../config/resolve.ts';
import type { CommandContext } from '../context.ts';
import { CliError, messageOf } from '../errors.ts';
import { givenSetting } from '../setting-options.ts';
import type { UpdateCommon, UpdateRequest } from '../update-operations.ts';

export interface UpdateSwitches {
  readonly now: boolean;
  readonly checkOnly: boolean;
}

type Quiet = Omit<UpdateCommon, 'signal' | 'onProgress'>;

/** What `update` and `patterns import` have in common. */
export function commonRequest(settings: Settings): Quiet {
  return {
    store: settings.get('store'),
    rootFile: givenText(settings, 'update.root'),
    channel: givenText(settings, 'update.channel'),
    keep: givenSetting(settings, 'update.keep'),
    clean: settings.get('update.clean'),
    strict: settings.get('update.strict'),
  };
}

export function updateRequest(
  settings: Settings,
  { now, checkOnly }: UpdateSwitches,
): Omit<UpdateRequest, 'signal' | 'onProgress'> {
  return {
    ...commonRequest(settings),
    url: givenText(settings, 'update.url'),
    mirrors: givenSetting(settings, 'update.mirrors'),
    proxy: givenText(settings, 'update.proxy'),
    ca: givenText(settings, 'update.ca'),
    now,
    checkOnly,
  };
}

/**
 * A clean corpus that is not there would let the trial fail, which looks like a bad pattern file. Said before anything is fetched.
 *
 * @throws {CliError} `CLI_USAGE`
 */
export async function checkCleanCorpus(settings: Settings): Promise<void> {
  for (const path of settings.get('update.clean')) {
    await stat(path).catch((cause: unknown) => {
      throw new CliError('CLI_USAGE', `--clean ${path}: ${messageOf(cause)}`, { cause });
    });
  }
}

/**
 * No repository is built in: whoever publishes is to be trusted with what this machine finds, and only its owner can say who that is.
 *
 * @throws {CliError} `CLI_NO_REPOSITORY`
 */
export async function checkRepositoryIsSet(settings: Settings, { operations }: CommandContext): Promise<void> {
  const store = settings.get('store');
  const memory = await operations.updates.memory(store);
  if (settings.get('update.url') !== '' || memory?.url !== undefined) return;
  throw new CliError(
    'CLI_NO_REPOSITORY',
    [
      `update: no repository is set for the store ${store}`,
      'Name one, with the root.json that its publisher gave you; both are remembered:',
      '  engine update --url https://patterns.example.org/ --root root.json',
      '"engine publish --help" shows how to make a repository of your own.',
    ].join('\n'),
  );
}

function givenText(
  settings: Settings,
  key: 'update.url' | 'update.root' | 'update.channel' | 'update.proxy' | 'update.ca',
) {
  return settings.get(key) || undefined;
}
