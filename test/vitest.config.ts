import { availableParallelism } from 'node:os';

export default {
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests wait, for a child or for a clock: a core that is left to the runner has nothing to do.
    maxWorkers: availableParallelism(),
    // Some tests compile signatures or run commands; the machine may be small and busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};
