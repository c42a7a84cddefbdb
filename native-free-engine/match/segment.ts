/**
 * Segments: what a pattern is made of between two gaps, and how one is checked at a place.
 *
 * A segment is a run of positions of fixed length. Its body in the image, byte by byte:
 *
 * ```
 *   0  flags u8          see SEGMENT_FLAG
 *   1  length u16        positions
 *   3  gap min u32, gap max u32     if `gap`: distance from the end of the segment before; max 0xffffffff is unbounded
 *      before u8, after u8          if `edges`: tests of the bytes around, see EDGE
 *      values[length]               each XOR AT_REST
 *      masks[length]                if `masked`: position i matches b when (b & mask) = value
 *      count u16, (position u16, class u16)[count]   if `classes`: those positions match a class of bytes; their mask is 0
 *      count u16, (position u16, length u16, strings u16, (values, masks)[strings])[count]   if `nots`: none of the strings lies there; masks are 0,
 *      values as above
 * ```
 * Letters without case are masked with 0xdf, wide text holds its NUL bytes: the check knows neither.
 */
import type { Boundary } from '../signature.ts';

/**
 * Values lie masked, in the file and in memory: other scanners must not find in our images what they look for. clamscan found half of the signatures in an
 * image that held them in the clear.
 */
export const AT_REST = 0x5a;

export const SEGMENT_FLAG = { masked: 1, classes: 2, gap: 4, edges: 8, firstOfVariant: 16, nots: 32 } as const;
/** A pattern whose gaps span more than this is not confirmed around a hit, but searched as a whole. */
export const LOCAL_SPAN = 1024;
/** Gap without an upper end, or with one of 4 GiB and more. */
export const UNBOUNDED = 0xffffffff;

/** Tests of the bytes before or behind a segment: `kind | negated << 3`, and `fullWord` or `wideWord` (a letter and its NUL) beside it. */
export const EDGE = { none: 0, word: 1, line: 2, nonAlphanumeric: 3, negated: 8, fullWord: 16, wideWord: 32 } as const;
export const EDGE_OF: Readonly<Record<Boundary, number>> = {
  word: EDGE.word,
  line: EDGE.line,
  nonAlphanumeric: EDGE.nonAlphanumeric,
};

/** A segment in the compiler's hands. */
export interface Segment {
  readonly values: Uint8Array;
  readonly masks: Uint8Array;
  /** Positions that match a class: a bitmap of 32 bytes each. */
  readonly classes: ReadonlyMap<number, Uint8Array>;
  /** Negated strings: none of them may lie at `position`. */
  readonly nots: readonly {
    readonly position: number;
    readonly length: number;
    readonly strings: readonly { readonly values: Uint8Array; readonly masks: Uint8Array }[];
  }[];
  readonly gapMin: number;
  readonly gapMax: number;
  readonly before: number;
  readonly after: number;
}
/** Segments with gaps between them; one of the byte strings that a pattern stands for. */
export type Variant = readonly Segment[];

/** Where segments are appended: growing bytes. */
export interface SegmentBytes {
  readonly bytes: Uint8Array;
  /** Makes room. @returns where it begins in `bytes`, which may be another array now */
  reserve(count: number): number;
}

/**
 * Encodes one segment, straight into its place: 300,000 arrays that are copied once would be a tenth of the compile time.
 *
 * @param classIndex gives the number of a class bitmap
 */
export function appendSegment(
  into: SegmentBytes,
  segment: Segment,
  firstOfVariant: boolean,
  classIndex: (bitmap: Uint8Array) => number,
): void {
  const { values, masks, classes, nots } = segment;
  const { length } = values;
  const masked = isMasked(masks);
  const gap = !firstOfVariant;
  const edges = segment.before !== EDGE.none || segment.after !== EDGE.none;
  let at = into.reserve(segmentSize(segment, masked, gap, edges));
  const { bytes } = into;
  bytes[at] =
    (masked ? SEGMENT_FLAG.masked : 0) |
    (classes.size > 0 ? SEGMENT_FLAG.classes : 0) |
    (gap ? SEGMENT_FLAG.gap : 0) |
    (edges ? SEGMENT_FLAG.edges : 0) |
    (nots.length > 0 ? SEGMENT_FLAG.nots : 0) |
    (firstOfVariant ? SEGMENT_FLAG.firstOfVariant : 0);
  at = putU16(bytes, at + 1, length);
  if (gap) at = putU32(bytes, putU32(bytes, at, segment.gapMin), Math.min(segment.gapMax, UNBOUNDED));
  if (edges) {
    bytes[at++] = segment.before;
    bytes[at++] = segment.after;
  }
  for (let i = 0; i < length; i++) bytes[at + i] = values[i]! ^ AT_REST;
  at += length;
  if (masked) {
    bytes.set(masks, at);
    at += length;
  }
  if (classes.size > 0) {
    at = putU16(bytes, at, classes.size);
    for (const [position, bitmap] of classes) at = putU16(bytes, putU16(bytes, at, position), classIndex(bitmap));
  }
  if (nots.length > 0) putNots(bytes, at, nots);
}

