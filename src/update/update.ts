/** Updates a pattern store once: from the repository it was told of, or from one that somebody carried here. */
import { clockBehindNotice, clockNotice } from './clock.ts';
import { DirectorySource } from './directory-source.ts';
import { UpdateError } from './errors.ts';
import { WebClient } from './fetch.ts';
import { readUpdaterState } from './memory.ts';
import { orderMirrors } from './mirrors.ts';
import type { ImportOptions, UpdateOptions } from './options.ts';
import type { Notice, UpdateOutcome } from './outcome.ts';
import { runUpdate } from './run.ts';
import { type UpdateSession, withSession } from './session.ts';
import { WebSource, withoutSecrets } from './web-source.ts';

/**
 * Looks for a newer pattern file over the network, tries it out and makes it the active one. What cannot be had or is not right leaves everything as it was.
 *
 * @throws {UpdateError} see errors.ts; {StoreError}. That another updater is at work is `UPDATE_BUSY`.
 */
export async function updateOnce(options: UpdateOptions): Promise<UpdateOutcome> {
  // Before a store is made for nothing.
  if (!options.url && readUpdaterState(options.store)?.url === undefined) throw noRepository();
  return withSession(options, async (session) => {
    const client = clientOf(session);
    try {
      return await updateFromWeb(session, client);
    } catch (thrown) {
      throw withClockHint(session, client, thrown);
    } finally {
      await client.close();
    }
  });
}

/**
 * The same from a directory with metadata/ and targets/ in it: the verification is the same, only the way is another.
 *
 * @throws {UpdateError}, {StoreError}
 */
export async function importRepository(options: ImportOptions): Promise<UpdateOutcome> {
  return withSession(options, async (session) => {
    const source = new DirectorySource(options.directory);
    adoptChannel(session);
    return runUpdate(session, {
      sources: [source],
      referenceMs: options.mediaDate === undefined ? session.trustedNow() : mediaDateMs(options.mediaDate),
      isImport: true,
      // Whoever carries it here wants it here.
      skipRollout: true,
      insists: true,
      checkOnly: false,
      traffic: () => ({ requests: 0, receivedBytes: 0 }),
    });
  });
}

async function updateFromWeb(session: UpdateSession<UpdateOptions>, client: WebClient): Promise<UpdateOutcome> {
  const { now: insists = false, checkOnly = false } = session.options;
  const urls = repositoryUrls(session);
  adoptChannel(session);
  const mirrors = urls.map((url) => new WebSource(url, client, session.limits));
  const order = () => orderMirrors(mirrors, session.state.coolDowns, session.now(), insists);
  const { usable, until } = order();
  if (usable.length === 0) return leftAlone(session, client, until);
  try {
    return await runUpdate(session, {
      sources: usable,
      referenceMs: session.trustedNow(),
      isImport: false,
      skipRollout: insists,
      insists,
      checkOnly,
      onTrusted: () => learnRepository(session, client, urls, mirrors),
      serverDateMs: () => client.serverDateMs,
      traffic: () => trafficOf(client),
    });
  } catch (thrown) {
    const isAsked = thrown instanceof UpdateError && thrown.code === 'UPDATE_RETRY_LATER';
    if (!isAsked || order().usable.length > 0) throw thrown;
    return leftAlone(session, client, order().until);
  }
}

/** Only now: a typing error in a URL is not remembered. */
function learnRepository(
  session: UpdateSession,
  client: WebClient,
  [url, ...others]: readonly string[],
  mirrors: readonly WebSource[],
): void {
  const names = mirrors.map(({ name }) => name);
  const coolDowns = session.state.coolDowns.filter((one) => names.includes(one.url));
  session.remember({ url: withoutSecrets(url!), mirrors: others.map(withoutSecrets), coolDowns });
  session.notices.push(...clockNotices(session, client));
}

/** Every mirror wants it so. */
function leftAlone(session: UpdateSession, client: WebClient, until: string | undefined): UpdateOutcome {
  const { support, notices } = session.state;
  const message = `the repository asks to be left alone until ${until}`;
  session.remember({ lastCheck: { at: session.checked, ok: false, code: 'UPDATE_RETRY_LATER', message } });
  session.save();
  return {
    kind: 'waiting',
    reason: 'retry-after',
    until,
    checked: session.checked,
    newest: undefined,
    active: session.store.view().active,
    ...trafficOf(client),
    elapsedMs: performance.now() - session.startedMs,
    notices,
    support,
  };
}

function trafficOf({ requests, receivedBytes }: WebClient): {
  readonly requests: number;
  readonly receivedBytes: number;
} {
  return { requests, receivedBytes };
}

/** What is expired by a clock that is wrong looks like an attack. */
function withClockHint(session: UpdateSession, client: WebClient, thrown: unknown): unknown {
  if (!(thrown instanceof UpdateError) || thrown.code !== 'UPDATE_FREEZE') return thrown;
  const [notice] = clockNotices(session, client);
  if (!notice) return thrown;
  session.notices.push(notice);
  return new UpdateError(thrown.code, `${thrown.message}; ${notice.subject}. ${notice.message}`, { cause: thrown });
}

function clockNotices(session: UpdateSession, client: WebClient): readonly Notice[] {
  const notice = clockNotice(client.serverDateMs, session.now()) ?? clockBehindNotice(session.knownTimes());
  return notice ? [notice] : [];
}

/** @throws {UpdateError} `UPDATE_OPTION` */
function mediaDateMs(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UpdateError('UPDATE_OPTION', `media date: expected ISO 8601, as 2026-11-24, got ${JSON.stringify(text)}`);
}

function repositoryUrls({ options, state }: UpdateSession<UpdateOptions>): readonly string[] {
  const url = options.url || state.url;
  if (url) return [url, ...(options.mirrors ?? state.mirrors)];
  throw noRepository();
}

function noRepository(): UpdateError {
  const how = 'engine update --url URL --root FILE, where FILE is root.json of its publisher';
  const message = `update: no repository is set, and there is no default one; give it once: ${how}`;
  return new UpdateError('UPDATE_NO_REPOSITORY', message);
}

function adoptChannel(session: UpdateSession): void {
  const { channel } = session.options;
  if (channel) session.remember({ channel });
}

function clientOf({ options, limits }: UpdateSession<UpdateOptions>): WebClient {
  const { engineVersion, productVersion = '0', proxy, ca, signal, environment = process.env } = options;
  const userAgent = `sigwall/${productVersion} engine/${engineVersion}`;
  return new WebClient({ userAgent, proxy, environment, ca, limits, signal, now: options.clock ?? Date.now });
}
