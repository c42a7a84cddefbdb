/** One line on stderr while a person watches an update: what it is doing, and how much of that is done. */
import type { Screen } from '../screen.ts';
import { formatBytes, formatRate } from '../units.ts';
import type { UpdateProgress } from '../update-operations.ts';

const REDRAW_MS = 100;
/** What is over by then shows no line at all. */
const FIRST_DRAW_MS = 400;

const PHASES: Readonly<Record<UpdateProgress['phase'], string>> = {
  metadata: 'looking for a newer pattern file',
  download: 'downloading',
  trial: 'trying out the new patterns',
  install: 'installing',
};

export class UpdateProgressLine {
  readonly #screen: Screen;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #progress: UpdateProgress = { phase: 'metadata', receivedBytes: 0, totalBytes: undefined };
  #phaseStartedMs = this.#startedMs;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  report(progress: UpdateProgress): void {
    if (progress.phase !== this.#progress.phase) this.#phaseStartedMs = performance.now();
    this.#progress = progress;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#screen.status('');
  }

  #draw(): void {
    const nowMs = performance.now();
    if (nowMs - this.#startedMs < FIRST_DRAW_MS) return;
    const line = updateProgressLine(this.#progress, nowMs - this.#phaseStartedMs);
    this.#screen.status([...line].slice(0, this.#screen.columns - 1).join(''));
  }
}

/** `downloading · 1.2 of 41.4 MB · 2 % · 12.0 MB/s`, `trying out the new patterns · 3 s` */
export function updateProgressLine(progress: UpdateProgress, elapsedMs: number): string {
  const { phase, receivedBytes, totalBytes } = progress;
  if (phase !== 'download') return `${PHASES[phase]} · ${Math.floor(elapsedMs / 1000)} s`;
  const isKnown = totalBytes !== undefined && totalBytes > 0;
  const parts = [
    PHASES.download,
    isKnown ? `${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}` : formatBytes(receivedBytes),
    isKnown ? `${Math.min(100, Math.floor((receivedBytes / totalBytes) * 100))} %` : undefined,
    formatRate(receivedBytes, elapsedMs),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
