/**
 * Shared memory that the bytes of objects in flight are copied to, used again and again: none is copied once more when it is posted. Left to the
 * collector, a thousand scans of 300 kB held 200 MB.
 */

/** What is kept for one object in flight. */
const MIN_BYTES = 256 * 1024;
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

export class SharedCopies {
  readonly #rooms: Uint8Array[] = [];

  /**
   * @param slot of the object, which no other has until this one is done
   * @returns the bytes themselves when they are shared already
   */
  copy(bytes: Uint8Array, slot: number): Uint8Array {
    if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
    let room = this.#rooms[slot];
    if (room === undefined || room.length < bytes.length) {
      room = new Uint8Array(new SharedArrayBuffer(Math.max(MIN_BYTES, bytes.length)));
      if (bytes.length <= MAX_KEPT_BYTES) this.#rooms[slot] = room;
    }
    room.set(bytes);
    return room.subarray(0, bytes.length);
  }
}
