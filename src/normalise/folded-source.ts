/**
 * A page in two-byte characters as one of bytes: what clamscan's reader of HTML gets of it.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { foldWide } from '../filetype/html-marks.ts';

export class FoldedSource implements ByteSource {
  readonly size: number;
  readonly #wide: ByteSource;

  /** @param wide its last byte goes when it has an odd number of them */
  constructor(wide: ByteSource) {
    this.#wide = wide;
    this.size = Math.floor(wide.size / 2);
  }

  read(offset: number, into: Uint8Array): number {
    const wide = new Uint8Array(2 * Math.min(into.length, this.size - offset));
    const folded = foldWide(wide.subarray(0, this.#wide.read(2 * offset, wide)));
    into.set(folded);
    return folded.length;
  }
}
