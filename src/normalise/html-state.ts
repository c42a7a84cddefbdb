/** Where the reader of pages is, and where its texts go. */
import type { Sink } from './html-output.ts';

/** What the next byte belongs to. */
export type State =
  | 'text' // between tags
  | 'trim' // behind a tag: white space goes
  | 'space' // behind the first white space of a run
  | 'open' // behind `<`
  | 'tag' // in a tag
  | 'rawName' // behind `</` in a script or style
  | 'comment' // behind `<!`
  | 'rawComment' // the same in a script
  | 'character' // behind `&`
  | 'wide'; // in a run of bytes from 0x80 on

/** Where texts go; each block is the receiver's own. */
export interface HtmlSinks {
  readonly noComment: Sink;
  readonly noTags: Sink;
  /** Each script, joined by line feeds. */
  readonly script: Sink;
}
