/**
 * Builds the Aho–Corasick automaton over the atoms, as a double array.
 *
 * Source: Aho & Corasick 1975, Algorithms 2 and 3 (doi:10.1145/360825.360855); Aoe 1989 for the double array (doi:10.1109/32.31365):
 * state s goes to t = base[s] + byte when check[t] = s. Bytes are folded (bit 5 set), so an alphabet of 128.
 *
 * Cells are 8 bytes (layout.ts); depth and the has-output bit share a word with the base, so one step of a walk reads two cells and,
 * only where a byte does not continue, a failure transition.
 */

import { EngineError } from '../errors.ts';
import { CELL_EMPTY, MAX_ATOM, ROOT } from '../layout.ts';
import { buildTrie, type Trie } from './trie.ts';

export interface Automaton {
  /** Two words per state: base << 5 | depth << 1 | hasOutput, and the parent state. */
  readonly cells: Uint32Array;
  /** Failure transition of each state. */
  readonly links: Uint32Array;
  /** States with atoms of their own, ascending. */
  readonly outputStates: Uint32Array;
  /** Per such state the first index into `outputAtoms`; one more at the end. */
  readonly outputStarts: Uint32Array;
  /** Atom numbers, grouped by state. */
  readonly outputAtoms: Uint32Array;
  readonly states: number;
}

/** @param atoms folded byte strings of 1 … MAX_ATOM bytes; equal ones share a state */
export function buildAutomaton(atoms: readonly Uint8Array[]): Automaton {
  for (const atom of atoms) {
    if (atom.length < 1 || atom.length > MAX_ATOM) {
      throw new EngineError('AUTOMATON_ATOM', `atom: expected 1 to ${MAX_ATOM} bytes, got ${atom.length}`);
    }
  }
  const trie = buildTrie(atoms);
  const placed = placeStates(trie);
  const links = failureTransitions(trie, placed);
  return finish(trie, placed, links);
}

interface Placed {
  /** State of each trie node. */
  readonly stateOf: Uint32Array;
  /** Base of each state, and its parent. */
  readonly base: Uint32Array;
  readonly check: Uint32Array;
  /** Cells in use: one behind the highest that a transition may touch. */
  readonly length: number;
}

/** Gives every trie node a cell such that siblings lie at base + byte. */
function placeStates(trie: Trie): Placed {
  const capacity = ROOT + 512 + Math.ceil(trie.nodes * 1.1) + 4096;
  let base = new Uint32Array(capacity);
  let check = new Uint32Array(capacity).fill(CELL_EMPTY);
  const stateOf = new Uint32Array(trie.nodes);
  stateOf[0] = ROOT;
  // The root's own cell must never look like a child of any state.
  check[ROOT] = ROOT - 1;
  let top = ROOT + 1;
  let firstFree = ROOT + 1;
  const bytes = new Uint8Array(256);

  const grow = (needed: number): void => {
    if (needed <= check.length) return;
    const size = Math.max(needed, Math.ceil(check.length * 1.5));
    const grownCheck = new Uint32Array(size).fill(CELL_EMPTY);
    grownCheck.set(check);
    check = grownCheck;
    const grownBase = new Uint32Array(size);
    grownBase.set(base);
    base = grownBase;
  };

  // Wide nodes first, while the array is empty; then chains in the order of the trie, so that a walk stays within few cache lines.
  for (const node of placementOrder(trie)) {
    let count = 0;
    for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!)
      bytes[count++] = trie.byte[child]!;
    const state = stateOf[node]!;
    const lowest = bytes[0]!;
    let place = findPlace(count, lowest);
    grow(place - lowest + 256 + 256);
    base[state] = place - lowest;
    for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!) {
      place = base[state]! + trie.byte[child]!;
      check[place] = state;
      stateOf[child] = place;
      if (place >= top) top = place + 1;
    }
    while (firstFree < check.length && check[firstFree] !== CELL_EMPTY) firstFree++;
  }
  const length = top + 256;
  grow(length);
  return { stateOf, base, check, length };

  /** First cell for the lowest child such that all children fit. */
  function findPlace(count: number, lowest: number): number {
    // Wide nodes do not go through the gaps that chains left: they would look at all of them.
    let place = count > 4 ? Math.max(firstFree, top - 1024) : firstFree;
    for (let tries = 0; ; place++) {
      if (place + 256 >= check.length) grow(place + 512);
      if (check[place] !== CELL_EMPTY) continue;
      let i = 1;
      while (i < count && check[place - lowest + bytes[i]!] === CELL_EMPTY) i++;
      if (i === count) return place;
      // Give up on crowded regions: a few lost cells cost less than a slow build.
      if (++tries === 64) place = Math.max(place, top - 1);
    }
  }
}

