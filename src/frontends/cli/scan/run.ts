/**
 * `engine scan`: from targets to a report and an exit code.
 */
import type { GlobOptions } from '../../../files/globs.ts';
import { TreeSize } from '../../../files/tree-size.ts';
import type { WalkOptions } from '../../../files/walk.ts';
import type { EngineInfo, EngineOptions } from '../../../scan/options.ts';
import { codeOf, messageOf } from '../errors.ts';
import { untilInterrupted } from '../interruption.ts';
import type { CliIo } from '../io.ts';
import type { Operations, ScanEngine } from '../operations.ts';
import type { Screen } from '../screen.ts';
import {
  refuseStalePatterns,
  tellSkippedSignatures,
  warnOfCacheTrouble,
  warnOfFactoryPatterns,
  warnOfStalePatterns,
} from '../warnings.ts';
import { shownPath } from './lines.ts';
import { OrderedRun } from './ordered.ts';
import { Progress } from './progress.ts';
import { Report, type ReportOptions } from './report.ts';
import type { ScanResult } from './result.ts';
import {
  bytesOfOneFile,
  canCountAhead,
  checkTargets,
  type ScanItem,
  scanItems,
  startPaths,
  type TargetOptions,
} from './targets.ts';
import { UnofficialNames } from './unofficial.ts';

/** What one run does, all settings resolved. */
export interface ScanRequest {
  readonly targets: TargetOptions;
  readonly globs: GlobOptions;
  readonly engine: Partial<EngineOptions>;
  readonly threads: number;
  readonly report: ReportOptions;
  /** Names that are out of no signed database end in .UNOFFICIAL. */
  readonly unofficial: boolean;
  readonly progress: boolean;
  readonly allowUnscanned: boolean;
  /** Age of the patterns above which nothing is scanned; 0: none. */
  readonly failIfOlderThanMs: number;
}

/** Files in flight for each thread: a batch being searched, and one that waits (scan/pool.ts). */
const FILES_PER_THREAD = 32;
/** Results that may wait for a slow file before them; a few hundred bytes each. */
const REORDER_WINDOW = 8192;

/** @returns exit code */
export async function runScan(
  request: ScanRequest,
  io: CliIo,
  screen: Screen,
  operations: Operations,
): Promise<number> {
  checkTargets(request.targets);
  const run = new ScanRun(request, io, screen);
  const engine = await run.open(operations);
  if (engine === undefined) return io.interruption.reason as number;
  try {
    return await run.scan(engine, operations);
  } finally {
    // After Ctrl-C nobody wants to wait for a worker that is busy.
    if (!io.interruption.aborted) await engine.close();
  }
}

class ScanRun {
  readonly #request: ScanRequest;
  readonly #io: CliIo;
  readonly #screen: Screen;
  readonly #report: Report;
  /** Finished, whether shown or not. */
  readonly #done = { files: 0, bytes: 0 };

  constructor(request: ScanRequest, io: CliIo, screen: Screen) {
    this.#request = request;
    this.#io = io;
    this.#screen = screen;
    this.#report = new Report(request.report, io, screen);
  }

