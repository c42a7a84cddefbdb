/**
 * Where everything lies: the image, the arena of a worker, and what the kernel reads and writes. All little-endian, all offsets in bytes.
 *
 * The kernel (kernel/assembly/) repeats the constants that it needs; a test holds both against each other.
 *
 * ```
 * memory   [ page 0: unused ][ image: hot part ][ arena of worker 0 ][ arena of worker 1 ] …
 * image    [ header 256 ][ section table ][ sections, each 16-aligned ]            hot, one read, shared by all workers
 *          [ late sections: what is searched for in Windows programs alone ]       hot as well, read for the first of them
 *          [ cold pages of 64 KiB: digests, names ]                                read from the file on a hit
 * arena    [ search state 64 ][ candidates ][ hits ][ scratch page ][ window + padding ]
 * ```
 */

/** The first 8 bytes of an image. */
export const IMAGE_MAGIC = 'SWIMAGE\n';
/** Changes with every change of what lies in an image. */
export const IMAGE_FORMAT = 10;
/** Bytes of the header, its digest included. */
export const IMAGE_HEADER_BYTES = 256;

/** Header fields, by offset. */
export const HEADER = {
  magic: 0, //           8  IMAGE_MAGIC
  format: 8, //          4  IMAGE_FORMAT
  sectionCount: 12, //   4
  hotBytes: 16, //       8  header, section table and hot sections, the late ones included
  coldBytes: 24, //      8  after the hot part, in whole pages
  engineVersion: 32, //  32 text, NUL-padded
  patternDigest: 64, //  32 SHA-256 over the content digests it was compiled from
  signatures: 96, //     8  signatures that are active
  lateFrom: 104, //      8  where the late part of the hot part begins, in whole pages; hotBytes when there is none
  hotDigest: 224, //     32 SHA-256 of the hot part up to the late one, with this field zero
} as const;

/** Section table: one entry of 24 bytes: kind u32, index u32, offset f64, bytes f64. */
export const SECTION_ENTRY_BYTES = 24;

/** Kinds of sections; `index` tells the matcher or the hash table that a section belongs to. */
export const SECTION = {
  matcher: 1, //        MATCHER_WORDS u32, see below
  filter1: 2, //        bit table of a filter; index = matcher · FILTER_CLASSES.length + class, as of all that belongs to a filter
  filter2: 3, //        bit table for what passed the first
  filter: 4, //         filter descriptor, FILTER_WORDS u32, see below
  bucketStarts: 5, //   per bucket the first entry, plus one behind the last, u32
  entries: 6, //        ENTRY_WORDS u32 per gram
  items: 7, //          ITEM_WORDS u32 per segment, or list of them, that a filter finds; index = matcher
  itemSegments: 8, //   their segments, one list behind the other, u32; index = matcher
  shuffle: 9, //        table of the shuffle filter; absent when there are no short atoms
  shortStarts: 10, //   per value of the first bits of the triple's hash the first index into shortAtoms, plus one behind the last, u32
  shortAtoms: 11, //    SHORT_WORDS u32 per short atom and triple; those of open buckets stand behind all others
  filter3: 12, //       bit table of the shuffle filter's three bytes
  segments: 16, //      per segment: owner pattern u32, offset into bodies u32
  bodies: 17, //        segment bodies, see match/segment.ts
  classes: 18, //       byte classes, 32 bytes each
  patterns: 19, //      PATTERN_WORDS u32 each, one more behind the last
  signatures: 20, //    SIGNATURE_WORDS u32 each, one more behind the last
  conditions: 21, //    condition code, i32, see match/condition.ts
  offsetRules: 22, //   OFFSET_RULE_WORDS i32 each
  anchors: 23, //       ANCHOR_WORDS u32 each; index = target
  always: 24, //        signatures that no search can rule out, u32; index = target
  regexes: 25, //       REGEX_WORDS u32 per pattern that is a regular expression, ascending by pattern
  compares: 27, //      COMPARE_WORDS f64 per byte compare
  macros: 28, //        per macro: group, least distance, greatest distance (0xffffffff: none), u32 each
  macroMembers: 29, //  per member of a macro group, ascending by group: group, target, pattern, u32 each
  regexText: 26, //     their sources and flags, a byte per character, each XOR AT_REST (match/segment.ts)
  hashPrefixes: 32, //  first 4 bytes of each digest, ascending, u32 big-endian value; index = hash table
  hashBuckets: 33, //   position of the first prefix ≥ bucket, u32
  hashSizes: 34, //     sizes that occur, ascending, f64
  hashMeta: 35, //      count, cold offset of the records, any-size count, f64 each
  coldDigests: 40, //   first 16 bytes of the SHA-256 of each cold page
  lateDigests: 44, //   the same of each late page, and zeros
  coldNames: 41, //     cold offset of the name table and its count, f64 each
  report: 42, //        JSON text: what was compiled, for people
  fileTypes: 43, //     records of file type signatures, each behind its length as u32
} as const;

