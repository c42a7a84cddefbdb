/**
 * `publish verify`: everything that a consumer will check, and what it cannot see, on the publisher's directory or on a mirror.
 *
 * Nothing here stops at the first thing that is wrong: each is one sentence.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expiryWarning, leftMs } from './expiry.ts';
import { findPrivateKey, layoutOf, publicDirectoryOf, publicPaths, ROOT_FILE, requireKeysPrivate } from './layout.ts';
import type { RepositoryReport } from './reports.ts';
import { type Repository, readRepository, readRoot, versionsOf } from './repository.ts';
import { ROLES } from './roles.ts';
import { reportOf } from './states.ts';
import { targetProblems } from './verify-targets.ts';

const NOTHING: RepositoryReport = {
  roles: [],
  releases: [],
  lifecycle: [],
  withdrawn: [],
  problems: [],
  warnings: [],
};

/**
 * @param directory the publisher's, or a public one as a mirror has it
 * @throws {PublishError} `PUBLISH_NOT_ONE`
 */
export async function verifyRepository(directory: string, { now }: { readonly now: Date }): Promise<RepositoryReport> {
  const publicDirectory = publicDirectoryOf(directory);
  const problems = [...privacyProblems(directory, publicDirectory), ...rootProblems(publicDirectory)];
  let repository: Repository;
  try {
    repository = readRepository(publicDirectory);
  } catch (error) {
    return { ...NOTHING, problems: [...problems, sentence(error)] };
  }
  const expiries = ROLES.flatMap((role) => {
    const text = expiryWarning(repository, role, now);
    return text === undefined ? [] : [{ text, isOver: leftMs(repository, role, now) <= 0 }];
  });
  problems.push(...expiries.filter(({ isOver }) => isOver).map(({ text }) => text));
  problems.push(...targetProblems(repository));
  const warnings = expiries.filter(({ isOver }) => !isOver).map(({ text }) => text);
  return { ...reportOf(repository), problems: [...new Set(problems)], warnings };
}

function privacyProblems(directory: string, publicDirectory: string): string[] {
  const problems = [...strangers(publicDirectory)];
  const layout = layoutOf(directory);
  try {
    if (existsSync(layout.publicDirectory)) requireKeysPrivate(layout);
    const key = findPrivateKey(publicDirectory);
    if (key !== undefined) problems.push(`${key}: expected no private key where a web server looks`);
  } catch (error) {
    problems.push(sentence(error));
  }
  return problems;
}

/** Links may lead out of what is meant to be shown. */
function* strangers(directory: string): Generator<string> {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) yield* strangers(path);
    else if (!stats.isFile()) yield `${path}: expected a regular file or a directory`;
  }
}

/** A consumer with an old root walks over all of them. */
function rootProblems(publicDirectory: string): string[] {
  const { metadata } = publicPaths(publicDirectory);
  const problems: string[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.push(sentence(error));
    }
  };
  const versions = versionsOf(metadata, 'root');
  versions.forEach((version, i) => {
    // Named once; what it leaves unsigned says so itself.
    if (version !== i + 1 && versions[i - 1] === i) problems.push(`${metadata}: expected ${i + 1}.root.json, got none`);
    attempt(() => readRoot(metadata, version));
  });
  attempt(() => {
    const newest = readFileSync(join(metadata, `${versions.at(-1)}.root.json`));
    const path = join(publicDirectory, ROOT_FILE);
    if (!readFileSync(path).equals(newest)) problems.push(`${path}: expected a copy of ${versions.at(-1)}.root.json`);
  });
  return problems;
}

function sentence(error: unknown): string {
  return (error as Error).message;
}
