/** What the thread of a trial does, step by step. */
import {
  type CompiledImage,
  namedSignatures,
  readImageHeader,
  type Signature,
} from '../../../native-free-engine/index.ts';
import { decompress } from '../../host/host.ts';
import type { TrialReport } from '../../store/staging.ts';
import { openCacheDirectory } from '../cache-directory.ts';
import { compileSources } from '../compile-image.ts';
import { ScanError } from '../errors.ts';
import { encodeSummary, imageIdentityOf, type SourceCounts, summarize } from '../image-file.ts';
import { keepImage } from '../image-places.ts';
import { findSourceFiles } from '../source-files.ts';
import { type LoadedSource, loadSource } from '../source-reader.ts';
import { scanClean, timingSamples } from './clean.ts';
import { loadImage } from './image.ts';
import { imageBytesOf } from './memory.ts';
import { MustFindSample } from './must-find.ts';
import { Quarantine } from './quarantine.ts';
import { findSlow, suspectsOf } from './time.ts';
import type { TrialTask } from './trial.ts';

/** Everybody reads the images of a store. */
const IMAGE_MODE = 0o644;
const IMAGE_DIRECTORY_MODE = 0o755;

/** @throws {ScanError} the codes of `createTrial` */
export async function runTrial(task: TrialTask): Promise<TrialReport> {
  const startedMs = performance.now();
  const trial = new TrialRun(task);
  for (let round = 1; ; round++) {
    const compiled = trial.compile();
    await trial.examine(compiled);
    if (trial.isSettled) {
      trial.keep(compiled);
      const { signatures } = readImageHeader(compiled.image.bytes);
      return { ...trial.figures, signatures, elapsedMs: performance.now() - startedMs };
    }
    if (round === task.limits.maxRounds) trial.giveUp(round);
    trial.writeQuarantine();
  }
}

interface Compiled {
  readonly image: CompiledImage;
  readonly counts: readonly SourceCounts[];
  readonly sources: readonly LoadedSource[];
  readonly mustFind: MustFindSample;
}

class TrialRun {
  readonly #task: TrialTask;
  readonly #patterns: LoadedSource;
  readonly #total: number;
  readonly #quarantine: Quarantine;
  /** Signatures that the last compilation left out by the list. */
  #listed = 0;
  #samples = 0;
  #compileMs = 0;

  constructor(task: TrialTask) {
    this.#task = task;
    this.#patterns = load(task.staged.path);
    const header = this.#patterns.patternFile?.header;
    if (header?.number !== task.staged.number) {
      const message = `${task.staged.path}: expected pattern ${task.staged.number}, got ${header?.number ?? 'no pattern file'}`;
      throw new ScanError('SCAN_PATTERNS', message);
    }
    this.#total = header.counts.body + header.counts.hash;
    this.#quarantine = new Quarantine(task.strict, task.limits);
  }

  /** Whether the image that was compiled last holds nothing that must be left out. */
  get isSettled(): boolean {
    return this.#quarantine.size === this.#listed;
  }

  get figures(): Pick<TrialReport, 'samples' | 'compileMs' | 'quarantine'> {
    return { samples: this.#samples, compileMs: this.#compileMs, quarantine: this.#quarantine.list() };
  }

  /** Leaves out what is in quarantine, and what takes too much memory while it is read. */
  compile(): Compiled {
    const startedMs = performance.now();
    const sources = [this.#patterns];
    if (this.#quarantine.size > 0) sources.push(load(this.#task.staged.quarantinePath));
    this.#listed = this.#quarantine.size;
    const mustFind = new MustFindSample(this.#patterns.patternFile!.header.counts, this.#task.limits.mustFind);
    const accept = (signature: Signature): boolean => {
      if (!this.#fits(signature)) return false;
      mustFind.offer(signature);
      return true;
    };
    const { image, counts } = compileSources(sources, { accept });
    this.#compileMs += performance.now() - startedMs;
    return { image, counts, sources, mustFind };
  }

  #fits(signature: Signature): boolean {
    const { name } = signature;
    const { maxImageBytes } = this.#task.limits;
    // The list leaves it out, and counts it.
    if (this.#quarantine.has(name)) return true;
    const bytes = imageBytesOf(signature, maxImageBytes);
    if (bytes <= maxImageBytes) return true;
    const detail = `it takes ${bytes} bytes of the compiled patterns; expected at most ${maxImageBytes}`;
    this.#quarantine.add({ name, reason: 'memory', detail });
    return false;
  }

  /** @throws {ScanError} `SCAN_TRIAL_MISSED`, `SCAN_TRIAL_QUARANTINE` */
  async examine({ image, mustFind }: Compiled): Promise<void> {
    const { clean, limits } = this.#task;
    const isNew = (name: string): boolean => !this.#quarantine.has(name);
    const content = this.#patterns.patternFile!.content(decompress);
    const suspects = namedSignatures(content, new Set(suspectsOf(image.report, limits).filter(isNew)));
    for (const slow of findSlow(suspects, await timingSamples(clean), limits)) this.#quarantine.add(slow);
    const loaded = loadImage(image);
    const found = mustFind.verify(loaded, image.skipped);
    const { objects, findings } = await scanClean(loaded, clean);
    this.#samples = found + objects;
    for (const finding of findings) this.#quarantine.add(finding);
    this.#quarantine.verifyShare(this.#total);
  }

  writeQuarantine(): void {
    this.#quarantine.write(this.#task.staged.quarantinePath);
  }

  /** @throws {ScanError} `SCAN_TRIAL_STORE` */
  keep({ image: { bytes }, counts, sources }: Compiled): void {
    const { imageDirectory } = this.#task.staged;
    const access = openCacheDirectory(imageDirectory, IMAGE_DIRECTORY_MODE);
    if (!access.usable) throw new ScanError('SCAN_TRIAL_STORE', access.reason);
    const identity = imageIdentityOf(sources.map(({ digest }) => digest));
    const parts = [bytes, encodeSummary(bytes, summarize(bytes, counts))];
    if (keepImage(imageDirectory, identity, parts, IMAGE_MODE)) return;
    throw new ScanError('SCAN_TRIAL_STORE', `${imageDirectory}: the compiled patterns cannot be written`);
  }

  giveUp(rounds: number): never {
    const message = `quarantine: expected an end after ${rounds} rounds, got new signatures to leave out each time`;
    throw new ScanError('SCAN_TRIAL_QUARANTINE', message);
  }
}

/** @throws {ScanError} `SCAN_PATTERNS` */
function load(path: string): LoadedSource {
  return loadSource(findSourceFiles([path]).files[0]!);
}
