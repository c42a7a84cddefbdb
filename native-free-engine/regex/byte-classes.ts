/**
 * Byte classes: bytes that no set of the program tells apart are one class. A table over classes is a tenth of one over bytes.
 *
 * What lies around a place is classed the same way: the neighbour to its right by class, the one to its left by *kind*, which only tells apart what
 * assertions ask for. Most programs have one kind.
 */

import { type Assertion, EDGE, FINAL_NEWLINE, includes, NEIGHBOURS } from './assertion.ts';
import { type ByteSet, hasByte } from './byte-set.ts';
import { NEWLINE } from './named-sets.ts';

export interface ByteClasses {
  /** Class of a byte, of EDGE and of FINAL_NEWLINE. */
  readonly classOf: Uint16Array;
  readonly count: number;
  /** Kind of the place behind a byte of that class. */
  readonly kindOfClass: Uint16Array;
  /** Kinds; those of places where the search began are apart when the program asks for them. */
  readonly kinds: number;
  /** Kind of the place behind a byte or EDGE. */
  kindBehind(neighbour: number, isSearchStart: boolean): number;
  /** 1 at set × count + class, when the set has the class. */
  readonly members: Uint8Array;
  /** 1 at (assertion × kinds + kind) × count + class, when the assertion holds there. */
  readonly holds: Uint8Array;
}

export function byteClasses(sets: readonly ByteSet[], assertions: readonly Assertion[]): ByteClasses {
  const pairs = assertions.flatMap((assertion) => assertion.pairs);
  const isLeft = pairs.map(
    ({ left }) =>
      (neighbour: number) =>
        includes(left, byteOf(neighbour)),
  );
  const isRight = pairs.map(
    ({ right }) =>
      (neighbour: number) =>
        includes(right, neighbour),
  );
  const isMember = sets.map((set) => (neighbour: number) => neighbour !== EDGE && hasByte(set, byteOf(neighbour)));
  const kindOf = partition(isLeft);
  const classOf = partition([...isMember, ...isRight, ...isLeft]);
  const examples = examplesOf(classOf);
  const tellsStart = assertions.some(({ atSearchStart }) => atSearchStart);
  const kindExamples = examplesOf(kindOf);
  const kinds = tellsStart ? kindExamples.length * 2 : kindExamples.length;
  return {
    classOf,
    count: examples.length,
    kindOfClass: Uint16Array.from(examples, (neighbour) => kindOf[neighbour]!),
    kinds,
    kindBehind: (neighbour, isSearchStart) =>
      kindOf[neighbour]! + (isSearchStart && tellsStart ? kindExamples.length : 0),
    members: Uint8Array.from(isMember.flatMap((has) => examples.map((neighbour) => (has(neighbour) ? 1 : 0)))),
    holds: Uint8Array.from(assertions.flatMap((assertion) => decide(assertion, examples, kindExamples, kinds))),
  };
}

/** The assertion's answer for each kind and class. */
function decide(
  assertion: Assertion,
  examples: readonly number[],
  kindExamples: readonly number[],
  kinds: number,
): number[] {
  return Array.from({ length: kinds }, (_, kind) => {
    if (assertion.atSearchStart && kind < kindExamples.length) return examples.map(() => 0);
    const before = kindExamples[kind % kindExamples.length]!;
    return examples.map((behind) =>
      assertion.pairs.some(({ left, right }) => includes(left, before) && includes(right, behind)) ? 1 : 0,
    );
  }).flat();
}

/** A newline that ends the subject is a newline to all that consumes it. */
function byteOf(neighbour: number): number {
  return neighbour === FINAL_NEWLINE ? NEWLINE : neighbour;
}

/** Numbers the neighbours so that two have one number when every question has one answer for both. */
function partition(questions: readonly ((neighbour: number) => boolean)[]): Uint16Array {
  const numbers = new Uint16Array(NEIGHBOURS);
  let count = 1;
  for (const holds of questions) {
    const renumbered = new Map<number, number>();
    let fresh = 0;
    for (let neighbour = 0; neighbour < NEIGHBOURS; neighbour++) {
      const key = numbers[neighbour]! * 2 + (holds(neighbour) ? 1 : 0);
      if (!renumbered.has(key)) renumbered.set(key, fresh++);
      numbers[neighbour] = renumbered.get(key)!;
    }
    count = fresh;
    if (count === NEIGHBOURS) break;
  }
  return numbers;
}

/** One neighbour of each number. */
function examplesOf(numbers: Uint16Array): number[] {
  const examples: number[] = [];
  // Downwards, so that a byte stands for its class rather than one of the two more.
  for (let neighbour = NEIGHBOURS - 1; neighbour >= 0; neighbour--) examples[numbers[neighbour]!] = neighbour;
  return examples;
}
