/**
 * The scripts of a page, one after the other: each is normalised, and they are joined by line feeds.
 */
import { isSpace } from './html-blocks.ts';
import type { Sink } from './html-output.ts';
import { createScriptNormaliser, type ScriptNormaliser } from './script/script.ts';

/** Longest script that is normalised: it takes some 25 times as much memory. */
const SCRIPT_BYTES = 8 * 1024 * 1024;
const LINE_FEED = Uint8Array.of(0x0a);

export class HtmlScripts {
  readonly #sink: Sink;
  #script: ScriptNormaliser | undefined;
  /** Where the script begins in the block that is read. */
  #from = 0;
  #bytes = 0;
  /** Behind the end tag: white space still belongs to it. */
  #isOver = false;
  #isFirst = true;
  /** True when calls of a script stayed folded because unfolding met a limit. */
  isFolded = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** True when one grew beyond what its normaliser may take. */
  get isTooLong(): boolean {
    return this.#bytes > SCRIPT_BYTES;
  }

  beginBlock(): void {
    this.#from = 0;
  }

  /** To be told of each byte before it is read. @param isInside whether it lies in a script; white space does not begin one */
  at(block: Uint8Array, index: number, isInside: boolean): void {
    if (this.#script === undefined && !isInside) return;
    if (isSpace(block[index])) return;
    if (this.#isOver) {
      this.#script?.add(block.subarray(this.#from, index));
      this.finish();
    }
    if (this.#script !== undefined || !isInside) return;
    this.#script = createScriptNormaliser();
    this.#from = index;
  }

  /** The end tag was read. */
  end(): void {
    this.#isOver = this.#script !== undefined;
  }

  endBlock(block: Uint8Array): void {
    if (this.#script === undefined) return;
    this.#script.add(block.subarray(this.#from));
    this.#bytes += block.length - this.#from;
  }

  finish(): void {
    if (this.#script === undefined) return;
    if (!this.#isFirst) this.#sink(LINE_FEED);
    this.#sink(this.#script.finish());
    this.isFolded ||= this.#script.limit !== undefined;
    this.#isFirst = false;
    this.#script = undefined;
    this.#bytes = 0;
    this.#isOver = false;
  }
}
