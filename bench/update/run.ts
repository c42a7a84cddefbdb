/** One benchmark of updating: the real set as a pattern file, then days of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../../src/host/host.ts';
import { compilePatternFile } from '../../src/scan/compile.ts';
import type { UpdateDefinition } from '../definitions/definition.ts';
import { corpusDirectory } from '../inputs.ts';
import type { Emit } from '../print.ts';
import type { PatternDay } from './days.ts';
import { benchDeltas } from './deltas.ts';
import { benchLoopback } from './loopback.ts';
import { benchSwitches } from './switches.ts';

/** Releases start at 1001. */
const FIRST = 1001;

/** @param sources of the whole set @returns whether the answers are right */
export async function benchUpdate(
  { measure, days, share, seed }: UpdateDefinition,
  sources: readonly string[],
  emit: Emit,
): Promise<boolean> {
  if (measure === 'switch') return benchSwitches(sources, corpusDirectory('elf128'), emit);
  const whole = await patternDayOf(sources);
  return measure === 'deltas'
    ? benchDeltas({ whole, days, share, seed }, emit)
    : benchLoopback(whole, share, seed, emit);
}

async function patternDayOf(sources: readonly string[]): Promise<PatternDay> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-days-'));
  try {
    const output = join(directory, `${FIRST}.npf`);
    await compilePatternFile(sources, {
      output,
      number: FIRST,
      channel: 'stable',
      released: new Date(Date.now() - 86_400_000).toISOString(),
    });
    const file = openPatternFile(readFileSync(output), nodeDigester);
    return { content: file.content(decompress), header: file.header };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
