/** A thread that plans lines for another one: see plan-ahead.ts. */
import { workerData } from 'node:worker_threads';
import { gramModel, Planner } from '../../native-free-engine/index.ts';
import { readClamav } from '../dialects/clamav/read.ts';
import { gramModelBytes } from './assets.ts';
import { CHUNK, type LineChunk, type PlanTask } from './plan-ahead.ts';
import { digestOf } from './plan-memo.ts';
import { encodePlans, planKey } from './plan-table.ts';

const { bytes, chunks, states, port } = workerData as PlanTask;
const planner = new Planner(gramModel(gramModelBytes()));
const taken = new Int32Array(states);

for (let i = chunks.length - 1; i >= 0; i--) {
  if (Atomics.compareExchange(taken, i, CHUNK.free, CHUNK.second) !== CHUNK.free) break;
  const plans = plansOf(chunks[i]!);
  port.postMessage(plans, [plans.buffer]);
  Atomics.store(taken, i, CHUNK.done);
  Atomics.notify(taken, i);
}
port.close();

function plansOf({ format, start, end }: LineChunk): Uint8Array<ArrayBuffer> {
  // Of its own: what decodes text does not take shared bytes.
  const lines = new Uint8Array(bytes).slice(start, end);
  const plans = new Map<string, Uint8Array>();
  readClamav(lines, {
    source: '',
    format,
    onSignature: (signature, _, from, to) => {
      const plan = signature.kind === 'body' ? planner.planUsed(signature) : undefined;
      if (plan !== undefined) plans.set(planKey(digestOf(lines.subarray(from, to)), format), plan);
    },
    onSkipped() {},
  });
  return encodePlans(plans);
}
