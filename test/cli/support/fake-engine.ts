/** The command with the pretend product behind it, as a process of its own: for signals, pipes and permissions. */
import { processIo } from '../../../src/frontends/cli/process-io.ts';
import { runCli } from '../../../src/frontends/cli/run.ts';
import { FakeOperations } from './fake-operations.ts';

const operations = new FakeOperations();
// The clock is the real one here, and old patterns would be told.
operations.released = new Date().toISOString();
const code = await runCli(process.argv.slice(2), processIo(), operations);
if (process.env.SHOW_PEAK) console.error(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
process.exit(code);