/** Nodes with children: by breadth down to depth 2, below that in preorder. */
function* placementOrder(trie: Trie): Generator<number> {
  let level: number[] = [0];
  for (let depth = 0; depth < 3; depth++) {
    const next: number[] = [];
    for (const node of level) {
      if (trie.firstChild[node] !== 0) yield node;
      for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!) next.push(child);
    }
    level = next;
  }
  for (const top of level) {
    // Preorder numbers: the nodes below `top` follow it.
    for (let node = top; node < trie.nodes && (node === top || trie.depth[node]! > 3); node++) {
      if (trie.firstChild[node] !== 0) yield node;
    }
  }
}

/**
 * Failure transitions: where the automaton goes when a byte does not continue any atom.
 *
 * Breadth-first, so that the failure state of a parent is final before its children ask for it.
 */
function failureTransitions(trie: Trie, placed: Placed): Uint32Array {
  const { stateOf, base, check } = placed;
  const links = new Uint32Array(placed.length).fill(ROOT);
  let level: number[] = [0];
  while (level.length > 0) {
    const next: number[] = [];
    for (const node of level) {
      const link = links[stateOf[node]!]!;
      for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!) {
        next.push(child);
        if (node === 0) continue;
        const byte = trie.byte[child]!;
        let state = link;
        for (;;) {
          const target = base[state]! + byte;
          if (check[target] === state) {
            links[stateOf[child]!] = target;
            break;
          }
          if (state === ROOT) break;
          state = links[state]!;
        }
      }
    }
    level = next;
  }
  return links;
}

function finish(trie: Trie, placed: Placed, links: Uint32Array): Automaton {
  const { stateOf, base, check, length } = placed;
  const cells = new Uint32Array(length * 2);
  const own = new Uint8Array(length);
  const nodeOfState = new Map<number, number>();
  for (let node = 0; node < trie.nodes; node++) {
    if (trie.atomsStart[node] === trie.atomsStart[node + 1]) continue;
    own[stateOf[node]!] = 1;
    nodeOfState.set(stateOf[node]!, node);
  }
  for (let state = 0; state < length; state++) cells[state * 2 + 1] = check[state]!;
  let level: number[] = [0];
  while (level.length > 0) {
    const next: number[] = [];
    for (const node of level) {
      const state = stateOf[node]!;
      // A state has output when it, or any state that its failure transitions lead to, ends an atom.
      const output = own[state]! | (state === ROOT ? 0 : cells[links[state]! * 2]! & 1);
      cells[state * 2] = ((base[state]! << 5) | (trie.depth[node]! << 1) | output) >>> 0;
      for (let child = trie.firstChild[node]!; child !== 0; child = trie.nextSibling[child]!) next.push(child);
    }
    level = next;
  }
  const outputStates = Uint32Array.from(nodeOfState.keys()).sort();
  const outputStarts = new Uint32Array(outputStates.length + 1);
  const outputAtoms = new Uint32Array(trie.atoms.length);
  let at = 0;
  outputStates.forEach((state, i) => {
    outputStarts[i] = at;
    const node = nodeOfState.get(state)!;
    for (let k = trie.atomsStart[node]!; k < trie.atomsStart[node + 1]!; k++) outputAtoms[at++] = trie.atoms[k]!;
  });
  outputStarts[outputStates.length] = at;
  return { cells, links: links.subarray(0, length), outputStates, outputStarts, outputAtoms, states: trie.nodes };
}
