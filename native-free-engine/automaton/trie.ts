/**
 * The trie of the atoms: what the automaton is made from.
 *
 * Built from the sorted atoms in one pass, so nodes are numbered in preorder and the atoms that end in a node lie side by side.
 */

export interface Trie {
  readonly nodes: number;
  /** Per node: the byte that leads to it, its depth, its first child and next sibling (0: none). */
  readonly byte: Uint8Array;
  readonly depth: Uint8Array;
  readonly firstChild: Uint32Array;
  readonly nextSibling: Uint32Array;
  /** Atoms that end in node n: atoms[atomsStart[n]] … atoms[atomsStart[n + 1] − 1]. */
  readonly atomsStart: Uint32Array;
  readonly atoms: Uint32Array;
}

/** @param atoms byte strings; their indexes are the atom numbers */
export function buildTrie(atoms: readonly Uint8Array[]): Trie {
  const order = sortedOrder(atoms);
  let total = 1;
  for (const atom of atoms) total += atom.length;
  const byte = new Uint8Array(total);
  const depth = new Uint8Array(total);
  const firstChild = new Uint32Array(total);
  const nextSibling = new Uint32Array(total);
  const atomsStart = new Uint32Array(total + 1);
  const sorted = new Uint32Array(atoms.length);
  const path: number[] = [0];
  const lastChild = new Uint32Array(total);
  let nodes = 1;
  let previous: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < order.length; i++) {
    const atom = atoms[order[i]!]!;
    let shared = 0;
    while (shared < previous.length && shared < atom.length && previous[shared] === atom[shared]) shared++;
    path.length = shared + 1;
    for (let k = shared; k < atom.length; k++) {
      const parent = path[k]!;
      const node = nodes++;
      byte[node] = atom[k]!;
      depth[node] = k + 1;
      if (firstChild[parent] === 0) firstChild[parent] = node;
      else nextSibling[lastChild[parent]!] = node;
      lastChild[parent] = node;
      atomsStart[node] = i;
      path.push(node);
    }
    sorted[i] = order[i]!;
    atomsStart[nodes] = i + 1;
    previous = atom;
  }
  // Sorted order: an atom ends in the newest node, so a node's atoms are those up to where the next node begins.
  atomsStart[nodes] = atoms.length;
  return { nodes, byte, depth, firstChild, nextSibling, atomsStart, atoms: sorted };
}

/** Indexes of the atoms in ascending byte order; equal atoms stay in their order. */
function sortedOrder(atoms: readonly Uint8Array[]): Uint32Array {
  // Twelve bytes as two numbers each: most comparisons need no more than the first.
  const high = new Float64Array(atoms.length);
  const low = new Float64Array(atoms.length);
  atoms.forEach((atom, i) => {
    high[i] = sixBytes(atom, 0);
    low[i] = sixBytes(atom, 6);
  });
  const order = Uint32Array.from(atoms, (_, i) => i);
  return order.sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]! || compareTails(atoms[a]!, atoms[b]!) || a - b);
}

function sixBytes(atom: Uint8Array, from: number): number {
  let value = 0;
  for (let i = from; i < from + 6; i++) value = value * 256 + (i < atom.length ? atom[i]! : 0);
  return value;
}

function compareTails(a: Uint8Array, b: Uint8Array): number {
  for (let i = 12; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
