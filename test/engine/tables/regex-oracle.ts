/**
 * The naive matcher that says what is right: it tries everything in order of preference and takes as long as it takes.
 *
 * It walks the tree that the parser makes, atomic groups and all, and knows nothing of what comes after. What the parser makes is held to V8 and to tables.
 */
import { EDGE, FINAL_NEWLINE, includes } from '../../../native-free-engine/regex/assertion.ts';
import { hasByte } from '../../../native-free-engine/regex/byte-set.ts';
import { parseFlags } from '../../../native-free-engine/regex/flags.ts';
import { REGEX_LIMITS } from '../../../native-free-engine/regex/limits.ts';
import { parseRegex } from '../../../native-free-engine/regex/parse.ts';
import type { Written } from '../../../native-free-engine/regex/syntax.ts';
import type { Span } from './regex-ways.ts';

/** Steps after which the oracle gives up. */
const MOST_STEPS = 200_000;

/** @returns 'too long' when there is no telling in a sensible time */
export function searchNaively(source: string, flags: string, bytes: Uint8Array): Span | 'too long' {
  const { options, anchored } = parseFlags(flags);
  const syntax = parseRegex(source, options, REGEX_LIMITS);
  let steps = 0;
  /** What each group matched last. */
  let groups: ReadonlyMap<number, Span> = new Map();
  try {
    for (let start = 0; start <= bytes.length; start++) {
      let end = -1;
      groups = new Map();
      const matches = match(syntax, start, (at) => {
        end = at;
        return true;
      });
      if (matches) return [start, end];
      if (anchored) break;
    }
  } catch (error) {
    if (error instanceof TooLong) return 'too long';
    throw error;
  }
  return undefined;

  /** Whether `node` matches at `at` and `rest` accepts where it ends; the preferred end is offered first. */
  function match(node: Written, at: number, rest: (end: number) => boolean): boolean {
    if (++steps > MOST_STEPS) throw new TooLong();
    switch (node.kind) {
      case 'set':
        return at < bytes.length && hasByte(node.set, bytes[at]!) && rest(at + 1);
      case 'assertion': {
        const { pairs, atSearchStart } = node.assertion;
        if (atSearchStart && at !== 0) return false;
        const holds = pairs.some(({ left, right }) => includes(left, before(at)) && includes(right, behind(at)));
        return holds && rest(at);
      }
      case 'sequence':
        return matchAll(node.of, 0, at, rest);
      case 'choice':
        return node.of.some((option) => match(option, at, rest));
      case 'atomic':
        return matchAtomic(node.of, at, rest);
      case 'repeat':
        if (node.greed !== 'possessive') return matchRepeat(node, 0, at, rest);
        return matchAtomic({ ...node, greed: 'greedy' }, at, rest);
      case 'capture':
        return match(node.of, at, (end) => withGroups(new Map(groups).set(node.group, [at, end]), () => rest(end)));
      case 'reference': {
        const group = groups.get(node.group);
        if (!group) return false;
        const text = (from: number, to: number): string => {
          const latin1 = Buffer.from(bytes.subarray(from, to)).toString('latin1');
          return node.noCase ? latin1.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : latin1;
        };
        const wanted = text(group[0], group[1]);
        return text(at, at + wanted.length) === wanted && rest(at + wanted.length);
      }
      case 'look':
        return matchLook(node, at, rest);
    }
  }

  /** Inside of `work` groups are these; behind it they are what they were, unless it holds. */
  function withGroups(inside: ReadonlyMap<number, Span>, work: () => boolean): boolean {
    const outside = groups;
    groups = inside;
    const holds = work();
    if (!holds) groups = outside;
    return holds;
  }

  function matchLook(node: Extract<Written, { kind: 'look' }>, at: number, rest: (end: number) => boolean): boolean {
    const outside = groups;
    let holds = false;
    if (!node.isBehind) holds = match(node.of, at, () => true);
    else for (let from = at; from >= 0 && !holds; from--) holds = match(node.of, from, (end) => end === at);
    if (holds && !node.isNegated && rest(at)) return true;
    groups = outside;
    return node.isNegated && !holds && rest(at);
  }

  function matchAll(nodes: readonly Written[], i: number, at: number, rest: (end: number) => boolean): boolean {
    if (i === nodes.length) return rest(at);
    return match(nodes[i]!, at, (end) => matchAll(nodes, i + 1, end, rest));
  }

  function matchAtomic(node: Written, at: number, rest: (end: number) => boolean): boolean {
    let first = -1;
    const matches = match(node, at, (end) => {
      first = end;
      return true;
    });
    return matches && rest(first);
  }

  function matchRepeat(
    node: Extract<Written, { kind: 'repeat' }>,
    count: number,
    at: number,
    rest: (end: number) => boolean,
  ): boolean {
    const again = (): boolean =>
      count < node.max &&
      // An empty round that is not needed any more ends the loop.
      match(node.of, at, (end) =>
        end === at && count >= node.min ? rest(end) : matchRepeat(node, count + 1, end, rest),
      );
    const stop = (): boolean => count >= node.min && rest(at);
    return node.greed === 'lazy' ? stop() || again() : again() || stop();
  }

  function before(at: number): number {
    return at === 0 ? EDGE : bytes[at - 1]!;
  }

  function behind(at: number): number {
    if (at === bytes.length) return EDGE;
    return at === bytes.length - 1 && bytes[at] === 0x0a ? FINAL_NEWLINE : bytes[at]!;
  }
}

class TooLong extends Error {}
