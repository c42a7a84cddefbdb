/**
 * Loaded into every thread of the soak (`--import`): collects garbage when it is told to, and says what is left.
 *
 * A worker that waits for work runs no event loop, so it is asked where it begins to wait: in `Atomics.wait`.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';

const NAME = 'soak';
const MAX_THREADS = 64;

/** What all threads share: the round that is asked for, and by thread the round that it has answered and the bytes that it holds. */
interface Shared {
  readonly round: Int32Array;
  readonly answered: Int32Array;
  readonly held: Float64Array;
}

const shared: Shared = isMainThread
  ? {
      round: new Int32Array(new SharedArrayBuffer(4)),
      answered: new Int32Array(new SharedArrayBuffer(4 * MAX_THREADS)),
      held: new Float64Array(new SharedArrayBuffer(8 * MAX_THREADS)),
    }
  : (getEnvironmentData(NAME) as Shared);
if (isMainThread) setEnvironmentData(NAME, shared);
else answerWhenWaiting();

/** Garbage twice: what finalizers let go of is found the second time. @returns bytes that this thread still holds */
function collect(): number {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function answerWhenWaiting(): void {
  const wait = Atomics.wait;
  Atomics.wait = ((...waiting: Parameters<typeof wait>) => {
    const round = Atomics.load(shared.round, 0);
    if (Atomics.load(shared.answered, threadId) !== round) {
      shared.held[threadId] = collect();
      Atomics.store(shared.answered, threadId, round);
    }
    return wait(...waiting);
  }) as typeof wait;
}

/**
 * Bytes that all threads hold, garbage collected.
 *
 * @param threads that must answer
 * @param work    gives all of them something to do
 */
export async function heldBytes(threads: number, work: () => Promise<void>): Promise<number> {
  const round = Atomics.add(shared.round, 0, 1) + 1;
  let answers: number[] = [];
  for (let tries = 0; answers.length < threads; tries++) {
    if (tries > 1000) throw new Error(`soak: expected ${threads} threads to answer, got ${answers.length}`);
    await work();
    answers = Array.from(shared.held).filter((_, i) => Atomics.load(shared.answered, i) === round);
  }
  return answers.reduce((sum, bytes) => sum + bytes, 0) + collect();
}
