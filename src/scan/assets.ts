/**
 * Where the files lie that the product brings along.
 *
 * In the package they lie beside the compiled sources, mirrored in dist/. Sources that run as they are (tests, development) find what must be built in
 * the checkout's dist/ as well: the kernel is compiled, and the factory patterns are made, by `npm run build`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

/** SemVer of the product. */
export const PRODUCT_VERSION: string = manifest.version;

/** Whether this runs from sources, not from dist/. */
const IS_SOURCE = import.meta.url.endsWith('.ts');
const BUILT = new URL(IS_SOURCE ? '../../dist/' : '../../', import.meta.url);

/** The pattern file that makes the first scan work with no network. */
export function factoryPatternFile(): string {
  return fileURLToPath(new URL('patterns/1000.npf', BUILT));
}

let kernel: WebAssembly.Module | undefined;

/** The kernel, compiled; it can be posted to threads. */
export function kernelModule(): WebAssembly.Module {
  kernel ??= new WebAssembly.Module(readFileSync(new URL('native-free-engine/kernel/kernel.release.wasm', BUILT)));
  return kernel;
}

/** Bytes of the model of ordinary files that the compiler chooses by. */
export function gramModelBytes(): Uint8Array {
  return readFileSync(new URL('../../native-free-engine/prefilter/ordinary.bin', import.meta.url));
}

/** A module of this room, as a file that a thread can start with. @param name without its ending */
export function threadFile(name: string): string {
  return fileURLToPath(new URL(`./${name}.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url));
}
