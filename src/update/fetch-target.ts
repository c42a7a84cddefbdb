/** One signed file, from whichever mirror has it: the digest decides, so any will do. */
import { gravest, UpdateError } from './errors.ts';
import { type DownloadOptions, download } from './resume.ts';
import type { RepositorySource } from './source.ts';
import type { SignedTarget } from './tuf.ts';

export interface TargetFetcher {
  /** To be asked, in this order. */
  readonly sources: readonly RepositorySource[];
  readonly options: DownloadOptions;
  /** Told of each source that failed. */
  readonly onFailure: (source: RepositorySource, error: UpdateError) => void;
}

/**
 * @returns path of the file; its length and digest are the signed ones
 * @throws {UpdateError} the gravest of what the sources did; {StoreError} at once
 */
export async function fetchTarget(
  fetcher: TargetFetcher,
  target: Pick<SignedTarget, 'name' | 'length' | 'sha256'>,
): Promise<string> {
  const errors: UpdateError[] = [];
  for (const source of fetcher.sources) {
    try {
      return await download(source, target, fetcher.options);
    } catch (thrown) {
      // Neither a stop nor a full disk is the fault of a mirror.
      if (!(thrown instanceof UpdateError) || thrown.code === 'UPDATE_ABORTED') throw thrown;
      fetcher.onFailure(source, thrown);
      errors.push(thrown);
    }
  }
  throw gravest(errors);
}
