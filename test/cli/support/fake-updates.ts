/** A pretend updater: gives the outcome that a test laid down, and remembers what it was asked. */
import type {
  HealthOptions,
  ImportRequest,
  ScheduleRequest,
  UpdateOperations,
  UpdateRequest,
} from '../../../src/frontends/cli/update-operations.ts';
import type { Health, Notice, UpdateMemory, UpdateOutcome } from '../../../src/update/outcome.ts';
import { kept } from './fake-store.ts';

export const CURRENT: UpdateOutcome = {
  kind: 'current',
  checked: '2026-01-04T00:00:00.000Z',
  newest: 1040,
  active: kept(1040),
  requests: 2,
  receivedBytes: 469,
  elapsedMs: 120,
  notices: [],
  support: { kind: 'supported' },
};

export const UPDATED: UpdateOutcome = {
  ...CURRENT,
  kind: 'updated',
  newest: 1041,
  active: kept(1041),
  requests: 4,
  receivedBytes: 206_060,
  elapsedMs: 4210,
  from: 1039,
  number: 1041,
  by: 'delta',
  path: [1039, 1040, 1041],
  fallback: undefined,
  trial: {
    signatures: 363_441,
    samples: 24,
    compileMs: 2000,
    elapsedMs: 3000,
    quarantine: [{ name: 'Bad.\nOne', reason: 'clean-corpus', detail: 'hits /usr/bin/ls' }],
  },
  pruned: [1036],
};

export const MEMORY: UpdateMemory = {
  url: 'https://patterns.example.org/',
  mirrors: [],
  channel: 'stable',
  lastCheck: { at: '2026-01-03T23:17:00.000Z', ok: true, code: 'UPDATE_CURRENT', message: 'current' },
  lastGood: '2026-01-03T23:17:00.000Z',
  nextCheck: '2026-01-04T00:17:00.000Z',
  support: { kind: 'supported' },
  withdrawn: [],
  notices: [],
};

export class FakeUpdates implements UpdateOperations {
  readonly calls: unknown[][];
  outcome: UpdateOutcome = CURRENT;
  /** Thrown instead, once each. */
  failures: Error[] = [];
  remembered: UpdateMemory | undefined;
  judged: Health = { state: 'ok', summary: 'pattern 1040', perfdata: [], problems: [] };
  /** How often a schedule comes round before it waits for its signal. */
  rounds = 0;

  constructor(calls: unknown[][]) {
    this.calls = calls;
  }

  async update({ signal: _, onProgress, ...request }: UpdateRequest) {
    this.calls.push(['update', request]);
    onProgress?.({ phase: 'download', receivedBytes: 1_200_000, totalBytes: 41_400_000 });
    return this.#result();
  }
  async importFrom({ signal: _, onProgress: __, ...request }: ImportRequest) {
    this.calls.push(['import', request]);
    return this.#result();
  }
  async memory() {
    return this.remembered;
  }
  async health(store: string, options: HealthOptions) {
    this.calls.push(['health', store, options]);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return { health: this.judged, line: `${this.judged.state.toUpperCase()}: ${this.judged.summary} | age=86400s` };
  }
  async schedule({ every, update, onNext, signal }: ScheduleRequest) {
    this.calls.push(['schedule', every]);
    onNext(new Date('2026-01-04T00:17:00Z'));
    for (let round = 0; round < this.rounds; round++) await update(signal).catch(() => {});
    await new Promise<void>((resolve) => {
      if (signal.aborted || this.rounds > 0) resolve();
      signal.addEventListener('abort', () => resolve());
    });
  }
  async noteNextCheck(store: string, at: Date | undefined) {
    this.calls.push(['noteNextCheck', store, at]);
  }
  async notify(store: string, program: string, notices: readonly Notice[]) {
    this.calls.push(['notify', store, program, notices]);
    return notices.length > 1 ? [`${program}: expected exit code 0, got 7`] : [];
  }

  #result(): UpdateOutcome {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return this.outcome;
  }
}
