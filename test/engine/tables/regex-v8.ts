/**
 * The same regular expression for V8, where the syntax is common to both: another implementation to be compared with.
 *
 * What means something else there is written out: the dot, the anchors, \s. V8 searches a Latin-1 string, one character for each byte.
 */

const START = '(?<![\\s\\S])';
const END = '(?![\\s\\S])';
/** Escapes that mean the same. */
const COMMON_ESCAPE = /\\(?:[dDwWbBfnrt]|x[0-9a-fA-F]{2}|[^A-Za-z0-9\x80-\xff])/y;
const COMMON_CLASS = /\[\^?(?:\\[dDwWfnrt\]\\.-]|\\x[0-9a-fA-F]{2}|\\s|[^\\[\]])+\]/y;
const COMMON_GROUP = /\((?:\?:|\?=|\?!|\?<=|\?<!|(?!\?|\*))/y;
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??(?!\+)/y;
const LITERAL = /[^\\[\](){}*+?.^$]/y;

/** @returns undefined when the source uses what V8 has not, or has otherwise */
export function forV8(source: string, flags: string): RegExp | undefined {
  if (/[AEUx]/.test(flags)) return undefined;
  // V8 knows the letters of Latin-1, PCRE2 those of ASCII.
  if (flags.includes('i') && /[^\0-\x7f]|\\x[89a-fA-F]|\\[WD]|\[\^/.test(source)) return undefined;
  let text = '';
  for (let at = 0; at < source.length; ) {
    const [length, translated] = tokenAt(source, at, flags);
    if (length === 0) return undefined;
    text += translated;
    at += length;
  }
  try {
    return new RegExp(text, flags.includes('i') ? 'di' : 'd');
  } catch {
    // Such as a group without its end: an expression for the other side to refuse.
    return undefined;
  }
}

/** Length of the token at `at`, 0 for one that is not common, and what it is for V8. */
function tokenAt(source: string, at: number, flags: string): readonly [number, string] {
  const take = (sticky: RegExp): string | undefined => {
    sticky.lastIndex = at;
    return sticky.exec(source)?.[0];
  };
  const isMultiline = flags.includes('m');
  switch (source[at]) {
    case '.':
      return [1, flags.includes('s') ? '[\\s\\S]' : '[^\\n]'];
    case '^':
      return [1, isMultiline ? `(?:${START}|(?<=\\n)(?=[\\s\\S]))` : START];
    case '$':
      return [1, isMultiline ? `(?:(?=\\n)|${END})` : `(?=\\n?${END})`];
    case '\\': {
      if (source[at + 1] === 's') return [2, '[\\t-\\r ]'];
      if (source[at + 1] === 'S') return [2, '[^\\t-\\r ]'];
      const common = take(COMMON_ESCAPE);
      return [common?.length ?? 0, common ?? ''];
    }
    case '[': {
      const common = take(COMMON_CLASS);
      return [common?.length ?? 0, (common ?? '').replaceAll('\\s', '\\t-\\r ')];
    }
  }
  const common = take(QUANTIFIER) ?? take(COMMON_GROUP) ?? (source[at] === ')' ? ')' : take(LITERAL));
  return [common?.length ?? 0, common ?? ''];
}

/** What V8 finds at `from` or behind. */
export function searchWithV8(regex: RegExp, haystack: string): readonly [number, number] | undefined {
  return regex.exec(haystack)?.indices?.[0];
}
