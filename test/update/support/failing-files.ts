/** System calls that fail from the n-th on. */
import { type DurableFiles, nodeFiles } from '../../../src/files/durable.ts';

type Call = keyof DurableFiles;
/** These need no room. */
const FREE: readonly Call[] = ['open', 'sync', 'close', 'unlink', 'removeDirectory', 'rename', 'setMode'];

export interface FailingFiles {
  readonly files: DurableFiles;
  /** Calls that were made. */
  calls(): number;
}

/**
 * @param at the call that fails first, from 1 on; 0: none
 * @param how `dead`: that call and all later ones, as after a kill. `full`: those that take room, with ENOSPC
 */
export function failingFiles(at: number, how: 'dead' | 'full'): FailingFiles {
  let calls = 0;
  const wrap = (name: Call) =>
    ((...parameters: never[]) => {
      calls++;
      const isOver = at > 0 && calls >= at && (how === 'dead' || !FREE.includes(name));
      if (isOver)
        throw how === 'dead'
          ? new Error('dead')
          : Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return (nodeFiles[name] as (...parameters: never[]) => unknown)(...parameters);
    }) as never;
  const files = Object.fromEntries(Object.keys(nodeFiles).map((name) => [name, wrap(name as Call)]));
  return { files: files as unknown as DurableFiles, calls: () => calls };
}
