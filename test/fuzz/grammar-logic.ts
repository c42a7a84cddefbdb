/** Random logic expressions of ldb, triggers of regular expressions among them. */
import type { Random } from '../support/engine/random.ts';

/** Every subsignature stands in it, for the highest number must be that of the last one. */
export function logicText(random: Random, count: number): string {
  const operands = random
    .shuffled(Array.from({ length: count }, (_, i) => String(i)))
    .map((each) => counted(random, each, false));
  while (operands.length > 1) {
    const size = Math.min(operands.length, random.between(2, 3));
    const operator = random.pick(['&', '|', '|', '|']);
    const isMixed = size > 2 && random.chance(0.2);
    const of = operands.splice(0, size);
    const text = of.reduce(
      (left, right, i) => `${left}${isMixed && i > 1 ? (operator === '&' ? '|' : '&') : operator}${right}`,
    );
    if (operands.length === 0 && random.chance(0.6)) return text;
    operands.push(counted(random, `(${text})`, true));
  }
  return operands[0]!;
}

function counted(random: Random, operand: string, isBlock: boolean): string {
  if (!random.chance(0.25)) return operand;
  const different = isBlock && random.chance(0.3) ? `,${random.between(1, 2)}` : '';
  const comparison = random.pick(['=0', '=1', '=1', '=2', '=3', '>0', '>0', '>1', '>2', '<0', '<1', '<2', '<3', '<4']);
  return operand + comparison + different;
}
