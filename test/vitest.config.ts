export default {
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests compile signatures or run commands; the machine may be small and busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};