  /** @returns undefined when the run was interrupted meanwhile: the first use of a large set of signatures compiles for a while */
  async open(operations: Operations): Promise<ScanEngine | undefined> {
    const startedMs = performance.now();
    const waiting = setInterval(() => this.#screen.status(loadingLine(performance.now() - startedMs)), 500);
    try {
      const { engine: options, targets } = this.#request;
      const opening = operations.openEngine(options, bytesOfOneFile(targets));
      const engine = await untilInterrupted(opening, this.#io.interruption);
      if (engine) await warnOfFactoryPatterns(engine.info, this.#request.engine, operations, this.#screen);
      return engine;
    } catch (error) {
      this.#report.failed(messageOf(error));
      throw error;
    } finally {
      clearInterval(waiting);
      this.#screen.status('');
    }
  }

  async scan(engine: ScanEngine, operations: Operations): Promise<number> {
    this.#refuseStalePatterns(engine.info);
    warnOfStalePatterns(engine.info, this.#io.now(), this.#screen);
    warnOfCacheTrouble(engine.info, this.#screen);
    if (this.#request.report.lines.verbose) tellSkippedSignatures(engine.info, this.#screen);
    this.#report.start(engine.info);
    const startedMs = performance.now();
    const { unofficial, engine: choice } = this.#request;
    await this.#scanAll(engine, unofficial ? new UnofficialNames(engine.info, choice, operations) : undefined);
    return this.#finish(engine.info, performance.now() - startedMs);
  }

  #refuseStalePatterns(info: EngineInfo): void {
    try {
      refuseStalePatterns(info, this.#io.now(), this.#request.failIfOlderThanMs);
    } catch (error) {
      this.#report.failed(messageOf(error));
      throw error;
    }
  }

  async #scanAll(engine: ScanEngine, names: UnofficialNames | undefined): Promise<void> {
    const signal = this.#io.interruption;
    const walkOptions = await this.#walkOptions();
    const run = new OrderedRun<ScanItem, ScanResult>((item) => this.#scanOne(engine, item), {
      concurrency: this.#request.threads * FILES_PER_THREAD,
      window: REORDER_WINDOW,
      signal,
    });
    const progress = this.#showProgress(run, walkOptions);
    try {
      const items = scanItems(startPaths(this.#request.targets, this.#io), walkOptions);
      for await (const result of run.results(items)) {
        this.#report.result(names === undefined ? result : await names.mark(result));
        await this.#screen.drained();
      }
    } catch (error) {
      // A list of paths that breaks off: what came before it was scanned, and the summary says so.
      this.#report.trouble(messageOf(error));
    } finally {
      progress?.stop();
    }
  }

  async #walkOptions(): Promise<WalkOptions> {
    const { globs } = this.#request;
    const signal = this.#io.interruption;
    if (globs.include.length + globs.exclude.length + globs.excludeDirectories.length === 0) return { signal };
    // Loaded only when there is a glob: picomatch costs 10 ms of a start of 150 ms.
    const filter = (await import('../../../files/globs.ts')).pathFilter(globs);
    return { signal, ...(filter && { filter }) };
  }

  #scanOne(engine: ScanEngine, item: ScanItem): Promise<ScanResult> | ScanResult {
    if (item.kind !== 'file' && item.kind !== 'stdin') return item;
    const options = { signal: this.#io.interruption };
    const scanning =
      item.kind === 'stdin' ? engine.scanStream(this.#io.stdin, options) : engine.scanFile(item.path, options);
    return scanning.then(
      (verdict): ScanResult => {
        this.#done.files++;
        this.#done.bytes += verdict.size;
        return { kind: 'verdict', path: item.path, verdict };
      },
      (error: unknown): ScanResult => {
        this.#done.files++;
        if (this.#io.interruption.aborted) return { kind: 'interrupted' };
        return { kind: 'error', path: item.path, code: codeOf(error), message: messageOf(error) };
      },
    );
  }

  #showProgress(run: OrderedRun<ScanItem, ScanResult>, walkOptions: WalkOptions): Progress | undefined {
    if (!this.#screen.isWatched || !this.#request.progress) return undefined;
    const total = new TreeSize();
    const { targets } = this.#request;
    if (canCountAhead(targets)) {
      // Only an estimate: what is wrong with a path is told by the scan itself.
      total.count(startPaths(targets, this.#io), walkOptions).catch(() => {});
    }
    const done = this.#done;
    const source = {
      get files() {
        return done.files;
      },
      get bytes() {
        return done.bytes;
      },
      get path() {
        return run.oldest && shownPath(run.oldest.path);
      },
    };
    return new Progress(this.#screen, source, total);
  }

  #finish(info: EngineInfo, scanMs: number): number {
    const { tally } = this.#report;
    const interrupted = this.#io.interruption.aborted;
    this.#report.summary({ tally, info, scanMs, now: this.#io.now(), interrupted, exitCode: this.#exitCode() });
    this.#report.close();
    return this.#exitCode();
  }

  #exitCode(): number {
    const { interruption } = this.#io;
    return interruption.aborted ? interruption.reason : this.#report.tally.exitCode(this.#request);
  }
}

/** Sources of 200,000 signatures are compiled in half a minute; after that they come out of the cache. */
function loadingLine(elapsedMs: number): string {
  if (elapsedMs < 2000) return 'loading the patterns …';
  return `loading the patterns … ${Math.floor(elapsedMs / 1000)} s (new ones are compiled once)`;
}
