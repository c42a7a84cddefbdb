/** An image that was just compiled, in memory, and a scanner on it. */
import {
  type CompiledImage,
  compileImage,
  type Digester,
  gramModel,
  instantiateKernel,
  readImageHeader,
  Scanner,
  type ScannerOptions,
  type Signature,
} from '../../native-free-engine/index.ts';
import { coldReaderOf, nodeDigester } from '../host/host.ts';
import { gramModelBytes, kernelModule } from './assets.ts';
import { arenaAddress, createMemory, hotPart, verifyImage, WINDOW_BYTES } from './memory.ts';

const model = gramModel(gramModelBytes());
const kernel = kernelModule();

/** Some signatures alone, to see what they cost by themselves. */
export function compileAlone(signatures: readonly Signature[]): CompiledImage {
  return compileImage(signatures, { digester: nodeDigester, model, patternDigests: [] });
}

/**
 * What a scanner on an image needs. The image is checked as one from a file would be.
 *
 * @param digester of objects; the image is always checked with the real one
 * @throws {ImageError}
 */
export function scannerOptions({ bytes }: Pick<CompiledImage, 'bytes'>, digester: Digester): ScannerOptions {
  const { hotBytes } = readImageHeader(bytes);
  const memory = createMemory(hotBytes, 1);
  hotPart(memory, hotBytes).set(bytes.subarray(0, hotBytes));
  return {
    image: verifyImage(memory, coldReaderOf(bytes.subarray(hotBytes), hotBytes)),
    kernel: instantiateKernel(kernel, memory),
    arena: arenaAddress(hotBytes, 0),
    windowBytes: WINDOW_BYTES,
    digester,
  };
}

/** @throws {ImageError} */
export function scannerOn(image: Pick<CompiledImage, 'bytes'>, digester: Digester = nodeDigester): Scanner {
  return new Scanner(scannerOptions(image, digester));
}
