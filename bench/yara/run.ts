/**
 * `engine scan` and `yara` with the same rules on the same tree, turn by turn: the rules that both can say, converted for us, and as they are for yara.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readClamav } from '../../src/dialects/clamav/read.ts';
import { withDirectory } from '../engine/probe.ts';
import { Missing } from '../missing.ts';
import { SHARED_DATA } from '../places.ts';
import { objectFor } from '../plants/object.ts';
import { Random } from '../plants/random.ts';
import { readBodySignatures } from '../plants.ts';
import type { Emit } from '../print.ts';
import { differences } from '../scan/compare.ts';
import type { ScanEngine } from '../scan/findings.ts';
import { ourEngine } from '../scan/ours.ts';
import { medianRatio, runPairs, type Series } from '../scan/pairs.ts';
import { median, rounded } from '../statistics.ts';
import { type ConvertedRule, convertRules } from './convert.ts';
import { findYara } from './yara.ts';

export interface YaraOptions {
  /** File of rules in the shared data. */
  readonly rules: string;
  readonly tree: string;
  readonly pairs: number;
  /** Of the planted objects. */
  readonly seed: number;
}

const PLANTED = 200;
/** Of the planted ones by both: some rules want what these objects cannot be. */
const MUST_FIND = 150;

/** @throws {Missing} without yara or the rules */
export function benchYara({ rules: source, tree, pairs, seed }: YaraOptions, emit: Emit): Promise<boolean> {
  return withDirectory(async (directory) => {
    const yara = findYara();
    if (typeof yara === 'string') throw new Missing(yara);
    const ours = ourEngine(join(directory, 'cache'));
    if (typeof ours === 'string') throw new Missing(ours);
    const rules = sayableRules(source, emit);
    const [forUs, forYara] = [join(directory, 'rules.ldb'), join(directory, 'rules.yar')];
    writeFileSync(forUs, rules.map(({ line }) => `${line}\n`).join(''));
    writeFileSync(forYara, rules.map(({ rule }) => rule).join('\n'));
    const compiled = await ours.scan([forUs], [tree]); // yara compiles in every run, which takes it a moment
    emit({ kind: 'first', engine: ours.name, wallSeconds: rounded(compiled.cost.wallSeconds) });
    const scans = [withPatterns(ours, forUs), withPatterns(yara, forYara)];
    const series = await runPairs(scans, { patterns: [], paths: [tree], pairs, peerRuns: pairs, onRun() {} });
    const isSame = report(series as [Series, Series], rules.length, emit);
    return (await comparePlanted(forUs, scans, join(directory, 'planted'), seed, emit)) && isSame;
  });
}

/** Objects made from the rules: ordinary files hold none of what they look for. */
async function comparePlanted(
  forUs: string,
  [ours, yara]: readonly ScanEngine[],
  directory: string,
  seed: number,
  emit: Emit,
): Promise<boolean> {
  const random = new Random(seed);
  mkdirSync(directory);
  for (const [i, signature] of random
    .shuffled(readBodySignatures(dirname(forUs)))
    .slice(0, PLANTED)
    .entries()) {
    const object = objectFor(signature, random);
    if (object) writeFileSync(join(directory, `${i}.bin`), object.bytes);
  }
  const left = (await ours!.scan([], [directory])).findings;
  const right = (await yara!.scan([], [directory])).findings;
  const different = differences(left, right);
  for (const difference of different) emit({ kind: 'difference', ...difference });
  emit({
    kind: 'planted',
    objects: readdirSync(directory).length,
    infected: left.names.size,
    infectedByPeer: right.names.size,
  });
  return different.length === 0 && left.names.size >= MUST_FIND;
}

function withPatterns(engine: ScanEngine, file: string): ScanEngine {
  return { ...engine, scan: (_, paths) => engine.scan([file], paths) };
}

/** The converted rules that our reader takes. */
function sayableRules(source: string, emit: Emit): readonly ConvertedRule[] {
  const { rules, skipped } = convertRules(readRules(source));
  const refused = new Set<string>();
  const text = rules.map(({ line }) => `${line}\n`).join('');
  readClamav(Buffer.from(text, 'latin1'), {
    source: 'rules.ldb',
    format: 'ldb',
    onSignature() {},
    onSkipped: ({ name }) => refused.add(name ?? ''),
  });
  const taken = rules.filter(({ name }) => !refused.has(name));
  emit({ kind: 'rules', source, taken: taken.length, refused: refused.size, skipped });
  return taken;
}

function readRules(source: string): string {
  try {
    return readFileSync(join(SHARED_DATA, 'yara-rules', source), 'latin1');
  } catch {
    throw new Missing(`${source} is missing: the shared data is not beside the checkout`);
  }
}

function report([ours, yara]: readonly [Series, Series], rules: number, emit: Emit): boolean {
  for (const { engine, runs } of [ours, yara]) {
    const seconds = runs.map(({ cost }) => cost.wallSeconds);
    emit({
      kind: 'yara',
      engine: engine.name,
      version: engine.version,
      rules,
      wallSeconds: rounded(median(seconds)),
      runSeconds: seconds.map(rounded),
      cpuSeconds: rounded(median(runs.map(({ cost }) => cost.cpuSeconds))),
      peakBytes: median(runs.map(({ cost }) => cost.peakBytes)),
      infected: runs[0]!.findings.names.size,
    });
  }
  const wall = medianRatio(ours, yara, ({ cost }) => cost.wallSeconds);
  const cpu = medianRatio(ours, yara, ({ cost }) => cost.cpuSeconds);
  emit({ kind: 'ratio', peer: yara.engine.name, wall, cpu });
  const different = differences(ours.runs[0]!.findings, yara.runs[0]!.findings);
  for (const difference of different) emit({ kind: 'difference', ...difference });
  return different.length === 0;
}
