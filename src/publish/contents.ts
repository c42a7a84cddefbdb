/** Records of the full files that are listed. */
import { openPatternFile, type PatternContent } from '../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../host/host.ts';
import { type FullEntry, fullsOf, readTarget } from './listing.ts';
import type { TargetEntry } from './metadata.ts';

/** Those of a large set take 100 MB: the two that were asked for last are kept. */
const KEPT = 2;

export function readContent(bytes: Uint8Array): PatternContent {
  const file = openPatternFile(bytes, nodeDigester);
  return { header: file.header, content: file.content(decompress) };
}

export class Contents {
  readonly #publicDirectory: string;
  readonly #fulls: ReadonlyMap<number, FullEntry>;
  readonly #kept = new Map<number, PatternContent>();

  constructor(publicDirectory: string, entries: readonly TargetEntry[]) {
    this.#publicDirectory = publicDirectory;
    this.#fulls = new Map(fullsOf(entries).map((full) => [full.custom.number, full]));
  }

  entry(number: number): FullEntry | undefined {
    return this.#fulls.get(number);
  }

  /**
   * @returns undefined when its full file is not listed
   * @throws {PublishError} `PUBLISH_PATTERN_FILE`; {PatternFileError}
   */
  of(number: number): PatternContent | undefined {
    const full = this.#fulls.get(number);
    if (full === undefined) return undefined;
    const content = this.#kept.get(number) ?? readContent(readTarget(this.#publicDirectory, full));
    this.#kept.delete(number);
    this.#kept.set(number, content);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT) this.#kept.delete(oldest!);
    return content;
  }
}
