/** Where the reader of pages is, and where its texts go. */
import type { Sink } from './html-output.ts';

/** What the next byte belongs to. */
export type State =
  | 'text' // between tags
  | 'trim' // behind a tag: white space goes
  | 'space' // behind the first white space of a run
  | 'open' // behind `<`
  | 'name'
  | 'attributes' // where the next attribute, `=` or `>` is expected
  | 'attribute' // in the name of one
  | 'equals' // behind `=`
  | 'value'
  | 'valueSpace' // behind the first white space or `>` in a quoted value
  | 'dataColon' // behind `data:`
  | 'dataHead' // between it and the comma
  | 'data' // behind its comma
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
