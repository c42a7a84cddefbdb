/**
 * An update from end to end over the loopback interface, trial included, while a running engine scans; then what looking for news costs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../src/scan/engine.ts';
import type { Emit } from '../print.ts';
import { rounded } from '../statistics.ts';
import { type PatternDay, patternDays } from './days.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { underLoad } from './load.ts';

const OBJECT_BYTES = 256 * 1024;
const QUIET_MS = 8000;

/** @returns whether nothing failed, and each answer was by the patterns that were active */
export async function benchLoopback(whole: PatternDay, share: number, seed: number, emit: Emit): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-update-'));
  try {
    await using fleet = await openFleet(directory);
    const [first, second] = [...patternDays(whole, 1, share, seed)];
    await fleet.publish(first!);
    const full = await timed(fleet);
    emit({ kind: 'update', by: 'full', seconds: full.seconds, ...full.described });
    await fleet.publish(second!);
    await using engine = await Engine.open({
      store: fleet.store,
      cacheDirectory: join(directory, 'cache'),
      threads: 1,
      watch: true,
    });
    const isRight = await updateUnderLoad(fleet, engine, second!.header.number, emit);
    const check = await fleet.update();
    emit({ kind: 'check', requests: check.requests, bodyBytes: check.receivedBytes, outcome: check.kind });
    return isRight && check.kind === 'current';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function updateUnderLoad(fleet: Fleet, engine: Engine, number: number, emit: Emit): Promise<boolean> {
  const objects = programs();
  const quiet = await underLoad(engine, objects, () => sleep(QUIET_MS));
  let update: Awaited<ReturnType<typeof timed>> | undefined;
  const busy = await underLoad(engine, objects, async () => {
    update = await timed(fleet);
    while (engine.info.patternNumber !== number) await sleep(20);
  });
  const { outcome, seconds, described } = update!;
  emit({
    kind: 'update',
    by: outcome.kind === 'updated' ? outcome.by : outcome.kind,
    seconds,
    ...described,
    scansPerSecondBefore: rounded(quiet.scansPerSecond),
    scansPerSecondDuring: rounded(busy.scansPerSecond),
    slowdownPercent: rounded(100 * (1 - busy.scansPerSecond / quiet.scansPerSecond)),
    longestGapMs: rounded(busy.longestGapMs),
    failed: quiet.failed + busy.failed,
  });
  return quiet.failed + busy.failed === 0 && outcome.kind === 'updated' && outcome.by === 'delta';
}

async function timed(fleet: Fleet) {
  const startedMs = performance.now();
  const outcome = await fleet.update();
  const seconds = rounded((performance.now() - startedMs) / 1000);
  const trial = outcome.kind === 'updated' ? outcome.trial : undefined;
  const described = {
    receivedBytes: outcome.receivedBytes,
    requests: outcome.requests,
    trialSeconds: trial && rounded(trial.elapsedMs / 1000),
    compileSeconds: trial && rounded(trial.compileMs / 1000),
  };
  return { outcome, seconds, described };
}

/** Pieces of the program that runs this: 100 MB of machine code. */
function programs(): Uint8Array[] {
  const program = readFileSync(process.execPath);
  return Array.from({ length: 64 }, (_, i) => program.subarray(i * OBJECT_BYTES, (i + 1) * OBJECT_BYTES));
}
