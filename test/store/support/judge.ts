/** Whether a store has come through a crash: what a scan gets, and whether the next run goes on from there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPatternFile } from '../../../native-free-engine/index.ts';
import { decompress, nodeDigester } from '../../../src/host/host.ts';
import { activePattern, readStore } from '../../../src/store/read.ts';
import { PatternStore } from '../../../src/store/store.ts';
import { install } from './scene.ts';

export interface Expectation {
  /** Numbers that may be active; undefined: none. */
  readonly active: readonly (number | undefined)[];
  /** Signatures that the trial set aside, by number. */
  readonly quarantined?: Readonly<Record<number, boolean>>;
  /** Higher than any that was tried. */
  readonly next: number;
  /** What more must hold of the view. @returns what is wrong */
  readonly also?: ((view: NonNullable<ReturnType<typeof readStore>>) => string | undefined) | undefined;
}

/** @returns what is wrong, a sentence; undefined when nothing is */
export function judge(directory: string, expectation: Expectation): string | undefined {
  try {
    return judgeReader(directory, expectation) ?? judgeNextRun(directory, expectation);
  } catch (error) {
    return `threw ${(error as Error).stack}`;
  }
}

function judgeReader(directory: string, { active, quarantined = {}, also }: Expectation): string | undefined {
  const found = activePattern(directory);
  const view = readStore(directory);
  if (!active.includes(found?.number)) return `active is ${found?.number}, expected one of ${active}`;
  if (view && view.active?.number !== found?.number)
    return `the view says ${view.active?.number}, a scan gets ${found?.number}`;
  if (!found) return undefined;
  const [path, list] = found.paths;
  openPatternFile(readFileSync(path!), nodeDigester).content(decompress);
  if ((quarantined[found.number] ?? false) !== (list !== undefined))
    return `${found.number} goes live with ${found.paths}`;
  if (list !== undefined && readFileSync(list, 'utf8') !== 'Test.Noisy\n')
    return `${list} is not the list of the trial`;
  return view && also?.(view);
}

/** The next run cleans up, and installs. */
function judgeNextRun(directory: string, { next }: Expectation): string | undefined {
  const store = PatternStore.open(directory);
  store.pin(undefined);
  store.hold(undefined);
  if (install(store, next).pattern.number !== next) return 'the next run did not install';
  const view = store.view();
  if (view.active?.number !== next) return `after the next run ${view.active?.number} is active`;
  if (view.troubles.length > 0) return `after the next run: ${view.troubles.join('; ')}`;
  const damaged = store.verify().find(({ problem }) => problem !== undefined);
  if (damaged) return `after the next run: ${damaged.problem}`;
  const left = [
    ...readdirSync(join(directory, 'incoming')).filter((name) => name !== 'downloads'),
    ...readdirSync(directory).filter((name) => name.endsWith('.tmp')),
  ];
  return left.length > 0 ? `left behind: ${left}` : undefined;
}
