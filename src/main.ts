/**
 * Composition root of the command `engine`: puts the front end and the rooms that do the work together.
 *
 * Rooms are loaded when an operation needs them, so that `engine -v` and the help do not wait for the engine.
 */
import type { Operations } from './frontends/cli/operations.ts';
import { processIo } from './frontends/cli/process-io.ts';
import { runCli } from './frontends/cli/run.ts';

const operations: Operations = {
  openEngine: async (options) => (await import('./scan/engine.ts')).Engine.open(options),
  patternInfo: async (options) => (await import('./scan/pattern-info.ts')).readPatternInfo(options),
  compile: async (sources, options) => (await import('./scan/compile.ts')).compilePatternFile(sources, options),
  async *findSignatures(patterns, query) {
    yield* (await import('./scan/signatures.ts')).findSignatures(patterns, query);
  },
  showSignature: async (patterns, name) => (await import('./scan/signatures.ts')).showSignature(patterns, name),
  testSignature: async (patterns, name, file) =>
    (await import('./scan/explain.ts')).testSignature(patterns, name, file),
  explain: async (file, options) => (await import('./scan/explain.ts')).explainFile(file, options),
};

const exitCode = await runCli(process.argv.slice(2), processIo(), operations);
// Not process.exitCode: a worker that still searches, or a directory that does not answer, must not hold the shell.
process.exit(exitCode);
