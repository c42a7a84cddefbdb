/**
 * Conditions as code: encoded once into the image, evaluated lazily on an object.
 *
 * Code is a run of i32 words in prefix order:
 *
 * ```
 *   MATCH pattern                            pattern counted from the signature's first
 *   AND n child…      OR n child…
 *   COUNT comparison count distinct child    comparison: 0 equal, 1 less, 2 greater
 *   RANGE property min-low min-high max-low max-high      property: 0 file size, 1 entry point, 2 number of sections; max −1 −1: unbounded
 *   CONTAINER length (UTF-16 code unit)…
 *   INTERMEDIATES length (UTF-16 code unit)…              the types, joined by `>`
 * ```
 * Signatures with the same code share it.
 */

import type { Condition } from '../signature.ts';

const OP = { match: 1, and: 2, or: 3, count: 4, range: 5, container: 6, intermediates: 7 } as const;
const COMPARISON = { equal: 0, less: 1, greater: 2 } as const;
const PROPERTY = { fileSize: 0, entryPoint: 1, sectionCount: 2 } as const;

/**
 * Encodes a condition.
 *
 * @param rank how early a pattern should be asked for: conditions without a search first, then the rarest pattern; order never changes the result
 */
export function encodeCondition(condition: Condition, rank: (pattern: number) => number): number[] {
  const code: number[] = [];
  write(condition);
  return code;

  function write(node: Condition): void {
    switch (node.kind) {
      case 'match':
        code.push(OP.match, node.pattern);
        return;
      case 'and':
      case 'or': {
        code.push(OP[node.kind], node.of.length);
        const ranks = new Map(node.of.map((child) => [child, rankOf(child, rank)]));
        for (const child of [...node.of].sort((a, b) => ranks.get(a)! - ranks.get(b)!)) write(child);
        return;
      }
      case 'count':
        code.push(OP.count, COMPARISON[node.comparison], node.count, node.distinct);
        write(node.of);
        return;
      case 'fileSize':
      case 'entryPoint':
      case 'sectionCount':
        code.push(OP.range, PROPERTY[node.kind], ...split(node.range.min), ...split(node.range.max));
        return;
      case 'container':
        code.push(OP.container, ...textWords(node.type));
        return;
      case 'intermediates':
        code.push(OP.intermediates, ...textWords(node.types.join(BETWEEN)));
        return;
    }
  }
}

/** Whether a condition asks for one pattern and for nothing else, as that of a plain body signature does. */
export function isOnePattern(code: Int32Array, at: number): boolean {
  return code[at] === OP.match;
}

/** Between the types of `intermediates`; no type holds it. */
const BETWEEN = '>';

/** Length, then a word for each UTF-16 code unit. */
function textWords(text: string): number[] {
  const words = [text.length];
  for (let i = 0; i < text.length; i++) words.push(text.charCodeAt(i));
  return words;
}

function rankOf(node: Condition, rank: (pattern: number) => number): number {
  switch (node.kind) {
    case 'match':
      return rank(node.pattern);
    case 'and':
      return Math.min(...node.of.map((child) => rankOf(child, rank)));
    case 'or':
      return Math.max(...node.of.map((child) => rankOf(child, rank)));
    case 'count':
      return rankOf(node.of, rank);
    default:
      return Number.NEGATIVE_INFINITY;
  }
}

function split(value: number): [number, number] {
  if (value === Number.POSITIVE_INFINITY) return [-1, -1];
  return [value | 0, Math.floor(value / 2 ** 32) | 0];
}

/** What a condition asks of the object. */
export interface ConditionContext {
  /** Number of matches of a pattern, counted from the signature's first; may stop counting at `enough`. */
  matches(pattern: number, enough: number): number;
  /** Undefined when the object has no such property: then no range holds. */
  readonly fileSize: number;
  readonly entryPoint: number | undefined;
  readonly sectionCount: number | undefined;
  /** Types of the containers around the object, outermost first. */
  readonly containers: readonly string[];
}

/** What a false node counts. One that is true may count 0: `0=0`. */
const FALSE = -1;

