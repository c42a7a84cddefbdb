/**
 * The answer on one object. A front end knows this and nothing deeper.
 *
 * Malware, an encrypted entry and a spent budget are values here; only our own failure to answer is thrown (ScanError).
 */
import type * as container from '../unpack/container.ts';

/** One signature that was confirmed, and where. */
export interface Detection {
  /** Name of the signature. */
  readonly name: string;
  /** Entry names from the outermost container inwards, as the archive spells them (hostile text); empty when it is the object itself. */
  readonly entry: readonly string[];
  /** File type of the layer, from its bytes (`pe`, `elf`, `zip` …). */
  readonly fileType: string;
  readonly by: 'body' | 'hash';
  /** Offset in that layer (in its normalised text when only that has the match) of the first matched pattern, in bytes; undefined for a hash of the whole. */
  readonly offset: number | undefined;
}

/** Why something was not looked at. Stable words: they stand in `--json` and in logs. */
export type UnscannedReason = container.UnscannedReason;

/** Something that was not looked at: the reason, the layer (as in Detection), and one sentence for people with the value that was met and the limit. */
export type Unscanned = container.Unscanned;

interface VerdictBase {
  readonly patternNumber: number;
  readonly engineVersion: string;
  /** Bytes of the object itself. */
  readonly size: number;
  /** Layers looked at, the object itself included. */
  readonly objects: number;
  /** Bytes searched, all layers together. */
  readonly scannedBytes: number;
  readonly elapsedMs: number;
}
export type Verdict = VerdictBase &
  (
    | { readonly kind: 'clean' }
    | {
        readonly kind: 'infected';
        /** At least one; the first is the one to show where only one fits. */
        readonly detections: readonly [Detection, ...Detection[]];
        readonly unscanned: readonly Unscanned[];
      }
    | { readonly kind: 'unscanned'; readonly unscanned: readonly [Unscanned, ...Unscanned[]] }
  );
