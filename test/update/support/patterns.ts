/** Small pattern files and the deltas between them. */
import { zstdCompressSync } from 'node:zlib';
import {
  type Compressor,
  compileSignatures,
  type DeltaHeader,
  encodeDelta,
  openPatternFile,
  type PatternFileHeader,
  type Signature,
} from '../../../native-free-engine/index.ts';
import { decompress, nodeDigester, zstdCompressor } from '../../../src/host/host.ts';

/** What is compressed unpacks to 128 MB of zeros, whatever was to be compressed. */
export const BOMB: Compressor = {
  name: 'zstd',
  compress: () => (bomb ??= zstdCompressSync(Buffer.alloc(2 ** 27))),
};
let bomb: Buffer | undefined;

const HOST = { digester: nodeDigester, compressor: zstdCompressor };

export interface MadePattern {
  readonly bytes: Buffer;
  readonly header: PatternFileHeader;
}

export interface PatternTerms {
  readonly channel: string;
  readonly engineRange: string;
  readonly released: string;
  readonly names: readonly string[];
}

export function makePattern(
  number: number,
  { names, ...terms }: PatternTerms,
  compressor: Compressor = zstdCompressor,
): MadePattern {
  const sources = [{ name: 'own.hdb', licence: 'Apache-2.0', signatures: names.length }];
  // What stays from number to number, so that deltas are shorter than full files.
  const all = [...STAYING, ...names];
  const { bytes, header } = compileSignatures(
    all.map(signatureOf),
    { number, ...terms, sources },
    { ...HOST, compressor },
  );
  return { bytes: Buffer.from(bytes), header };
}

const STAYING = Array.from({ length: 200 }, (_, index) => `Test.Staying.${index}`);

export function makeDelta(
  from: MadePattern,
  to: MadePattern,
  compressor: Compressor = zstdCompressor,
): { bytes: Buffer; header: DeltaHeader } {
  const { bytes, header } = encodeDelta(contentOf(from), contentOf(to), { ...HOST, compressor });
  return { bytes: Buffer.from(bytes), header };
}

function contentOf({ bytes, header }: MadePattern) {
  return { content: openPatternFile(bytes, nodeDigester).content(decompress), header };
}

function signatureOf(name: string): Signature {
  const digest = nodeDigester.create('md5');
  digest.update(Buffer.from(name));
  return {
    kind: 'hash',
    name,
    levels: { min: 0, max: Number.POSITIVE_INFINITY },
    algorithm: 'md5',
    digest: digest.finish(),
    size: 1000,
    scope: 'object',
    action: 'detect',
  };
}
