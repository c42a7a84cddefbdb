/** A publisher, a server, a store: made for each test, gone after it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { readStore } from '../../../src/store/read.ts';
import type { TrialReport } from '../../../src/store/staging.ts';
import { PatternStore } from '../../../src/store/store.ts';
import type { StoreView } from '../../../src/store/view.ts';
import type { ImportOptions, UpdateOptions } from '../../../src/update/options.ts';
import type { UpdateOutcome } from '../../../src/update/outcome.ts';
import { importRepository, updateOnce } from '../../../src/update/update.ts';
import { Forge, NOW_MS } from './forge.ts';
import { LyingServer } from './lying-server.ts';

const FAST_DIRECTORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const PASSED: TrialReport = { signatures: 1, samples: 2, compileMs: 1, elapsedMs: 2, quarantine: [] };

/** Faults show soon; the defaults are for slow lines. */
export const QUICK = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 5000,
  bodyTimeoutMs: 10_000,
  metadataDeadlineMs: 30_000,
  targetDeadlineMs: 60_000,
  minBytesPerSecond: 100,
  rateWindowMs: 1000,
  retries: 1,
  retryDelayMs: 5,
};

export class Scene {
  readonly directory = mkdtempSync(join(FAST_DIRECTORY, 'sigwall-update-'));
  readonly forge = new Forge();
  readonly store = join(this.directory, 'store');
  readonly rootFile = join(this.directory, 'root.json');
  nowMs = NOW_MS;
  #servers: LyingServer[] = [];
  #server: LyingServer | undefined;

  constructor() {
    writeFileSync(this.rootFile, this.forge.rootFile);
  }

  get server(): LyingServer {
    return this.#server!;
  }

  async serve(
    files: ReadonlyMap<string, Buffer> = this.forge.files,
    tls?: { key: string; cert: string },
  ): Promise<LyingServer> {
    const server = await LyingServer.start(files, tls);
    // The pretended time.
    server.headers.date = new Date(NOW_MS).toUTCString();
    this.#servers.push(server);
    this.#server ??= server;
    return server;
  }

  options(more: Partial<UpdateOptions> = {}): UpdateOptions {
    return {
      store: this.store,
      url: this.#server?.url,
      rootFile: this.rootFile,
      engineVersion: '1.0.0',
      machineId: 'machine',
      clock: () => this.nowMs,
      trial: async () => PASSED,
      limits: QUICK,
      environment: {},
      ...more,
    };
  }

  update(more: Partial<UpdateOptions> = {}): Promise<UpdateOutcome> {
    return updateOnce(this.options(more));
  }

  import(directory: string, more: Partial<ImportOptions> = {}): Promise<UpdateOutcome> {
    return importRepository({ ...this.options(), directory, ...more });
  }

  /** `kind` and number, or the code: what most tests ask. */
  async result(more: Partial<UpdateOptions> = {}): Promise<string> {
    return resultOf(() => this.update(more));
  }

  view(): StoreView {
    return readStore(this.store)!;
  }

  active(): number | undefined {
    return readStore(this.store)?.active?.number;
  }

  open(): PatternStore {
    return PatternStore.open(this.store, { now: () => this.nowMs });
  }

  trust(name: string): string {
    return join(this.store, 'trust', name);
  }

  /** Version in a trusted file. */
  version(role: string): number {
    return JSON.parse(readFileSync(this.trust(`${role}.json`), 'utf8')).signed.version;
  }

  async remove(): Promise<void> {
    for (const server of this.#servers) await server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function withScene(): () => Scene {
  let scene: Scene | undefined;
  afterEach(async () => {
    await scene?.remove();
    scene = undefined;
  });
  return () => {
    scene ??= new Scene();
    return scene;
  };
}

export async function resultOf(act: () => Promise<UpdateOutcome>): Promise<string> {
  try {
    const outcome = await act();
    if (outcome.kind === 'updated') return `updated ${outcome.number}`;
    return outcome.kind === 'waiting' ? `waiting ${outcome.reason}` : outcome.kind;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
