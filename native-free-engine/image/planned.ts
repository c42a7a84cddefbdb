/**
 * Planned signatures: all that an image needs of a body signature or of a member of a macro group, in bytes.
 *
 * Lowering a signature and choosing its atoms takes most of the compile time, and depends on nothing but the signature and the byte-gram model. So it can be
 * done in another thread, and be kept for the next compilation. Numbers of patterns, segments and classes are given when it is laid out (body-table.ts).
 *
 * ```
 * planned    name, target, cost f64 (infinite: no search rules it out), patterns, condition as words, starts
 * pattern    kind u8 (see PLANNED), then · bytes: rule as words · regex: source, flags, trigger and rule as words · others: JSON ·
 *            and its variants, each its segments: body as in segment.ts with all class numbers 0, and behind it 32 bytes for each class
 * start      0 u8, an anchor: place f64, pattern, variant, word · 1 u8, a search: pattern, segment, choice, count and f64 costs by class, two words (planned-choice.ts)
 * words      bytes, then each i32
 * ```
 */

import { encodeCondition } from '../match/condition.ts';
import { appendSegment, type Segment, type Variant } from '../match/segment.ts';
import { type KnownWord, knownWord } from '../prefilter/choose.ts';
import type { GramModel } from '../prefilter/model.ts';
import type { BodySignature, Condition, Pattern, Range } from '../signature.ts';
import { FUNCTIONALITY_LEVEL } from '../version.ts';
import { costsByClass } from './classes.ts';
import { lowerSignature, type Refusal } from './lower-signature.ts';
import { encodeRule, fixedPlace, ruleOf } from './offset-rules.ts';
import { type Lowered, type PatternPlan, planSignature } from './plan.ts';
import { PlannedWriter } from './planned-bytes.ts';
import { writeChoice, writeWord } from './planned-choice.ts';
import { Bytes } from './writer.ts';

/** Bytes that are made room for at a time. */
const CHUNK_BYTES = 1 << 18;

export const PLANNED = { bytes: 0, regex: 1, byteCompare: 2, macro: 3 } as const;

export const PLANNED_START = { anchor: 0, search: 1 } as const;

export class Planner {
  readonly #model: GramModel;
  readonly #writer = new PlannedWriter();
  readonly #body = new Bytes();
  #bitmaps: Uint8Array[] = [];
  /** Planned signatures lie one behind the other: a buffer for each of 100,000 is what the collector tracks. */
  #chunk = new Uint8Array(0);
  #used = 0;

  constructor(model: GramModel) {
    this.#model = model;
  }

  /** @returns the planned signature, which stays as it is; or why this engine cannot use it */
  plan(signature: BodySignature): Uint8Array | Refusal {
    const lowered = lowerSignature(signature);
    if ('reason' in lowered) return lowered;
    const { plans, plan } = planSignature(signature, lowered, this.#model);
    const { name, target, patterns, condition } = signature;
    const encode = (each: Condition): number[] =>
      encodeCondition(each, (pattern) => rankOf(patterns[pattern]!, plans[pattern]!));
    const writer = this.#writer;
    writer.text(name);
    writer.varint(target);
    writer.f64(plan.cost);
    writer.varint(patterns.length);
    patterns.forEach((pattern, i) => {
      this.#pattern(pattern, encode);
      this.#variants(laidOut(lowered[i]!, plans[i]!));
    });
    writer.words(encode(condition));
    const starts = plan.cost === Number.POSITIVE_INFINITY ? [] : plan.patterns;
    writer.varint(starts.reduce((count, pattern) => count + countOf(plans[pattern]!), 0));
    for (const pattern of starts) this.#start(plans[pattern]!, pattern, patterns[pattern]!);
    return this.#kept();
  }

  /** @returns the planned signature; undefined when this engine does not use it */
  planUsed(signature: BodySignature): Uint8Array | undefined {
    if (!isForThisEngine(signature.levels)) return undefined;
    const planned = this.plan(signature);
    return 'reason' in planned ? undefined : planned;
  }

  /** What the writer holds, copied to where it can stay. */
  #kept(): Uint8Array {
    const { length } = this.#writer;
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Uint8Array(Math.max(CHUNK_BYTES, length));
      this.#used = 0;
    }
    const planned = this.#chunk.subarray(this.#used, this.#used + length);
    planned.set(this.#writer.written());
    this.#writer.length = 0;
    this.#used += length;
    return planned;
  }

