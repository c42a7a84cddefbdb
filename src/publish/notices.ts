/** `publish withdraw` and `publish lifecycle`: what the publisher tells consumers besides patterns, signed with them. */
import { writeDurably } from '../files/durable.ts';
import { isEngineRange } from '../store/engine-range.ts';
import { isPatternNumber } from '../store/numbers.ts';
import { type LifecycleEntry, type Notices, PATTERNS_ROLE, type Withdrawal } from '../update/repository.ts';
import { publishEdits } from './commit.ts';
import { PublishError } from './errors.ts';
import { requireUnexpired } from './expiry.ts';
import { publicPaths, targetPath } from './layout.ts';
import { encodeNotices, fullsOf, highestNumber, withdrawnNumbers } from './listing.ts';
import { pruneRepository } from './prune.ts';
import { type Publisher, type PublisherOptions, withPublisher } from './publisher.ts';
import type { NoticesReport } from './reports.ts';
import { nextVersion, type Repository } from './repository.ts';
import { retained } from './retention.ts';
import { isoSeconds } from './roles.ts';

const DAY_MS = 86_400_000;
/** A fleet is upgraded in months, not days. */
const NOTICE_DAYS = 180;
const MAX_REASON_LENGTH = 500;
const MAX_ENTRIES = 100;

/**
 * Nobody is offered that number any more; who has it is told. The cure is always a higher number.
 *
 * @param reason one line, shown to people
 * @throws {PublishError} `PUBLISH_NUMBER` when it was never released, or is withdrawn already; `PUBLISH_OPTION`
 */
export async function withdraw(
  directory: string,
  number: number,
  reason: string,
  options: PublisherOptions,
): Promise<NoticesReport> {
  const text = reasonOf(reason);
  return withPublisher(directory, options, (publisher) => {
    requireReleased(publisher.repository, number);
    const { notices } = publisher.repository;
    const withdrawal: Withdrawal = { number, reason: text, at: isoSeconds(options.now) };
    const withdrawn = [...notices.withdrawn, withdrawal].sort((a, b) => a.number - b.number);
    return publishNotices(publisher, { ...notices, withdrawn }, options.now);
  });
}

export interface LifecycleOptions extends PublisherOptions {
  /** Allows an end that is less than 180 days ahead. */
  readonly force?: boolean | undefined;
}

/**
 * Replaces the whole lifecycle.
 *
 * @throws {PublishError} `PUBLISH_OPTION`
 */
export async function setLifecycle(
  directory: string,
  entries: readonly LifecycleEntry[],
  options: LifecycleOptions,
): Promise<NoticesReport> {
  return withPublisher(directory, options, (publisher) => {
    const { notices } = publisher.repository;
    const lifecycle = checkLifecycle(entries, notices.lifecycle, options);
    return publishNotices(publisher, { ...notices, lifecycle }, options.now);
  });
}

function publishNotices(publisher: Publisher, notices: Notices, now: Date): NoticesReport {
  const { repository, signers, layout } = publisher;
  requireUnexpired(repository, ['root', 'targets'], now);
  for (const role of [PATTERNS_ROLE, 'snapshot', 'timestamp'] as const) signers(role);
  const version = nextVersion(publicPaths(repository.publicDirectory).metadata, PATTERNS_ROLE);
  const { entry, bytes } = encodeNotices(notices, version);
  writeDurably(targetPath(repository.publicDirectory, entry.name), bytes);
  const others = repository.entries.filter(({ custom }) => custom.kind !== 'notices');
  const patterns = retained([...others, entry], withdrawnNumbers(notices), now);
  publishEdits(repository, { patterns }, signers, now);
  const { lifecycle, withdrawn } = notices;
  return { version, lifecycle, withdrawn, warnings: pruneRepository(layout, now) };
}

function reasonOf(reason: string): string {
  const text = reason.trim();
  // Shown on terminals and in mails.
  if (text.length >= 1 && text.length <= MAX_REASON_LENGTH && !/\p{Cc}/u.test(text)) return text;
  const message = `reason: expected one line of 1 to ${MAX_REASON_LENGTH} characters, got ${text.length}`;
  throw new PublishError('PUBLISH_OPTION', message);
}

function requireReleased({ entries, notices }: Repository, number: number): void {
  if (notices.withdrawn.some((withdrawal) => withdrawal.number === number)) {
    throw new PublishError('PUBLISH_NUMBER', `${number}: expected a number that is offered, got one that is withdrawn`);
  }
  const highest = highestNumber(entries, notices);
  // One that is not listed any more may still be in use somewhere.
  const isPast = isPatternNumber(number) && highest !== undefined && number <= highest;
  if (fullsOf(entries).some(({ custom }) => custom.number === number) || isPast) return;
  const message = `number: expected one that was released, at most ${highest ?? 'none'}, got ${number}`;
  throw new PublishError('PUBLISH_NUMBER', message);
}

function checkLifecycle(
  entries: readonly LifecycleEntry[],
  before: readonly LifecycleEntry[],
  { now, force = false }: LifecycleOptions,
): readonly LifecycleEntry[] {
  if (entries.length > MAX_ENTRIES) throw wrong('lifecycle', `at most ${MAX_ENTRIES} entries`, entries.length);
  return entries.map((entry, i) => {
    const checked = checkEntry(entry, `lifecycle entry ${i + 1}`);
    const isOld = before.some((old) => old.engine === checked.engine && old.ends === checked.ends);
    const days = Math.floor((Date.parse(checked.ends) - now.getTime()) / DAY_MS);
    if (isOld || force || days >= NOTICE_DAYS) return checked;
    const message = `lifecycle entry ${i + 1}: expected an end at least ${NOTICE_DAYS} days ahead, got ${checked.ends}, ${days} days; a shorter notice must be forced`;
    throw new PublishError('PUBLISH_OPTION', message);
  });
}

/** Fields that are undefined are left out, others are refused: what is signed cannot be called back. */
function checkEntry(entry: LifecycleEntry, where: string): LifecycleEntry {
  const { engine, lastPattern, ends, moveTo, ...others } = entry;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw wrong(where, 'engine, lastPattern, ends and moveTo', unknown.join(', '));
  if (!isRange(engine)) throw wrong(`${where}, engine`, 'a SemVer range', engine);
  if (!isDate(ends)) throw wrong(`${where}, ends`, 'a date as in 2027-03-31', ends);
  if (lastPattern !== undefined && !isPatternNumber(lastPattern)) {
    throw wrong(`${where}, lastPattern`, 'a pattern number', lastPattern);
  }
  if (moveTo !== undefined && !isRange(moveTo)) throw wrong(`${where}, moveTo`, 'a SemVer range', moveTo);
  return {
    engine,
    ...(lastPattern === undefined ? {} : { lastPattern }),
    ends,
    ...(moveTo === undefined ? {} : { moveTo }),
  };
}

function isRange(value: unknown): boolean {
  return typeof value === 'string' && isEngineRange(value);
}

function isDate(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(text);
  // 2027-02-30 is read as 2027-03-02.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function wrong(where: string, expected: string, got: unknown): PublishError {
  return new PublishError('PUBLISH_OPTION', `${where}: expected ${expected}, got ${JSON.stringify(got)}`);
}
