/**
 * The benchmarks: definitions are data (definitions/), engines are asked in one run, a wrong answer is exit 1.
 *
 * Peers are what the machine has or may install; what is missing is said. Our own engine runs from dist/, which a run that is recorded builds first.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Arguments, existingPath, readArguments, USAGE } from './command-line.ts';
import { isCorpus } from './corpora.ts';
import { DEFINITIONS } from './definitions/all.ts';
import { corpusDirectory, fileHaystack, realSet } from './inputs.ts';
import { goalsByOutcome } from './page/goal-table.ts';
import { README, writeReadme } from './page/readme.ts';
import { writeReport } from './page/write.ts';
import { DIST, OWN_DIST } from './places.ts';
import { type Emit, emitJson, emitText, machineRow } from './print.ts';
import { compareResults } from './results/compare.ts';
import {
  keepResults,
  type Measured,
  provenance,
  type Results,
  readResults,
  resultsPath,
  thisMachine,
} from './results/results.ts';
import { runDefinition } from './run-definition.ts';
import { benchScan, type Row } from './scan/run.ts';
import { SEARCH_ENGINES } from './search/engines.ts';
import { literalsOf } from './search/literals.ts';
import { benchSearch } from './search/run.ts';

const BUILD = fileURLToPath(new URL('../src/build/prepare.js', import.meta.url));
const ALL_NAMES = DEFINITIONS.map(({ name }) => name);

/** @returns whether every answer was right */
async function run(options: Arguments, emit: Emit): Promise<boolean> {
  switch (options.command) {
    case 'run':
      return runDefinitions(options, emit);
    case 'list':
      for (const { name, analysis } of DEFINITIONS) emit({ kind: 'definition', name, analysis });
      return true;
    case 'search':
      return searchFile(options, emit);
    case 'scan':
      return scanTrees(options, emit);
    case 'report':
      return report(readResults(options.names[0] ?? resultsPath(thisMachine())), emit);
    case 'compare':
      return compareFiles(options, emit);
  }
  throw new Error(`${options.command}: expected run, list, search, scan, report or compare`);
}

async function runDefinitions(options: Arguments, emit: Emit): Promise<boolean> {
  const chosen = DEFINITIONS.filter(
    ({ name }) =>
      options.names.length === 0 || options.names.some((chosen) => name === chosen || name.startsWith(`${chosen}/`)),
  );
  if (chosen.length === 0) throw new Error(`${options.names.join(', ')}: no definition has such a name; see list`);
  if (options.record) buildSources();
  const measured: Measured[] = [];
  for (const definition of chosen) {
    const { name, analysis } = definition;
    emit({ kind: 'definition', name, analysis });
    const from = performance.now();
    const rows: Row[] = [];
    const note = (row: Row): void => {
      rows.push(row);
      emit(row);
    };
    // The others are worth their time all the same.
    const isRight = await runDefinition(definition, options, note).catch((error: unknown) => {
      note({ kind: 'failed', message: error instanceof Error ? error.message.slice(0, 500) : String(error) });
      return false;
    });
    const seconds = Math.round((performance.now() - from) / 100) / 10;
    if (!isRight) emit({ kind: 'wrong', definition: name });
    measured.push({ name, analysis, ...provenance(), seconds, isRight, rows });
    // At once: a run that is ended by somebody has not been for nothing.
    if (options.record) {
      keepResults(measured, ALL_NAMES);
      writeAll(readResults(resultsPath(thisMachine())));
    }
  }
  const seconds = Math.round(measured.reduce((sum, each) => sum + each.seconds, 0));
  if (options.record) report(readResults(resultsPath(thisMachine())), emit, seconds);
  return measured.every(({ isRight }) => isRight);
}

/** Figures are kept with the commit of the sources: dist/ has to be theirs. */
function buildSources(): void {
  if (DIST === OWN_DIST) execFileSync(process.execPath, [BUILD], { stdio: 'inherit' });
}

/** @returns true: a goal that was missed is no wrong answer */
function report(results: Results, emit: Emit, seconds?: number): boolean {
  const files = writeAll(results);
  emit({ kind: 'goals', ...goalsByOutcome(results) });
  emit({ kind: 'report', ...(seconds === undefined ? {} : { seconds }), files });
  return true;
}

/** The page and its plots; the README too, once there is a figure of everything. @returns what was written */
function writeAll(results: Results): string[] {
  const files = writeReport(results);
  if (results.definitions.length < DEFINITIONS.length) return files;
  writeReadme(results);
  return [...files, README];
}

/** @returns true: a change is no wrong answer */
function compareFiles({ names: [before, after] }: Arguments, emit: Emit): boolean {
  if (before === undefined) throw new Error('compare: expected a file of results');
  for (const row of compareResults(readResults(before), readResults(after ?? resultsPath(thisMachine())))) emit(row);
  return true;
}

async function searchFile(options: Arguments, emit: Emit): Promise<boolean> {
  const [source] = options.patterns;
  if (source === undefined || options.haystack === undefined) {
    throw new Error('search: expected --patterns and --haystack');
  }
  const { patterns, skipped } = literalsOf(existingPath(source));
  if (Object.keys(skipped).length > 0) emit({ kind: 'skipped', source, patterns: skipped });
  if (patterns.length === 0) throw new Error(`${source}: expected plain literals, got none`);
  const haystack = fileHaystack(existingPath(options.haystack));
  const { repeats = 5, maxSeconds = 3 } = options;
  return benchSearch({ repeats, maxSeconds, patterns, haystack, engines: SEARCH_ENGINES }, emit);
}

async function scanTrees(options: Arguments, emit: Emit): Promise<boolean> {
  if (options.patterns.length === 0 || options.trees.length === 0) {
    throw new Error('scan: expected --patterns and --tree');
  }
  const trees = options.trees.map((tree) =>
    isCorpus(tree) && !existsSync(tree) ? corpusDirectory(tree) : existingPath(tree),
  );
  const { pairs = 3, plants, seed } = options;
  const common = { pairs, peerRuns: pairs, plants, seed, trees, mustFind: mustFind(options) };
  const scan = (patterns: readonly string[]): Promise<boolean> => benchScan({ ...common, patterns }, emit);
  if (options.patterns.length === 1 && options.patterns[0] === 'real' && !existsSync('real')) {
    return scan([realSet().directory]);
  }
  const patterns = options.patterns.map(existingPath);
  if (options.plants > 0 && !statSync(patterns[0]!).isDirectory()) {
    throw new Error(`${patterns[0]}: expected a directory of signature sources to build objects from`);
  }
  return scan(patterns);
}

/** Five of six: some signatures want what these objects cannot be. */
function mustFind({ plants }: Arguments): number {
  return Math.floor((plants * 5) / 6);
}

/** `search --json` is a line per engine and nothing else: the machine, the ratios and what was left out are for people. */
function emitterFor({ json, command }: Arguments): Emit {
  if (!json) return emitText;
  if (command !== 'search') return emitJson;
  return (row) => {
    if (row.kind === 'search') emitJson(row);
    else if (row.kind === 'skipped') console.error(JSON.stringify(row));
  };
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE);
    return 0;
  }
  try {
    const options = readArguments(args);
    const emit = emitterFor(options);
    if (options.command === 'run' || options.command === 'scan' || options.command === 'search') emit(machineRow());
    if (await run(options, emit)) return 0;
    console.error('bench: an answer was wrong, see above');
    return 1;
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
