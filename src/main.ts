/**
 * Composition root of the command `engine`: puts the front end and the rooms that do the work together.
 *
 * Rooms are loaded when an operation needs them, so that `engine -v` and the help do not wait for the engine.
 */
import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Operations } from './frontends/cli/operations.ts';
import { processIo } from './frontends/cli/process-io.ts';
import { runCli } from './frontends/cli/run.ts';
import type { UpdateCommon } from './frontends/cli/update-operations.ts';
import type { PatternStore } from './store/store.ts';

/** A file of that size is scanned before a worker has come up. */
const BRIEF_BYTES = 262_144;

const operations: Operations = {
  async openEngine(options, fileBytes) {
    keepYoungHeapsSmall();
    if (fileBytes !== undefined && fileBytes <= BRIEF_BYTES)
      return (await import('./scan/brief-engine.ts')).BriefEngine.open(options);
    return (await import('./scan/engine.ts')).Engine.open(options);
  },
  patternInfo: async (options) => (await import('./scan/pattern-info.ts')).readPatternInfo(options),
  compile: async (sources, options) => (await import('./scan/compile.ts')).compilePatternFile(sources, options),
  async *findSignatures(choice, query) {
    yield* (await import('./scan/signatures.ts')).findSignatures(choice, query);
  },
  showSignature: async (choice, name) => (await import('./scan/signatures.ts')).showSignature(choice, name),
  testSignature: async (choice, name, file) => (await import('./scan/explain.ts')).testSignature(choice, name, file),
  explain: async (file, options) => (await import('./scan/explain.ts')).explainFile(file, options),
  store: {
    async view(directory) {
      const view = (await import('./store/read.ts')).readStore(directory);
      // That there is none, and that it may not be looked into, are two things.
      if (view === undefined && existsSync(directory)) await access(directory, constants.R_OK | constants.X_OK);
      return view;
    },
    use: async (directory, number) => (await openStore(directory)).use(number),
    rollback: async (directory) => (await openStore(directory)).rollback(),
    pin: async (directory, number) => (await openStore(directory)).pin(number),
    hold: async (directory, until) => (await openStore(directory)).hold(until),
    prune: async (directory, keep) => (await openStore(directory)).prune(keep),
    verify: async (directory) => (await import('./store/verify.ts')).verifyStore(directory),
    compare: async (directory, from, to) => (await import('./store/compare.ts')).compareKept(directory, from, to),
    presence: async (directory, name) => (await import('./store/compare.ts')).presenceOf(directory, name),
    details: async (directory, number) => (await import('./store/compare.ts')).keptHeader(directory, number),
  },
  updates: {
    async update(request) {
      const { updateOnce } = await import('./update/update.ts');
      return updateOnce({ ...request, ...(await updaterOf(request)) });
    },
    async importFrom(request) {
      const { importRepository } = await import('./update/update.ts');
      return importRepository({ ...request, ...(await updaterOf(request)) });
    },
    memory: async (store) => (await import('./update/memory.ts')).readUpdateMemory(store),
    async health(store, { nowMs, warnAgeMs, critAgeMs }) {
      const [{ healthOf }, { healthLine }] = await Promise.all([
        import('./update/health.ts'),
        import('./update/health-line.ts'),
      ]);
      const health = healthOf({
        view: await operations.store.view(store),
        memory: await operations.updates.memory(store),
        engineVersion: await engineVersion(),
        nowMs,
        thresholds: { warnAgeMs, critAgeMs },
      });
      return { health, line: healthLine(health) };
    },
    async schedule({ store, every, update, onNext, signal }) {
      const { runSchedule } = await import('./update/schedule.ts');
      const { machineId } = await import('./update/machine-id.ts');
      const { wishAfter } = await import('./update/attempts.ts');
      const lastCheck = (await operations.updates.memory(store))?.lastCheck;
      await runSchedule({
        every,
        machineId: machineId(store),
        lastCheck: lastCheck && new Date(lastCheck.at),
        lastFailed: lastCheck?.ok === false,
        update: async (ending) => {
          const outcome = await update(ending);
          return outcome && wishAfter(outcome);
        },
        onNext,
        signal,
      });
    },
    noteNextCheck: async (store, at) => (await import('./update/next-check.ts')).noteNextCheck(store, at),
    notify: async (store, program, notices) =>
      (await import('./frontends/cli/update/told.ts')).tellProgram(store, program, notices),
  },
  publisher: {
    init: async (directory, keys) =>
      (await import('./publish/init.ts')).initRepository(directory, { ...keys, now: new Date() }),
    async release(directory, sources, { licence, ...options }) {
      const { release } = await import('./publish/release.ts');
      const { compilePatternFile } = await import('./scan/compile.ts');
      const { findCleanHits } = await import('./scan/trial/clean-corpus.ts');
      const compile: typeof compilePatternFile = (from, to) =>
        compilePatternFile(from, licence === undefined ? to : { ...to, licence });
      const rest = { now: new Date(), compile, selfTest: tryOut, findCleanHits };
      return release(directory, sources, { ...options, ...rest });
    },
    refresh: async (directory, keys) =>
      (await import('./publish/refresh.ts')).refresh(directory, { ...keys, now: new Date() }),
    withdraw: async (directory, number, reason, keys) =>
      (await import('./publish/notices.ts')).withdraw(directory, number, reason, { ...keys, now: new Date() }),
    setLifecycle: async (directory, entries, options) =>
      (await import('./publish/notices.ts')).setLifecycle(directory, entries, { ...options, now: new Date() }),
    rotate: async (directory, key, keys) =>
      (await import('./publish/rotate.ts')).rotateKey(directory, key, { ...keys, now: new Date() }),
    verify: async (directory) => (await import('./publish/verify.ts')).verifyRepository(directory, { now: new Date() }),
    list: async (directory) => (await import('./publish/list.ts')).listReleases(directory),
    serve: async (directory, options) => (await import('./publish/serve.ts')).serveRepository(directory, options),
  },
};

