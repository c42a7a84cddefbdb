/** `engine patterns list`: every pattern file that is kept, and what holds updates back. */
import type { KeptPattern, StoreView } from '../../../store/view.ts';
import { formatTable } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatAge, formatBytes, formatCount, formatInstant } from '../units.ts';

const COLUMNS = [
  { title: 'Number', align: 'right' },
  { title: 'State' },
  { title: 'Released' },
  { title: 'Age', align: 'right' },
  { title: 'Signatures', align: 'right' },
  { title: 'Size', align: 'right' },
  { title: 'Left out', align: 'right' },
  { title: 'Channel' },
] as const;

export function listLines(view: StoreView, now: number): string[] {
  return [
    ...(view.kept.length === 0
      ? ['No pattern file is kept: "engine update" brings one.']
      : formatTable(
          COLUMNS,
          view.kept.map((pattern) => rowOf(pattern, view, now)),
        )),
    ...loudLines(view),
  ];
}

/** What holds updates back, in words: nobody shall wonder why nothing new comes. */
export function loudLines(view: StoreView): string[] {
  const pinned = pinInWords(view);
  const hold = holdInWords(view);
  const lines = [
    ...(pinned === undefined ? [] : [`Pinned: ${pinned}`]),
    ...(hold === undefined ? [] : [`Held: ${hold}`]),
    ...view.bad.map(({ number, reason, at }) => `Bad: ${number} since ${formatInstant(at)}: ${escapeText(reason)}`),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** `1040; updates wait until "engine patterns unpin"`; undefined when nothing is pinned. */
export function pinInWords({ pinned }: StoreView): string | undefined {
  return pinned === undefined ? undefined : `${pinned}; updates wait until "engine patterns unpin"`;
}

/** `until 2026-02-03 04:05 UTC; …`; undefined when updates are not held. */
export function holdInWords({ hold }: StoreView): string | undefined {
  if (hold === undefined) return undefined;
  const until = hold.until === undefined ? 'for ever' : `until ${formatInstant(hold.until)}`;
  return `${until}, since ${formatInstant(hold.since)}; "engine patterns unhold" lets updates go on`;
}

function rowOf(pattern: KeptPattern, view: StoreView, now: number): readonly string[] {
  return [
    String(pattern.number),
    stateOf(pattern.number, view),
    formatInstant(pattern.released),
    formatAge(pattern.released, now) ?? 'in the future',
    formatCount(pattern.signatures),
    formatBytes(pattern.bytes),
    formatCount(pattern.quarantine.length),
    escapeText(pattern.channel),
  ];
}

/** `active, pinned` */
export function stateOf(number: number, { active, previous, pinned, bad }: StoreView): string {
  const words = [
    active?.number === number && 'active',
    previous === number && 'previous',
    pinned === number && 'pinned',
    bad.some((each) => each.number === number) && 'bad',
  ];
  return words.filter((word) => word !== false).join(', ');
}
