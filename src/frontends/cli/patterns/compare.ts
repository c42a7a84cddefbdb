/** `engine patterns diff` and `since`: what came, went and changed between pattern files that are kept. */
import type { SignatureChanges } from '../../../publish/reports.ts';
import type { KeptPattern } from '../../../store/view.ts';
import type { Screen, Style } from '../screen.ts';
import { escapeText } from '../text.ts';
import { formatCount, formatInstant, plural } from '../units.ts';

const MARKS = [
  ['added', '+', 'green'],
  ['removed', '-', 'red'],
  ['changed', '~', 'yellow'],
] as const satisfies readonly (readonly [keyof SignatureChanges, string, Style])[];

/** `3 added, 1 removed, 0 changed` */
export function changesInWords(changes: SignatureChanges): string {
  return MARKS.map(([kind]) => `${formatCount(changes[kind].length)} ${kind}`).join(', ');
}

/** One line for each signature: `+ came`, `- went`, `~ changed`. */
export function* changeLines(changes: SignatureChanges, screen: Screen): Generator<string, void, void> {
  for (const [kind, mark, style] of MARKS) {
    for (const name of changes[kind]) yield screen.paint('stdout', style, `${mark} ${escapeText(name)}`);
  }
}

export function diffHead(from: KeptPattern, to: KeptPattern, changes: SignatureChanges): string {
  const side = ({ number, signatures }: KeptPattern) => `${number} (${plural(signatures, 'signature')})`;
  return `${side(from)} → ${side(to)}: ${changesInWords(changes)}`;
}

export interface Presence {
  readonly number: number;
  readonly present: boolean;
}

/** When a signature came, and when it went; `kept` and `presence` in the same ascending order. */
export function sinceLines(name: string, presence: readonly Presence[], kept: readonly KeptPattern[]): string[] {
  const released = new Map(kept.map((pattern) => [pattern.number, formatInstant(pattern.released)]));
  const shown = escapeText(name);
  return presence.flatMap(({ number, present }, at) => {
    const before = presence[at - 1]?.present ?? false;
    if (present === before) return [];
    if (!present) return [`${shown} is gone from ${number} on (released ${released.get(number)})`];
    const perhaps = at === 0 ? ', the oldest that is kept: perhaps it is older' : '';
    return [`${shown} is in since ${number} (released ${released.get(number)})${perhaps}`];
  });
}
