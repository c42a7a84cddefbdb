/**
 * One signature asked of objects in memory, their views included: whether what was planted is still there when text is normalised.
 *
 * The plain kernel does it: the objects are small, and nothing has to be built before.
 */
import {
  arenaBytes,
  type BodySignature,
  type ByteSource,
  compileImage,
  createTwin,
  gramModel,
  type ObjectFacts,
  openImage,
  PAGE_BYTES,
  readImageHeader,
  Scanner,
} from '../../native-free-engine/index.ts';
import { sight } from '../../src/filetype/identify.ts';
import { unchangedTargets } from '../../src/filetype/targets.ts';
import { nodeDigester } from '../../src/host/host.ts';
import { viewsOf } from '../../src/normalise/views.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { SpoolPool } from '../../src/unpack/spool.ts';

/** Says whether the signature holds on these bytes. @param container type of the one that they lie in */
export type Ask = (bytes: Uint8Array, container: string | undefined) => boolean;

/** Where an image lies in its memory: behind the kernel's own page. */
const IMAGE_AT = 65_536;
const WINDOW_BYTES = 262_144;
const NO_MODEL = gramModel(new Uint8Array(0));
const MEANS = { spools: new SpoolPool(), isTimeOver: () => false };

/** Where a signature holds: on the bytes as they are, in one of their views. */
export interface Places {
  readonly asTheyAre: boolean;
  readonly inView: boolean;
}

/** For engines of any level. @returns what can be asked until the next one is made: they share their memory */
export function askerOf(signature: BodySignature): Ask {
  const scanner = scannerFor(signature);
  return (bytes, container) => holdsAsTheyAre(scanner, bytes, container) || holdsInView(scanner, bytes, container);
}

/** Of bytes that lie in nothing. */
export function placesOf(signature: BodySignature, bytes: Uint8Array): Places {
  const scanner = scannerFor(signature);
  return {
    asTheyAre: holdsAsTheyAre(scanner, bytes, undefined),
    inView: holdsInView(scanner, bytes, undefined),
  };
}

function holdsAsTheyAre(scanner: Scanner, bytes: Uint8Array, container: string | undefined): boolean {
  const source = new MemorySource(bytes);
  const { targets, executable } = sight(source);
  return holds(scanner, source, {
    targets: unchangedTargets(targets),
    executable,
    containers: containersOf(container),
  });
}

function holdsInView(scanner: Scanner, bytes: Uint8Array, container: string | undefined): boolean {
  const source = new MemorySource(bytes);
  const containers = containersOf(container);
  for (const view of viewsOf(source, sight(source).targets, MEANS)) {
    if (view.kind === 'obstacle') continue;
    try {
      if (holds(scanner, view.source, { targets: view.targets, executable: undefined, containers })) return true;
    } finally {
      view.source.close();
    }
  }
  return false;
}

const containersOf = (container: string | undefined): string[] => (container === undefined ? [] : [container]);

function holds(scanner: Scanner, part: ByteSource, facts: ObjectFacts): boolean {
  return scanner.scan(part, facts, { allMatches: false }).detections.length > 0;
}

function scannerFor(signature: BodySignature): Scanner {
  const { bytes } = compileImage([{ ...signature, levels: { min: 0, max: Number.POSITIVE_INFINITY } }], {
    digester: nodeDigester,
    model: NO_MODEL,
    patternDigests: [new Uint8Array(32)],
  });
  const { hotBytes } = readImageHeader(bytes);
  const memory = memoryFor(IMAGE_AT + hotBytes + arenaBytes(WINDOW_BYTES));
  new Uint8Array(memory.buffer, IMAGE_AT).set(bytes.subarray(0, hotBytes));
  const image = openImage(memory, IMAGE_AT, new MemorySource(bytes), nodeDigester);
  const arena = IMAGE_AT + hotBytes;
  return new Scanner({
    image,
    kernel: createTwin(memory),
    arena,
    windowBytes: WINDOW_BYTES,
    digester: nodeDigester,
  });
}

// One for all: each memory takes address space of its own, and a run asks ten thousand signatures.
let shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

function memoryFor(byteLength: number): WebAssembly.Memory {
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  if (shared.buffer.byteLength < pages * PAGE_BYTES)
    shared = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return shared;
}
