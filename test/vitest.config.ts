import { availableParallelism } from 'node:os';

// V8 guards code pages with memory keys, where the processor has them, and loses count of the pages while instances of WebAssembly come and go in many
// workers ("Check failed: jit_page.has_value()", https://github.com/nodejs/node/issues/64500): it ends the process, once in some full runs.
const isGuarded = Number(process.versions.node.split('.')[0]) >= 24;

export default {
  test: {
    execArgv: isGuarded ? ['--no-memory-protection-keys'] : [],
    include: ['test/**/*.test.ts'],
    // Many tests wait, for a child or for a clock: a core that is left to the runner has nothing to do.
    maxWorkers: availableParallelism(),
    // Some tests compile signatures or run commands; the machine may be small and busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};
