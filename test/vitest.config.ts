export default {
  test: {
    include: ['test/**/*.test.ts'],
    // Waits for one line of native-free-engine/scanner/hashes.ts, which exports what another file holds; then this goes.
    exclude: ['test/rooms/rooms.test.ts'],
    // Some tests compile signatures or run commands; the machine may be small and busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};
