/**
 * The views of an object: its bytes as they would be without what changes nothing for whoever reads them.
 *
 * Signatures for text are written against such a view, so it is looked at besides the object itself, as the same layer.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { HtmlMarkSearch } from '../filetype/html-marks.ts';
import { LONG_HEAD_BYTES } from '../filetype/identify.ts';
import { isHtml, isTextAlone, TEXT_TARGETS } from '../filetype/targets.ts';
import { htmlFormForPeople, htmlFormThere, isText } from '../filetype/text.ts';
import { type Obstacle, obstacle } from '../unpack/container.ts';
import { Spool } from '../unpack/spool.ts';
import { htmlViews } from './html-views.ts';
import { TextNormaliser } from './text.ts';
import type { View, ViewMeans } from './view.ts';

/** Read at a time: small enough to stay in the cache until it is written. */
const BLOCK_BYTES = 64 * 1024;

/**
 * The views of an object, one after the other: each is to be closed before the next is asked for. An obstacle stands for one that is missing.
 *
 * @param targets of the object with its views, as `targetsOf` has them
 * @throws what `source.read` throws; {UnpackError} `UNPACK_SPOOL`
 */
export function* viewsOf(source: ByteSource, targets: number, means: ViewMeans): Generator<View | Obstacle, void> {
  if (!isTextAlone(targets) && !isHtml(targets)) return;
  const head = headOf(source);
  const form = htmlFormThere(head);
  if (form !== undefined && isHtml(targets)) yield* htmlViews(source, means, form);
  else yield* viewsOfText(source, targets, head, means);
}

/** What is HTML to people alone gets both: signatures for text were written for such pages as well. A text that turns out to be a page far behind is one. */
function* viewsOfText(
  source: ByteSource,
  targets: number,
  head: Uint8Array,
  means: ViewMeans,
): Generator<View | Obstacle, void> {
  const peopleForm = isHtml(targets) ? htmlFormForPeople(head) : undefined;
  const marks = source.size > LONG_HEAD_BYTES && isText(head) ? new HtmlMarkSearch() : undefined;
  const text = textView(source, means, marks);
  if (text.kind !== 'obstacle' && marks?.isFound) {
    text.source.close();
    yield* htmlViews(source, means, 'bytes');
    return;
  }
  yield text;
  if (peopleForm !== undefined) yield* htmlViews(source, means, peopleForm);
}

function headOf(source: ByteSource): Uint8Array {
  return block.subarray(0, source.read(0, block.subarray(0, Math.min(LONG_HEAD_BYTES, source.size))));
}

// One per thread: scanning is synchronous, and nothing of it outlives a block.
const block = new Uint8Array(BLOCK_BYTES);

/** @param marks is shown the text as it is */
function textView(source: ByteSource, { spools, isTimeOver }: ViewMeans, marks?: HtmlMarkSearch): View | Obstacle {
  const normaliser = new TextNormaliser();
  const spool = new Spool(spools);
  let isWhole = false;
  try {
    for (let at = 0; at < source.size; ) {
      if (isTimeOver()) return obstacle('time', 'the time was over before the text was normalised');
      const read = source.read(at, block.subarray(0, Math.min(BLOCK_BYTES, source.size - at)));
      if (read <= 0) return obstacle('damaged', `normalised text: expected ${source.size} bytes, got ${at}`);
      at += read;
      marks?.add(block.subarray(0, read));
      const written = normaliser.add(block.subarray(0, read), block);
      if (written > 0) spool.write(block.slice(0, written));
    }
    isWhole = true;
  } finally {
    if (!isWhole) spool.discard();
  }
  return { kind: 'text', source: spool.finish(), targets: TEXT_TARGETS, hashes: false };
}
