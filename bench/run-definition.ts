/** From a definition to its benchmark: inputs are made, what is missing here is said in a row of kind `skipped`. */
import type { Arguments } from './command-line.ts';
import type {
  Definition,
  EngineDefinition,
  ScanDefinition,
  SearchDefinition,
  UpdateDefinition,
  YaraDefinition,
} from './definitions/definition.ts';
import { benchCompile } from './engine/compile.ts';
import { benchGrowth } from './engine/growth.ts';
import { benchHashes } from './engine/hashes.ts';
import { benchKernel } from './engine/kernel.ts';
import { benchStart } from './engine/start.ts';
import { benchThreads } from './engine/threads.ts';
import { corpusDirectory, haystackOf, patternsOf, realSet } from './inputs.ts';
import { Missing } from './missing.ts';
import type { Emit } from './print.ts';
import { benchScan } from './scan/run.ts';
import { SEARCH_ENGINES } from './search/engines.ts';
import { benchSearch } from './search/run.ts';
import { benchUpdate } from './update/run.ts';
import { benchYara } from './yara/run.ts';

/** Buffers scanned before the counted ones: compilers have ended then. */
const WARM_SCANS = 2000;

/** @returns whether every answer was right */
export async function runDefinition(definition: Definition, options: Arguments, emit: Emit): Promise<boolean> {
  try {
    switch (definition.kind) {
      case 'search':
        return await runSearch(definition, options, emit);
      case 'scan':
        return await runScan(definition, options, emit);
      case 'engine':
        return await runEngine(definition, emit);
      case 'yara':
        return await runYara(definition, options, emit);
      case 'update':
        return await runUpdate(definition, emit);
    }
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    emit({ kind: 'skipped', definition: definition.name, reason: error.message });
    return true;
  }
}

async function runSearch(
  definition: SearchDefinition,
  { repeats, maxSeconds }: Arguments,
  emit: Emit,
): Promise<boolean> {
  const { patterns } = patternsOf(definition);
  const engines = SEARCH_ENGINES.filter(({ name }) => definition.engines.includes(name));
  return benchSearch(
    {
      patterns,
      haystack: haystackOf(definition),
      engines,
      expected: definition.expected === 'reference' ? undefined : definition.expected,
      repeats: repeats ?? definition.repeats,
      maxSeconds: maxSeconds ?? definition.maxSeconds,
    },
    emit,
  );
}

async function runScan(definition: ScanDefinition, { pairs, seed }: Arguments, emit: Emit): Promise<boolean> {
  const { infected, planted, found } = definition.expected;
  const { directory, cache } = realSet();
  return benchScan(
    {
      patterns: [directory],
      trees: [corpusDirectory(definition.tree)],
      pairs: pairs ?? definition.pairs,
      peerRuns: pairs ?? 1,
      plants: planted,
      seed,
      mustFind: found,
      infected,
      reducedPeer: definition.reducedPeer,
      // Planted hash signatures are a source more, and images of their own.
      cache: planted > 0 ? undefined : cache,
    },
    emit,
  );
}

async function runEngine({ measure, rounds, seed }: EngineDefinition, emit: Emit): Promise<boolean> {
  if (measure.kind === 'hashes') return benchHashes(measure, emit);
  const { directory: patterns, cache } = realSet();
  switch (measure.kind) {
    case 'kernel': {
      const trees = measure.trees.map((tree) => ({ ...tree, directory: corpusDirectory(tree.name) }));
      return benchKernel({ patterns, trees, rounds }, emit);
    }
    case 'start': {
      const tree = corpusDirectory(measure.tree);
      return benchStart({ ...measure, patterns, cache, tree, rounds, warm: WARM_SCANS }, emit);
    }
    case 'growth':
      return benchGrowth({ ...measure, patterns, tree: corpusDirectory(measure.tree), rounds, seed }, emit);
    case 'threads':
      return benchThreads({ ...measure, patterns, cache, trees: measure.trees.map(corpusDirectory), rounds }, emit);
    case 'compile':
      return benchCompile({ ...measure, patterns, rounds, seed }, emit);
  }
}

function runYara({ rules, tree, pairs, seed }: YaraDefinition, options: Arguments, emit: Emit): Promise<boolean> {
  return benchYara({ rules, tree: corpusDirectory(tree), pairs: options.pairs ?? pairs, seed }, emit);
}

async function runUpdate(definition: UpdateDefinition, emit: Emit): Promise<boolean> {
  return benchUpdate(definition, [realSet().directory], emit);
}
