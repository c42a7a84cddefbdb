/**
 * What ignore lists switch off: names, and entries only as long as they stay what they were (`name:md5` of ign2).
 *
 * The digest is of the line that the signature stands in, so it can only be compared where that line is read. What is ignored by name alone applies to all
 * sources, pattern files as well, whose own ignore lists count like the others.
 *
 * *Limits*: the signatures of a pattern file have no lines any more; such an entry does not switch them off.
 */
import { digestOf, type Signature } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import type { SourcePart } from './source-parts.ts';
import { ignoredNames, type LoadedSource, readSignatures } from './source-reader.ts';

export class IgnoredEntries {
  /** Switched off by name alone. */
  readonly names = new Set<string>();
  /** By name: digests of lines, lower-case hex. */
  readonly #digests = new Map<string, Set<string>>();

  /** Reads the ignore lists among the sources, in databases and in pattern files. @throws {ScanError} `SCAN_PATTERNS` */
  static of(sources: readonly LoadedSource[]): IgnoredEntries {
    const entries = new IgnoredEntries();
    for (const source of sources) {
      entries.#add({ ...source, parts: source.parts.filter(isIgnoreList), patternFile: undefined });
      for (const name of ignoredNames(source)) entries.names.add(name);
    }
    return entries;
  }

  #add(source: LoadedSource): void {
    readSignatures(source, {
      onSignature: (signature) => {
        if (signature.kind !== 'ignore') return;
        const { name, entryDigest } = signature;
        if (entryDigest === undefined) this.names.add(name);
        else this.#digests.set(name, (this.#digests.get(name) ?? new Set()).add(entryDigest));
      },
      onSkipped() {},
      onSkippedRecords() {},
    });
  }

  /** Whether that line is switched off. @param entry bytes of the line; undefined when there is none */
  has({ name }: Pick<Signature, 'name'>, entry: Uint8Array | undefined): boolean {
    const digests = this.#digests.get(name);
    if (digests === undefined || entry === undefined) return false;
    return digests.has(Buffer.from(digestOf(nodeDigester, 'md5', entry)).toString('hex'));
  }
}

function isIgnoreList({ format }: SourcePart): boolean {
  return format === 'ign' || format === 'ign2';
}

/** An ignore that has done its work when the line it speaks of was read. */
export function isConditional(signature: Signature): boolean {
  return signature.kind === 'ignore' && signature.entryDigest !== undefined;
}
