/**
 * Script normalisation: a script as signatures for target 3 and 7 expect it, byte for byte what clamscan's engine makes of it
 * (`sigtool --html-normalise` writes it to the file `javascript`). DESIGN.md says what is done and where it differs.
 *
 * *Limits*: time and memory grow with the script, and with what is unfolded from it, no faster than their lengths (about 25 bytes of memory
 * for each byte); the caller bounds what it adds, UNFOLD_LIMITS what is unfolded. A limit that was met is told by `limit`.
 */
import { foldUnescape } from './fold.ts';
import { resolveNames } from './rename.ts';
import { Scopes } from './scopes.ts';
import { type Tables, Tokeniser } from './tokenise.ts';
import { Literals, Names } from './tokens.ts';
import { type UnfoldLimit, unfold } from './unfold.ts';
import { writeScript } from './write.ts';

export interface ScriptNormaliser {
  /**
   * Reads the next block of a script, the text between `<script>` and `</script>`, the end tag included when there is one: it is read as
   * part of the script. NUL bytes must be gone.
   *
   * @param block  not kept after the call. Where it ends matters for comments `//`, which end with their block: to write what clamscan
   *               writes, the blocks must be those of its reader
   */
  add(block: Uint8Array): void;
  /** @returns `<script>…</script>`, without a line feed; nothing may be added afterwards */
  finish(): Uint8Array;
  /** Behind finish(): the limit that was met, so that calls stayed folded in the text; undefined when the text is complete. */
  readonly limit: UnfoldLimit | undefined;
}

/** @returns a normaliser for one script */
export function createScriptNormaliser(): ScriptNormaliser {
  const tables: Tables = { names: new Names(), literals: new Literals(), scopes: new Scopes() };
  const tokeniser = new Tokeniser(tables);
  let limit: UnfoldLimit | undefined;
  return {
    get limit() {
      return limit;
    },
    add: (block) => tokeniser.add(block),
    finish: () => {
      tokeniser.close();
      foldUnescape(tokeniser.tokens, tables.names, tables.literals);
      const unfolded = unfold(tokeniser, tables);
      const { tokens } = unfolded;
      limit = unfolded.limit;
      return writeScript(tokens, tables, resolveNames(tokens, tables.scopes, tables.names.size));
    },
  };
}
