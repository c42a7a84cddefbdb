/**
 * Records: signatures in their canonical bytes. Equal signatures have equal records; identity, diff and `contentDigest` rest on that.
 *
 * ```
 * record     kind u8 (1 body, 2 hash, 3 ignore, 4 macro, 5 file type), level u8, then by kind
 * body       name, levels, target, patterns, condition; of level 2: handler (empty: none)
 * hash       algorithm u8 (0 md5, 1 sha1, 2 sha256), digest, size (0 any, else size + 1), flags u8 (1 section, 2 allow; of level 2: 4 imports), name, levels
 * ignore     name, entry digest (empty: none), levels
 * macro      name, levels, group, target, pattern
 * file type  name, levels, type, requires, offset + 1 (0: anywhere), elements
 * name       length, UTF-8               levels, range   min, max + 1 (0: unbounded)
 * pattern    kind u8 (1 bytes, 2 regex, 3 byte compare, 4 macro); bytes: flags u8, offset rule, elements; regex: source, flags, offset rule, trigger
 *            condition; byte compare: of, offset zigzag, flags u8 (form, 4 big, 8 exact), length, count of comparisons, each operator u8 and value zigzag;
 *            macro: group, range
 * offset     kind u8: 0 any · 1 at: base u8, section, offset zigzag, shift · 2 section · 3 version information
 * element    kind u8: 1 literal bytes · 2 values and masks · 3 gap as range · 4 alternatives: negated u8, options · 5 boundary: kind and flags u8
 * condition  kind u8: 1 match · 2 and · 3 or · 4 count: comparison u8, count, distinct, of · 5–7 ranges · 8 container · 9 intermediates: count, types
 * ```
 * Numbers are varints; zigzag is 2n of n ≥ 0, −2n − 1 of others. A record of an unknown kind, or of a level above the engine's, is skipped and counted, never fatal; each carries the
 * lowest level that it needs. Writing is encode-record.ts, reading decode-record.ts.
 */

/** First byte of a record. */
export const RECORD_KIND = { body: 1, hash: 2, ignore: 3, macro: 4, fileType: 5 } as const;
export const ALGORITHMS = ['md5', 'sha1', 'sha256'] as const;
export const DIGEST_LENGTH = { md5: 16, sha1: 20, sha256: 32 } as const;
export const BASES = ['start', 'end', 'entryPoint', 'section', 'lastSection'] as const;
export const BOUNDARIES = ['word', 'line', 'nonAlphanumeric'] as const;
export const COMPARISONS = ['equal', 'less', 'greater'] as const;
export const NUMBER_FORMS = ['hex', 'decimal', 'auto', 'binary'] as const;
export const PROPERTIES = ['fileSize', 'entryPoint', 'sectionCount'] as const;