  #pattern(pattern: Pattern, encode: (condition: Condition) => number[]): void {
    const writer = this.#writer;
    writer.byte(PLANNED[pattern.kind]);
    if (pattern.kind === 'byteCompare' || pattern.kind === 'macro') {
      writer.text(JSON.stringify(pattern.kind === 'macro' ? finite(pattern) : pattern));
      return;
    }
    if (pattern.kind === 'regex') {
      writer.text(pattern.source);
      writer.text(pattern.flags);
      writer.words(encode(pattern.trigger));
    }
    writer.words(encodeRule(ruleOf(pattern)));
  }

  #variants(variants: readonly Variant[]): void {
    this.#writer.varint(variants.length);
    for (const variant of variants) {
      this.#writer.varint(variant.length);
      for (const segment of variant) this.#segment(segment, segment === variant[0]);
    }
  }

  #segment(segment: Segment, isFirstOfVariant: boolean): void {
    this.#body.length = 0;
    this.#bitmaps = [];
    appendSegment(this.#body, segment, isFirstOfVariant, this.#classIndex);
    this.#writer.block(this.#body.view());
    for (const bitmap of this.#bitmaps) this.#writer.raw(bitmap);
  }

  readonly #classIndex = (bitmap: Uint8Array): number => {
    this.#bitmaps.push(bitmap);
    return 0;
  };

  #start(plan: PatternPlan, number: number, pattern: Pattern): void {
    const writer = this.#writer;
    if (plan.kind === 'anchor') {
      plan.anchors.forEach((word, variant) => {
        writer.byte(PLANNED_START.anchor);
        writer.f64(fixedPlace(ruleOf(pattern), word.delta));
        writer.varint(number);
        writer.varint(variant);
        writeWord(writer, word);
      });
      return;
    }
    for (const { number: segmentNumber, segment, choice } of plan.choices) {
      writer.byte(PLANNED_START.search);
      writer.varint(number);
      writer.varint(segmentNumber);
      writeChoice(writer, choice);
      const costs = costsByClass(choice, this.#model);
      writer.varint(costs.length);
      for (const cost of costs) writer.f64(cost);
      for (const word of wordsOf(segment)) writeWord(writer, word);
    }
  }
}

export function isForThisEngine({ min, max }: Range): boolean {
  return min <= FUNCTIONALITY_LEVEL && FUNCTIONALITY_LEVEL <= max;
}

/** JSON has no infinity. */
function finite<P extends { readonly range: { readonly min: number; readonly max: number } }>(pattern: P): P {
  const { min, max } = pattern.range;
  return { ...pattern, range: { min, max: Math.min(max, Number.MAX_SAFE_INTEGER) } };
}

function laidOut(lowered: Lowered, plan: PatternPlan): readonly Variant[] {
  if (lowered.kind === 'bytes') return lowered.variants;
  // What is looked for before a regular expression is run.
  return plan.kind === 'search' ? plan.variants : [];
}

function countOf(plan: PatternPlan): number {
  return plan.kind === 'anchor' ? plan.anchors.length : plan.choices.length;
}

/** How early a condition asks for a pattern. A look at a fixed place costs nothing: it comes before every search, and a regular expression after all. */
function rankOf(pattern: Pattern, { cost }: PatternPlan): number {
  if (pattern.kind !== 'bytes') return Number.POSITIVE_INFINITY;
  return pattern.offset.kind === 'at' ? -1 : cost;
}

/** One in each half, so that a gram does not cover both. */
function wordsOf(segment: Segment): readonly [KnownWord, KnownWord] {
  const { length } = segment.values;
  const half = length >>> 1;
  return [knownWord(segment, half, length), knownWord(segment, 0, half)];
}
