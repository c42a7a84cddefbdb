/**
 * The engine, asked for every occurrence.
 *
 * A scan is content with the first match of a signature. Here the scanner's own parts do the same work (blocks, filter, automaton, exact check) and
 * note every match instead.
 */
import {
  createTwin,
  type Image,
  instantiateKernel,
  type Kernel,
  type Signature,
  TARGET,
} from '../../native-free-engine/index.ts';
import { type ArenaLayout, arenaLayout } from '../../native-free-engine/layout.ts';
import { Finder } from '../../native-free-engine/scanner/finder.ts';
import type { ObjectFacts } from '../../native-free-engine/scanner/object.ts';
import { PatternChecker } from '../../native-free-engine/scanner/patterns.ts';
import { Window } from '../../native-free-engine/scanner/window.ts';
import { kernelModule } from '../../src/scan/assets.ts';
import { arenaAddress, WINDOW_BYTES } from '../../src/scan/memory.ts';
import { type Answer, type Prepared, type SearchEngine, Tally } from './engine.ts';
import { imageInMemory, searchBlocks } from './in-memory.ts';

export const OURS: SearchEngine = {
  name: 'sigwall',
  what: 'the engine, its kernel as WebAssembly',
  prepare: (patterns) => new AllMatches(patterns, (memory) => instantiateKernel(kernelModule(), memory)),
};

export const OUR_TWIN: SearchEngine = {
  name: 'sigwall-twin',
  what: 'the engine, its kernel in plain TypeScript: the definition of right',
  prepare: (patterns) => new AllMatches(patterns, createTwin),
};

const FACTS: ObjectFacts = { targets: 0, executable: undefined, containers: [] };
class AllMatches implements Prepared {
  readonly #window: Window;
  readonly #finder: Finder;
  readonly #recorder: Recorder;
  readonly memoryBytes: number;

  constructor(patterns: readonly Uint8Array[], makeKernel: (memory: WebAssembly.Memory) => Kernel) {
    const image = load(patterns);
    const kernel = makeKernel(image.memory);
    this.memoryBytes = image.header.hotBytes;
    const arena = arenaAddress(image.header.hotBytes, 0);
    const layout = arenaLayout(WINDOW_BYTES);
    this.#window = new Window(image.memory, arena, layout);
    this.#recorder = new Recorder(image, this.#window, kernel, arena, layout, patterns);
    this.#finder = new Finder(image, kernel, arena, layout, this.#window, this.#recorder);
  }

  search(haystack: Uint8Array): Answer {
    this.#recorder.restart();
    searchBlocks(this.#window, this.#finder, FACTS, haystack);
    return this.#recorder.tally.answer();
  }
}

/** Notes every match, and tells the finder that there was none, so that it goes on. */
class Recorder extends PatternChecker {
  tally = new Tally();
  readonly #lengths: Uint32Array;
  /** By pattern: its number among the literals. */
  readonly #numbers: Uint32Array;
  /** By pattern: start + 1 of its last match; candidates overlap and may tell of one match twice. */
  readonly #last: Float64Array;

  constructor(
    image: Image,
    window: Window,
    kernel: Kernel,
    arena: number,
    layout: ArenaLayout,
    literals: readonly Uint8Array[],
  ) {
    super(image, window, kernel, arena, layout);
    const count = image.signatures.length / 4 - 1;
    this.#numbers = Uint32Array.from({ length: count }, (_, signature) => Number(image.nameOf(signature)));
    this.#lengths = Uint32Array.from(this.#numbers, (number) => literals[number]!.length);
    this.#last = new Float64Array(count);
  }

  restart(): void {
    this.tally = new Tally();
    this.#last.fill(0);
  }

  override confirmAround(
    pattern: number,
    segment: number,
    start: number,
    _facts: ObjectFacts,
    isWhole: boolean,
  ): false {
    if (this.#last[pattern]! > start || (!isWhole && !this.segmentAt(this.segment(segment), start))) return false;
    this.#last[pattern] = start + 1;
    this.tally.add(this.#numbers[pattern]!, start + this.#lengths[pattern]!);
    return false;
  }
}

/** One signature for each literal, whose name is its number. */
function load(patterns: readonly Uint8Array[]): Image {
  const { image, skipped } = imageInMemory(patterns.map((bytes, number) => signatureOf(bytes, String(number))));
  if (skipped.length > 0) throw new Error(`compile: ${skipped.length} literals were skipped: ${skipped[0]}`);
  if ([...image.always.values()].some((signatures) => signatures.length > 0)) {
    throw new Error('compile: expected literals that a search can find, got some that it cannot');
  }
  return image;
}

function signatureOf(bytes: Uint8Array, name: string): Signature {
  return {
    kind: 'body',
    name,
    levels: { min: 0, max: 255 },
    target: TARGET.any,
    patterns: [
      {
        kind: 'bytes',
        elements: [{ kind: 'bytes', values: bytes, masks: new Uint8Array(bytes.length).fill(0xff) }],
        offset: { kind: 'any' },
        noCase: false,
        wide: false,
        ascii: true,
        fullWord: false,
      },
    ],
    condition: { kind: 'match', pattern: 0 },
  };
}
