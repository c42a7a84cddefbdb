/** A thread that tells a store to leave a pattern that made workers crash. It waits for the store's lock and for the disk. */
import { PatternStore } from '../store/store.ts';
import { answerThread } from './thread.ts';

export interface LeaveTask {
  readonly directory: string;
  /** Pattern number. */
  readonly number: number;
  /** One sentence. */
  readonly reason: string;
}

/** @returns true; fails when the store cannot be written */
await answerThread(({ directory, number, reason }: LeaveTask): true => {
  const store = PatternStore.open(directory);
  // Another engine may have done so already, or the store may have moved on.
  if (store.view().active?.number === number) store.rollback(reason);
  else store.markBad(number, reason);
  return true;
});
