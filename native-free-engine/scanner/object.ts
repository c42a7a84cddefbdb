/**
 * What the host tells the engine about the object it wants scanned.
 *
 * The engine reads no files and parses no headers: bytes come through a `ByteSource`, facts about the object through `ObjectFacts`.
 */

/** Random access to the bytes of one object. Synchronous, since it is called from inside the scan. */
export interface ByteSource {
  /** Bytes in the object, an integer 0 … 2^53−1; fixed for the life of the source. */
  readonly size: number;
  /**
   * Copies bytes [offset, offset + into.length) of the object, as far as it has them.
   *
   * @param into may be a view on shared memory
   * @returns number of bytes copied; fewer than asked only at the end of the object. A source that shrank answers short:
   *          the scanner reports that as `SCANNER_SHORT_READ`, never as clean.
   */
  read(offset: number, into: Uint8Array): number;
}

/** Raw bytes of one section of an executable: [offset, offset + size) of the object, already cut to the object's end. */
export interface Section {
  readonly offset: number;
  readonly size: number;
}

/** The parts of an executable's headers that signatures ask for. */
export interface ExecutableFacts {
  /** Offset in the object of the byte that runs first; undefined when it lies in no section. */
  readonly entryPoint: number | undefined;
  readonly sections: readonly Section[];
  /** Offsets in the object of the strings of its version information; asked for once at most, since it costs reads. */
  readonly versionInfo?: () => readonly number[];
  /** The text whose digests `imports` signatures hold; undefined when it imports nothing. Asked for once at most. */
  readonly imports?: () => Uint8Array | undefined;
}

export interface ObjectFacts {
  /** Target types that apply, as bits: bit t set when signatures of target t (1 … 31) are for this object. Bit 0 (any) is implied. */
  readonly targets: number;
  /** Undefined when the object is no executable whose headers could be read. */
  readonly executable: ExecutableFacts | undefined;
  /** Types of the containers around the object, outermost first (for example `zip`, `tar`); empty for a file of its own. */
  readonly containers: readonly string[];
}
