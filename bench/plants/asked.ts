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

/** For engines of any level. @returns what can be asked until the next one is made: they share their memory */
export function askerOf(signature: BodySignature): Ask {
  const scanner = scannerFor({ ...signature, levels: { min: 0, max: Number.POSITIVE_INFINITY } });
  return (bytes, container) => {
    const source = new MemorySource(bytes);
    const { targets, executable } = sight(source);
    const containers = container === undefined ? [] : [container];
    const holds = (part: ByteSource, targets: number, facts: typeof executable): boolean =>
      scanner.scan(part, { targets, executable: facts, containers }, { allMatches: false }).detections.length > 0;
    if (holds(source, unchangedTargets(targets), executable)) return true;
    for (const view of viewsOf(source, targets, MEANS)) {
      if (view.kind === 'obstacle') continue;
      try {
        if (holds(view.source, view.targets, undefined)) return true;
      } finally {
        view.source.close();
      }
    }
    return false;
  };
}

function scannerFor(signature: BodySignature): Scanner {
  const { bytes } = compileImage([signature], {
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
