/**
 * The measured part of the project's README, between two marks: the two best plots and the goals in short, out of the results of the report.
 *
 * A test holds it against the results that it names, so that no figure in it can go stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Results, resultsPath } from '../results/results.ts';
import { shortGoalTable, summaryOf } from './goal-table.ts';
import type { Plot } from './plots.ts';
import { plotsOf } from './plots.ts';

export const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const BEGIN = '<!-- measured: what follows is written by `npm run bench` -->';
const END = '<!-- measured: to here -->';
/** The two that say most. */
const SHOWN = ['throughput.svg', 'scan-time.svg'];

/** Puts these results into the README. @throws {Error} when it has no place for them */
export function writeReadme(results: Results, path = README): void {
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(measuredIn(text), () => measuredPart(results)),
  );
}

/** What stands between the marks, with them. @throws {Error} without marks */
export function measuredIn(readme: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md: expected ${BEGIN} and then ${END}`);
  return readme.slice(from, to + END.length);
}

export function measuredPart(results: Results): string {
  const { machine, definitions } = results;
  const plots = plotsOf(results).filter(({ file }) => SHOWN.includes(file));
  const dates = definitions.map(({ date }) => date.slice(0, 10)).sort();
  const versions = [...new Set(definitions.map(({ node, commit }) => `Node.js ${node.slice(1)}, sources ${commit}`))];
  return [
    BEGIN,
    ...plots.flatMap(imageLines),
    `${machine.cpu}, ${machine.cores} cores, ${versions.join('; ')}, ${dates.at(-1)}; ratios are medians of one run. All figures, misses, machine, bias: [bench/report](bench/report/README.md), out of`,
    `[these results](bench/report/results/${basename(resultsPath(machine))}).`,
    '',
    ...summaryOf(results),
    ...shortGoalTable(results),
    END,
  ].join('\n');
}

function imageLines({ title, file }: Plot): string[] {
  return [`![${title}](bench/report/${file})`, ''];
}
