/** The publisher's notices (lifecycle, withdrawals), and what a person here must be told. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';
import { storeErrorOf } from '../store/errors.ts';
import { readSmallFile } from '../store/small-file.ts';
import type { StoreView } from '../store/view.ts';
import type { Catalogue } from './catalogue.ts';
import type { Choice } from './choice.ts';
import { UpdateError } from './errors.ts';
import { activeFindings, operatorFindings } from './findings.ts';
import { HEALTH_THRESHOLDS } from './health.ts';
import { lifecycleNotice } from './lifecycle.ts';
import type { Notice, Support } from './outcome.ts';
import type { Notices } from './repository.ts';
import { parseNotices } from './repository-checks.ts';
import type { UpdateSession } from './session.ts';

const CACHE = 'notices.json';
const MAX_NOTICES_BYTES = 1_000_000;
const NO_NOTICES: Notices = { format: 1, lifecycle: [], withdrawn: [] };

/**
 * Those that were signed last; fetched only when they changed.
 *
 * @param fetch gives the path of a file with the signed length and digest
 * @throws {UpdateError} `UPDATE_METADATA`, and what fetching throws: without them a withdrawn pattern would look good
 */
export async function loadNotices(
  { store, files }: UpdateSession,
  { notices }: Catalogue,
  fetch: (target: NonNullable<Catalogue['notices']>) => Promise<string>,
): Promise<Notices> {
  if (!notices) return NO_NOTICES;
  if (notices.length > MAX_NOTICES_BYTES)
    throw new UpdateError('UPDATE_METADATA', `${notices.name}: expected at most ${MAX_NOTICES_BYTES} bytes`);
  const cache = join(store.trustDirectory, CACHE);
  const cached = readSmallFile(cache, MAX_NOTICES_BYTES);
  if (cached && createHash('sha256').update(cached).digest('hex') === notices.sha256)
    return parseNotices(cached, notices.name);
  const bytes = readFileSync(await fetch(notices));
  const parsed = parseNotices(bytes, notices.name);
  try {
    writeDurably(cache, bytes, 0o644, files);
  } catch (thrown) {
    throw storeErrorOf(cache, thrown);
  }
  return parsed;
}

export interface Findings {
  readonly view: StoreView;
  readonly choice: Choice;
  readonly support: Support;
  readonly engineVersion: string;
}

/** What to tell after a check that found out everything. */
export function findingsOf(
  session: UpdateSession,
  { view, choice, support, engineVersion }: Findings,
): readonly Notice[] {
  const lifecycle = lifecycleNotice(support, engineVersion);
  return [
    ...activeFindings(view, session.state, session.now(), HEALTH_THRESHOLDS),
    ...operatorFindings(view),
    ...(lifecycle ? [lifecycle] : []),
    ...tooNewNotice(choice, view, engineVersion),
    ...behindNotice(choice, view),
    ...badNotice(choice),
    ...session.state.refused.map(refusedNotice),
  ];
}

function tooNewNotice({ tooNew, newest }: Choice, { active }: StoreView, engineVersion: string): readonly Notice[] {
  if (!tooNew) return [];
  const held = Math.max(newest ?? 0, active?.number ?? 0);
  const holds =
    held === 0 ? 'and none that fits is offered' : `${held} is the last that fits; scanning goes on with it`;
  return [
    {
      code: 'ENGINE_TOO_OLD',
      severity: 'warning',
      subject: `engine ${engineVersion} is too old for pattern ${tooNew.number} and later`,
      message: `They are for engines ${tooNew.engine}, ${holds}. Newer malware is not found until the engine is updated.`,
    },
  ];
}

function behindNotice({ newest }: Choice, { active }: StoreView): readonly Notice[] {
  if (newest === undefined || !active || newest >= active.number) return [];
  return [
    {
      code: 'REPOSITORY_BEHIND',
      severity: 'info',
      subject: `the repository offers ${newest} at most, and ${active.number} is active`,
      message: 'Nothing goes back by itself; the next number above the active one is taken.',
    },
  ];
}

function badNotice({ bad }: Choice): readonly Notice[] {
  if (bad === undefined) return [];
  return [
    {
      code: 'BAD_OFFERED',
      severity: 'info',
      subject: `pattern ${bad} is offered and is marked as bad here`,
      message: `Only a higher number comes by itself. To take it all the same: engine patterns use ${bad}, if it is kept.`,
    },
  ];
}

function refusedNotice({ number, message }: UpdateSession['state']['refused'][number]): Notice {
  return {
    code: 'TRIAL',
    severity: 'warning',
    subject: `pattern ${number} did not pass its trial`,
    message: `${message}. The active pattern stays. It is tried again in a day, or at once with: engine update --now`,
  };
}
