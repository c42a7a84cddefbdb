/** An image that was just compiled, in memory, and a scanner on it. */
import {
  type CompiledImage,
  compileImage,
  gramModel,
  instantiateKernel,
  readImageHeader,
  type ScannerOptions,
  type Signature,
} from '../../../native-free-engine/index.ts';
import { coldReaderOf, nodeDigester } from '../../host/host.ts';
import { gramModelBytes, kernelModule } from '../assets.ts';
import { arenaAddress, createMemory, hotPart, verifyImage, WINDOW_BYTES } from '../memory.ts';

const model = gramModel(gramModelBytes());
const kernel = kernelModule();

/** Some signatures alone, to see what they cost by themselves. */
export function compileAlone(signatures: readonly Signature[]): CompiledImage {
  return compileImage(signatures, { digester: nodeDigester, model, patternDigests: [] });
}

/** An image in memory, for one scanner at a time. */
export type LoadedImage = Omit<ScannerOptions, 'digester'>;

/**
 * Checks the image as one from a file would be.
 *
 * @throws {ImageError}
 */
export function loadImage({ bytes }: Pick<CompiledImage, 'bytes'>): LoadedImage {
  const { hotBytes } = readImageHeader(bytes);
  const memory = createMemory(hotBytes, 1);
  hotPart(memory, hotBytes).set(bytes.subarray(0, hotBytes));
  return {
    image: verifyImage(memory, coldReaderOf(bytes.subarray(hotBytes), hotBytes)),
    kernel: instantiateKernel(kernel, memory),
    arena: arenaAddress(hotBytes, 0),
    windowBytes: WINDOW_BYTES,
  };
}
