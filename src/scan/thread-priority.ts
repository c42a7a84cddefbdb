/** Work in the background that must not slow down work in the foreground. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** As `nice` counts: a thread of 0 gets three times as much of a core. */
const BACKGROUND = 5;

/** Lowers the priority of this thread, for good. Only Linux has priorities of threads; elsewhere nothing happens. */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    // `4711/task/4713`
    const thread = Number(readlinkSync('/proc/thread-self').split('/')[2]);
    if (Number.isSafeInteger(thread) && thread !== process.pid) setPriority(thread, BACKGROUND);
  } catch {
    // No /proc.
  }
}
