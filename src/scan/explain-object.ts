/**
 * What matched where in each layer of an object, as values that cross threads: runs in the worker, beside the scan.
 */
import type { ExplainedPattern as FoundPattern, ObjectDetection, Scanner } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import type { ViewKind } from '../normalise/view.ts';
import type { Layer } from '../unpack/walk.ts';

/** One layer that was looked at, or a view of the one before. */
export interface ExplainedLayer {
  readonly entry: readonly string[];
  /** Undefined for the layer as it is. */
  readonly view: ViewKind | undefined;
  readonly fileType: string;
  readonly size: number;
  /** Of the whole layer, lower-case hex. */
  readonly digests: { readonly md5: string; readonly sha1: string; readonly sha256: string };
  /** What the scan found. */
  readonly found: readonly ExplainedSignature[];
  /** The signatures that were asked for by number, whether they hold or not. */
  readonly asked: readonly ExplainedSignature[];
}

export interface ExplainedSignature {
  /** Number in the image; undefined for a hash. */
  readonly number: number | undefined;
  readonly name: string;
  readonly by: 'body' | 'hash';
  readonly holds: boolean;
  /** False when it is for objects of another type. */
  readonly targetFits: boolean;
  /** Where the section begins whose digest is listed; undefined otherwise. */
  readonly offset: number | undefined;
  /** By pattern. */
  readonly patterns: readonly ExplainedPattern[];
}

export interface ExplainedPattern {
  /** Matches of the pattern alone. */
  readonly count: number;
  /** The first of them. */
  readonly first: { readonly offset: number; readonly length: number; readonly bytes: Uint8Array } | undefined;
  /** False of a regular expression whose trigger does not hold: it was not searched. */
  readonly isTriggered: boolean;
}

/** First bytes of a match that are worth showing. */
const SHOWN_BYTES = 64;
const BLOCK_BYTES = 1 << 20;

/** @param numbers of signatures that are to be explained in any case */
export function explainLayer(
  scanner: Scanner,
  layer: Layer,
  detections: readonly ObjectDetection[],
  numbers: readonly number[],
  view?: ViewKind,
): ExplainedLayer {
  const { source, fileType, entry } = layer;
  return {
    entry,
    view,
    fileType,
    size: source.size,
    digests: digestsOf(layer),
    found: detections.map((detection) => explainDetection(scanner, layer, detection)),
    asked: numbers.map((number) => explainBody(scanner, layer, number, '')),
  };
}

function explainDetection(scanner: Scanner, layer: Layer, detection: ObjectDetection): ExplainedSignature {
  const { name, signature, offset } = detection;
  if (signature !== undefined) return explainBody(scanner, layer, signature, name);
  return { number: undefined, name, by: 'hash', holds: true, targetFits: true, offset, patterns: [] };
}

function explainBody(scanner: Scanner, layer: Layer, number: number, name: string): ExplainedSignature {
  const { holds, targetFits, patterns } = scanner.explain(layer.source, layer.facts, number);
  const explained = patterns.map((pattern) => explainPattern(layer, pattern));
  return { number, name, by: 'body', holds, targetFits, offset: undefined, patterns: explained };
}

function explainPattern({ source }: Layer, { count, first, isTriggered }: FoundPattern): ExplainedPattern {
  if (first === undefined) return { count, first: undefined, isTriggered };
  const length = first.end - first.start;
  const bytes = new Uint8Array(Math.min(length, SHOWN_BYTES));
  const shown = bytes.subarray(0, source.read(first.start, bytes));
  return { count, first: { offset: first.start, length, bytes: shown }, isTriggered };
}

function digestsOf({ source }: Layer): ExplainedLayer['digests'] {
  const digests = (['md5', 'sha1', 'sha256'] as const).map((algorithm) => nodeDigester.create(algorithm));
  const block = new Uint8Array(Math.min(BLOCK_BYTES, source.size));
  for (let at = 0; at < source.size; ) {
    const read = source.read(at, block.subarray(0, Math.min(block.length, source.size - at)));
    // The scan has reported that already.
    if (read <= 0) break;
    for (const digest of digests) digest.update(block.subarray(0, read));
    at += read;
  }
  const [md5 = '', sha1 = '', sha256 = ''] = digests.map((digest) => Buffer.from(digest.finish()).toString('hex'));
  return { md5, sha1, sha256 };
}
