import { describeKind, type Kind, parseText } from '../../../config/kinds.ts';
import { badValue } from '../commander.ts';

/** A commander parser for an integer of at least `min`. */
export function readInteger(min: number): (text: string) => number {
  const kind: Kind = { kind: 'integer', min, max: Number.MAX_SAFE_INTEGER };
  return (text) => {
    try {
      return parseText(kind, text) as number;
    } catch {
      throw badValue(describeKind(kind));
    }
  };
}
