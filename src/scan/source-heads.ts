/**
 * What pattern files say of themselves, and the lists of what is left out of them: all that a pattern store gives. Needs no index, and reads headers alone.
 */
import { describeText, digestOfText, readPatternFileHeader, readWhole } from './source-bytes.ts';
import type { SourceFile } from './source-files.ts';
import type { KnownSource } from './source-index.ts';

/** Lists that are read to be known. The one that a trial leaves beside a pattern file is far smaller. */
const MAX_LIST_BYTES = 65_536n;

/**
 * @returns undefined when there are other sources
 * @throws {ScanError} `SCAN_PATTERNS`
 */
export function readHeads(files: readonly SourceFile[]): readonly KnownSource[] | undefined {
  const heads: KnownSource[] = [];
  for (const file of files) {
    const head = readHead(file);
    if (head === undefined) return undefined;
    heads.push(head);
  }
  return heads;
}

function readHead({ path, format, identity }: SourceFile): KnownSource | undefined {
  if (format === 'npf') {
    const { number, released, channel, contentDigest: digest } = readPatternFileHeader(path);
    // As it was looked up: whatever was read is that state or a later one, and a later one is noticed at the next look.
    return { path, identity, digest, description: { number, released, channel } };
  }
  if (format !== 'ign2' || BigInt(identity.size) > MAX_LIST_BYTES) return undefined;
  const whole = readWhole(path);
  const digest = Buffer.from(digestOfText(format, whole.bytes)).toString('hex');
  return { path, identity: whole.identity, digest, description: describeText(whole.identity) };
}
