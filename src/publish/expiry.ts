/** Roles that are over, or soon will be. */
import { PublishError } from './errors.ts';
import { metadataOf, type Repository } from './repository.ts';
import { type RoleName, TERMS } from './roles.ts';

const HOUR_MS = 3_600_000;

export function leftMs(repository: Repository, role: RoleName, now: Date): number {
  return Date.parse(metadataOf(repository, role).signed.expires) - now.getTime();
}

/** Whether `refresh` signs it again. */
export function isDue(repository: Repository, role: RoleName, now: Date): boolean {
  return leftMs(repository, role, now) < TERMS[role].renewMs;
}

/**
 * Consumers refuse everything below a role that is over, so nothing more is published below it.
 *
 * @throws {PublishError} `PUBLISH_EXPIRED`
 */
export function requireUnexpired(repository: Repository, roles: readonly RoleName[], now: Date): void {
  for (const role of roles) {
    if (leftMs(repository, role, now) > 0) continue;
    const { expires } = metadataOf(repository, role).signed;
    const message = `${role}: expected metadata that is still valid, got one that expired ${expires}; run \`engine publish refresh\` with the passphrase of its keys`;
    throw new PublishError('PUBLISH_EXPIRED', message);
  }
}

/** @returns one sentence about a role that is over or due for a person; undefined when all is well */
export function expiryWarning(repository: Repository, role: RoleName, now: Date): string | undefined {
  const left = leftMs(repository, role, now);
  const { expires } = metadataOf(repository, role).signed;
  if (left <= 0) return `${role} expired ${expires}`;
  // The online roles are renewed when they are due, so only a publisher that stopped comes close to their end.
  const soonMs = TERMS[role].offline ? TERMS[role].renewMs : TERMS[role].lifetimeMs / 4;
  if (left >= soonMs) return undefined;
  const hours = Math.floor(left / HOUR_MS);
  return `${role} expires ${expires}, in ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`}`;
}
