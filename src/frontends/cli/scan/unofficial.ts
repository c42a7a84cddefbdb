/**
 * `.UNOFFICIAL` behind names, as clamscan has it: for signatures that are out of no database with ClamAV's digital signature.
 *
 * What an engine finds has a name and no source. As a rule all sources are of one sort; where both are in use, the names in the databases are read when
 * the first detection asks for them, which takes as long as reading the databases.
 */
import type { EngineInfo, PatternChoice } from '../../../scan/options.ts';
import type { Detection } from '../../../scan/verdict.ts';
import type { Operations } from '../operations.ts';
import type { ScanResult } from './result.ts';

const SUFFIX = '.UNOFFICIAL';

export class UnofficialNames {
  readonly #official: ReadonlySet<string>;
  readonly #areAllOfficial: boolean;
  readonly #readNames: (isWanted: (path: string) => boolean) => Promise<ReadonlySet<string>>;
  #names: Promise<ReadonlySet<string>> | undefined;

  constructor(info: EngineInfo, choice: PatternChoice, operations: Pick<Operations, 'findSignatures'>) {
    const official = info.patterns.filter(
      ({ channel, databaseVersion }) => channel === 'clamav' && databaseVersion !== undefined,
    );
    this.#official = new Set(official.map(({ path }) => path));
    this.#areAllOfficial = official.length === info.patterns.length;
    this.#readNames = async (isWanted) => {
      const names = new Set<string>();
      for await (const { name, path } of operations.findSignatures(choice, '')) if (isWanted(path)) names.add(name);
      return names;
    };
  }

  /** The same result with the names as clamscan shows them. */
  async mark(result: ScanResult): Promise<ScanResult> {
    if (result.kind !== 'verdict' || result.verdict.kind !== 'infected' || this.#areAllOfficial) return result;
    const names = await this.#officialNames();
    const [first, ...rest] = result.verdict.detections;
    const detections = [marked(first, names), ...rest.map((each) => marked(each, names))] as const;
    return { ...result, verdict: { ...result.verdict, detections } };
  }

  #officialNames(): Promise<ReadonlySet<string>> {
    if (this.#official.size === 0) return Promise.resolve(this.#official);
    this.#names ??= this.#readNames((path) => this.#official.has(path));
    return this.#names;
  }
}

function marked(detection: Detection, official: ReadonlySet<string>): Detection {
  return official.has(detection.name) ? detection : { ...detection, name: detection.name + SUFFIX };
}
