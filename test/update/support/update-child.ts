/** One update in a process of its own, to be killed: `update-child.ts STORE URL ROOT [trial]`; with `trial` it kills itself in the middle of one. */
import { updateOnce } from '../../../src/update/update.ts';
import { NOW_MS } from './forge.ts';

const [store, url, rootFile, point] = process.argv.slice(2) as [string, string, string, string?];
await updateOnce({
  store,
  url,
  rootFile,
  engineVersion: '1.0.0',
  machineId: 'machine',
  clock: () => NOW_MS,
  environment: {},
  trial: async () => {
    if (point === 'trial') process.kill(process.pid, 'SIGKILL');
    return { signatures: 1, samples: 2, compileMs: 1, elapsedMs: 2, quarantine: [] };
  },
});
