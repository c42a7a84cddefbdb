/**
 * One line on stderr while a person watches: how much is done, how fast, how long it will take, and on what.
 *
 * `1,204 of 9,910 files · 1.2 of 8.1 GB · 14 % · 312.0 MB/s · 0:22 left · …/lib/libwine.so`
 */
import type { TreeSize } from '../../../files/tree-size.ts';
import type { Screen } from '../screen.ts';
import { displayWidth, shortenPath } from '../text.ts';
import { formatBytes, formatClock, formatCount, formatRate } from '../units.ts';

const REDRAW_MS = 100;
/** A scan that is over by then shows no line at all. */
const FIRST_DRAW_MS = 400;
/** The estimate follows changes of speed within about that time. */
const SMOOTHING_MS = 10_000;
/** Opening a file costs about as much as searching so many bytes; makes the estimate honest for trees of small files. */
const FILE_COST_BYTES = 64 * 1024;
/** Shorter than that a path says nothing. */
const MIN_PATH_COLUMNS = 12;

/** What the line shows; read at each drawing. */
export interface ProgressSource {
  readonly files: number;
  readonly bytes: number;
  /** The path being scanned, escaped. */
  readonly path: string | undefined;
}

export class Progress {
  readonly #screen: Screen;
  readonly #source: ProgressSource;
  readonly #total: TreeSize;
  readonly #startedMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #lastWork = 0;
  #workPerMs: number | undefined;

  /** @param total counted meanwhile; as long as it is not complete no time is told */
  constructor(screen: Screen, source: ProgressSource, total: TreeSize) {
    this.#screen = screen;
    this.#source = source;
    this.#total = total;
    this.#startedMs = this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#screen.status('');
  }

  #draw(): void {
    const nowMs = performance.now();
    if (nowMs - this.#startedMs < FIRST_DRAW_MS) return;
    this.#measure(nowMs);
    const elapsedMs = this.#lastMs - this.#startedMs;
    this.#screen.status(progressLine(this.#source, this.#total, elapsedMs, this.#leftMs(nowMs), this.#screen.columns));
  }

  /**
   * Exponential average of the speed: new values weigh as much as the time they stand for.
   *
   * A file counts when it is done, so nothing is measured while none is: one of a gigabyte would look like a scan that stands still.
   */
  #measure(nowMs: number): void {
    const work = workOf(this.#source);
    if (work === this.#lastWork) return;
    const elapsedMs = nowMs - this.#lastMs;
    const speed = (work - this.#lastWork) / elapsedMs;
    const weight = 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
    // At the start the average of all there was is better than the first tenth of a second.
    this.#workPerMs =
      this.#workPerMs === undefined || nowMs - this.#startedMs < SMOOTHING_MS
        ? work / (nowMs - this.#startedMs)
        : this.#workPerMs + weight * (speed - this.#workPerMs);
    this.#lastMs = nowMs;
    this.#lastWork = work;
  }

  /** Undefined as long as it cannot be told, and when the estimate has run out. */
  #leftMs(nowMs: number): number | undefined {
    if (!this.#total.complete || !this.#workPerMs) return undefined;
    const leftMs = (workOf(this.#total) - this.#lastWork) / this.#workPerMs - (nowMs - this.#lastMs);
    return leftMs < 0 ? undefined : leftMs;
  }
}

/** The line itself, never wider than `columns` − 1: the last column makes some terminals wrap. */
export function progressLine(
  done: ProgressSource,
  total: Pick<TreeSize, 'files' | 'bytes' | 'complete'>,
  elapsedMs: number,
  leftMs: number | undefined,
  columns: number,
): string {
  // While the tree is still being counted its numbers are lower bounds; a list from standard input is never counted.
  const of = (part: string, whole: string) => (total.complete ? `${part} of ${whole}` : part);
  const share = total.complete && workOf(total) > 0 ? Math.min(1, workOf(done) / workOf(total)) : undefined;
  const parts = [
    `${of(formatCount(done.files), formatCount(total.files))} files`,
    of(formatBytes(done.bytes), formatBytes(total.bytes)),
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    formatRate(done.bytes, elapsedMs) ?? '',
    ...(leftMs === undefined ? [] : [`${formatClock(leftMs)} left`]),
  ];
  return fitted(parts, done.path, columns - 1);
}

function fitted(parts: readonly string[], path: string | undefined, columns: number): string {
  const line = parts.join(' · ');
  const room = columns - displayWidth(line) - 3;
  if (room < 0) return [...line].slice(0, columns).join('');
  return path === undefined || room < MIN_PATH_COLUMNS ? line : `${line} · ${shortenPath(path, room)}`;
}

function workOf({ files, bytes }: { readonly files: number; readonly bytes: number }): number {
  return bytes + files * FILE_COST_BYTES;
}
