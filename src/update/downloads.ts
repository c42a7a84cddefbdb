/** Downloads of one update: from which mirrors, how far, and what is left of earlier ones. */
import { readdirSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TargetFetcher } from './fetch-target.ts';
import type { UpdateProgress } from './options.ts';
import { partPath } from './resume.ts';
import type { UpdateSession } from './session.ts';
import type { RepositorySource } from './source.ts';

export function fetcherOf(
  session: UpdateSession,
  sources: readonly RepositorySource[],
  progress: DownloadProgress,
): TargetFetcher {
  const { retries, retryDelayMs } = session.limits;
  return {
    sources,
    options: {
      directory: session.store.downloadsDirectory,
      retries,
      retryDelayMs,
      signal: session.options.signal,
      onBytes: (bytes) => progress.received(bytes),
    },
    onFailure: ({ name }, error) => session.mirrorFailed(name, error),
  };
}

/** Removes what is not among these targets: parts of files that are not offered any more, and what was installed. */
export function tidyDownloads({ store }: UpdateSession, names: readonly string[]): void {
  const directory = store.downloadsDirectory;
  const wanted = new Set(names.map((name) => basename(partPath(directory, name))));
  for (const name of readdirSync(directory)) {
    if (wanted.has(name)) continue;
    try {
      unlinkSync(join(directory, name));
    } catch {
      // No file of ours; it does no harm there.
    }
  }
}

/** Bytes of several files, told as one. */
export class DownloadProgress {
  readonly #session: UpdateSession;
  #total = 0;
  #before = 0;

  constructor(session: UpdateSession) {
    this.#session = session;
  }

  /** What follows is so long. */
  plan(bytes: number): void {
    this.#total = bytes;
    this.#before = 0;
  }

  /** One of the planned files. */
  async of<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const result = await work();
    this.#before += bytes;
    return result;
  }

  /** So far of the file that is on its way. */
  received(bytes: number): void {
    if (this.#total > 0) tell(this.#session, 'download', this.#before + bytes, this.#total);
  }
}

export function tell(
  { options }: UpdateSession,
  phase: UpdateProgress['phase'],
  receivedBytes: number,
  totalBytes: number | undefined,
): void {
  options.onProgress?.({ phase, receivedBytes, totalBytes });
}
