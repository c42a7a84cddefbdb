/**
 * Which names a script declares, and where: the names that are renamed.
 *
 * Not a parser of the language: a machine over tokens that looks for `function name(a, b) {` and `var a = …, b`, one state for each
 * function, as clamscan has it. Its mistakes are part of what signatures were written for, so they are kept; DESIGN.md lists them.
 *
 * Scopes are numbered in the order in which they open, so a scope's number is larger than its parent's and the numbers are a walk of the tree.
 */
import { KIND, type Kind, operator, type TokenList } from './tokens.ts';

export const GLOBAL_SCOPE = 0;

const STATE = {
  base: 0,
  /** A name that comes is declared. */
  variable: 1,
  /** Behind a declared name: a comma makes the next one declared. */
  initialiser: 2,
  functionName: 3,
  parameterList: 4,
  /** The first parameter is declared; behind it, parameters are what variables are. */
  firstParameter: 5,
} as const;
type State = (typeof STATE)[keyof typeof STATE];

const COMMA = operator(',');
const SEMICOLON = operator(';');
const DOT = operator('.');
const OPEN_PARENTHESIS = operator('(');
const CLOSE_PARENTHESIS = operator(')');
const OPEN_BRACE = operator('{');
const CLOSE_BRACE = operator('}');
const OPEN_BRACKET = operator('[');
const CLOSE_BRACKET = operator(']');

export interface Declaration {
  readonly scope: number;
  /** Number of the name. */
  readonly name: number;
}

export class Scopes {
  readonly parents: number[] = [-1];
  /** In the order in which they are given their new names. */
  readonly declarations: Declaration[] = [];
  current: number = GLOBAL_SCOPE;
  readonly #states: State[] = [STATE.base];
  readonly #blocks: number[] = [0];
  readonly #brackets: number[] = [0];
  #isMember = false;

  /** Takes the next token and adds it to the list. */
  add(tokens: TokenList, kind: Kind, value: number): void {
    const scope = this.current;
    if (kind === KIND.identifier) {
      if (!this.#isMember) this.#identifier(scope, value);
      tokens.add(this.#isMember ? KIND.member : kind, value);
    } else if (kind === KIND.function) {
      tokens.add(kind, this.#open(scope));
    } else {
      tokens.add(kind, value);
      if (kind === KIND.operator && this.#operator(scope, value)) tokens.add(KIND.scopeEnd, this.current);
    }
    this.#isMember = kind === KIND.operator && value === DOT;
  }

  /** `var`, which alone of the keywords says something. */
  startVariables(): void {
    this.#states[this.current] = STATE.variable;
  }

  #open(parent: number): number {
    this.parents.push(parent);
    this.#states.push(STATE.functionName);
    this.#blocks.push(0);
    this.#brackets.push(0);
    this.current = this.parents.length - 1;
    return this.current;
  }

  #identifier(scope: number, name: number): void {
    const state = this.#states[scope]!;
    if (state === STATE.base || state === STATE.initialiser || state === STATE.parameterList) return;
    this.#states[scope] = state === STATE.functionName ? STATE.parameterList : STATE.initialiser;
    this.#brackets[scope] = 0;
    this.declarations.push({ scope, name });
  }

  /** @returns whether it ends the scope */
  #operator(scope: number, value: number): boolean {
    const state = this.#states[scope]!;
    if (value === COMMA) this.#comma(scope, state);
    else if (value === SEMICOLON) this.#semicolon(scope);
    else if (value === OPEN_PARENTHESIS) {
      if (state === STATE.functionName || state === STATE.parameterList) this.#states[scope] = STATE.firstParameter;
    } else if (value === CLOSE_PARENTHESIS) {
      if (state === STATE.parameterList) this.#states[scope] = STATE.base;
    } else if (value === OPEN_BRACKET) this.#brackets[scope]!++;
    else if (value === CLOSE_BRACKET) this.#brackets[scope] = Math.max(0, this.#brackets[scope]! - 1);
    else if (value === OPEN_BRACE) {
      this.#blocks[scope]!++;
      if (state >= STATE.functionName) this.#states[scope] = STATE.base;
    } else if (value === CLOSE_BRACE) return this.#closeBrace(scope);
    return false;
  }

  #comma(scope: number, state: State): void {
    if (state !== STATE.initialiser || this.#blocks[scope] !== 0 || this.#brackets[scope] !== 0) return;
    this.#states[scope] = STATE.variable;
  }

  #semicolon(scope: number): void {
    if (this.#blocks[scope] !== 0 || this.#brackets[scope] !== 0) return;
    this.#states[scope] = STATE.base;
  }

  #closeBrace(scope: number): boolean {
    if (this.#blocks[scope]! > 0) this.#blocks[scope]!--;
    if (this.#blocks[scope] !== 0 || scope === GLOBAL_SCOPE) return false;
    this.current = this.parents[scope]!;
    return true;
  }
}
