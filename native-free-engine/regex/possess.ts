/**
 * Repeated bytes that give nothing back, because nothing would come of it: PCRE2 calls it auto-possessification.
 *
 * In `[^=]+=` no byte of the first part can be the `=` behind it, so that of all its ends only the last may do. A matcher that tries all ways (backtrack.ts)
 * is spared the others, and of a run of such bytes it looks at each once, not once from every place in it.
 */
import { areDisjoint, type ByteSet } from './byte-set.ts';
import { firstBytesOf, lengthsOf } from './measure.ts';
import { relax } from './rewrite.ts';
import type { Written } from './syntax.ts';

/** The same matches, the preferred one first. */
export function possess(syntax: Written): Written {
  switch (syntax.kind) {
    case 'set':
    case 'assertion':
    case 'reference':
    case 'look':
      return syntax;
    case 'sequence':
      return { ...syntax, of: syntax.of.map((part, i) => before(possess(part), syntax.of[i + 1])) };
    case 'choice':
      return { ...syntax, of: syntax.of.map(possess) };
    case 'repeat':
    case 'atomic':
    case 'capture':
      return { ...syntax, of: possess(syntax.of) };
  }
}

/** A part, with what follows it. */
function before(part: Written, following: Written | undefined): Written {
  if (following === undefined || following.kind === 'look') return part;
  const relaxed = relax(following);
  return lengthsOf(relaxed).min > 0 ? endingBefore(part, firstBytesOf(relaxed)) : part;
}

function endingBefore(part: Written, first: ByteSet): Written {
  if (part.kind === 'capture') return { ...part, of: endingBefore(part.of, first) };
  const isKept = part.kind === 'repeat' && part.greed === 'greedy' && part.of.kind === 'set';
  return isKept && areDisjoint(part.of.set, first) ? { ...part, greed: 'possessive' } : part;
}