/** Matcher descriptor, u32 words: target bits, number of items, and what the shuffle filter needs. */
export const MATCHER_WORDS = 9;
export const MATCHER = {
  targets: 0, // target bits
  items: 1, // number of items
  shuffle: 2, // shuffle table, 0 when there are no short atoms
  filter3: 3, // of three bytes that passed the shuffle filter
  shift3: 4,
  open: 5, // buckets that skip filter3
  openAt: 6, // from a position that passes one of these to the four bytes that are compared with openValue under openMask: 0 … 28
  openMask: 7, // 0 where their atoms have no such bytes in common
  openValue: 8,
} as const;

/**
 * Kinds of filters: `gram` bytes are hashed at every `stride`-th position. A run of stride + gram − 1 literal bytes holds a gram at each residue of the stride,
 * so one of them is met however the run lies. What passes is looked at by `wide` bytes, where the run has so many from the gram on. The first
 * table has a bit for each hash or, where nearly every position is tested, a byte.
 */
export const FILTER_CLASSES = [
  { stride: 16, gram: 8, wide: 16, hasBytes: false },
  { stride: 8, gram: 8, wide: 16, hasBytes: false },
  { stride: 4, gram: 4, wide: 8, hasBytes: false },
  { stride: 2, gram: 4, wide: 8, hasBytes: true },
  { stride: 1, gram: 4, wide: 8, hasBytes: true },
] as const;
/** Of a first table of bytes: what it has for a gram. */
export const PASSES = 4;
/** Filter descriptor, u32 words: offsets of the tables in the image, shifts of the upper halves of the hashes, their multipliers. */
export const FILTER_WORDS = 20;
export const FILTER = {
  table1: 0, // of every stride-th position, by the first hash
  shift1: 1,
  table2: 2, // of what passed the first, by the second hash
  shift2: 3,
  first: 4, // multiplier of the first hash, 8 bytes; of a gram of fewer than 8 bytes shifted left, so that the bytes behind it do not count
  second: 6, // of the second
  stride: 8,
  starts: 9, // of buckets, by the first hash
  bucketShift: 10,
  entries: 11,
  items: 12,
  bodies: 13, // of segments
  wide: 14, // multipliers of the wide hash: of the gram and what lies behind it, up to 8 bytes
  wideBehind: 16, // of the 8 bytes behind those; 0 where the wide gram has no more than 8
} as const;
/** upper half of the second hash of the gram, or of the wide one; item << 8 | bytes from the item's base to the gram. */
export const ENTRY_WORDS = 2;
/**
 * first of its segments in itemSegments; base: their number, and in the upper half bytes from the segment's start to where its entries count from, signed; then two known words (value, mask),
 * and where they lie from the segment's start, the first's place in the low half; place of the segment's body, NO_BODY where it is not told by its values alone.
 */
export const ITEM_WORDS = 8;
export const ITEM = { first: 0, base: 1, value1: 2, mask1: 3, value2: 4, mask2: 5, places: 6, body: 7 } as const;
export const NO_BODY = 0xffffffff;
/** Instead of the place: the two words are all of the segment. */
export const COVERED = 0xfffffffe;
/** Beside the item of a hit: its segment was compared whole. */
export const WHOLE = 0x80000000;

/** Shuffle table: six tables of 16 bytes. Bit b of an entry: bucket b allows that half-byte. */
export const SHUFFLE_BYTES = 96;
export const SHUFFLE_BUCKETS = 8;
/** triple (open: 0xffffffff), segment, bytes from the segment's start to the atom's, then as in an anchor: value, mask, delta from the segment's start. */
export const SHORT_WORDS = 6;

/** firstSegment, signature, offsetRule (0: any), with REGEX_MARK or without. */
export const PATTERN_WORDS = 3;
/**
 * In the word of the offset rule: the pattern is a regular expression. Its segments, if it has any, are literals of which each of its matches holds one,
 * anywhere in it: where none is, it need not be run.
 */
