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
} as unknown as Operations;

const exitCode = await runCli(process.argv.slice(2), processIo(), operations);
// Not process.exitCode: a worker that still searches, or a directory that does not answer, must not hold the shell.
process.exit(exitCode);
