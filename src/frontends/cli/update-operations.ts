/** What the command asks of the updater: bring pattern files, remember, judge, come again. */
import type { Health, Notice, UpdateMemory, UpdateOutcome } from '../../update/outcome.ts';

export interface UpdateOperations {
  /** Looks for a newer pattern file, tries it out, makes it the active one. Rejects when it could not find out, or what came was no good. */
  update(request: UpdateRequest): Promise<UpdateOutcome>;
  /** The same from a repository in a directory: a CD, a USB stick. */
  importFrom(request: ImportRequest): Promise<UpdateOutcome>;
  /** What earlier updates left; undefined when there was none. */
  memory(store: string): Promise<UpdateMemory | undefined>;
  /** Whether the patterns are what they should be. Without the network. */
  health(store: string, options: HealthOptions): Promise<{ readonly health: Health; readonly line: string }>;
  /** Runs `update` at its times until the signal. Rejects when `every` is no schedule. */
  schedule(request: ScheduleRequest): Promise<void>;
  /** For whoever asks when the next check is; undefined: none is planned any more. */
  noteNextCheck(store: string, at: Date | undefined): Promise<void>;
  /** Runs the program for each notice that it has not had yet. @returns why one did not get through, a sentence each */
  notify(store: string, program: string, notices: readonly Notice[]): Promise<readonly string[]>;
}

/** What updating and importing have in common. Undefined: what an earlier update remembers, or the default of the product. */
export interface UpdateCommon {
  readonly store: string;
  /** Path of the publisher's root.json. */
  readonly rootFile: string | undefined;
  readonly channel: string | undefined;
  readonly keep: number | undefined;
  /** Directories of files that are known to be clean. */
  readonly clean: readonly string[];
  /** One bad signature refuses the whole pattern file. */
  readonly strict: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: ((progress: UpdateProgress) => void) | undefined;
}

export interface UpdateRequest extends UpdateCommon {
  readonly url: string | undefined;
  readonly mirrors: readonly string[] | undefined;
  /** Not to wait for this machine's turn in a staged roll-out. */
  readonly now: boolean;
  readonly checkOnly: boolean;
  readonly proxy: string | undefined;
  /** Path of a PEM file. */
  readonly ca: string | undefined;
}

export interface ImportRequest extends UpdateCommon {
  readonly directory: string;
  /** ISO 8601: when the medium was made. Takes the place of the clock for what has an expiry. */
  readonly mediaDate: string | undefined;
}

export interface UpdateProgress {
  readonly phase: 'metadata' | 'download' | 'trial' | 'install';
  readonly receivedBytes: number;
  /** Undefined as long as it is not known. */
  readonly totalBytes: number | undefined;
}

export interface HealthOptions {
  readonly nowMs: number;
  /** Age of the active pattern file; undefined: the defaults of the product. */
  readonly warnAgeMs: number | undefined;
  readonly critAgeMs: number | undefined;
}

export interface ScheduleRequest {
  readonly store: string;
  /** `daily`, `hourly`, or the five fields of cron. */
  readonly every: string;
  /** Rejects when it failed: then the next one comes sooner. Undefined: stopped meanwhile. */
  readonly update: (signal: AbortSignal) => Promise<UpdateOutcome | undefined>;
  /** Told when the time of the next one is known. */
  readonly onNext: (at: Date) => void;
  readonly signal: AbortSignal;
}
