/** A pretend publisher: its keys want the passphrase `secret` when a test says so. */
import type { KeyOptions, PublishOperations, ReleaseOptions } from '../../../src/frontends/cli/publish-operations.ts';
import type { NoticesReport, RepositoryReport, RoleState } from '../../../src/publish/reports.ts';
import type { LifecycleEntry } from '../../../src/update/repository.ts';

const TIMESTAMP: RoleState = {
  role: 'timestamp',
  version: 7,
  expires: '2026-01-06T00:00:00.000Z',
  keys: 1,
  threshold: 1,
};

export const REPOSITORY: RepositoryReport = {
  roles: [{ ...TIMESTAMP, role: 'root', version: 1, keys: 3, threshold: 2 }, TIMESTAMP],
  releases: [
    {
      number: 1040,
      channel: 'stable',
      released: '2026-01-03T03:00:00.000Z',
      engineRange: '*',
      signatures: 363_440,
      bytes: 41_400_000,
      deltas: [{ from: 1039, bytes: 206_060 }],
      withdrawn: 'hits\nthe kernel',
      rollout: undefined,
    },
    {
      number: 1041,
      channel: 'stable',
      released: '2026-01-04T03:00:00.000Z',
      engineRange: '>=1.0.0',
      signatures: 363_441,
      bytes: 41_400_000,
      deltas: [],
      withdrawn: undefined,
      rollout: { start: '2026-01-04T03:00:00.000Z', hours: 24 },
    },
  ],
  lifecycle: [{ engine: '<1.6.0', ends: '2027-03-31', lastPattern: 2400, moveTo: '>=1.6.0' }],
  withdrawn: [{ number: 1003, reason: 'old', at: '2025-01-01T00:00:00.000Z' }],
  problems: [],
  warnings: [],
};

export class FakePublisher implements PublishOperations {
  readonly calls: unknown[][];
  encrypted = false;
  repository = REPOSITORY;

  constructor(calls: unknown[][]) {
    this.calls = calls;
  }

  async init(directory: string, keys: KeyOptions) {
    this.calls.push(['init', directory, keys]);
    return {
      directory,
      publicDirectory: `${directory}/public`,
      keyDirectory: `${directory}/keys`,
      rootFile: `${directory}/public/root.json`,
      minisignPublicKey: 'RWQabc',
      keys: { root: ['a', 'b', 'c'], targets: ['d'] },
      warnings: [],
    };
  }
  async release(directory: string, sources: readonly string[], options: ReleaseOptions) {
    this.#sign('release', options, directory, sources);
    return {
      number: options.number ?? 1042,
      previous: 1041,
      channel: options.channel,
      released: options.released,
      engineRange: options.engineRange ?? '*',
      contentDigest: 'ab'.repeat(32),
      signatures: 363_442,
      full: { path: 'targets/pattern/1042.npf', bytes: 41_400_000 },
      deltas: [{ path: 'targets/pattern/1041-1042.delta', bytes: 206_060, from: 1041 }],
      changes: { added: Array.from({ length: 60 }, (_, at) => `New.${at}`), removed: [], changed: ['Other'] },
      skipped: 2,
      warnings: ['New.1 hits /usr/bin/ls'],
      elapsedMs: 9000,
    };
  }
  async refresh(directory: string, keys: KeyOptions) {
    this.#sign('refresh', keys, directory);
    return { roles: REPOSITORY.roles, renewed: ['timestamp'], warnings: ['root expires in 20 days'] };
  }
  async withdraw(directory: string, number: number, reason: string, keys: KeyOptions) {
    return this.#notices('withdraw', keys, directory, number, reason);
  }
  async setLifecycle(
    directory: string,
    entries: readonly LifecycleEntry[],
    keys: KeyOptions & { readonly force: boolean },
  ) {
    return { ...this.#notices('setLifecycle', keys, directory, entries), lifecycle: entries };
  }
  async rotate(directory: string, key: string, keys: KeyOptions) {
    this.#sign('rotate', keys, directory, key);
    return { key, added: ['cd'.repeat(32)], removed: ['ab'.repeat(32)], roles: REPOSITORY.roles, warnings: [] };
  }
  async verify() {
    return this.repository;
  }
  async list() {
    return this.repository;
  }
  async serve(directory: string, { port }: { readonly port: number }) {
    this.calls.push(['serve', directory, port]);
    return {
      url: `http://127.0.0.1:${port || 8080}/`,
      close: async () => {
        this.calls.push(['close']);
      },
    };
  }

  #notices(operation: string, keys: KeyOptions, ...more: unknown[]): NoticesReport {
    this.#sign(operation, keys, ...more);
    return { version: 3, lifecycle: REPOSITORY.lifecycle, withdrawn: REPOSITORY.withdrawn, warnings: [] };
  }

  #sign(operation: string, keys: KeyOptions, ...more: unknown[]): void {
    this.calls.push([operation, ...more, keys]);
    if (!this.encrypted || keys.passphrase === 'secret') return;
    throw Object.assign(new Error('patterns-ab.pem: expected a passphrase'), { code: 'PUBLISH_PASSPHRASE' });
  }
}
