/** All signatures of some sources, with an account of every line that is not among them. */
import type { Signature } from '../../native-free-engine/index.ts';
import { CoverageCount } from './coverage.ts';
import { IgnoredEntries, isConditional } from './ignored-entries.ts';
import { findSourceFiles } from './source-files.ts';
import { type LoadedSource, loadSource, readSignatures } from './source-reader.ts';

/** A line, or a record of another pattern file, that was not taken. */
export interface SkippedSource {
  readonly name: string;
  readonly source: string;
  /** 0 for what has no lines. */
  readonly line: number;
  /** Of the byte that is at fault, from 1; undefined when no single one is. */
  readonly column?: number;
  readonly reason: string;
  readonly detail: string;
}

/** A source, or one file of a database. */
export interface CollectedPart {
  /** `daily.cvd/daily.ndb` in a database. */
  readonly path: string;
  readonly signatures: number;
  readonly skipped: number;
  readonly count: CoverageCount;
}

export interface Collected {
  readonly signatures: readonly Signature[];
  readonly skipped: readonly SkippedSource[];
  readonly parts: readonly CollectedPart[];
  /** By file, databases as a whole. */
  readonly files: readonly { readonly path: string; readonly signatures: number }[];
}
export interface CollectedSources extends Collected {
  /** Paths in the directories that are no sources, and databases that a newer one stands for. */
  readonly ignored: readonly string[];
}

/** @throws {ScanError} `SCAN_PATTERNS` */
export function collectSignatures(paths: readonly string[]): CollectedSources {
  const { files, ignored } = findSourceFiles(paths);
  return { ...new Collection(files.map(loadSource)).collect(), ignored };
}

class Collection {
  readonly #loaded: readonly LoadedSource[];
  readonly #ignored: IgnoredEntries;
  readonly #signatures: Signature[] = [];
  readonly #skipped: SkippedSource[] = [];

  constructor(loaded: readonly LoadedSource[]) {
    this.#loaded = loaded;
    this.#ignored = IgnoredEntries.of(loaded);
  }

  collect(): Collected {
    const parts: CollectedPart[] = [];
    const files: Collected['files'][number][] = [];
    for (const source of this.#loaded) {
      const before = this.#signatures.length;
      for (const part of this.#collectOf(source)) parts.push(part);
      files.push({ path: source.file.path, signatures: this.#signatures.length - before });
    }
    return { signatures: this.#signatures, skipped: this.#skipped, parts, files };
  }

  #collectOf(source: LoadedSource): CollectedPart[] {
    const parts: CollectedPart[] = [];
    let count = new CoverageCount(source.file.path);
    let before = this.#sizes();
    const finishPart = (): void => {
      const now = this.#sizes();
      const signatures = now.signatures - before.signatures;
      parts.push({ path: count.label, signatures, skipped: now.skipped - before.skipped, count });
      before = now;
    };
    let isFirst = true;
    readSignatures(source, {
      onPart: (label) => {
        if (!isFirst) finishPart();
        isFirst = false;
        count = new CoverageCount(label);
      },
      onSignature: (signature, entry) => this.#take(signature, entry, count),
      onSkipped: ({ name = '', line, column, reason, message }) => {
        this.#skipped.push({ name, source: count.label, line, column, reason, detail: message });
        count.skip(reason);
      },
      onSkippedRecords: (reason, records) => {
        const detail = `${records} ${source.patternFile === undefined ? 'in all' : 'records'}`;
        this.#skipped.push({ name: '', source: count.label, line: 0, reason, detail });
        count.skip(reason, records);
      },
    });
    finishPart();
    return parts;
  }

  #take(signature: Signature, entry: { line: number; bytes: Uint8Array } | undefined, count: CoverageCount): void {
    const line = entry?.line ?? 0;
    if (this.#ignored.has(signature, entry?.bytes)) {
      const detail = 'an ignore list names it, with the digest of this line';
      this.#skipped.push({ name: signature.name, source: count.label, line, reason: 'ignored', detail });
      count.skip('ignored');
    } else if (isConditional(signature)) {
      count.spend();
    } else {
      this.#signatures.push(signature);
      count.load(signature, line);
    }
  }

  #sizes(): { signatures: number; skipped: number } {
    return { signatures: this.#signatures.length, skipped: this.#skipped.length };
  }
}
