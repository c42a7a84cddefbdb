/**
 * Conformance: every body signature of the real sources against clamscan, over objects built from it.
 *
 * ```
 * lines ─► shuffled by the seed ─► batches: own directory in memory, objects ─► engine scan and clamscan, once each ─► tally ─► bench/report/
 * ```
 * npm run conformance -- [--sample N] [--seed S]     the sources, or N lines of them
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../plants/random.ts';
import { findClamscan } from '../scan/clamscan.ts';
import { ourEngine } from '../scan/ours.ts';
import { type BatchItem, type Engines, runBatch } from './batch.ts';
import { benign } from './benign.ts';
import { casesFor } from './cases.ts';
import { hashForms } from './hash-forms.ts';
import { conformanceSources, readLines, type SignatureLine } from './lines.ts';
import { refusedByPeer } from './refused.ts';
import { writeReport } from './report.ts';
import { type Entry, Tally } from './tally.ts';

export interface ConformanceOptions {
  /** Lines to take; undefined for all. */
  readonly sample: number | undefined;
  readonly seed: number;
  /** Signatures of one batch. */
  readonly batch: number;
  /** Batches at a time. */
  readonly jobs: number;
  /** Near misses of each signature at most. */
  readonly nearMisses: number;
  /** The built command of ours; undefined for that of dist/. */
  readonly engine: string | undefined;
  /** Where the directories of the batches stay; undefined: nowhere. */
  readonly keep: string | undefined;
  /** Only sources whose name holds this. */
  readonly source: string;
  /** Only signatures for this target. */
  readonly target: number | undefined;
  /** An earlier report: only what is not simply agreed there. */
  readonly again: string | undefined;
  /** Directory of the report; undefined for bench/report. */
  readonly report: string | undefined;
}

const DEFAULTS: ConformanceOptions = {
  sample: undefined,
  seed: 1,
  batch: 3000,
  jobs: 3,
  nearMisses: 4,
  engine: undefined,
  keep: undefined,
  source: '',
  target: undefined,
  again: undefined,
  report: undefined,
};

const MEMORY = '/dev/shm';
/** A run that is ended early leaves a report of what was done. */
const REPORT_EVERY = 5;

