/** What the command asks of the publisher. Every operation names the directory of the repository (`public/` and `keys/` in it). */
import type {
  InitReport,
  NoticesReport,
  RefreshReport,
  ReleaseReport,
  RepositoryReport,
  RotateReport,
} from '../../publish/reports.ts';
import type { LifecycleEntry } from '../../update/repository.ts';

export interface PublishOperations {
  init(directory: string, keys: KeyOptions): Promise<InitReport>;
  release(directory: string, sources: readonly string[], options: ReleaseOptions): Promise<ReleaseReport>;
  /** Signs the timestamp again, so that consumers see that nothing is withheld from them. */
  refresh(directory: string, keys: KeyOptions): Promise<RefreshReport>;
  withdraw(directory: string, number: number, reason: string, keys: KeyOptions): Promise<NoticesReport>;
  setLifecycle(
    directory: string,
    entries: readonly LifecycleEntry[],
    options: KeyOptions & { /** Also an end that is less than half a year ahead. */ readonly force: boolean },
  ): Promise<NoticesReport>;
  /** A new key in the place of the old one. */
  rotate(directory: string, key: string, keys: KeyOptions): Promise<RotateReport>;
  /** Checks everything. The directory may be the public one alone. */
  verify(directory: string): Promise<RepositoryReport>;
  /** Only reads. */
  list(directory: string): Promise<RepositoryReport>;
  serve(directory: string, options: { readonly port: number }): Promise<RepositoryServer>;
}

export interface KeyOptions {
  /** Undefined: keys are not encrypted, or none that is needed is. */
  readonly passphrase: string | undefined;
}

export interface ReleaseOptions extends KeyOptions {
  /** Undefined: the next one. */
  readonly number: number | undefined;
  readonly channel: string;
  readonly rolloutHours: number | undefined;
  /** SemVer range; undefined: every engine. */
  readonly engineRange: string | undefined;
  /** Of all sources; undefined: unknown. */
  readonly licence: string | undefined;
  /** ISO 8601, UTC. */
  readonly released: string;
  /** Directories of files that are known to be clean. */
  readonly clean: readonly string[];
}

export interface RepositoryServer {
  readonly url: string;
  close(): Promise<void>;
}
