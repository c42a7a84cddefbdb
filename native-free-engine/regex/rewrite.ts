/**
 * Brings a tree into the form that the compiler takes: no groups, no repetitions of nothing, single bytes as sets.
 *
 * An atomic group gives nothing back once it has matched. That is no matter of one pass in general, since a thread would have to wait for another that
 * began before it. It can be rewritten where the group's end is settled by the next byte or by its own length, and where nothing follows; elsewhere
 * it is refused. Taking it as an ordinary group would find what PCRE2 does not.
 *
 * The *relaxed* form of a tree takes it as an ordinary group, and any bytes for a reference: what it does not match is not matched by the tree, so one
 * pass tells where a matcher that tries all ways (backtrack.ts) has to look.
 */

import { next, previous } from './assertion.ts';
import { areDisjoint, type ByteSet, unite } from './byte-set.ts';
import { type Feature, RegexError, unsupported } from './errors.ts';
import { firstBytesOf, lengthsOf } from './measure.ts';
import { ANY_BYTE, NO_BYTE } from './named-sets.ts';
import { asSet, EMPTY, type Greed, type Repeat, type Syntax, type Written } from './syntax.ts';

type Mode = 'exact' | 'relaxed';

/** @throws {RegexError} `REGEX_UNSUPPORTED` for references, long look-around, and what gives nothing back and cannot be rewritten exactly */
export function rewrite(syntax: Written): Syntax {
  return simplify(syntax, true, 'exact');
}

/** @returns undefined when it is no matter of one pass @throws {RegexError} others than `REGEX_UNSUPPORTED` */
export function exactly(syntax: Written): Syntax | undefined {
  try {
    return rewrite(syntax);
  } catch (error) {
    if (error instanceof RegexError && error.code === 'REGEX_UNSUPPORTED') return undefined;
    throw error;
  }
}

/** Matches at least what `syntax` does. @throws {RegexError} `REGEX_UNSUPPORTED` for long look-behind */
export function relax(syntax: Written): Syntax {
  return simplify(syntax, true, 'relaxed');
}

/** @param isLast nothing is matched behind it, so that its preferred match is the one that counts: atomic or not makes no difference */
function simplify(syntax: Written, isLast: boolean, mode: Mode): Syntax {
  switch (syntax.kind) {
    case 'set':
    case 'assertion':
      return syntax;
    case 'sequence':
      return sequence(syntax.of.map((part, i) => simplify(part, isLast && i === syntax.of.length - 1, mode)));
    case 'choice':
      return choice(syntax.of.map((option) => simplify(option, isLast, mode)));
    case 'repeat':
      return repeat(syntax, isLast, mode);
    case 'atomic':
      return atomic(simplify(syntax.of, true, mode), isLast, syntax.offset, 'atomic group', mode);
    case 'capture':
      return simplify(syntax.of, isLast, mode);
    case 'reference':
      if (mode === 'exact') throw unsupported(syntax.offset, 'back-reference');
      return { kind: 'repeat', of: { kind: 'set', set: ANY_BYTE }, ...ANY_LENGTH, offset: syntax.offset };
    case 'look':
      return look(syntax, mode);
  }
}

const ANY_LENGTH = { min: 0, max: Number.POSITIVE_INFINITY, greed: 'greedy' } as const;

/** Over one byte it is an assertion like any other; a longer one is no matter of one pass. */
function look({ of, isBehind, isNegated, offset }: Extract<Written, { kind: 'look' }>, mode: Mode): Syntax {
  // A body that is relaxed matches more, and where it must not match that would be less.
  const body = mode === 'exact' ? simplify(of, true, mode) : exactly(of);
  if (body === undefined && !isBehind) return EMPTY;
  // (?!) never holds.
  if (body === EMPTY) return isNegated ? { kind: 'set', set: NO_BYTE } : EMPTY;
  const set = body && asSet(body);
  if (set) return { kind: 'assertion', assertion: (isBehind ? previous : next)(set, isNegated) };
  if (mode === 'exact' || isBehind) throw unsupported(offset, isBehind ? 'look-behind' : 'look-ahead');
  return EMPTY;
}

