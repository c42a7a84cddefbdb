/**
 * Which new name each identifier gets.
 *
 * An identifier means the innermost declaration among the scopes around it, wherever in that scope it stands: declarations behind the use
 * count. Asking the scopes one by one would take time of length × depth; here the tree is walked once, with the declarations that are in
 * force on a stack for each name.
 */
import { GLOBAL_SCOPE, type Scopes } from './scopes.ts';
import { KIND, type TokenList } from './tokens.ts';

const NONE = -1;

/** @returns for each token, the number of the declaration that it means; -1 for none and for other tokens */
export function resolveNames(tokens: TokenList, scopes: Scopes, nameCount: number): Int32Array {
  const { parents } = scopes;
  const uses = usesByScope(tokens, scopes);
  const declarations = declarationsByScope(scopes);
  const inForce = new Int32Array(nameCount).fill(NONE);
  // What to restore when scopes end: name, declaration before, name, …
  const undo: number[] = [];
  const open: { readonly scope: number; readonly undoTo: number }[] = [];
  for (let scope = 0; scope < parents.length; scope++) {
    while (open.length > 0 && open.at(-1)!.scope !== parents[scope]) restore(inForce, undo, open.pop()!.undoTo);
    open.push({ scope, undoTo: undo.length });
    for (let each = declarations.first[scope]!; each !== NONE; each = declarations.next[each]!) {
      const { name } = scopes.declarations[each]!;
      undo.push(name, inForce[name]!);
      inForce[name] = each;
    }
    for (let each = uses.first[scope]!; each !== NONE; ) {
      // The list is read for the last time: what is found takes the place of its links.
      const next = uses.next[each]!;
      uses.next[each] = inForce[tokens.values[each]!]!;
      each = next;
    }
  }
  return uses.next;
}

/** Lists of numbers, one for each scope: the first one, and behind each the next. */
interface Chains {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

function usesByScope(tokens: TokenList, { parents }: Scopes): Chains {
  const first = new Int32Array(parents.length).fill(NONE);
  const next = new Int32Array(tokens.length).fill(NONE);
  let scope = GLOBAL_SCOPE;
  for (let at = 0; at < tokens.length; at++) {
    const kind = tokens.kinds[at];
    if (kind === KIND.function) scope = tokens.values[at]!;
    else if (kind === KIND.scopeEnd) scope = Math.max(parents[scope]!, GLOBAL_SCOPE);
    else if (kind === KIND.identifier) {
      next[at] = first[scope]!;
      first[scope] = at;
    }
  }
  return { first, next };
}

/** In the order of the script: of two with the same name, the later one holds. */
function declarationsByScope({ parents, declarations }: Scopes): Chains {
  const first = new Int32Array(parents.length).fill(NONE);
  const next = new Int32Array(declarations.length).fill(NONE);
  for (let each = declarations.length - 1; each >= 0; each--) {
    const { scope } = declarations[each]!;
    next[each] = first[scope]!;
    first[scope] = each;
  }
  return { first, next };
}

function restore(inForce: Int32Array, undo: number[], undoTo: number): void {
  while (undo.length > undoTo) {
    const before = undo.pop()!;
    inForce[undo.pop()!] = before;
  }
}
