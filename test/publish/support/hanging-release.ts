/** Begins a release, says so, and never ends it. */
import { release } from '../../../src/publish/release.ts';

// A promise alone keeps no process alive.
setInterval(() => {}, 1000);
await release(process.argv[2]!, [], {
  channel: 'stable',
  clean: [],
  now: new Date(),
  compile: () => {
    process.stdout.write('compiling\n');
    return new Promise(() => {});
  },
  selfTest: async () => {},
  findCleanHits: async () => [],
});
