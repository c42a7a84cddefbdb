/**
 * The answer on one object. A front end knows this and nothing deeper.
 *
 * Malware, an encrypted entry and a spent budget are values here; only our own failure to answer is thrown (ScanError).
 */

/** One signature that was confirmed, and where. */
export interface Detection {
  /** Name of the signature. */
  readonly name: string;
  /** Entry names from the outermost container inwards, as the archive spells them (hostile text); empty when it is the object itself. */
  readonly entry: readonly string[];
  /** File type of the layer, from its bytes (`pe`, `elf`, `zip` …). */
  readonly fileType: string;
  readonly by: 'body' | 'hash';
  /** Offset in that layer of the first matched pattern, in bytes; undefined for a hash of the whole. */
  readonly offset: number | undefined;
}

/** Why something was not looked at. Stable words: they stand in `--json` and in logs. */
export type UnscannedReason =
  | 'encrypted' // needs a password that we do not have
  | 'unsupported' // a container or a compression method that we cannot open yet
  | 'damaged' // the container contradicts itself or ends early
  | 'depth' // the remaining reasons are limits of the budget
  | 'entries'
  | 'bytes'
  | 'ratio'
  | 'time'
  | 'matching'; // the engine's own limits on candidates and matches

export interface Unscanned {
  readonly reason: UnscannedReason;
  /** As in Detection: which layer was not looked at. */
  readonly entry: readonly string[];
  /** One sentence for people: the value that was met and the limit. */
  readonly message: string;
}

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
