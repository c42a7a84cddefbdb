/**
 * The kernel's interface, and its WebAssembly form.
 *
 * Three twins implement `Kernel`: twin.ts (plain TypeScript, the definition of right), the debug and the release WebAssembly. The same suites run
 * over all of them.
 */

/** Addresses are bytes from the start of the memory that image and arena share. */
export interface Kernel {
  /**
   * Searches with one filter for segments of which a gram lies at a position in [from, to) that is a multiple of its stride.
   *
   * Writes pairs (item, with WHOLE or without, address of the segment's start) to `hits`, `STATE.hits` ← their number, `STATE.next` ← where to go on: ≥ to when done, else the hits
   * were full, and the next call with the same state goes on behind the last of them. Two words of each segment were compared, where they are in memory; with WHOLE all
   * of it was.
   *
   * @param filter  address of the filter descriptor
   * @param image   address that the descriptor's offsets count from
   * @param first   address of the first byte of the object in memory; bytes before it are not read
   * @param limit   address behind the object's last byte in memory; 16 bytes behind it must be readable
   * @param state   address of the search state; counters in it are added to
   * @param work    address of WORK_BYTES
   */
  search(
    filter: number,
    image: number,
    first: number,
    from: number,
    to: number,
    limit: number,
    state: number,
    work: number,
    hits: number,
    capacity: number,
  ): void;
  /**
   * Writes the positions p in [from, to) with byte[p + i1] & mask1 = value1 and byte[p + i2] & mask2 = value2, u32 each.
   *
   * @param capacity at least 64
   */
  findPair(
    from: number,
    to: number,
    i1: number,
    value1: number,
    mask1: number,
    i2: number,
    value2: number,
    mask2: number,
    state: number,
    hits: number,
    capacity: number,
  ): void;
  /** Writes pairs (address, bucket bits) for positions in [from, to) whose next three bytes fit a bucket and the bit table of the shuffle filter. */
  shuffle(
    matcher: number,
    image: number,
    from: number,
    to: number,
    state: number,
    hits: number,
    capacity: number,
  ): void;
}

/** Instantiates the compiled kernel on a memory. Synchronous; the module is about 2 kB. */
export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as Kernel;
}
