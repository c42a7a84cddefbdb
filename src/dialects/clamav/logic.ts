/**
 * Logic expressions of ldb: subsignatures by number, `&`, `|`, parentheses, and counts (`=n`, `<n`, `>n`, each with `,m` for m different ones).
 *
 * Neither operator binds tighter. `0&1|2` is split at its first operator: `0` and `1|2`; so is each of the two. Between parentheses the last
 * operator splits: `(0&1|2)` is `0&1` or `2` (runs of clamscan 1.4.6; real signatures mix operators without parentheses once in 38,889).
 * The count after a single subsignature ignores `,m`. Source: ClamAV manual, Logical signatures.
 *
 * Stricter than ClamAV, which skips over blanks and unknown characters behind a number; wider in that it takes a count behind `(3)`.
 */
import { type Condition, SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import type { Line } from './line.ts';
import { readDecimal } from './tokens.ts';

type Comparison = Extract<Condition, { kind: 'count' }>['comparison'];

const AND = 0x26;
const OPEN = 0x28;
const CLOSE = 0x29;
const EQUAL = 0x3d;
const COMMA = 0x2c;
const BAR = 0x7c;
const COMPARISONS = new Map<number, Comparison>([
  [EQUAL, 'equal'],
  [0x3c, 'less'],
  [0x3e, 'greater'],
]);

/** Parentheses, and changes between `&` and `|`, inside each other. */
const LOGIC_DEPTH = 64;

/** A logic expression, and the highest subsignature number in it. */
export interface Logic {
  readonly condition: Condition;
  readonly highest: number;
}

/**
 * The expression in bytes [start, end).
 *
 * @returns undefined when the line is refused
 */
export function readLogic(line: Line, start: number, end: number): Logic | undefined {
  const reader = new LogicReader(line, start, end);
  const condition = reader.chain(0);
  if (condition === undefined) return undefined;
  if (reader.at < end) return reader.refuse(`expected an operator, got ${line.quote(reader.at, end)}`);
  return { condition, highest: reader.highest };
}

class LogicReader {
  readonly #line: Line;
  readonly #end: number;
  #conditions = 0;
  at: number;
  highest = -1;

  constructor(line: Line, start: number, end: number) {
    this.#line = line;
    this.#end = end;
    this.at = start;
  }

  /** Operands with operators between them, up to a closing parenthesis or the end. */
  chain(depth: number): Condition | undefined {
    if (depth > LOGIC_DEPTH) return this.#refuseDepth();
    const operands: Condition[] = [];
    const operators: number[] = [];
    for (;;) {
      const operand = this.#operand(depth);
      if (operand === undefined) return undefined;
      operands.push(operand);
      const operator = this.at < this.#end ? this.#line.bytes[this.at] : CLOSE;
      if (operator !== AND && operator !== BAR) return this.#join(operands, operators, depth);
      operators.push(operator);
      this.at++;
    }
  }

  /** Between parentheses the last operator splits, else the first one does, and what is split off on the left is split at its first. */
  #join(operands: Condition[], operators: readonly number[], depth: number): Condition | undefined {
    const split = operands.length - 1;
    const isPlain = split < 2 || operators.every((operator) => operator === operators[0]);
    if (depth === 0 || isPlain) return this.#joinFromRight(operands, operators, depth);
    const left = this.#joinFromRight(operands.slice(0, split), operators.slice(0, split - 1), depth + 1);
    return left && this.#joinFromRight([left, operands[split]], operators.slice(split - 1), depth);
  }

  /** Each stretch of one operator is a condition, and the last operand of the stretch before it. */
  #joinFromRight(operands: Condition[], operators: readonly number[], depth: number): Condition | undefined {
    let end = operands.length;
    let stretches = 0;
    let joined = operands[end - 1];
    while (end > 1) {
      const operator = operators[end - 2];
      let first = end - 2;
      while (first > 0 && operators[first - 1] === operator) first--;
      if (depth + ++stretches > LOGIC_DEPTH) return this.#refuseDepth();
      const of = [...operands.slice(first, end - 1), joined];
      joined = { kind: operator === AND ? 'and' : 'or', of };
      if (!this.#counts()) return undefined;
      end = first + 1;
    }
    return joined;
  }

  #operand(depth: number): Condition | undefined {
    if (!this.#counts()) return undefined;
    if (this.#line.bytes[this.at] === OPEN && this.at < this.#end) return this.#block(depth);
    const start = this.at;
    const pattern = this.#number();
    if (pattern < 0) return this.refuse(`expected a number or (, got ${this.#line.quote(start, this.#end)}`);
    if (pattern > this.highest) this.highest = pattern;
    return this.#counted({ kind: 'match', pattern });
  }

  #block(depth: number): Condition | undefined {
    this.at++;
    const block = this.chain(depth + 1);
    if (block === undefined) return undefined;
    if (this.at >= this.#end || this.#line.bytes[this.at] !== CLOSE) {
      return this.refuse(`expected ), got ${this.#line.quote(this.at, this.#end)}`);
    }
    this.at++;
    return this.#counted(block);
  }

  /** The count that may follow an operand. */
  #counted(of: Condition): Condition | undefined {
    const comparison = this.at < this.#end ? COMPARISONS.get(this.#line.bytes[this.at]) : undefined;
    if (comparison === undefined) return of;
    this.at++;
    // Real signatures say `==9` and mean `=9`, which is how ClamAV takes it.
    if (comparison === 'equal' && this.at < this.#end && this.#line.bytes[this.at] === EQUAL) this.at++;
    const count = this.#number();
    if (count < 0) return this.refuse(`expected a count, got ${this.#line.quote(this.at, this.#end)}`);
    const distinct = this.#distinct();
    if (distinct === undefined || !this.#counts()) return undefined;
    return { kind: 'count', of, comparison, count, distinct: of.kind === 'match' ? 0 : distinct };
  }

  #distinct(): number | undefined {
    if (this.at >= this.#end || this.#line.bytes[this.at] !== COMMA) return 0;
    this.at++;
    // `=2,&1` is in real signatures too.
    if (!this.#isAtDigit()) return 0;
    const distinct = this.#number();
    if (distinct >= 0) return distinct;
    return this.refuse(`expected a count, got ${this.#line.quote(this.at, this.#end)}`);
  }

  /** @returns −1 when there is no number, or a too large one, at this place; then the place stays */
  #number(): number {
    const start = this.at;
    while (this.#isAtDigit()) this.at++;
    const value = readDecimal(this.#line.bytes, start, this.at);
    if (value < 0) this.at = start;
    return value;
  }

  #isAtDigit(): boolean {
    const byte = this.at < this.#end ? this.#line.bytes[this.at] : 0;
    return byte >= 0x30 && byte <= 0x39;
  }

  #counts(): boolean {
    if (++this.#conditions <= SIGNATURE_LIMITS.conditions) return true;
    const message = `logic: expected at most conditions = ${SIGNATURE_LIMITS.conditions}`;
    this.#line.refuse('limit', this.at, message);
    return false;
  }

  refuse(message: string): undefined {
    return this.#line.refuse('malformed', this.at, `logic: ${message}`);
  }

  #refuseDepth(): undefined {
    return this.#line.refuse('limit', this.at, `logic: expected at most logicDepth = ${LOGIC_DEPTH} levels`);
  }
}
