/**
 * `Buffer.indexOf`, one pattern after the other: what a program does that has no multi-pattern search, by Node's native code.
 */
import { type SearchEngine, Tally } from './engine.ts';

export const INDEX_OF: SearchEngine = {
  name: 'Buffer.indexOf',
  what: 'native search of Node.js, one pass for each pattern',
  prepare: (patterns) => ({
    search(haystack) {
      const buffer = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength);
      const tally = new Tally();
      patterns.forEach((bytes, pattern) => {
        for (let at = buffer.indexOf(bytes); at >= 0; at = buffer.indexOf(bytes, at + 1)) {
          tally.add(pattern, at + bytes.length);
        }
      });
      return tally.answer();
    },
  }),
};
