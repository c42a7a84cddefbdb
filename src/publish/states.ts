/** Roles and releases as plain data for the command. */
import { deltasOf, type FullEntry, fullsOf } from './listing.ts';
import type { RepositoryReport, RoleState } from './reports.ts';
import { keysOf, metadataOf, type Repository } from './repository.ts';
import { ROLES } from './roles.ts';

export function roleStates(repository: Repository): readonly RoleState[] {
  return ROLES.map((role) => {
    const { version, expires } = metadataOf(repository, role).signed;
    const { keys, threshold } = keysOf(repository, role);
    return { role, version, expires, keys: keys.length, threshold };
  });
}

/** Without problems: nothing was verified but what reading it took. */
export function reportOf(repository: Repository): Omit<RepositoryReport, 'problems' | 'warnings'> {
  return {
    roles: roleStates(repository),
    releases: fullsOf(repository.entries).map((full) => releaseOf(repository, full)),
    lifecycle: repository.notices.lifecycle,
    withdrawn: repository.notices.withdrawn,
  };
}

function releaseOf(
  { entries, notices }: Repository,
  { custom, length }: FullEntry,
): RepositoryReport['releases'][number] {
  const { number, channel, released, engine, signatures, rollout } = custom;
  return {
    number,
    channel,
    released,
    engineRange: engine,
    signatures,
    bytes: length,
    deltas: deltasOf(entries)
      .filter((delta) => delta.custom.number === number)
      .map((delta) => ({ from: delta.custom.from, bytes: delta.length })),
    withdrawn: notices.withdrawn.find((withdrawal) => withdrawal.number === number)?.reason,
    rollout,
  };
}
