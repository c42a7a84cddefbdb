/** When the next check is planned, for whoever asks: the schedule notes it beside what the updates note. */

import { join } from 'node:path';
import { takeLock } from '../files/lock.ts';
import { UPDATE_LOCK } from '../store/layout.ts';
import { readUpdaterState, writeUpdaterState } from './memory.ts';

/**
 * Notes it in update.json. Where an update is at work just now, or none was ever run, nothing is noted: a time that is shown to people is not worth more.
 *
 * @param at undefined: none is planned any more
 * @throws {StoreError} when it cannot be written
 */
export function noteNextCheck(store: string, at: Date | undefined): void {
  const unlock = takeLock(join(store, UPDATE_LOCK), 0);
  try {
    const state = unlock && readUpdaterState(store);
    if (state) writeUpdaterState(store, { ...state, nextCheck: at?.toISOString() });
  } finally {
    unlock?.();
  }
}
