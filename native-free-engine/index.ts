/**
 * The only door of the engine: no I/O, no npm, no node:*; it runs in a browser too. The host brings bytes, digests and decompression.
 */

export {
  EngineError,
  ImageError,
  type ImageErrorCode,
  PatternFileError,
  type PatternFileErrorCode,
  ScannerError,
  type ScannerErrorCode,
  SignatureError,
  type SignatureErrorCode,
} from './errors.ts';
export type { ColdReader, Digest, Digester, HashAlgorithm } from './host.ts';
export { digestOf } from './host.ts';
export { combinedDigest } from './image/combined-digest.ts';
export {
  type CompiledImage,
  type CompileOptions,
  type CompileReport,
  compileImage,
  ImageCompiler,
  type SkippedSignature,
} from './image/compile.ts';
export { type Image, type ImageHeader, imageKey, openImage, readImageHeader } from './image/open.ts';
export { Planner } from './image/planned.ts';
export { instantiateKernel, type Kernel } from './kernel/kernel.ts';
export { createTwin } from './kernel/twin.ts';
export { arenaBytes, IMAGE_HEADER_BYTES, PAGE_BYTES } from './layout.ts';
export { isBoundaryByte } from './match/segment.ts';
export { changedSignatures, type SignatureNames } from './pattern-file/changes.ts';
export {
  type Delta,
  type DeltaHeader,
  encodeDelta,
  openDelta,
  type PatternContent,
} from './pattern-file/delta.ts';
export { compileSignatures, encodePatternFile, openPatternFile, type PatternFile } from './pattern-file/file.ts';
export type { Compressor, Decompress, WriterHost } from './pattern-file/frame.ts';
export {
  MAX_PATTERN_NUMBER,
  type PatternFileDescription,
  type PatternFileHeader,
  type PatternSource,
} from './pattern-file/header.ts';
export { maskInPlace } from './pattern-file/mask.ts';
export { contentNames, namedSignatures } from './pattern-file/names.ts';
export { type GramModel, gramModel, longHash, MODEL_BYTES, ModelBuilder } from './prefilter/model.ts';
export { RegexError, type RegexErrorCode } from './regex/errors.ts';
export { compileRegex } from './regex/regex.ts';
export type { ByteSource, ExecutableFacts, ObjectFacts, Section } from './scanner/object.ts';
export {
  COUNTED,
  type ExplainedPattern,
  type Explanation,
  type ObjectDetection,
  type ObjectResult,
  type ScanOptions,
  type ScanStatistics,
  type SpentBudget,
} from './scanner/result.ts';
export { Scanner, type ScannerOptions } from './scanner/scanner.ts';
export * from './signature.ts';
export { ENGINE_VERSION, FUNCTIONALITY_LEVEL, RECORD_LEVEL } from './version.ts';
