/**
 * The benchmarks: definitions are data (definitions/), engines are asked in one run, a wrong answer is exit 1.
 *
 * Peers are what the machine has or may install; what is missing is said. Our own engine runs from dist/ (`npm run build` first).
 */
import { existsSync, statSync } from 'node:fs';
import { type Arguments, existingPath, readArguments, USAGE } from './command-line.ts';
import { isCorpus } from './corpora.ts';
import type { Definition, ScanDefinition, SearchDefinition, UpdateDefinition } from './definitions/definition.ts';
import { DEVIATIONS } from './definitions/deviations.ts';
import { SCANS } from './definitions/scan.ts';
import { SEARCHES } from './definitions/search.ts';
import { UPDATES } from './definitions/update.ts';
import { corpusDirectory, fileHaystack, haystackOf, Missing, patternsOf, withRealSet } from './inputs.ts';
import { type Emit, emitJson, emitText, machineRow } from './print.ts';
import { benchScan } from './scan/run.ts';
import { SEARCH_ENGINES } from './search/engines.ts';
import { literalsOf } from './search/literals.ts';
import { benchSearch } from './search/run.ts';
import { benchUpdate } from './update/run.ts';

const DEFINITIONS: readonly Definition[] = [...SEARCHES, ...SCANS, ...UPDATES];

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
  }
  throw new Error(`${options.command}: expected run, list, search or scan`);
}

async function runDefinitions(options: Arguments, emit: Emit): Promise<boolean> {
  const chosen = DEFINITIONS.filter(
    ({ name }) =>
      options.names.length === 0 || options.names.some((chosen) => name === chosen || name.startsWith(`${chosen}/`)),
  );
  if (chosen.length === 0) throw new Error(`${options.names.join(', ')}: no definition has such a name; see list`);
  let isRight = true;
  for (const definition of chosen) {
    emit({ kind: 'definition', name: definition.name, analysis: definition.analysis });
    isRight = (await runDefinition(definition, options, emit)) && isRight;
  }
  return isRight;
}

async function runDefinition(definition: Definition, options: Arguments, emit: Emit): Promise<boolean> {
  try {
    switch (definition.kind) {
      case 'search':
        return await runSearch(definition, options, emit);
      case 'scan':
        return await runScan(definition, options, emit);
      case 'update':
        return await runUpdate(definition, emit);
    }
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    emit({ kind: 'skipped', definition: definition.name, reason: error.message });
    return true;
  }
}

async function runSearch(definition: SearchDefinition, options: Arguments, emit: Emit): Promise<boolean> {
  const { patterns } = await patternsOf(definition);
  const engines = SEARCH_ENGINES.filter(({ name }) => definition.engines.includes(name));
  const expected = definition.expected === 'reference' ? undefined : definition.expected;
  return await benchSearch({ ...options, patterns, haystack: haystackOf(definition), engines, expected }, emit);
}

function runScan(definition: ScanDefinition, { pairs, seed }: Arguments, emit: Emit): Promise<boolean> {
  const { infected, planted, found } = definition.expected;
  return withRealSet((patterns) =>
    benchScan(
      {
        patterns: [patterns],
        trees: [corpusDirectory(definition.tree)],
        pairs,
        plants: planted,
        seed,
        deviations: definition.deviations,
        mustFind: found,
        infected,
      },
      emit,
    ),
  );
}

function runUpdate(definition: UpdateDefinition, emit: Emit): Promise<boolean> {
  return withRealSet((patterns) => benchUpdate(definition, [patterns], emit));
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
  return benchSearch({ ...options, patterns, haystack, engines: SEARCH_ENGINES }, emit);
}

async function scanTrees(options: Arguments, emit: Emit): Promise<boolean> {
  if (options.patterns.length === 0 || options.trees.length === 0) {
    throw new Error('scan: expected --patterns and --tree');
  }
  const trees = options.trees.map((tree) =>
    isCorpus(tree) && !existsSync(tree) ? corpusDirectory(tree) : existingPath(tree),
  );
  const scan = (patterns: readonly string[]): Promise<boolean> =>
    benchScan({ ...options, patterns, trees, deviations: DEVIATIONS, mustFind: mustFind(options) }, emit);
  if (options.patterns.length === 1 && options.patterns[0] === 'real' && !existsSync('real')) {
    return withRealSet((directory) => scan([directory]));
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
    if (options.command !== 'list') emit(machineRow());
    if (await run(options, emit)) return 0;
    console.error('bench: an answer was wrong, see above');
    return 1;
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
