/** Sources → image, with what became of each source. */
import { type CompiledImage, compileImage, gramModel, type Signature } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { IgnoredEntries, isConditional } from './ignored-entries.ts';
import type { SourceCounts } from './image-file.ts';
import { type LoadedSource, readSignatures } from './source-reader.ts';

/** @throws {ScanError} `SCAN_PATTERNS` when a pattern file is damaged; {ImageError} `IMAGE_TOO_LARGE` */
export function compileSources(loaded: readonly LoadedSource[]): { image: CompiledImage; counts: SourceCounts[] } {
  const ignored = IgnoredEntries.of(loaded.map(({ file }) => file));
  const signatures: Signature[] = [];
  const skipped: Record<string, number>[] = [];
  const ends: number[] = [];
  for (const source of loaded) {
    const reasons: Record<string, number> = {};
    readSignatures(source, {
      onSignature: (signature, entry) => {
        if (ignored.has(signature, entry?.bytes)) add(reasons, 'ignored', 1);
        else if (!isConditional(signature)) signatures.push(signature);
      },
      onSkipped: ({ reason }) => add(reasons, reason, 1),
      onSkippedRecords: (reason, count) => add(reasons, reason, count),
    });
    skipped.push(reasons);
    ends.push(signatures.length);
  }
  const image = compileImage(signatures, {
    digester: nodeDigester,
    model: gramModel(gramModelBytes()),
    patternDigests: loaded.map(({ digest }) => digest),
  });
  return { image, counts: countBySource(signatures, ends, skipped, image) };
}

/** The image names what it left out; which source that came from is found by the name. */
function countBySource(
  signatures: readonly Signature[],
  ends: readonly number[],
  skipped: readonly Record<string, number>[],
  image: CompiledImage,
): SourceCounts[] {
  const left = new Map<string, string[]>();
  for (const { name, reason } of image.skipped) left.set(name, [...(left.get(name) ?? []), reason]);
  return ends.map((end, i) => {
    const reasons = { ...skipped[i]! };
    let used = 0;
    for (let at = i === 0 ? 0 : ends[i - 1]!; at < end; at++) {
      const signature = signatures[at]!;
      if (signature.kind === 'ignore') continue;
      const reason = left.get(signature.name)?.pop();
      if (reason === undefined) used++;
      else add(reasons, reason, 1);
    }
    return { signatures: used, skipped: reasons };
  });
}

function add(counts: Record<string, number>, reason: string, count: number): void {
  counts[reason] = (counts[reason] ?? 0) + count;
}