function isMasked(masks: Uint8Array): boolean {
  for (let i = 0; i < masks.length; i++) if (masks[i] !== 0xff) return true;
  return false;
}

function segmentSize({ values, classes, nots }: Segment, masked: boolean, gap: boolean, edges: boolean): number {
  let size = 3 + (gap ? 8 : 0) + (edges ? 2 : 0) + values.length * (masked ? 2 : 1);
  if (classes.size > 0) size += 2 + 4 * classes.size;
  if (nots.length > 0) size += 2;
  for (const { length, strings } of nots) size += 6 + 2 * length * strings.length;
  return size;
}

function putNots(bytes: Uint8Array, start: number, nots: Segment['nots']): void {
  let at = putU16(bytes, start, nots.length);
  for (const { position, length, strings } of nots) {
    at = putU16(bytes, putU16(bytes, putU16(bytes, at, position), length), strings.length);
    for (const string of strings) {
      for (let i = 0; i < length; i++) bytes[at + i] = string.values[i]! ^ AT_REST;
      bytes.set(string.masks, at + length);
      at += 2 * length;
    }
  }
}

/** Little-endian. @returns the place behind it */
function putU16(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  return at + 2;
}

/** Little-endian. @returns the place behind it */
function putU32(bytes: Uint8Array, at: number, value: number): number {
  return putU16(bytes, putU16(bytes, at, value), value >>> 16);
}

/** A segment of an image, opened for reading: the fields are offsets into `bodies`. */
export interface SegmentView {
  readonly flags: number;
  readonly length: number;
  readonly gapMin: number;
  /** UNBOUNDED when there is no upper end. */
  readonly gapMax: number;
  readonly before: number;
  readonly after: number;
  readonly values: number;
  /** 0 when there are none. */
  readonly masks: number;
  /** 0 when there are none. */
  readonly classes: number;
  /** 0 when there are none. */
  readonly nots: number;
}

/** Reads the head of a body. @param at offset of the body in `bodies` */
export function openSegment(bodies: Uint8Array, at: number): SegmentView {
  const flags = bodies[at]!;
  const length = bodies[at + 1]! | (bodies[at + 2]! << 8);
  let next = at + 3;
  let gapMin = 0;
  let gapMax = 0;
  if (flags & SEGMENT_FLAG.gap) {
    gapMin = readU32(bodies, next);
    gapMax = readU32(bodies, next + 4);
    next += 8;
  }
  let before = 0;
  let after = 0;
  if (flags & SEGMENT_FLAG.edges) {
    before = bodies[next]!;
    after = bodies[next + 1]!;
    next += 2;
  }
  const values = next;
  next += length;
  const masks = flags & SEGMENT_FLAG.masked ? next : 0;
  if (masks) next += length;
  const classes = flags & SEGMENT_FLAG.classes ? next : 0;
  if (classes) next += 2 + 4 * (bodies[next]! | (bodies[next + 1]! << 8));
  return {
    flags,
    length,
    gapMin,
    gapMax,
    before,
    after,
    values,
    masks,
    classes,
    nots: flags & SEGMENT_FLAG.nots ? next : 0,
  };
}

/** Value of position i. */
export function valueAt(view: SegmentView, bodies: Uint8Array, i: number): number {
  return bodies[view.values + i]! ^ AT_REST;
}

function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/**
 * Whether the segment's positions match the bytes at `index`. The edges are checked by `edgesMatch`.
 *
 * @param bytes holds the whole span [index, index + length)
 */
