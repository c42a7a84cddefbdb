/**
 * What the engine made of each body signature, kept for the next compilation: of a set that changed a little, only what changed is planned again.
 *
 * The file is a table of plans (plan-table.ts), masked, or other scanners would find here what they look for. It lies in the private cache and is believed when
 * its digest is right; whatever it holds, the image is the same as without it.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { maskInPlace } from '../../native-free-engine/index.ts';
import { openCached, pruneCache, writeCached } from './cache-directory.ts';
import { readAt } from './image-file.ts';
import { encodePlans, PlanTable, planKey } from './plan-table.ts';
import type { SourceFile } from './source-files.ts';

const EXTENSION = '.plans';
/** One has 40 MB for the real set. */
const KEPT_MEMOS = 2;
/** Fewer signatures are planned in less than a second: not worth a file. */
const MIN_KEPT = 10_000;
/** A memo of which less than this is missing is not written anew: that costs more than planning so many again. */
const MISSING_SHARE = 0.03;
const MAX_MEMO_BYTES = 2 ** 30;

export class PlanMemo {
  readonly #known: PlanTable;
  /** Of each that is known 1 when this compilation uses it. */
  readonly #isUsed: Uint8Array;
  /** Of lines that another thread planned for this compilation. */
  readonly #ahead = new Map<string, Uint8Array>();
  /** Of this compilation, and not known before. */
  readonly #missing = new Map<string, Uint8Array>();
  /** Of what was looked up last. */
  #digest = '';
  #format = '';

  private constructor(known: PlanTable) {
    this.#known = known;
    this.#isUsed = new Uint8Array(known.length);
  }

  /** That which was kept for these sources; empty when there is none, or a damaged one. */
  static read(directory: string, files: readonly SourceFile[]): PlanMemo {
    const descriptor = openCached(directory, nameFor(files));
    if (descriptor === undefined) return PlanMemo.empty();
    try {
      const { size } = fstatSync(descriptor);
      const bytes = Buffer.allocUnsafeSlow(size <= MAX_MEMO_BYTES ? size : 0);
      const table = PlanTable.open(maskInPlace(bytes.subarray(0, readAt(descriptor, bytes, 0))));
      return table ? new PlanMemo(table) : PlanMemo.empty();
    } finally {
      closeSync(descriptor);
    }
  }

  static empty(): PlanMemo {
    return new PlanMemo(PlanTable.empty());
  }

  /** Whether nothing is known yet. */
  get isEmpty(): boolean {
    return this.#known.length === 0;
  }

  /** Takes over what another thread planned. @param encoded by `encodePlans` */
  takeOver(encoded: Uint8Array): void {
    const table = PlanTable.open(encoded) ?? PlanTable.empty();
    for (let i = 0; i < table.length; i++) this.#ahead.set(table.keyAt(i), table.planAt(i));
  }

  /** @param format of the source, which tells how its lines are read @param bytes of the line or the record */
  find(format: string, bytes: Uint8Array): Uint8Array | undefined {
    this.#digest = digestOf(bytes);
    this.#format = format;
    const index = this.#known.indexOf(this.#digest, format);
    if (index >= 0) {
      this.#isUsed[index] = 1;
      return this.#known.planAt(index);
    }
    const plan = this.#ahead.size > 0 ? this.#ahead.get(planKey(this.#digest, format)) : undefined;
    if (plan !== undefined) this.keep(plan);
    return plan;
  }

  /** Keeps the plan of what was looked up last. */
  keep(plan: Uint8Array): void {
    this.#missing.set(planKey(this.#digest, this.#format), plan);
  }

  /** Writes what this compilation used, if that is much that is not there. Failing does no harm. */
  write(directory: string, files: readonly SourceFile[]): void {
    const size = this.#missing.size + this.#isUsed.reduce((sum, isUsed) => sum + isUsed, 0);
    if (size < MIN_KEPT || this.#missing.size < size * MISSING_SHARE) return;
    const plans = new Map(this.#missing);
    for (let i = 0; i < this.#known.length; i++) {
      if (this.#isUsed[i] === 1) plans.set(this.#known.keyAt(i), this.#known.planAt(i));
    }
    const bytes = maskInPlace(encodePlans(plans));
    if (writeCached(directory, nameFor(files), [bytes])) pruneCache(directory, EXTENSION, KEPT_MEMOS);
  }
}

/** Of all sets of sources in the same directories: a store has another file for each pattern number. */
function nameFor(files: readonly SourceFile[]): string {
  const directories = [...new Set(files.map(({ path }) => dirname(path)))];
  return createHash('sha256').update(directories.join('\0')).digest('hex').slice(0, 40) + EXTENSION;
}

/** What a line or record is known by: SHA-256, one character for each byte. */
export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary');
}
