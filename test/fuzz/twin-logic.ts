/** Logic expressions of ldb, evaluated from their text over the counts of the subsignatures. */

export interface Truth {
  readonly holds: boolean;
  readonly count: number;
  /** The different subsignatures that hold, those of false blocks apart. */
  readonly matched: ReadonlySet<number>;
}

const FALSE: Truth = { holds: false, count: 0, matched: new Set() };

/** @param counts of the subsignatures by number */
export function evaluateLogic(text: string, counts: readonly number[]): Truth {
  const reader = new LogicText(text, counts);
  const truth = reader.chain(false);
  if (reader.at !== text.length) throw new Error(`twin: expected a logic expression, got ${text} at ${reader.at}`);
  return truth;
}

class LogicText {
  readonly #text: string;
  readonly #counts: readonly number[];
  at = 0;

  constructor(text: string, counts: readonly number[]) {
    this.#text = text;
    this.#counts = counts;
  }

  /** Operands with operators between them. Of mixed ones the first splits; in a block the last. */
  chain(isBlock: boolean): Truth {
    const operands = [this.#operand()];
    const operators: string[] = [];
    while (/[&|]/.test(this.#text[this.at] ?? '')) {
      operators.push(this.#text[this.at++]!);
      operands.push(this.#operand());
    }
    if (!isBlock || operators.length < 2) return fromRight(operands, operators);
    const left = fromRight(operands.slice(0, -1), operators.slice(0, -1));
    return combine(operators.at(-1)!, left, operands.at(-1)!);
  }

  #operand(): Truth {
    if (this.#text[this.at] === '(') {
      this.at++;
      const block = this.chain(true);
      this.at++;
      return this.#counted(block, true);
    }
    const number = this.#number();
    const count = this.#counts[number]!;
    const truth: Truth = { holds: count > 0, count, matched: new Set(count > 0 ? [number] : []) };
    const counted = this.#counted(truth, false);
    // Whose comparison holds is one of the different ones, even if it did not match: `0=0`.
    return counted.holds ? { ...counted, matched: new Set([number]) } : counted;
  }

  #counted(of: Truth, isBlock: boolean): Truth {
    const operator = this.#text[this.at] ?? '';
    if (!/[=<>]/.test(operator)) return of;
    this.at++;
    const wanted = this.#number();
    let different = 0;
    if (this.#text[this.at] === ',') {
      this.at++;
      different = this.#number();
    }
    const holds = operator === '=' ? of.count === wanted : operator === '<' ? of.count < wanted : of.count > wanted;
    // Behind a single number the different ones are not asked for.
    if (!holds || (isBlock && of.matched.size < different)) return FALSE;
    // Its count stays what it was, even if that is 0.
    return { ...of, holds };
  }

  #number(): number {
    const [digits] = /^\d+/.exec(this.#text.slice(this.at)) ?? [];
    if (digits === undefined) throw new Error(`twin: expected a number, got ${this.#text} at ${this.at}`);
    this.at += digits.length;
    return Number(digits);
  }
}

function fromRight(operands: readonly Truth[], operators: readonly string[]): Truth {
  return operators.reduceRight((right, operator, i) => combine(operator, operands[i]!, right), operands.at(-1)!);
}

/** The count of a block is the sum over its true branches, 0 when it is false. */
function combine(operator: string, left: Truth, right: Truth): Truth {
  const holds = operator === '&' ? left.holds && right.holds : left.holds || right.holds;
  if (!holds) return FALSE;
  const count = (left.holds ? left.count : 0) + (right.holds ? right.count : 0);
  return { holds, count, matched: new Set([...left.matched, ...right.matched]) };
}
