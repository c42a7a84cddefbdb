/**
 * What one signature costs in time: the compiler's estimate picks suspects, measuring decides.
 *
 * Suspects are measured together first, and only halves that cost too much are taken apart: a file without a bad signature is measured once. Time is that of
 * this thread's work, so that a busy machine makes nobody guilty.
 */
import { type CompileReport, type ObjectFacts, Scanner, type Signature } from '../../../native-free-engine/index.ts';
import { nodeDigester } from '../../host/host.ts';
import type { QuarantinedSignature } from '../../store/view.ts';
import { MemorySource } from '../../unpack/source.ts';
import { compileAlone, loadImage } from './image.ts';
import type { TrialLimits } from './limits.ts';

/** Suspects that are measured, the dearest by estimate first. */
const MAX_SUSPECTS = 256;
/** The best of so many runs counts. */
const RUNS = 3;
const MEGABYTE = 1_000_000;
/** A run that takes so many times what is allowed is not carried through. */
const GIVE_UP = 4;

/** Names of signatures that are worth measuring. */
export function suspectsOf(report: CompileReport, { suspectNsPerMegabyte }: TrialLimits): string[] {
  const hot = report.hot.filter(({ nsPerMegabyte }) => nsPerMegabyte >= suspectNsPerMegabyte);
  return [...new Set([...report.unfiltered, ...hot.map(({ name }) => name)])].slice(0, MAX_SUSPECTS);
}

/**
 * @param samples ordinary bytes of all kinds, some megabytes
 * @returns those that cost more than one signature may
 */
export function findSlow(
  suspects: readonly Signature[],
  samples: readonly Uint8Array[],
  { maxNsPerMegabyte }: TrialLimits,
): QuarantinedSignature[] {
  if (suspects.length === 0) return [];
  const stopwatch = new Stopwatch(samples, factsFor(suspects));
  const slow: QuarantinedSignature[] = [];
  const pending: (readonly Signature[])[] = [suspects];
  for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
    const nsPerMegabyte = stopwatch.nsPerMegabyte(group, maxNsPerMegabyte);
    if (nsPerMegabyte <= maxNsPerMegabyte) continue;
    if (group.length === 1) slow.push(overrun(group[0]!, nsPerMegabyte, maxNsPerMegabyte));
    else pending.push(group.slice(group.length / 2), group.slice(0, group.length / 2));
  }
  return slow;
}

function overrun({ name }: Signature, nsPerMegabyte: number, most: number): QuarantinedSignature {
  const ms = (ns: number): string => `${Number((ns / 1e6).toPrecision(3))} ms`;
  const got = Number.isFinite(nsPerMegabyte) ? ms(nsPerMegabyte) : `more than ${ms(GIVE_UP * most)}`;
  return { name, reason: 'time', detail: `it takes ${got} for each megabyte searched; expected at most ${ms(most)}` };
}

/** Every sample passes for every type that a suspect is for, and for an executable. */
function factsFor(signatures: readonly Signature[]): ObjectFacts {
  let targets = 0;
  for (const signature of signatures) if (signature.kind === 'body') targets |= 1 << signature.target;
  const sections = [0, 1, 2, 3].map((i) => ({ offset: 4096 * (i + 1), size: 4096 }));
  return { targets: targets & ~1, executable: { entryPoint: 5120, sections }, containers: [] };
}

class Stopwatch {
  readonly #samples: readonly Uint8Array[];
  readonly #facts: ObjectFacts;
  readonly #megabytes: number;
  /** Of a search for nothing. */
  readonly #baseNs: number;

  constructor(samples: readonly Uint8Array[], facts: ObjectFacts) {
    this.#samples = samples;
    this.#facts = facts;
    this.#megabytes = samples.reduce((sum, { length }) => sum + length, 0) / MEGABYTE;
    this.#baseNs = this.#best([], Number.POSITIVE_INFINITY);
  }

  /** @param enough more than this need not be known exactly */
  nsPerMegabyte(signatures: readonly Signature[], enough: number): number {
    const mostNs = this.#baseNs + GIVE_UP * enough * this.#megabytes;
    return Math.max(0, this.#best(signatures, mostNs) - this.#baseNs) / this.#megabytes;
  }

  #best(signatures: readonly Signature[], mostNs: number): number {
    const scanner = new Scanner({ ...loadImage(compileAlone(signatures)), digester: nodeDigester });
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) best = Math.min(best, this.#once(scanner, mostNs));
    return best;
  }

  #once(scanner: Scanner, mostNs: number): number {
    const startNs = threadNs();
    const isTimeOver = (): boolean => threadNs() - startNs > mostNs;
    for (const sample of this.#samples) {
      const { spent } = scanner.scan(new MemorySource(sample), this.#facts, { allMatches: true, isTimeOver });
      if (spent) return Number.POSITIVE_INFINITY;
    }
    return threadNs() - startNs;
  }
}

/** Nanoseconds that this thread has worked. */
function threadNs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1000;
}
