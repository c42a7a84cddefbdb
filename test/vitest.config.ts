export default {
  test: {
    include: ['test/**/*.test.ts'],
    // These two need all rooms, src/main.ts and src/index.ts: to be taken in, by removing this line, when those exist.
    exclude: ['test/package/package.test.ts', 'test/rooms/rooms.test.ts'],
    // Some tests compile signatures or run commands; the machine may be small and busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};
