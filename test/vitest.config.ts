import { availableParallelism } from 'node:os';

// Node takes the types out of TypeScript in WebAssembly that calls JavaScript, in each thread that a test starts. After 1,000 calls V8 makes such a call
// faster, and while threads come and go it ends the process now and then when it gives back what it used before ("Check failed: jit_page.has_value()" under
// Runtime_TierUpWasmToJSWrapper, https://github.com/nodejs/node/issues/64500; 3 of 48 runs of test/scan/trial.test.ts on a busy machine). Not in what is
// built: there are no types to take out, and the kernel calls no JavaScript.
const isConcerned = Number(process.versions.node.split('.')[0]) >= 24;

export default {
  test: {
    execArgv: isConcerned ? ['--wasm-wrapper-tiering-budget=2147483647'] : [],
    include: ['test/**/*.test.ts'],
    // Many tests wait, for a child or for a clock: a core that is left to the runner has nothing to do.
    maxWorkers: availableParallelism(),
    // No limits, but an end of what hangs: the machine may be small and busy with other things.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
  },
};
