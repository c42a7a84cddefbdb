/**
 * Composition root of the command `engine`: puts the front end and the rooms that do the work together.
 *
 * Rooms are loaded when an operation needs them, so that `engine -v` and the help do not wait for the engine.
 */
import { setFlagsFromString } from 'node:v8';
import type { Operations } from './frontends/cli/operations.ts';
import { processIo } from './frontends/cli/process-io.ts';
import { runCli } from './frontends/cli/run.ts';

const operations: Operations = {
  async openEngine(options) {
    keepYoungHeapsSmall();
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
    view: async (directory) => (await import('./store/read.ts')).readStore(directory),
    use: notYet,
    rollback: notYet,
    pin: notYet,
    hold: notYet,
    prune: notYet,
    verify: notYet,
    compare: notYet,
    presence: notYet,
    details: notYet,
  },
  updates: {
    update: notYet,
    importFrom: notYet,
    memory: async () => undefined,
    health: notYet,
    schedule: notYet,
    notify: notYet,
  },
  publisher: {
    init: notYet,
    release: notYet,
    refresh: notYet,
    withdraw: notYet,
    setLifecycle: notYet,
    rotate: notYet,
    verify: notYet,
    list: notYet,
    serve: notYet,
  },
};

async function notYet(): Promise<never> {
  throw Object.assign(new Error('not built yet'), { code: 'NOT_YET' });
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
