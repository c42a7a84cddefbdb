/**
 * Literals without which nothing matches: what a prefilter can look for before it runs the regular expression.
 *
 * A literal is a run of positions, each a value under a mask, so that `[Aa]`, `[0-9]` and hexadecimal digits take part with the bits that all their
 * bytes have in common. That lets more pass than match; it never keeps a match from being found.
 */

import { type ByteSet, bytesOf } from './byte-set.ts';
import type { Syntax } from './syntax.ts';

/** Position i holds byte b when `(b & masks[i]) === values[i]`; the first and the last position have a mask other than 0. */
export interface RequiredLiteral {
  readonly values: Uint8Array;
  readonly masks: Uint8Array;
}

/** At least one of these lies in every match. */
export type RequiredSet = readonly RequiredLiteral[];

/** Positions of one literal. */
const MAX_LENGTH = 256;
/** Literals of one set; a choice between more than that is no help to a filter. */
const MAX_OPTIONS = 64;
/** Sets of one expression. */
const MAX_SETS = 64;
/** Mask bits that a literal must have; less is found everywhere. */
const MIN_BITS = 16;

type Run = readonly ByteSet[];
/** What every match has: at least one run of each set. */
type Requirements = readonly (readonly Run[])[];

/** @returns in the order of the source; empty when nothing is required */
export function requiredLiterals(syntax: Syntax): RequiredSet[] {
  return requirementsOf(syntax)
    .map((runs) => runs.map(literalOf))
    .filter((literals) => literals.every((literal) => bitsOf(literal) >= MIN_BITS))
    .slice(0, MAX_SETS);
}

function requirementsOf(syntax: Syntax): Requirements {
  switch (syntax.kind) {
    case 'set':
      return [[[syntax.set]]];
    case 'assertion':
    case 'atomic':
      return [];
    case 'sequence':
      return sequenceRequirements(syntax.of);
    case 'choice':
      return choiceRequirements(syntax.of);
    case 'repeat': {
      if (syntax.min === 0) return [];
      const { of } = syntax;
      if (of.kind !== 'set') return requirementsOf(of);
      return [[Array.from({ length: Math.min(syntax.min, MAX_LENGTH) }, () => of.set)]];
    }
  }
}

/** Neighbours of fixed length grow together into one run. */
function sequenceRequirements(parts: readonly Syntax[]): Requirements {
  const found: (readonly Run[])[] = [];
  let run: ByteSet[] = [];
  const flush = (): void => {
    for (let i = 0; i < run.length; i += MAX_LENGTH) found.push([run.slice(i, i + MAX_LENGTH)]);
    run = [];
  };
  for (const part of parts) {
    if (part.kind === 'set') run.push(part.set);
    else if (part.kind === 'repeat' && part.of.kind === 'set' && part.min > 0) {
      // As many as there must be; more of them may lie between those and what follows.
      for (let i = 0; i < Math.min(part.min, MAX_LENGTH); i++) run.push(part.of.set);
      if (part.max === part.min && part.min <= MAX_LENGTH) continue;
      flush();
      // The last of them touch what follows.
      for (let i = 0; i < Math.min(part.min, MAX_LENGTH); i++) run.push(part.of.set);
    } else if (part.kind !== 'assertion') {
      flush();
      for (const runs of requirementsOf(part)) found.push(runs);
    }
  }
  flush();
  return found;
}

/** One of the best sets of each option. */
function choiceRequirements(options: readonly Syntax[]): Requirements {
  const runs: Run[] = [];
  for (const option of options) {
    const best = bestOf(requirementsOf(option));
    if (!best) return [];
    runs.push(...best);
    if (runs.length > MAX_OPTIONS) return [];
  }
  return runs.length === 0 ? [] : [runs];
}

/** The set whose weakest run says most. */
function bestOf(requirements: Requirements): readonly Run[] | undefined {
  let best: readonly Run[] | undefined;
  let most = -1;
  for (const runs of requirements) {
    const bits = Math.min(...runs.map((run) => bitsOf(literalOf(run))));
    if (bits > most) {
      best = runs;
      most = bits;
    }
  }
  return best;
}

/** The run as values and masks, without positions at its ends that hold any byte. */
function literalOf(run: Run): RequiredLiteral {
  const covers = run.map(coverOf);
  const start = covers.findIndex(({ mask }) => mask !== 0);
  const end = covers.findLastIndex(({ mask }) => mask !== 0) + 1;
  const kept = start < 0 ? [] : covers.slice(start, end);
  return { values: Uint8Array.from(kept, ({ value }) => value), masks: Uint8Array.from(kept, ({ mask }) => mask) };
}

interface Cover {
  readonly value: number;
  readonly mask: number;
}
const covers = new WeakMap<ByteSet, Cover>();

/** The bits that all bytes of a set have in common. */
function coverOf(set: ByteSet): Cover {
  let known = covers.get(set);
  if (!known) {
    const bytes = bytesOf(set);
    const inAll = bytes.reduce((common, byte) => common & byte, 0xff);
    const inAny = bytes.reduce((union, byte) => union | byte, 0);
    const mask = ~(inAll ^ inAny) & 0xff;
    known = { value: inAll & mask, mask };
    covers.set(set, known);
  }
  return known;
}

function bitsOf({ masks }: RequiredLiteral): number {
  let bits = 0;
  for (let mask of masks) for (; mask !== 0; mask &= mask - 1) bits++;
  return bits;
}
