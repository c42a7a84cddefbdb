/** See lock-holder.ts. Says `held` when it has the lock, `refused` when it does not get it. */
import { takeLock, takeSharedLock } from '../../src/files/lock.ts';
import { holdPattern } from '../../src/store/hold.ts';

const [kind, what = '', user = ''] = process.argv.slice(2);
if (user !== '') {
  process.setgid?.(Number(user));
  process.setuid?.(Number(user));
}
const release = take();
process.stdout.write(release ? 'held\n' : 'refused\n');
setInterval(() => release?.name, 1000);

function take(): (() => void) | undefined {
  if (kind === 'exclusive') return takeLock(what, 0);
  if (kind === 'shared') return takeSharedLock(what, 0);
  const colon = what.lastIndexOf(':');
  return holdPattern(what.slice(0, colon), Number(what.slice(colon + 1)));
}
