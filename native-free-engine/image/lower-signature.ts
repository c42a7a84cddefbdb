/** All patterns of a signature, made ready for the plan; or why the signature is left out. */

import { EngineError } from '../errors.ts';
import { lowerPattern } from '../match/lower.ts';
import type { BodySignature } from '../signature.ts';
import { lowerDependent } from './dependents.ts';
import type { Lowered } from './plan.ts';
import { lowerRegex, verifyTriggers } from './regexes.ts';

/** Why it cannot be compiled. */
export interface Refusal {
  readonly reason: 'regular-expression' | 'limit';
  readonly message: string;
}

export function lowerSignature(signature: BodySignature): readonly Lowered[] | Refusal {
  let reason: Refusal['reason'] = 'limit';
  try {
    const lowered = signature.patterns.map((pattern, i): Lowered => {
      reason = pattern.kind === 'regex' ? 'regular-expression' : 'limit';
      if (pattern.kind === 'bytes') return { kind: 'bytes', variants: lowerPattern(pattern) };
      return pattern.kind === 'regex' ? lowerRegex(pattern) : lowerDependent(signature, i);
    });
    reason = 'regular-expression';
    verifyTriggers(signature);
    return lowered;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { reason, message: error.message };
  }
}
