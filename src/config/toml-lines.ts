/**
 * Where a key stands in a TOML file. The parser gives values without positions, and a message without a line is half a message.
 *
 * *Limits*: a reader of headers and `key =` lines, no parser. A line inside a multi-line string that looks like a key can be taken for
 * one; keys in inline tables and arrays of tables are not found. It only ever says where to look.
 */

/** One part of a key: bare, or in quotes. */
const PART = /\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*/y;

/**
 * @param keyPath as parsed, for example `['budget', 'max-depth']`, or a table
 * @returns line, counted from 1, or undefined
 */
export function lineOfKey(toml: string, keyPath: readonly string[]): number | undefined {
  const wanted = keyPath.join('\0');
  let table: readonly string[] = [];
  for (const [index, line] of toml.split('\n').entries()) {
    const header = /^\s*\[([^[].*)\]/.exec(line);
    const key = header ? keyParts(header[1], ']') : keyParts(line, '=');
    if (key === undefined) continue;
    if (header) table = key;
    const found = header ? key : [...table, ...key];
    if (found.slice(0, keyPath.length).join('\0') === wanted) return index + 1;
  }
  return undefined;
}

/** Parts of a dotted key at the start of `text`, when `end` or the end of the text follows them. */
function keyParts(text: string, end: string): string[] | undefined {
  const parts: string[] = [];
  PART.lastIndex = 0;
  for (;;) {
    const match = PART.exec(text);
    if (match === null) return undefined;
    parts.push(match[1] ?? match[2] ?? match[3]);
    const next = text.charAt(PART.lastIndex);
    const at = PART.lastIndex;
    if (next === end || (next === '' && end === ']')) return parts;
    if (next !== '.') return undefined;
    PART.lastIndex = at + 1;
  }
}