async function openStore(directory: string): Promise<PatternStore> {
  return (await import('./store/store.ts')).PatternStore.open(directory);
}

/** What the updater needs of the other rooms. */
async function updaterOf({ store, clean, strict }: UpdateCommon) {
  const { createTrial } = await import('./scan/trial/trial.ts');
  const { machineId } = await import('./update/machine-id.ts');
  const { PRODUCT_VERSION } = await import('./scan/assets.ts');
  return {
    engineVersion: await engineVersion(),
    productVersion: PRODUCT_VERSION,
    machineId: machineId(store),
    trial: createTrial({ clean, strict }),
  };
}

/** Before a release: what every consumer would leave out must not go out. Leaves nothing behind. */
async function tryOut(patternFile: string): Promise<void> {
  const { createTrial } = await import('./scan/trial/trial.ts');
  const directory = await mkdtemp(join(dirname(patternFile), 'trial-'));
  const number = Number.parseInt(basename(patternFile), 10);
  const staged = { number, path: patternFile, quarantinePath: join(directory, 'quarantine.ign2') };
  try {
    await createTrial({ clean: [], strict: true })({ ...staged, imageDirectory: join(directory, 'images') }, undefined);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function engineVersion(): Promise<string> {
  return (await import('../native-free-engine/index.ts')).ENGINE_VERSION;
}

/**
 * A scan leaves a handful of short-lived objects for each file, and V8 answers by letting the young heap of every thread grow. 40,000
 * files on two threads: peak 415 MB, with this 155 MB, and no slower (two shared cores, Node 24.21, 2026-11). Node 22 takes no notice
 * (255 MB either way). Before the workers start: they inherit it.
 */
function keepYoungHeapsSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

const exitCode = await runCli(process.argv.slice(2), processIo(), operations);
// Not process.exitCode: a worker that still searches, or a directory that does not answer, must not hold the shell.
process.exit(exitCode);
