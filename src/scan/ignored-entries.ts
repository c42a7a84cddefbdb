/**
 * Entries that an ignore list switches off only as long as they stay what they were: `name:md5` of ign2.
 *
 * The digest is of the line that the signature stands in, so it can only be compared where that line is read. What is ignored by name alone goes through
 * to the image, and applies to pattern files as well.
 *
 * *Limits*: the signatures of a pattern file have no lines any more; such an entry does not switch them off.
 */
import { digestOf, type Signature } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import type { SourceFile } from './source-files.ts';
import { type LoadedSource, loadSource, readSignatures } from './source-reader.ts';

export class IgnoredEntries {
  /** By name: digests of lines, lower-case hex. */
  readonly #digests = new Map<string, Set<string>>();

  /** Reads the ignore lists among the files. @throws {ScanError} `SCAN_PATTERNS` */
  static of(files: readonly SourceFile[]): IgnoredEntries {
    const entries = new IgnoredEntries();
    for (const file of files) if (file.format === 'ign' || file.format === 'ign2') entries.#add(loadSource(file));
    return entries;
  }

  #add(source: LoadedSource): void {
    readSignatures(source, {
      onSignature: (signature) => {
        if (signature.kind !== 'ignore' || signature.entryDigest === undefined) return;
        const digests = this.#digests.get(signature.name) ?? new Set();
        this.#digests.set(signature.name, digests.add(signature.entryDigest));
      },
      onSkipped() {},
      onSkippedRecords() {},
    });
  }

  /** Whether that line is switched off. @param entry bytes of the line; undefined when there is none */
  has({ name }: Signature, entry: Uint8Array | undefined): boolean {
    const digests = this.#digests.get(name);
    if (digests === undefined || entry === undefined) return false;
    return digests.has(Buffer.from(digestOf(nodeDigester, 'md5', entry)).toString('hex'));
  }
}

/** An ignore that has done its work when the line it speaks of was read. */
export function isConditional(signature: Signature): boolean {
  return signature.kind === 'ignore' && signature.entryDigest !== undefined;
}
