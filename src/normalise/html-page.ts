/**
 * HTML normalisation of a page that lies in memory.
 */
import { HtmlNormaliser } from './html.ts';
import type { HtmlSinks } from './html-state.ts';

export interface NormalisedHtml {
  readonly noComment: Uint8Array;
  readonly noTags: Uint8Array;
  readonly script: Uint8Array;
}

/** @returns the texts of a whole page */
export function normaliseHtml(page: Uint8Array): NormalisedHtml {
  const parts: Record<keyof HtmlSinks, Uint8Array[]> = { noComment: [], noTags: [], script: [] };
  const normaliser = new HtmlNormaliser({
    noComment: (block) => parts.noComment.push(block),
    noTags: (block) => parts.noTags.push(block),
    script: (block) => parts.script.push(block),
  });
  normaliser.add(page);
  normaliser.finish();
  return { noComment: joined(parts.noComment), noTags: joined(parts.noTags), script: joined(parts.script) };
}

function joined(blocks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}
