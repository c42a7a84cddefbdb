/** Work that nobody waits for any more. */

/**
 * The outcome of the work, or undefined as soon as the signal comes. The work goes on, unseen: the process is about to end.
 *
 * @throws what the work rejects with before that
 */
export function untilInterrupted<T>(work: Promise<T>, interruption: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (interruption.aborted) resolve(undefined);
    interruption.addEventListener('abort', () => resolve(undefined), { once: true });
    work.then(resolve, reject);
  });
}
