/**
 * The hot kernel: filters, and pair search, on one shared memory.
 *
 * Twin of ../twin.ts, which defines what is right. Everything lies in the caller's memory and all pointers are addresses in it: no static data and no
 * managed runtime here, since each new instance on a shared memory would run its data segments over a running worker.
 * Layouts (descriptors, entries, items, hits) are drawn in ../../layout.ts.
 *
 * The lines that quieten the editor stand above decorators of functions: AssemblyScript has them, TypeScript has none of functions.
 */

export { findPair } from './pair';
export { search } from './search';
export { shuffle } from './shuffle';
