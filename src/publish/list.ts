/** `publish list`: what is published, as its metadata has it. */
import { publicDirectoryOf } from './layout.ts';
import type { RepositoryReport } from './reports.ts';
import { readRepository } from './repository.ts';
import { reportOf } from './states.ts';

/**
 * Reads and verifies metadata alone, not the files that it names; needs no key.
 *
 * @param directory the publisher's, or a public one as a mirror has it
 * @throws {PublishError} `PUBLISH_NOT_ONE`, `PUBLISH_METADATA`, `PUBLISH_PATTERN_FILE`
 */
export async function listReleases(directory: string): Promise<RepositoryReport> {
  return { ...reportOf(readRepository(publicDirectoryOf(directory))), problems: [], warnings: [] };
}
