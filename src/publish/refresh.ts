/**
 * `publish refresh`: signs again what would expire, for cron.
 *
 * The timestamp every time, even when nothing is new: a publisher that falls silent must be an alarm at its consumers within two days. Snapshot and patterns
 * when half of their life is over. Root and targets when their end comes near and their keys can be opened; else it says so.
 */
import { currentDelegation, type Edits, publishEdits } from './commit.ts';
import { PublishError } from './errors.ts';
import { expiryWarning, isDue } from './expiry.ts';
import { pruneRepository } from './prune.ts';
import { type Publisher, type PublisherOptions, withPublisher } from './publisher.ts';
import type { RefreshReport } from './reports.ts';
import { keysOf, type Repository } from './repository.ts';
import { ROLES, type RoleName } from './roles.ts';
import { publishRoot } from './root.ts';
import { roleStates } from './states.ts';

/** @throws {PublishError} `PUBLISH_KEY_…`, `PUBLISH_PASSPHRASE` when one was given and is wrong, `PUBLISH_METADATA`, `PUBLISH_BUSY`, `PUBLISH_IO` */
export async function refresh(directory: string, options: PublisherOptions): Promise<RefreshReport> {
  const { now } = options;
  return withPublisher(directory, options, (publisher) => {
    const due = ROLES.filter((role) => isDue(publisher.repository, role, now));
    const unopened = due.filter((role) => !canSign(publisher, role, options.passphrase !== undefined));
    const renewed = due.filter((role) => !unopened.includes(role));
    const before = renewed.includes('root') ? renewRoot(publisher, now) : publisher.repository;
    const after = publishEdits(before, editsOf(before, renewed), publisher.signers, now);
    const warnings = [
      ...ROLES.flatMap((role) => expiryWarning(after, role, now) ?? []),
      ...unopened.map((role) => `${role} was not renewed: it takes the passphrase of its keys`),
      ...pruneRepository(publisher.layout, now),
    ];
    return { roles: roleStates(after), renewed, warnings };
  });
}

/** The keys of a person need not be here, nor their passphrase; those of the others must. */
function canSign({ signers }: Publisher, role: RoleName, isAsked: boolean): boolean {
  try {
    signers(role);
    return true;
  } catch (error) {
    const isHeld = role === 'root' || role === 'targets';
    const isAway = error instanceof PublishError && error.code === 'PUBLISH_KEY_MISSING';
    const isLocked = error instanceof PublishError && error.code === 'PUBLISH_PASSPHRASE' && !isAsked;
    if (isHeld && (isAway || isLocked)) return false;
    throw error;
  }
}

function renewRoot({ repository, signers }: Publisher, now: Date): Repository {
  const roles = {
    root: keysOf(repository, 'root'),
    targets: keysOf(repository, 'targets'),
    snapshot: keysOf(repository, 'snapshot'),
    timestamp: keysOf(repository, 'timestamp'),
  };
  return publishRoot(repository, roles, signers('root'), now);
}

function editsOf(repository: Repository, renewed: readonly RoleName[]): Edits {
  return {
    ...(renewed.includes('targets') ? { targets: currentDelegation(repository) } : {}),
    ...(renewed.includes('patterns') ? { patterns: repository.entries } : {}),
    ...(renewed.includes('snapshot') ? { snapshot: true } : {}),
  };
}
