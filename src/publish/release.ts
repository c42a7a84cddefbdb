/** `publish release`: sources become the next pattern file of the fleet. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';
import { type FullCustom, fullName, TARGETS_PATH } from '../update/repository.ts';
import { publishEdits } from './commit.ts';
import { Contents, readContent } from './contents.ts';
import { changesSince, deltaBases, type MadeDelta, makeDelta, type NewPattern, offeredIn } from './deltas.ts';
import { PublishError } from './errors.ts';
import { requireUnexpired } from './expiry.ts';
import { MINISIG, targetPath } from './layout.ts';
import { entryOf, type FullEntry, fullsOf, withdrawnNumbers } from './listing.ts';
import type { TargetEntry } from './metadata.ts';
import { minisignFile } from './minisign.ts';
import { openMinisignKey, trustedComment } from './minisign-key.ts';
import { nextNumber } from './numbers.ts';
import { pruneRepository } from './prune.ts';
import { type Publisher, withPublisher } from './publisher.ts';
import { checkTerms, type ReleaseOptions, type ReleaseTerms } from './release-options.ts';
import type { PublishedFile, ReleaseReport } from './reports.ts';
import { retained } from './retention.ts';
import { isoSeconds } from './roles.ts';

/**
 * Nothing is visible before timestamp.json is replaced, which comes last. The same sources, number and time of release give the same bytes.
 *
 * @param sources pattern sources, or directories of them
 * @throws {PublishError}; what `compile` and `selfTest` reject with, before anything was written
 */
export async function release(
  directory: string,
  sources: readonly string[],
  options: ReleaseOptions,
): Promise<ReleaseReport> {
  const startedMs = performance.now();
  const terms = checkTerms(options);
  return withPublisher(directory, options, async (publisher) => {
    requireUnexpired(publisher.repository, ['root', 'targets'], options.now);
    // All keys before the work: it takes seconds, and one that is missing fails it.
    const minisign = openMinisignKey(publisher.layout, options.passphrase);
    for (const role of ['patterns', 'snapshot', 'timestamp'] as const) publisher.signers(role);
    const number = nextNumber(publisher.repository, options.number);
    const made = await make(publisher, sources, number, terms, options);
    const plan = planOf(publisher, made, terms);
    const contents = new Contents(publisher.repository.publicDirectory, publisher.repository.entries);
    const changes = changesSince(contents, plan.previous, made.content);
    const deltas = plan.bases.flatMap((base) => makeDelta(contents, base, made) ?? []);
    const full = fullEntry(made, terms, options.now);
    const minisig = minisignFile(made.file, trustedComment(full.custom), minisign);
    writeTargets(publisher.repository.publicDirectory, made.file, minisig, full, deltas);
    publish(publisher, [full, ...deltas.map(({ entry }) => entry)], options.now);
    return {
      number,
      previous: plan.previous?.custom.number,
      channel: terms.channel,
      released: terms.released,
      engineRange: terms.engineRange,
      contentDigest: made.header.contentDigest,
      signatures: full.custom.signatures,
      full: publishedFile(full),
      deltas: deltas.map(({ entry, from }) => ({ ...publishedFile(entry), from })),
      changes,
      skipped: made.skipped,
      warnings: [
        ...made.warnings,
        ...sameContent(made, plan.previous),
        ...pruneRepository(publisher.layout, options.now),
      ],
      elapsedMs: performance.now() - startedMs,
    };
  });
}

interface MadePattern extends NewPattern {
  readonly file: Buffer;
  readonly skipped: number;
  readonly warnings: readonly string[];
}

/** Compiles, and tries out what came of it, outside of what the web server shows. */
async function make(
  { layout }: Publisher,
  sources: readonly string[],
  number: number,
  terms: ReleaseTerms,
  { compile, selfTest, findCleanHits, clean }: ReleaseOptions,
): Promise<MadePattern> {
  mkdirSync(layout.incoming, { mode: 0o700 });
  const output = join(layout.incoming, `${number}.npf`);
  const { channel, released, engineRange } = terms;
  const { skipped } = await compile(sources, { output, number, channel, released, engineRange });
  try {
    await selfTest(output);
  } catch (cause) {
    const message = `${number}: the self-test failed, so it was not published: ${(cause as Error).message}`;
    throw new PublishError('PUBLISH_SELF_TEST', message, { cause });
  }
  const hits = clean.length === 0 ? [] : await findCleanHits([output], clean);
  const file = readFileSync(output);
  const warnings = hits.map(({ name, file }) => `${name} hits a clean file: ${file}`);
  return { ...readContent(file), file, bytes: file.length, skipped: skipped.length, warnings };
}

interface Plan {
  /** What the fleet has now, in this channel. */
  readonly previous: FullEntry | undefined;
  readonly bases: readonly FullEntry[];
}

function planOf({ repository }: Publisher, { header }: MadePattern, { channel, released }: ReleaseTerms): Plan {
  const withdrawn = withdrawnNumbers(repository.notices);
  // Only what is below: a number that was asked for is above all others anyway.
  const fulls = fullsOf(repository.entries).filter(({ custom }) => custom.number < header.number);
  return {
    previous: offeredIn(fulls, withdrawn, channel).at(-1),
    bases: deltaBases(fulls, withdrawn, channel, Date.parse(released)),
  };
}

function fullEntry({ file, header }: MadePattern, terms: ReleaseTerms, now: Date): FullEntry {
  const { channel, engineRange: engine, released, rolloutHours: hours } = terms;
  const custom: FullCustom = {
    kind: 'full',
    number: header.number,
    released,
    channel,
    engine,
    signatures: header.counts.body + header.counts.hash,
    contentBytes: header.contentBytes,
    contentDigest: header.contentDigest,
    // A field that is undefined cannot be signed.
    ...(hours === undefined ? {} : { rollout: { start: isoSeconds(now), hours } }),
  };
  return { ...entryOf(fullName(header.number), file, custom), custom };
}

function writeTargets(
  publicDirectory: string,
  file: Buffer,
  minisig: string,
  full: FullEntry,
  deltas: readonly MadeDelta[],
): void {
  const path = targetPath(publicDirectory, full.name);
  writeDurably(path, file);
  writeDurably(path + MINISIG, Buffer.from(minisig));
  for (const { entry, bytes } of deltas) writeDurably(targetPath(publicDirectory, entry.name), bytes);
}

function publish({ repository, signers }: Publisher, added: readonly TargetEntry[], now: Date): void {
  const patterns = retained([...repository.entries, ...added], withdrawnNumbers(repository.notices), now);
  publishEdits(repository, { patterns }, signers, now);
}

function publishedFile({ name, length }: TargetEntry): PublishedFile {
  return { path: `${TARGETS_PATH}/${name}`, bytes: length };
}

function sameContent({ header }: MadePattern, previous: FullEntry | undefined): readonly string[] {
  if (previous?.custom.contentDigest !== header.contentDigest) return [];
  return [`no changes: ${header.number} holds the same signatures as ${previous.custom.number}`];
}
