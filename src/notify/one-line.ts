/** Text of elsewhere on one line, with nothing in it that drives a terminal or ends a string. */

// Controls, format characters, lone surrogates, line and paragraph separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

export function oneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').trim();
}