export const REGEX_MARK = 0x80000000;
/** Likewise: a byte compare, or a macro. The rest of the word is its number among those; it has no segments. */
export const COMPARE_MARK = 0x40000000;
export const MACRO_MARK = 0x20000000;
/** pattern that it hangs on, bytes from the start of that one's match, COMPARE_FLAG | form (0 hex, 1 decimal, 2 auto, 3 binary), length, then twice operator (0 equal, 1 less, 2 greater, −1 none) and value. */
export const COMPARE_WORDS = 8;
export const COMPARE_FLAG = { big: 4, exact: 8 } as const;
/** pattern, place of the source in regexText, its length, length of the flags behind it, trigger (condition, offset in i32 words). */
export const REGEX_WORDS = 5;
/** firstPattern, condition (offset in i32 words), target, 0. */
export const SIGNATURE_WORDS = 4;
/** kind, base, section, offset low, offset high, shift. */
export const OFFSET_RULE_WORDS = 6;
/**
 * position, segment (first of its variant), value, mask, delta: the four bytes at the pattern's place + delta must be `value` under `mask`. `position` is that
 * place + delta where the rule says it for every object; else MOVABLE. Ascending by position.
 */
export const ANCHOR_WORDS = 5;
export const MOVABLE = 0xffffffff;

/** Word 0 of a cell: base << 5 | depth << 1 | hasOutput. Word 1: the parent state, or EMPTY. */
export const CELL_EMPTY = 0xffffffff;
/** The start state. State numbers below it are never used, so that base + byte is never negative. */
export const ROOT = 256;
/** Longest atom; depth has 4 bits. */
export const MAX_ATOM = 15;

/** Multiplier of the shuffle filter's hash; the kernel has the same. */
export const HASH4 = 0x9e3779b1;
/** Multipliers of a filter's two hashes that are tried first (image/multipliers.ts), before they are shifted: odd, the first near 2^64 / golden ratio (Knuth, TAOCP 3, 6.4), the second of MurmurHash3's finalizer. */
export const HASH8 = 0x9e3779b97f4a7c15n;
export const HASH8_SECOND = 0xff51afd7ed558ccdn;
/** Of the wide hash: of its first 8 bytes (MurmurHash3's finalizer, the other one) and of those behind (xxHash64's second prime). */
export const HASH_WIDE = 0xc4ceb9fe1a85ec53n;
export const HASH_BEHIND = 0xc2b2ae3d27d4eb4fn;

/** Positions that one filter round looks at. */
export const ROUND = 4096;
/** Candidates whose buckets are fetched at once. */
export const BATCH = 128;
/** What a search needs for candidates and buckets. */
export const WORK_BYTES = ROUND * 4 + 64 + BATCH * 8;

/** Search state, u32 words. `entry`: 1 + the entry to go on at, when the list of hits was full. `scratch`: 16 bytes of the shuffle filter. */
export const STATE = { next: 0, hits: 1, candidates1: 2, candidates2: 3, steps: 4, entry: 5, scratch: 8 } as const;
export const STATE_BYTES = 64;

/** Pairs (item, start) that the kernel can report before it comes back. */
export const HIT_CAPACITY = 8192;
/** Bytes of one cold page, and of the scratch page of an arena. */
export const PAGE_BYTES = 65536;
/** Readable bytes behind the last byte of a window. */
export const WINDOW_PADDING = 128;

/** Where the parts of an arena lie, relative to its start. */
export interface ArenaLayout {
  readonly state: number;
  readonly candidates: number;
  readonly hits: number;
  readonly scratch: number;
  readonly window: number;
  readonly windowBytes: number;
  readonly bytes: number;
}

/** @param windowBytes bytes of an object in memory at a time; a multiple of 65536, at least 262144 */
export function arenaLayout(windowBytes: number): ArenaLayout {
  const candidates = STATE_BYTES;
  const hits = candidates + WORK_BYTES;
  const scratch = hits + HIT_CAPACITY * 8;
  const window = align(scratch + PAGE_BYTES + WINDOW_PADDING, 4096);
  return {
    state: 0,
    candidates,
    hits,
    scratch,
    window,
    windowBytes,
    bytes: align(window + windowBytes + WINDOW_PADDING, 65536),
  };
}

/** Bytes an arena takes. @param windowBytes bytes of an object in memory at a time, a multiple of 65536, at least 262144 */
export function arenaBytes(windowBytes: number): number {
  return arenaLayout(windowBytes).bytes;
}

/** The next multiple of `to` (a power of two) at or above `value`. */
export function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
