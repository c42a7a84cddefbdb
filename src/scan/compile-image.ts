/** Sources → image, with what became of each source. */
import { type CompiledImage, gramModel, ImageCompiler, type Signature } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { IgnoredEntries } from './ignored-entries.ts';
import type { SourceCounts } from './image-file.ts';
import { type LoadedSource, readSignatures } from './source-reader.ts';

/**
 * @param accept told of each signature before it is compiled; false leaves it out, and what comes out is not the image of the sources
 * @throws {ScanError} `SCAN_PATTERNS` when a pattern file is damaged; {ImageError} `IMAGE_TOO_LARGE`
 */
export function compileSources(
  loaded: readonly LoadedSource[],
  accept: (signature: Signature) => boolean = () => true,
): { image: CompiledImage; counts: SourceCounts[] } {
  const ignored = IgnoredEntries.of(loaded);
  const model = gramModel(gramModelBytes());
  const patternDigests = loaded.map(({ digest }) => digest);
  const compiler = new ImageCompiler({ digester: nodeDigester, model, patternDigests }, ignored.names);
  const names: string[][] = [];
  const skipped: Record<string, number>[] = [];
  for (const source of loaded) {
    const reasons: Record<string, number> = {};
    const added: string[] = [];
    readSignatures(source, {
      onSignature: (signature, entry) => {
        if (signature.kind === 'ignore') return;
        if (ignored.has(signature, entry?.bytes)) add(reasons, 'ignored', 1);
        else if (accept(signature)) {
          compiler.add(signature);
          added.push(signature.name);
        }
      },
      onSkipped: ({ reason }) => add(reasons, reason, 1),
      onSkippedRecords: (reason, count) => add(reasons, reason, count),
    });
    names.push(added);
    skipped.push(reasons);
  }
  const image = compiler.finish();
  return { image, counts: countBySource(names, skipped, image) };
}

/** The image names what it left out; which source that came from is found by the name. */
function countBySource(
  names: readonly (readonly string[])[],
  skipped: readonly Record<string, number>[],
  image: CompiledImage,
): SourceCounts[] {
  const left = new Map<string, string[]>();
  for (const { name, reason } of image.skipped) left.set(name, [...(left.get(name) ?? []), reason]);
  return names.map((added, i) => {
    const reasons = { ...skipped[i]! };
    let used = 0;
    for (const name of added) {
      const reason = left.get(name)?.pop();
      if (reason === undefined) used++;
      else add(reasons, reason, 1);
    }
    return { signatures: used, skipped: reasons };
  });
}

function add(counts: Record<string, number>, reason: string, count: number): void {
  counts[reason] = (counts[reason] ?? 0) + count;
}
