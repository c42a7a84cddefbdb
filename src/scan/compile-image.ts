/** Sources → image, with what became of each source. */
import { type CompiledImage, gramModel, ImageCompiler, type Signature } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { IgnoredEntries } from './ignored-entries.ts';
import type { SourceCounts } from './image-file.ts';
import type { PlanAhead } from './plan-ahead.ts';
import type { PlanMemo } from './plan-memo.ts';
import { type Entry, type LoadedSource, readSignatures, type SourceVisitor } from './source-reader.ts';

export interface CompileSettings {
  /** Told of each signature before it is compiled; false leaves it out, and what comes out is not the image of the sources. */
  readonly accept?: (signature: Signature) => boolean;
  /** What was planned before, which `accept` is not asked of; what is planned now is kept there. */
  readonly memo?: PlanMemo;
  /** Plans lines into the memo. */
  readonly ahead?: PlanAhead | undefined;
}

/** @throws {ScanError} `SCAN_PATTERNS` when a pattern file is damaged; {ImageError} `IMAGE_TOO_LARGE` */
export function compileSources(
  loaded: readonly LoadedSource[],
  settings: CompileSettings = {},
): { image: CompiledImage; counts: SourceCounts[] } {
  const ignored = IgnoredEntries.of(loaded);
  const model = gramModel(gramModelBytes());
  const patternDigests = loaded.map(({ digest }) => digest);
  const compiler = new ImageCompiler({ digester: nodeDigester, model, patternDigests }, ignored.names);
  const counts = loaded.map((source) => {
    const visitor = new CompilingVisitor(compiler, ignored, settings);
    readSignatures(source, visitor);
    return visitor.counts;
  });
  return { image: compiler.finish(), counts };
}

/** Compiles the signatures of one source, and counts them. */
class CompilingVisitor implements SourceVisitor {
  readonly #compiler: ImageCompiler;
  readonly #ignored: IgnoredEntries;
  readonly #settings: CompileSettings;
  readonly #skipped: Record<string, number> = {};
  #signatures = 0;

  constructor(compiler: ImageCompiler, ignored: IgnoredEntries, settings: CompileSettings) {
    this.#compiler = compiler;
    this.#ignored = ignored;
    this.#settings = settings;
  }

  get counts(): SourceCounts {
    return { signatures: this.#signatures, skipped: this.#skipped };
  }

  isKnown(format: string, bytes: Uint8Array): boolean {
    const { memo, ahead } = this.#settings;
    for (const plans of ahead?.reach(bytes) ?? []) memo?.takeOver(plans);
    const plan = memo?.find(format, bytes);
    if (plan === undefined) return false;
    this.#count(() => this.#compiler.addPlanned(plan, (name) => !this.#isIgnored(name, bytes)));
    return true;
  }

  onSignature(signature: Signature, entry: Entry | undefined): void {
    if (signature.kind === 'ignore' || this.#isIgnored(signature.name, entry?.bytes)) return;
    const { accept, memo } = this.#settings;
    if (accept?.(signature) === false) return;
    this.#count(() => {
      const plan = this.#compiler.add(signature);
      if (plan !== undefined) memo?.keep(plan);
      return true;
    });
  }

  onSkipped({ reason }: { readonly reason: string }): void {
    this.onSkippedRecords(reason, 1);
  }

  onSkippedRecords(reason: string, count: number): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + count;
  }

  #isIgnored(name: string, line: Uint8Array | undefined): boolean {
    const isIgnored = this.#ignored.has({ name }, line);
    if (isIgnored) this.onSkippedRecords('ignored', 1);
    return isIgnored;
  }

  /** @param add whether it was given to the compiler, which tells itself what it leaves out */
  #count(add: () => boolean): void {
    const { length } = this.#compiler.skipped;
    if (!add()) return;
    const left = this.#compiler.skipped[length];
    if (left === undefined) this.#signatures++;
    else this.onSkippedRecords(left.reason, 1);
  }
}
