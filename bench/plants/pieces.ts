/**
 * The byte strings that an object is laid out from: for each pattern that is wanted an instance, once for each copy.
 */
import type { BodySignature, BytesPattern, OffsetRule, RegexPattern } from '../../native-free-engine/index.ts';
import { type Filling, type Instance, instanceOf } from './instance.ts';
import type { Random } from './random.ts';
import { regexInstanceOf } from './regex-instance.ts';
import type { Wishes } from './wishes.ts';

export interface Piece extends Instance {
  readonly offset: OffsetRule;
}

const START: OffsetRule = { kind: 'at', base: 'start', section: 0, offset: 0, shift: 0 };
/** An expression for the start of the object; `^` with the flag `m` is for lines. */
const AT_START = /^\(*(?:\\A|\^)/;
/** A greedy expression ends there, mostly. */
const LINE_FEED = Uint8Array.of(0x0a);

/** @param filling of free places; undefined for any bytes, and gaps as short as can be */
export function piecesFor(
  { patterns }: BodySignature,
  { copies: wanted }: Wishes,
  random: Random,
  filling: Filling | undefined,
): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [index, copies] of wanted) {
    const pattern = patterns[index];
    if (pattern?.kind !== 'bytes' && pattern?.kind !== 'regex') return undefined;
    if (pattern.kind === 'bytes' && copies > 1 && pattern.offset.kind === 'at') {
      const instance = instanceOf(withTails(pattern, copies), random, filling);
      if (!instance) return undefined;
      pieces.push({ ...instance, offset: pattern.offset });
      continue;
    }
    for (let copy = 0; copy < copies; copy++) {
      const instance =
        pattern.kind === 'bytes' ? instanceOf(pattern, random, filling) : ofRegex(pattern, random, copies > 1);
      if (!instance) return undefined;
      pieces.push({ ...instance, offset: pattern.kind === 'regex' ? placeOf(pattern) : pattern.offset });
    }
  }
  return pieces;
}

/** From one place on a pattern counts more than once by its ends: what is behind its last gap comes again and again. */
function withTails(pattern: BytesPattern, copies: number): BytesPattern {
  const lastGap = pattern.elements.findLastIndex((element) => element.kind === 'gap');
  const tail = pattern.elements.slice(lastGap + 1);
  return {
    ...pattern,
    elements: [...pattern.elements, ...Array.from({ length: copies - 1 }, () => tail).flat()],
  };
}

/** @param isOneOfMany the next one lies behind it */
function ofRegex(pattern: RegexPattern, random: Random, isOneOfMany: boolean): Instance | undefined {
  const instance = regexInstanceOf(pattern, random);
  if (!instance || !isOneOfMany) return instance;
  return { ...instance, after: Buffer.concat([instance.after, LINE_FEED]) };
}

function placeOf({ source, flags, offset }: RegexPattern): OffsetRule {
  return offset.kind === 'any' && AT_START.test(source) && !flags.includes('m') ? START : offset;
}
