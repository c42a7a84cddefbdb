/**
 * Tells when patterns may have changed: the file system says so, and now and then in any case, since network file systems say nothing.
 *
 * Never keeps the process alive. What has changed, and whether anything has, is for others to find out: it asks once too often rather than once too seldom.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { PatternChoice } from './options.ts';

export interface WatchTimes {
  /** Files that are being written are left alone for so long. */
  readonly quietMs: number;
  /** But a place that never comes to rest is looked at all the same. */
  readonly patienceMs: number;
  /** Between looks when nothing was heard. */
  readonly pollMs: number;
}

const TIMES: WatchTimes = { quietMs: 250, patienceMs: 5000, pollMs: 60_000 };

export class SourceWatch {
  readonly #choice: Required<PatternChoice>;
  readonly #onChange: () => void;
  readonly #times: WatchTimes;
  readonly #poll: NodeJS.Timeout;
  /** By what was named. */
  readonly #watched = new Map<string, Watched>();
  #quiet: NodeJS.Timeout | undefined;
  /** When something was first heard that was not told yet. */
  #heardMs = 0;

  constructor(choice: Required<PatternChoice>, onChange: () => void, times: WatchTimes = TIMES) {
    this.#choice = choice;
    this.#onChange = onChange;
    this.#times = times;
    this.#listen();
    // What changed before anybody listened.
    this.#hear();
    this.#poll = setInterval(() => this.#tell(), times.pollMs).unref();
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#quiet);
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  /** Directories come and go, and what comes under an old name is another: looked after at each look. */
  #listen(): void {
    const { patterns, store } = this.#choice;
    for (const place of patterns.length > 0 ? patterns : [store]) {
      const now = watchedPlace(resolve(place));
      const before = this.#watched.get(place);
      if (before && before.directory === now?.directory && before.identity === now.identity) continue;
      before?.watcher.close();
      this.#watched.delete(place);
      if (now) this.#watch(place, now);
    }
  }

  #watch(place: string, where: WatchedPlace): void {
    try {
      const watcher = watch(where.directory, { persistent: false }, (_, changed) => {
        if (where.name === undefined || changed === null || changed === where.name) this.#hear();
      });
      // The directory is gone, or the file system gave up on it: the clock has to do until it is back.
      watcher.on('error', () => {
        watcher.close();
        if (this.#watched.get(place)?.watcher === watcher) this.#watched.delete(place);
      });
      this.#watched.set(place, { ...where, watcher });
    } catch {
      // Not ours to read, or too many are watched.
    }
  }

  #hear(): void {
    const now = performance.now();
    if (this.#quiet === undefined) this.#heardMs = now;
    clearTimeout(this.#quiet);
    const { quietMs, patienceMs } = this.#times;
    const waitMs = Math.max(0, Math.min(quietMs, this.#heardMs + patienceMs - now));
    this.#quiet = setTimeout(() => this.#tell(), waitMs).unref();
  }

  #tell(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#listen();
    this.#onChange();
  }
}

interface WatchedPlace {
  readonly directory: string;
  /** Tells it from another directory of that name. */
  readonly identity: string;
  /** The one entry that matters; undefined: all do. */
  readonly name: string | undefined;
}
interface Watched extends WatchedPlace {
  readonly watcher: FSWatcher;
}

/** A directory with all that is in it; of a file, and of what is not there, the place where it would appear. @returns undefined when that is not there */
function watchedPlace(path: string): WatchedPlace | undefined {
  const own = identityOf(path);
  if (own !== undefined) return { directory: path, identity: own, name: undefined };
  const directory = dirname(path);
  const identity = identityOf(directory);
  return identity === undefined ? undefined : { directory, identity, name: basename(path) };
}

/** @returns undefined when it is no directory */
function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}
