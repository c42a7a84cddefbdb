/**
 * The three texts of a page as views, made in one pass over it.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { HtmlForm } from '../filetype/html-marks.ts';
import { HTML_TARGETS, SCRIPT_TARGETS } from '../filetype/targets.ts';
import { type Obstacle, obstacle } from '../unpack/container.ts';
import { Spool } from '../unpack/spool.ts';
import { EncodedFile } from './encoded-script.ts';
import { FoldedSource } from './folded-source.ts';
import { HtmlNormaliser } from './html.ts';
import type { View, ViewKind, ViewMeans } from './view.ts';

/** Read at a time, and asked for the time as often: a page goes through at some tens of MB a second. */
const BLOCK_BYTES = 64 * 1024;

interface Part {
  readonly kind: ViewKind;
  readonly targets: number;
  readonly spool: Spool;
}

/** As `viewsOf`, for an object that is HTML. */
export function* htmlViews(page: ByteSource, means: ViewMeans, form: HtmlForm): Generator<View | Obstacle, void> {
  const source = form === 'folded' ? new FoldedSource(page) : page;
  const part = (kind: ViewKind, targets: number): Part => ({ kind, targets, spool: new Spool(means.spools) });
  const noComment = part('htmlNoComment', HTML_TARGETS);
  const noTags = part('htmlNoTags', HTML_TARGETS);
  const scripts = part('script', SCRIPT_TARGETS);
  const waiting = [noComment, noTags, scripts];
  try {
    const normaliser = new HtmlNormaliser({
      noComment: (block) => noComment.spool.write(block),
      noTags: (block) => noTags.spool.write(block),
      script: (block) => scripts.spool.write(block),
    });
    const script = form === 'encoded' ? new EncodedFile() : undefined;
    const problem = readInto(normaliser, source, means, script);
    if (problem !== undefined) {
      yield problem;
      return;
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { kind, targets, spool } = next;
      if (spool.size === 0) spool.discard();
      else yield { kind, source: spool.finish(), targets, hashes: true };
    }
    if (normaliser.isScriptFolded)
      yield obstacle('bytes', 'a script of the page is not wholly unfolded: it meets a limit of unfolding');
  } finally {
    for (const { spool } of waiting) spool.discard();
  }
}

/** @param script when the page is one encoded script */
function readInto(
  normaliser: HtmlNormaliser,
  source: ByteSource,
  means: ViewMeans,
  script: EncodedFile | undefined,
): Obstacle | undefined {
  const block = new Uint8Array(Math.min(BLOCK_BYTES, source.size));
  for (let at = 0; at < source.size; ) {
    if (means.isTimeOver()) return obstacle('time', 'the time was over before the page was normalised');
    const read = source.read(at, block.subarray(0, Math.min(BLOCK_BYTES, source.size - at)));
    if (read <= 0) return obstacle('damaged', `normalised page: expected ${source.size} bytes, got ${at}`);
    at += read;
    const bytes = block.subarray(0, read);
    normaliser.add(script === undefined ? bytes : script.take(bytes));
    if (normaliser.isScriptTooLong)
      return obstacle('bytes', 'a script of the page is longer than what is normalised, 8 MiB');
  }
  if (script !== undefined) normaliser.add(script.finish());
  normaliser.finish();
  return undefined;
}
