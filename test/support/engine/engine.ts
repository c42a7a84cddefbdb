/**
 * The engine in memory: signatures in, verdicts out, with any of the three twins of its kernel.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  arenaBytes,
  type BodySignature,
  type ByteSource,
  type ColdReader,
  type CompiledImage,
  type Condition,
  compileImage,
  createTwin,
  type Digester,
  type GramModel,
  gramModel,
  type HashAlgorithm,
  instantiateKernel,
  type Kernel,
  type ObjectFacts,
  type ObjectResult,
  openImage,
  type Pattern,
  type Range,
  Scanner,
  type Signature,
} from '../../../native-free-engine/index.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The kernel's three forms. */
export interface Twin {
  readonly name: string;
  kernel(memory: WebAssembly.Memory): Kernel;
}
const compiled = (target: string): Twin => {
  const module = new WebAssembly.Module(
    readFileSync(new URL(`dist/native-free-engine/kernel/kernel.${target}.wasm`, ROOT)),
  );
  return { name: `${target} wasm`, kernel: (memory) => instantiateKernel(module, memory) };
};
export const REFERENCE: Twin = { name: 'reference', kernel: createTwin };
export const RELEASE: Twin = compiled('release');
export const TWINS: readonly Twin[] = [REFERENCE, compiled('debug'), RELEASE];

export const EMPTY_MODEL: GramModel = gramModel(new Uint8Array(0));
export const ORDINARY_MODEL: GramModel = gramModel(
  readFileSync(new URL('native-free-engine/prefilter/ordinary.bin', ROOT)),
);

export const NODE_DIGESTER: Digester = {
  create(algorithm) {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), finish: () => new Uint8Array(hash.digest()) };
  },
};

/** Counts what is hashed. */
export class CountingDigester implements Digester {
  readonly bytes = new Map<HashAlgorithm, number>();
  create(algorithm: HashAlgorithm): ReturnType<Digester['create']> {
    const digest = NODE_DIGESTER.create(algorithm);
    return {
      update: (bytes) => {
        this.bytes.set(algorithm, (this.bytes.get(algorithm) ?? 0) + bytes.length);
        digest.update(bytes);
      },
      finish: () => digest.finish(),
    };
  }
}

export const NO_FACTS: ObjectFacts = { targets: 0, executable: undefined, containers: [] };
export const ALL_LEVELS: Range = { min: 0, max: Number.POSITIVE_INFINITY };

/** A body signature; without a condition its first pattern must match. */
export function signature(
  name: string,
  patterns: readonly Pattern[],
  condition: Condition = { kind: 'match', pattern: 0 },
  target = 0,
): BodySignature {
  return { kind: 'body', name, levels: ALL_LEVELS, target, patterns, condition };
}

export function compile(signatures: readonly Signature[], model: GramModel = EMPTY_MODEL): CompiledImage {
  return compileImage(signatures, { digester: NODE_DIGESTER, model, patternDigests: [new Uint8Array(32)] });
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

export function coldReader(file: Uint8Array): ColdReader {
  return { read: (offset, into) => sourceOf(file).read(offset, into) };
}

/** A memory with an image at 65536, as the engine's host lays it out. @param room bytes behind it for arenas */
export function load(file: Uint8Array, hotBytes: number, room = 0): WebAssembly.Memory {
  const pages = Math.ceil((65536 + hotBytes + room) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint8Array(memory.buffer, 65536).set(file.subarray(0, hotBytes));
  return memory;
}

export interface EngineOptions {
  readonly windowBytes?: number;
  readonly digester?: Digester;
}
export interface ScanRequest {
  readonly facts?: ObjectFacts;
  readonly allMatches?: boolean;
  readonly hashes?: boolean;
  readonly isTimeOver?: () => boolean;
}

export class TestEngine {
  readonly #scanner: Scanner;

  /** @param file a whole image @throws {ImageError} */
  constructor(file: Uint8Array, twin: Twin, options: EngineOptions = {}) {
    const { windowBytes = 262144, digester = NODE_DIGESTER } = options;
    const hotBytes = new DataView(file.buffer, file.byteOffset).getFloat64(16, true);
    const memory = load(file, hotBytes, arenaBytes(windowBytes));
    const image = openImage(memory, 65536, coldReader(file), digester);
    const arena = 65536 + hotBytes;
    this.#scanner = new Scanner({ image, kernel: twin.kernel(memory), arena, windowBytes, digester });
  }

  scan(source: ByteSource, request: ScanRequest = {}): ObjectResult {
    const { facts = NO_FACTS, allMatches = true, hashes = true, isTimeOver } = request;
    return this.#scanner.scan(source, facts, { allMatches, hashes, ...(isTimeOver ? { isTimeOver } : {}) });
  }

  scanBytes(bytes: Uint8Array, request: ScanRequest = {}): ObjectResult {
    return this.scan(sourceOf(bytes), request);
  }

  /** Sorted names of all detections; a budget that was spent is an error here. */
  namesIn(bytes: Uint8Array, facts: ObjectFacts = NO_FACTS): string[] {
    const { detections, spent } = this.scanBytes(bytes, { facts });
    if (spent) throw new Error(spent.message);
    return detections.map(({ name }) => name).sort();
  }
}

export function engineOf(
  signatures: readonly Signature[],
  twin: Twin,
  options: EngineOptions & { readonly model?: GramModel } = {},
): TestEngine {
  return new TestEngine(compile(signatures, options.model).bytes, twin, options);
}
