/** Begins a release, says so, and never ends it. */
import { release } from '../../../src/publish/release.ts';

// A promise alone keeps no process alive; and one that nobody can settle any more is collected, with the lock that the release behind it holds.
const never = Promise.withResolvers<never>();
setInterval(() => never.resolve, 1000);
await release(process.argv[2]!, [], {
  channel: 'stable',
  clean: [],
  now: new Date(),
  compile: () => {
    process.stdout.write('compiling\n');
    return never.promise;
  },
  selfTest: async () => {},
  findCleanHits: async () => [],
});
