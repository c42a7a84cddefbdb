/**
 * What `npm run bench -- …` was asked for.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run bench                                                        all definitions, and the report of this machine
       npm run bench -- run NAME…                                           definitions by name, or all of a group (search, engine, yara, scan, update)
       npm run bench -- list                                                what there is, with analysis
       npm run bench -- search --patterns X.ndb --haystack FILE             literals of a signature source in one file
       npm run bench -- scan --patterns DIR… --tree DIR…                    engine scan and clamscan, in turn
       npm run bench -- report [RESULTS.json]                               the page, its plots and the README again, from the results that are kept of this machine
       npm run bench -- compare OLD.json [NEW.json]                         what changed beyond the noise; NEW is what is kept of this machine

  --json            one JSON object a line instead of text (with npm run -s)
  --record          run: puts what it measures in the place of what is kept of this machine, and writes the report
  --patterns PATH   signature source, or a directory of them; "real" is the real set of the shared data
  --tree DIR        what to scan; corpora are made when they are not there: elf128 elf512 pe128 pe512 mails
  --pairs N         scan: runs of each (default 3, or what the definition says)
  --plants N        scan: objects to build from the signatures and to plant (default 0)
  --seed N          scan: of the planted objects (default 1; it is printed)
  --repeats N       search: counted runs of each engine (default 5, or what the definition says)
  --max-seconds N   search: a slower engine gets the beginning of the haystack (default 3, or what the definition says)

SIGWALL_BENCH_DIST names another build than dist/ to be measured. A wrong answer is exit 1.`;

export interface Arguments {
  readonly command: string;
  /** What stands behind the command: definitions, or files of results. */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly record: boolean;
  readonly patterns: readonly string[];
  readonly trees: readonly string[];
  readonly haystack: string | undefined;
  /** Undefined when a definition may decide. */
  readonly pairs: number | undefined;
  readonly plants: number;
  readonly seed: number;
  readonly repeats: number | undefined;
  /** Undefined when a definition may decide. */
  readonly maxSeconds: number | undefined;
}

/** @throws {Error} with what is wrong */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      patterns: { type: 'string', multiple: true, default: [] },
      tree: { type: 'string', multiple: true, default: [] },
      haystack: { type: 'string' },
      pairs: { type: 'string' },
      plants: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      repeats: { type: 'string' },
      'max-seconds': { type: 'string' },
    },
  });
  const [command = 'run', ...names] = positionals;
  const { pairs, repeats, 'max-seconds': maxSeconds } = values;
  return {
    command,
    names,
    json: values.json,
    // Everything at once is what the report is made of.
    record: values.record || positionals.length === 0,
    patterns: values.patterns,
    trees: values.tree,
    haystack: values.haystack,
    pairs: pairs === undefined ? undefined : integer('--pairs', pairs, 1),
    plants: integer('--plants', values.plants, 0),
    seed: integer('--seed', values.seed, 0),
    repeats: repeats === undefined ? undefined : integer('--repeats', repeats, 1),
    maxSeconds: maxSeconds === undefined ? undefined : integer('--max-seconds', maxSeconds, 1),
  };
}

function integer(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${flag}: expected an integer from ${least} on, got ${text}`);
  }
  return value;
}

/** Absolute, since clamscan repeats a trailing slash. @throws {Error} when nothing is there */
export function existingPath(path: string): string {
  if (!existsSync(path)) throw new Error(`${path}: expected a file or directory, got none`);
  return resolve(path);
}
