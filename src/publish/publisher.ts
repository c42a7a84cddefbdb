/** One publisher at a time, with a repository that is fit to be signed. */
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../native-free-engine/index.ts';
import { makeDirectories } from '../files/directories.ts';
import { takeLock } from '../files/lock.ts';
import type { Signers } from './commit.ts';
import { PublishError } from './errors.ts';
import { openKeys, type SigningKey } from './keys.ts';
import { type Layout, layoutOf, requireKeysPrivate, requireRepository } from './layout.ts';
import { removeTemporary } from './prune.ts';
import { keysOf, type Repository, readRepository } from './repository.ts';
import type { RoleName } from './roles.ts';
import { showNewestRoot } from './root.ts';

/** What every operation is told. */
export interface PublisherOptions {
  readonly now: Date;
  /** Opens keys that are encrypted. */
  readonly passphrase?: string | undefined;
  /** How long to wait for another publisher; default 30 s: a refresh by cron waits for a release. */
  readonly lockTimeoutMs?: number | undefined;
}

export interface Publisher {
  readonly layout: Layout;
  readonly repository: Repository;
  /** Keys of the roles as they are now. */
  readonly signers: Signers;
}

const LOCK_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** Runs one operation on the repository of a directory. */
export async function withPublisher<T>(
  directory: string,
  options: PublisherOptions,
  work: (publisher: Publisher) => T | Promise<T>,
): Promise<T> {
  const layout = layoutOf(directory);
  requireRepository(layout);
  return withPublisherLock(
    layout,
    async () => {
      requireKeysPrivate(layout);
      removeIncoming(layout);
      // Half a private key is one too.
      removeTemporary(layout.keys);
      const repository = readRepository(layout.publicDirectory);
      showNewestRoot(layout.publicDirectory, repository.root.signed.version);
      const done = await work({ layout, repository, signers: signersOf(layout, repository, options.passphrase) });
      removeIncoming(layout);
      return done;
    },
    options.lockTimeoutMs,
  );
}

/** @throws {PublishError} `PUBLISH_BUSY`; `PUBLISH_IO` for whatever the file system says */
export async function withPublisherLock<T>(
  layout: Layout,
  work: () => T | Promise<T>,
  timeoutMs = LOCK_TIMEOUT_MS,
): Promise<T> {
  try {
    makeDirectories(layout.directory);
    // A lock file of another user would look like another publisher for ever.
    for (const path of [layout.directory, layout.lock]) if (existsSync(path)) accessSync(path, constants.W_OK);
    const release = await waitForLock(layout, timeoutMs);
    try {
      return await work();
    } finally {
      release();
    }
  } catch (error) {
    throw publishErrorOf(error);
  }
}

async function waitForLock({ lock }: Layout, timeoutMs: number): Promise<() => void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const release = takeLock(lock, 0);
    if (release !== undefined) return release;
    if (waitedMs >= timeoutMs) {
      throw new PublishError('PUBLISH_BUSY', `${lock}: expected to be the only publisher, and another is at work`);
    }
    await sleep(POLL_MS);
  }
}

/** What the file system says becomes an error of this room; errors with codes of their own stay. */
function publishErrorOf(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const isSystem = error instanceof Error && !(error instanceof EngineError) && /^E[A-Z0-9]+$/.test(code ?? '');
  if (!isSystem) return error;
  const where = path === undefined ? '' : `${path}: `;
  const message = `${where}${error.message}; nothing was published, what was published before is still there`;
  return new PublishError('PUBLISH_IO', message, { cause: error });
}

function removeIncoming({ incoming }: Layout): void {
  rmSync(incoming, { recursive: true, force: true });
}

/** Each key is opened once: a passphrase costs a third of a second. */
function signersOf(layout: Layout, repository: Repository, passphrase: string | undefined): Signers {
  const opened = new Map<RoleName, readonly SigningKey[]>();
  return (role) => {
    const before = opened.get(role);
    if (before !== undefined) return before;
    const { keys, threshold } = keysOf(repository, role);
    const ids = keys.map(({ id }) => id);
    const found = openKeys(layout.keys, role, ids, threshold, passphrase);
    opened.set(role, found);
    return found;
  };
}