function sequence(parts: readonly Syntax[]): Syntax {
  const flat = parts.flatMap((part) => (part.kind === 'sequence' ? part.of : [part]));
  return flat.length === 1 ? flat[0]! : flat.length === 0 ? EMPTY : { kind: 'sequence', of: flat };
}

/** Options that are one byte each, side by side, are one set: which of them comes first makes no difference. */
function choice(options: readonly Syntax[]): Syntax {
  const merged: Syntax[] = [];
  let sets: ByteSet[] = [];
  for (const option of options) {
    const set = asSet(option);
    if (set) {
      sets.push(set);
      continue;
    }
    flush();
    merged.push(option);
  }
  flush();
  return merged.length === 1 ? merged[0]! : { kind: 'choice', of: merged };

  function flush(): void {
    if (sets.length > 0) merged.push({ kind: 'set', set: unite(sets) });
    sets = [];
  }
}

function repeat(syntax: Extract<Written, { kind: 'repeat' }>, isLast: boolean, mode: Mode): Syntax {
  const { min, max, greed, offset } = syntax;
  if (max === 0) return EMPTY;
  const isOnce = max === 1;
  const of = simplify(syntax.of, greed === 'possessive' || (isLast && isOnce), mode);
  const ordinary: Greed = greed === 'possessive' ? 'greedy' : greed;
  const plain = repeatOf(of, min, max, ordinary, offset);
  return greed === 'possessive' ? atomic(plain, isLast, offset, 'possessive quantifier', mode) : plain;
}

function repeatOf(of: Syntax, min: number, max: number, greed: Greed, offset: number): Syntax {
  if (min === 1 && max === 1) return of;
  if (lengthsOf(of).max === 0) {
    // Matching nothing again changes nothing. Written out, ((){65535}){65535} would keep the compiler busy for ever.
    if (min > 0 || of === EMPTY) return of;
    return { kind: 'repeat', of, min: 0, max: 1, greed, offset };
  }
  return { kind: 'repeat', of, min, max, greed, offset };
}

/** The tree that matches what `of` prefers, and nothing else. */
function atomic(of: Syntax, isLast: boolean, offset: number, feature: Feature, mode: Mode): Syntax {
  if (isLast || mode === 'relaxed') return of;
  const { min, max } = lengthsOf(of);
  // All its matches end at one place: which of them is taken makes no difference.
  if (min === max) return of;
  switch (of.kind) {
    case 'sequence':
      return atomicSequence(of.of, offset, feature);
    case 'choice':
      if (!beginApart(of.of)) break;
      return choice(of.of.map((option) => atomic(option, false, offset, feature, mode)));
    case 'repeat': {
      const set = asSet(of.of);
      if (set) return atomicRepeat(of, set);
      break;
    }
  }
  throw unsupported(offset, feature);
}

/** What has one length needs no care; the part behind that is atomic itself. */
function atomicSequence(parts: readonly Syntax[], offset: number, feature: Feature): Syntax {
  const varying = parts.findIndex((part) => lengthsOf(part).min !== lengthsOf(part).max);
  if (varying < parts.length - 1) throw unsupported(offset, feature);
  return sequence([...parts.slice(0, varying), atomic(parts[varying]!, false, offset, feature, 'exact')]);
}

/** Whether the first byte tells which option matches. */
function beginApart(options: readonly Syntax[]): boolean {
  let seen: ByteSet = NO_BYTE;
  return options.every((option) => {
    const first = firstBytesOf(option);
    const isApart = lengthsOf(option).min > 0 && areDisjoint(seen, first);
    seen = unite([seen, first]);
    return isApart;
  });
}

/** A repeated byte goes on as long as there is another one, and no longer; a lazy one stops as soon as it may. */
function atomicRepeat(of: Repeat, set: ByteSet): Syntax {
  if (of.greed === 'lazy') return repeatOf(of.of, of.min, of.min, 'greedy', of.offset);
  const stop: Syntax = { kind: 'assertion', assertion: next(set, true) };
  if (of.max === Number.POSITIVE_INFINITY) return sequence([of, stop]);
  return choice([
    repeatOf(of.of, of.max, of.max, 'greedy', of.offset),
    sequence([repeatOf(of.of, of.min, of.max - 1, 'greedy', of.offset), stop]),
  ]);
}
