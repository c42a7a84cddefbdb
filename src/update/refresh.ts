/** Brings what is trusted up to date: from the first mirror that shows metadata which is signed, whole, not expired and not older than what was seen. */
import { gravest, UpdateError, type UpdateErrorCode } from './errors.ts';
import type { UpdateSession } from './session.ts';
import type { RepositorySource } from './source.ts';
import { TrustDirectory } from './trust.ts';
import { refreshMetadata, type VerifiedMetadata } from './tuf.ts';

export interface Refreshed {
  readonly verified: VerifiedMetadata;
  readonly source: RepositorySource;
}

/** A stop is the caller's; every other fault may be that of one mirror alone. */
const NOT_OF_MIRRORS: readonly UpdateErrorCode[] = ['UPDATE_ABORTED', 'UPDATE_OPTION'];

/**
 * Metadata of one refresh comes from one mirror: mixed, it would look like an attack.
 *
 * @param sources at least one, in order
 * @param referenceMs time that expiry is checked against
 * @throws {UpdateError} with the gravest code and what each mirror did; {StoreError}
 */
export async function refreshFrom(
  session: UpdateSession,
  sources: readonly RepositorySource[],
  referenceMs: number,
): Promise<Refreshed> {
  const errors: UpdateError[] = [];
  for (const source of sources) {
    const trust = new TrustDirectory(session.store.trustDirectory, session.state.trust, session.files);
    try {
      trust.prepare(session.options.rootFile);
      const verified = await refreshOnce(session, source, trust, referenceMs);
      session.mirrorWorked(source.name);
      tellFailures(session, errors);
      tellForeignRoot(session, trust);
      return { verified, source };
    } catch (thrown) {
      if (!(thrown instanceof UpdateError) || NOT_OF_MIRRORS.includes(thrown.code)) throw thrown;
      if (/^UPDATE_(NO_ROOT|ROOT_FILE|TRUST_DAMAGED)$/.test(thrown.code)) throw thrown;
      session.remember({ trust: trust.commitRoot() });
      session.mirrorFailed(source.name, thrown);
      errors.push(withForeignRoot(session, trust, thrown));
    } finally {
      trust.discard();
    }
  }
  throw allFailed(errors);
}

async function refreshOnce(
  session: UpdateSession,
  source: RepositorySource,
  trust: TrustDirectory,
  referenceMs: number,
): Promise<VerifiedMetadata> {
  const { retries, retryDelayMs } = session.limits;
  const { signal } = session.options;
  const verified = await refreshMetadata({
    directory: trust.scratch,
    source,
    referenceMs,
    retries,
    retryDelayMs,
    signal,
  });
  session.remember({ trust: trust.commit(verified, source.name) });
  return verified;
}

/** Another mirror helped; that one is broken, or worse, must not stay unknown. */
function tellFailures(session: UpdateSession, errors: readonly UpdateError[]): void {
  for (const { code, message } of errors) {
    session.notices.push({
      code: 'MIRROR',
      severity: 'warning',
      subject: `a mirror was passed over: ${code}`,
      message: `${message}. Another one answered.`,
    });
  }
}

function tellForeignRoot({ options, notices }: UpdateSession, trust: TrustDirectory): void {
  if (options.rootFile === undefined || trust.isRelated(options.rootFile)) return;
  const message = `${options.rootFile}: shares no key with the root that this store trusts, and was not used. ${OTHER_STORE}`;
  notices.push({ code: 'ROOT_FILE', severity: 'warning', subject: 'a root file was given that is not used', message });
}

/** What a person sees who goes to another publisher with the store of the first. */
function withForeignRoot({ options }: UpdateSession, trust: TrustDirectory, error: UpdateError): UpdateError {
  const { rootFile } = options;
  if (error.code !== 'UPDATE_SIGNATURE' || rootFile === undefined || trust.isRelated(rootFile)) return error;
  const message = `${rootFile}: expected a root of the repository that this store trusts, got one that shares no key with it. ${OTHER_STORE}`;
  return new UpdateError('UPDATE_ROOT_FILE', message, { cause: error });
}

const OTHER_STORE = 'Another publisher needs another store.';

function allFailed(errors: readonly UpdateError[]): UpdateError {
  const [only, ...others] = errors;
  if (only && others.length === 0) return only;
  const worst = gravest(errors);
  const each = errors.map(({ message }) => message).join('; ');
  return new UpdateError(worst.code, `all ${errors.length} mirrors failed: ${each}`, { cause: worst });
}