/** Evaluates the code at `start`. */
export function evaluateCondition(code: Int32Array, start: number, context: ConditionContext): boolean {
  let at = start;
  /** Patterns that hold in true nodes, by a match or by a comparison such as `=0`, while a count around asks for different ones. */
  const matched: number[] = [];
  let counting = 0;
  return evaluate(1) !== FALSE;

  /** Count of the node at `at`, FALSE when it is false; moves `at` behind it. @param enough a count at which nobody asks for more; 0 skips */
  function evaluate(enough: number): number {
    switch (code[at++]) {
      case OP.match: {
        const pattern = code[at++]!;
        const count = enough === 0 ? 0 : context.matches(pattern, enough);
        if (count > 0 && counting > 0) matched.push(pattern);
        return count > 0 ? count : FALSE;
      }
      case OP.and: {
        const n = code[at++]!;
        const before = matched.length;
        let sum = 0;
        let alive = enough;
        for (let i = 0; i < n; i++) {
          const count = evaluate(alive);
          if (count === FALSE) alive = 0;
          else sum += count;
        }
        if (alive > 0 && n > 0) return sum;
        matched.length = before;
        return FALSE;
      }
      case OP.or: {
        const n = code[at++]!;
        let sum = FALSE;
        for (let i = 0; i < n; i++) {
          const count = evaluate(stillAsked(enough, Math.max(sum, 0)));
          if (count !== FALSE) sum = Math.max(sum, 0) + count;
        }
        return sum;
      }
      case OP.count:
        return evaluateCount(enough);
      case OP.range: {
        const value = propertyOf(code[at]!, context);
        const min = join(code[at + 1]!, code[at + 2]!);
        const max = join(code[at + 3]!, code[at + 4]!);
        at += 5;
        return enough > 0 && value !== undefined && value >= min && value <= max ? 1 : FALSE;
      }
      case OP.container: {
        const type = readText();
        return enough > 0 && isContainer(type, context.containers) ? 1 : FALSE;
      }
      case OP.intermediates: {
        const types = readText();
        return enough > 0 && areIntermediates(types.split(BETWEEN), context.containers) ? 1 : FALSE;
      }
      default:
        throw new Error(`condition code: expected an operation at ${at - 1}, got ${code[at - 1]}`);
    }
  }

  function readText(): string {
    const length = code[at++]!;
    at += length;
    return String.fromCharCode(...code.subarray(at - length, at));
  }

  function evaluateCount(enough: number): number {
    const comparison = code[at]!;
    const wanted = code[at + 1]!;
    const distinct = code[at + 2]!;
    at += 3;
    const single = code[at] === OP.match ? code[at + 1]! : undefined;
    if (enough === 0) {
      evaluate(0);
      return FALSE;
    }
    const before = matched.length;
    if (distinct > 0) counting++;
    // One more than wanted tells equal from greater; a count around this one may ask for more.
    const count = Math.max(0, evaluate(Math.max(wanted + 1, enough)));
    if (distinct > 0) counting--;
    const holds =
      comparison === COMPARISON.equal
        ? count === wanted
        : comparison === COMPARISON.less
          ? count < wanted
          : count > wanted;
    const isDifferent = distinct === 0 || new Set(matched.slice(before)).size >= distinct;
    if (!holds || !isDifferent || counting === 0) matched.length = before;
    else if (single !== undefined) matched.push(single);
    return holds && isDifferent ? count : FALSE;
  }

  /** What is left to ask for behind `sum`; different patterns are asked for to the last. */
  function stillAsked(enough: number, sum: number): number {
    if (enough === 0) return 0;
    return Math.max(enough - sum, counting > 0 ? 1 : 0);
  }
}

/** `any` asks for an object that lies in none, strange as that reads: the manual and clamscan 1.4.6 say so. */
function isContainer(type: string, containers: readonly string[]): boolean {
  return type === 'any' ? containers.length === 0 : containers.at(-1) === type;
}

/** Whether the innermost containers are of these types, outermost first. */
function areIntermediates(types: readonly string[], containers: readonly string[]): boolean {
  const from = containers.length - types.length;
  return from >= 0 && types.every((type, i) => type === 'any' || type === containers[from + i]);
}

function propertyOf(property: number, context: ConditionContext): number | undefined {
  if (property === PROPERTY.fileSize) return context.fileSize;
  return property === PROPERTY.entryPoint ? context.entryPoint : context.sectionCount;
}

function join(low: number, high: number): number {
  if (low === -1 && high === -1) return Number.POSITIVE_INFINITY;
  return (low >>> 0) + high * 2 ** 32;
}
