/**
 * What became of the lines of a source: how many are in the pattern file, how many of those this engine uses now, and why the others are not.
 *
 * ```
 * lines ─┬─ skipped: not understood, or said in a way that the signature form has no words for
 *        └─ understood ─┬─ inactive: for other engines, on an ignore list, beyond a limit of the image; and `waiting:…`, which is searched for, but not
 *                       │            in what no unpacker takes out yet: the command says "in part"
 *                       └─ active
 * ```
 */
import type { Signature } from '../../native-free-engine/index.ts';
import { waitingReason } from './waiting.ts';

/** lines = active + all of inactive + all of skipped. */
export interface Coverage {
  /** Lines that are neither blank nor comments; records of a pattern file. */
  readonly lines: number;
  /** In the pattern file. */
  readonly loaded: number;
  /** Used by this engine when it scans, for all that it was written for. */
  readonly active: number;
  /** Understood but not used, or used in part (`waiting:…`), by reason. */
  readonly inactive: Readonly<Record<string, number>>;
  /** Not understood, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** A line that is understood and not used, or in part. */
export interface InactiveSignature {
  readonly name: string;
  readonly source: string;
  /** 0 for what has no lines. */
  readonly line: number;
  readonly reason: string;
}

/** What the image compiler left out. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** A line that is valid, whatever kept it out. */
const INACTIVE_REASONS: readonly string[] = ['level', 'ignored'];

/** Counts one source, or one file of a database. */
export class CoverageCount {
  readonly label: string;
  readonly #loaded: { readonly signature: Signature; readonly line: number }[] = [];
  readonly #inactive: Record<string, number> = {};
  readonly #skipped: Record<string, number> = {};
  #lines = 0;
  #spent = 0;

  constructor(label: string) {
    this.label = label;
  }

  load(signature: Signature, line: number): void {
    this.#lines++;
    this.#loaded.push({ signature, line });
  }

  /** An entry that has done its work when it was read, and need not be kept. */
  spend(): void {
    this.#lines++;
    this.#spent++;
  }

  skip(reason: string, count = 1): void {
    this.#lines += count;
    add(INACTIVE_REASONS.includes(reason) ? this.#inactive : this.#skipped, reason, count);
  }

  /**
   * Once, when the image is compiled.
   *
   * @param left by name; what is found is taken out of it, since several sources may have that name
   * @param onInactive told of each signature that is loaded and not used
   */
  finish(left: ReadonlyMap<string, LeftOut[]>, onInactive: (inactive: InactiveSignature) => void): Coverage {
    const inactive = { ...this.#inactive };
    let active = this.#spent;
    for (const { signature, line } of this.#loaded) {
      const { name } = signature;
      const reason = left.get(name)?.pop()?.reason ?? waitingReason(signature);
      if (reason === undefined) active++;
      else {
        add(inactive, reason, 1);
        onInactive({ name, source: this.label, line, reason });
      }
    }
    return { lines: this.#lines, loaded: this.#loaded.length, active, inactive, skipped: this.#skipped };
  }
}

/** @param image left out of it, in its order */
export function leftByName(image: readonly LeftOut[]): Map<string, LeftOut[]> {
  const left = new Map<string, LeftOut[]>();
  for (const each of image) {
    const same = left.get(each.name);
    if (same === undefined) left.set(each.name, [each]);
    else same.push(each);
  }
  return left;
}

/** All sources together. */
export function sumOf(parts: readonly Coverage[]): Coverage {
  const inactive: Record<string, number> = {};
  const skipped: Record<string, number> = {};
  for (const part of parts) {
    for (const [reason, count] of Object.entries(part.inactive)) add(inactive, reason, count);
    for (const [reason, count] of Object.entries(part.skipped)) add(skipped, reason, count);
  }
  const total = (field: 'lines' | 'loaded' | 'active') => parts.reduce((sum, part) => sum + part[field], 0);
  return { lines: total('lines'), loaded: total('loaded'), active: total('active'), inactive, skipped };
}

function add(counts: Record<string, number>, reason: string, count: number): void {
  counts[reason] = (counts[reason] ?? 0) + count;
}