/** @returns the tally, or why nothing can be compared here */
export async function conformance(changes: Partial<ConformanceOptions> = {}): Promise<Tally | string> {
  const options = { ...DEFAULTS, ...changes };
  const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'conformance-'));
  try {
    const engines = enginesIn(directory, options);
    return typeof engines === 'string' ? engines : await new Run(options, engines, directory).all();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function enginesIn(directory: string, { engine }: ConformanceOptions): Engines | string {
  const peer = findClamscan(['--disable-cache']);
  if (typeof peer === 'string') return peer;
  const ours = ourEngine(join(directory, 'cache'), engine);
  return typeof ours === 'string' ? ours : { ours, peer };
}

class Run {
  readonly #options: ConformanceOptions;
  readonly #engines: Engines;
  readonly #directory: string;
  readonly #tally = new Tally();
  readonly #startedMs = performance.now();
  #done = 0;
  #batches = 0;

  constructor(options: ConformanceOptions, engines: Engines, directory: string) {
    this.#options = options;
    this.#engines = engines;
    this.#directory = directory;
  }

  async all(): Promise<Tally | string> {
    const { paths, missing } = conformanceSources();
    for (const path of missing) process.stderr.write(`SKIPPED: ${path} is missing\n`);
    if (paths.length === 0) return 'the shared data is not beside the checkout: no signature to compare';
    this.#tally.hashForms.push(...(await hashForms(this.#engines, join(this.#directory, 'hashes'))));
    const lines = this.#chosen(paths);
    await this.#skipped(lines.filter(({ signature }) => !signature));
    const readable = lines.filter(({ signature }) => signature !== undefined);
    const { batch, jobs } = this.#options;
    const batches = Array.from({ length: Math.ceil(readable.length / batch) }, (_, i) =>
      readable.slice(i * batch, (i + 1) * batch),
    );
    const next = batches.values();
    // All of them take from one iterator: each batch is done once.
    await Promise.all(Array.from({ length: jobs }, () => this.#work(next, lines.length)));
    this.#report(lines.length);
    return this.#tally;
  }

  #chosen(paths: readonly string[]): SignatureLine[] {
    const lines: SignatureLine[] = [];
    for (const path of paths) for (const line of readLines(path, lines.length)) lines.push(line);
    const { sample, seed, source, target, again } = this.#options;
    const isWanted = again === undefined ? () => true : openIn(again);
    const isFor = ({ signature }: SignatureLine): boolean => target === undefined || signature?.target === target;
    return new Random(seed)
      .shuffled(lines.filter((line) => line.source.includes(source) && isFor(line) && isWanted(line)))
      .slice(0, sample ?? lines.length);
  }

  async #skipped(lines: readonly SignatureLine[]): Promise<void> {
    const refused = await refusedByPeer(lines, this.#engines.peer, join(this.#directory, 'skipped'));
    for (const line of lines) this.#tally.addSkipped(line, refused.has(line.id));
    this.#done += lines.length;
  }

  async #work(batches: Iterable<readonly SignatureLine[]>, signatures: number): Promise<void> {
    for (const lines of batches) {
      const number = ++this.#batches;
      const { seed, nearMisses, keep } = this.#options;
      const items: BatchItem[] = lines.map((line) => ({
        line,
        cases: casesFor(line.signature!, { seed: seed * 1_000_003 + Number(line.id.slice(1)), nearMisses }),
      }));
      const directory = join(keep ?? this.#directory, `batch-${number}`);
      mkdirSync(directory, { recursive: true });
      this.#tally.add(items, await runBatch(items, this.#engines, directory, keep !== undefined));
      this.#done += lines.length;
      if (number % REPORT_EVERY === 0) this.#report(signatures);
    }
  }

  #report(signatures: number): void {
    const facts = {
      signatures,
      done: this.#done,
      seed: this.#options.seed,
      seconds: (performance.now() - this.#startedMs) / 1000,
      node: process.version,
      peer: this.#engines.peer.version,
      date: new Date().toISOString().slice(0, 10),
    };
    const path = writeReport(this.#tally, facts, this.#options.report);
    console.log(`${facts.done} of ${signatures} signatures, ${Math.round(facts.seconds)} s, ${path}`);
    for (const [outcome, count] of this.#tally.outcomes) console.log(`  ${outcome}: ${count}`);
    const open = this.#tally.unscanned.filter(({ askedType }) => askedType === undefined);
    console.log(
      `  objects not looked at whole: ${open.length}, and ${this.#tally.unscanned.length - open.length} that are containers`,
    );
  }
}

/** @throws {Error} when it is no report */
function openIn(path: string): (line: SignatureLine) => boolean {
  const { entries } = JSON.parse(readFileSync(path, 'utf8')) as { readonly entries: readonly Entry[] };
  const places = new Set(entries.map(({ source, line }) => `${source}:${line}`));
  return ({ source, line }) => places.has(`${source}:${line}`);
}

const USAGE = `usage: npm run conformance -- [--sample N] [--seed S] [--near-misses N] [--source NAME] [--target N] [--batch N] [--jobs N]
                               [--engine dist/src/bin/engine.js] [--keep DIR] [--report DIR] [--again REPORT.json]
       npm run conformance -- benign [--only /usr|libwine|wordpress|mails]

  --sample N         N signatures of the sources instead of all
  --seed S           of the sample and of the objects (default ${DEFAULTS.seed})
  --source NAME      only sources whose name holds this, as main.ldb
  --target N         only signatures for this target, 0 to 12
  --again REPORT     only the signatures that an earlier report (a .json) lists
  --near-misses N    of each signature at most (default ${DEFAULTS.nearMisses})
  --batch N          signatures that engine scan gets at once (default ${DEFAULTS.batch})
  --jobs N           batches at a time (default ${DEFAULTS.jobs})
  --engine FILE      another build than that of dist/
  --keep DIR         keeps sources and objects of the batches there
  --report DIR       where conformance.md and .json go (default bench/report)

The sources lie in ../shared/data; without them, or without clamscan, nothing is compared (exit 2). What is open is exit 1.`;

/** @throws {Error} with what is wrong */
function readOptions(args: readonly string[]): Partial<ConformanceOptions> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: String(DEFAULTS.seed) },
      batch: { type: 'string', default: String(DEFAULTS.batch) },
      jobs: { type: 'string', default: String(DEFAULTS.jobs) },
      'near-misses': { type: 'string', default: String(DEFAULTS.nearMisses) },
      engine: { type: 'string' },
      keep: { type: 'string' },
      source: { type: 'string', default: '' },
      target: { type: 'string' },
      report: { type: 'string' },
      again: { type: 'string' },
    },
  });
  return {
    sample: values.sample === undefined ? undefined : integer('--sample', values.sample, 1),
    seed: integer('--seed', values.seed, 0),
    batch: integer('--batch', values.batch, 1),
    jobs: integer('--jobs', values.jobs, 1),
    nearMisses: integer('--near-misses', values['near-misses'], 0),
    engine: values.engine,
    keep: values.keep,
    source: values.source,
    target: values.target === undefined ? undefined : integer('--target', values.target, 0),
    report: values.report,
    again: values.again,
  };
}

function readOnly(args: readonly string[]): string | undefined {
  return parseArgs({ args: [...args], options: { only: { type: 'string' } } }).values.only;
}

function integer(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${flag}: expected an integer from ${least} on, got ${text}`);
  }
  return value;
}

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if ([command, ...rest].some((each) => each === '--help' || each === '-h')) {
    console.log(USAGE);
    return 0;
  }
  const result =
    command === 'benign'
      ? await benign(readOnly(rest))
      : await conformance(readOptions(command === undefined ? [] : [command, ...rest]));
  if (typeof result === 'string') {
    console.error(`SKIPPED: ${result}`);
    return 2;
  }
  if (typeof result === 'boolean') return result ? 0 : 1;
  return result.isOpen ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (cause) {
    console.error(`${cause instanceof Error ? cause.message : cause}\n${USAGE}`);
    process.exitCode = 2;
  }
}
