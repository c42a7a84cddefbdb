/**
 * The source of a macro where Word 6 keeps it, in the stream of the document itself: the shortest way to have a text that target 2 is asked of from its start on.
 *
 * Source: Microsoft, "Word 6.0 binary file format": the place of the command tables is in the header, at 0x118.
 */
import { compoundFile } from './compound-file.ts';

/** As the container of an object: it is the text of such a macro. */
export const WORD_MACRO = 'word-macro';

const TABLES_FIELD = 0x118;
/** Where the tables lie: behind the header. */
const TABLES = 0x300;
const TABLES_BYTES = 64;

/** @returns undefined when it is too large */
export function wordMacro(text: Uint8Array): Buffer | undefined {
  const stream = Buffer.alloc(TABLES + TABLES_BYTES + text.length);
  stream.writeUInt16LE(0xa5dc, 0); //                       Word 6
  stream.writeUInt16LE(0x65, 2);
  stream.writeUInt32LE(TABLES, TABLES_FIELD);
  stream.writeUInt32LE(TABLES_BYTES, TABLES_FIELD + 4);
  stream[TABLES] = 0xff;
  stream[TABLES + 1] = 1; //                                macros: their number
  stream.writeUInt16LE(1, TABLES + 2);
  const macro = TABLES + 4;
  stream[macro] = 0x55; //                                  version; the key behind it is 0: as it is
  stream.writeUInt32LE(text.length, macro + 12);
  stream.writeUInt32LE(1, macro + 16);
  stream.writeUInt32LE(TABLES + TABLES_BYTES, macro + 20);
  stream[macro + 24] = 0x40; //                             end of the tables
  stream.set(text, TABLES + TABLES_BYTES);
  return compoundFile([{ name: 'WordDocument', bytes: stream }]);
}