export function segmentMatches(
  view: SegmentView,
  bodies: Uint8Array,
  classes: Uint8Array,
  bytes: Uint8Array,
  index: number,
): boolean {
  const { length, values, masks } = view;
  if (masks === 0) {
    for (let i = 0; i < length; i++) if ((bytes[index + i]! ^ AT_REST) !== bodies[values + i]) return false;
    return true;
  }
  for (let i = 0; i < length; i++)
    if (((bytes[index + i]! & bodies[masks + i]!) ^ AT_REST) !== bodies[values + i]) return false;
  if (view.classes !== 0 && !classesMatch(view.classes, bodies, classes, bytes, index)) return false;
  return view.nots === 0 || notsHold(view.nots, bodies, bytes, index);
}

function classesMatch(at: number, bodies: Uint8Array, classes: Uint8Array, bytes: Uint8Array, index: number): boolean {
  const count = bodies[at]! | (bodies[at + 1]! << 8);
  for (let i = 0; i < count; i++) {
    const item = at + 2 + i * 4;
    const byte = bytes[index + (bodies[item]! | (bodies[item + 1]! << 8))]!;
    const bitmap = (bodies[item + 2]! | (bodies[item + 3]! << 8)) * 32;
    if (((classes[bitmap + (byte >>> 3)]! >>> (byte & 7)) & 1) === 0) return false;
  }
  return true;
}

function notsHold(at: number, bodies: Uint8Array, bytes: Uint8Array, index: number): boolean {
  const count = bodies[at]! | (bodies[at + 1]! << 8);
  let next = at + 2;
  for (let i = 0; i < count; i++) {
    const place = index + (bodies[next]! | (bodies[next + 1]! << 8));
    const length = bodies[next + 2]! | (bodies[next + 3]! << 8);
    const strings = bodies[next + 4]! | (bodies[next + 5]! << 8);
    next += 6;
    for (let k = 0; k < strings; k++, next += 2 * length) {
      let same = 0;
      while (
        same < length &&
        ((bytes[place + same]! & bodies[next + length + same]!) ^ AT_REST) === bodies[next + same]
      )
        same++;
      if (same === length) return false;
    }
  }
  return true;
}

/** Which side of a boundary a byte is on; `inside` a pattern it is a byte of its own. */
export type Side = 'before' | 'after' | 'inside';

/**
 * Whether one edge holds.
 *
 * @param edge see EDGE
 * @param near the byte beside the segment, or -1 at the start or the end of the object
 * @param far  the byte beyond it, or -1
 */
export function edgeMatches(edge: number, side: 'before' | 'after', near: number, far: number): boolean {
  if (edge & EDGE.fullWord && near >= 0 && isAlphanumeric(near)) return false;
  if (edge & EDGE.wideWord) {
    const [letter, nul] = side === 'before' ? [far, near] : [near, far];
    if (nul === 0 && letter >= 0 && isAlphanumeric(letter)) return false;
  }
  const kind = edge & 7;
  if (kind === EDGE.none) return true;
  const holds = near < 0 || inBoundary(kind, near, side);
  return edge & EDGE.negated ? !holds : holds;
}

/** Bytes that are a word boundary for clamscan 1.4.6, before and behind a word; found by trying all. */
const WORD_BEFORE = [0x20, 0x2d, 0x2e, 0x2f, 0x3c, 0x40, 0x5f];
const WORD_AFTER = [0x0a, 0x0d, 0x20, 0x22, 0x27, 0x2d, 0x2f, 0x3d, 0x3e, 0x5f];

/** Whether a byte belongs to a boundary, by its name; as `edgeMatches` and a pattern's own bytes have it. */
export function isBoundaryByte(boundary: Boundary, byte: number, side: Side): boolean {
  return inBoundary(EDGE_OF[boundary], byte, side);
}

/** Whether a byte belongs to a boundary of that kind. */
export function inBoundary(kind: number, byte: number, side: Side): boolean {
  if (kind === EDGE.line) return byte === 0x0a || byte === 0x0d;
  if (kind === EDGE.nonAlphanumeric) return !isAlphanumeric(byte);
  return (side !== 'after' && WORD_BEFORE.includes(byte)) || (side !== 'before' && WORD_AFTER.includes(byte));
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
