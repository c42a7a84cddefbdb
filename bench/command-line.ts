/**
 * What `npm run bench -- …` was asked for.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run bench                                                        all definitions
       npm run bench -- run NAME…                                           definitions by name, or all of a group (search, scan, update)
       npm run bench -- list                                                what there is, with analysis
       npm run bench -- search --patterns X.ndb --haystack FILE             literals of a signature source in one file
       npm run bench -- scan --patterns DIR… --tree DIR…                    engine scan and clamscan, in turn

  --json            one JSON object a line instead of text (with npm run -s)
  --patterns PATH   signature source, or a directory of them; "real" is the real set of the shared data
  --tree DIR        what to scan; "elf128" and "pe128" are corpora that are made when they are not there
  --pairs N         scan: runs of each (default 3)
  --plants N        scan: objects to build from the signatures and to plant (default 0)
  --seed N          scan: of the planted objects (default 1; it is printed)
  --repeats N       search: counted runs of each engine (default 5)
  --max-seconds N   search: a slower engine gets the beginning of the haystack (default 3)

A wrong answer is exit 1.`;

export interface Arguments {
  readonly command: string;
  readonly names: readonly string[];
  readonly json: boolean;
  readonly patterns: readonly string[];
  readonly trees: readonly string[];
  readonly haystack: string | undefined;
  readonly pairs: number;
  readonly plants: number;
  readonly seed: number;
  readonly repeats: number;
  readonly maxSeconds: number;
}

/** @throws {Error} with what is wrong */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      patterns: { type: 'string', multiple: true, default: [] },
      tree: { type: 'string', multiple: true, default: [] },
      haystack: { type: 'string' },
      pairs: { type: 'string', default: '3' },
      plants: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      repeats: { type: 'string', default: '5' },
      'max-seconds': { type: 'string', default: '3' },
    },
  });
  const [command = 'run', ...names] = positionals;
  return {
    command,
    names,
    json: values.json,
    patterns: values.patterns,
    trees: values.tree,
    haystack: values.haystack,
    pairs: integer('--pairs', values.pairs, 1),
    plants: integer('--plants', values.plants, 0),
    seed: integer('--seed', values.seed, 0),
    repeats: integer('--repeats', values.repeats, 1),
    maxSeconds: integer('--max-seconds', values['max-seconds'], 1),
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
