/** What `engine -v` says: versions, what is active, how it came there, and what comes next. */
import type { StoreView } from '../../../store/view.ts';
import type { UpdateMemory } from '../../../update/outcome.ts';
import type { PatternInfo } from '../operations.ts';
import { holdInWords, pinInWords } from '../patterns/list.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatAge, formatCount, formatInstant, formatPatternNumber, plural } from '../units.ts';

export interface VersionReport {
  readonly info: PatternInfo;
  /** Undefined: the patterns do not come out of a store. */
  readonly store: StoreView | undefined;
  /** Undefined: nothing was ever updated. */
  readonly memory: UpdateMemory | undefined;
  /** The support line; undefined: nothing is known. */
  readonly support: string | undefined;
}

export function versionLines({ info, store, memory, support }: VersionReport, now: number): string[] {
  const newest = newestOf(info);
  return [
    ...formatFields([
      ['Product', `sigwall ${info.productVersion}`],
      ['Engine version', info.engineVersion],
      ['Pattern number', `${formatPatternNumber(info.patternNumber)} (${plural(info.signatures, 'signature')})`],
      ['Released', newest && formatInstant(newest)],
      ['Age', newest && (formatAge(newest, now) ?? 'released in the future: check the clock')],
      ...(store === undefined ? [] : [newerField(info, store), ...storeFields(store)]),
      ...(memory === undefined ? [] : checkFields(memory)),
      ['Support', support && escapeText(support)],
      ['Node', info.node],
    ]),
    ...patternTable(info),
  ];
}

/** `ageMs` may be negative when a clock is wrong. */
export function versionJson({ info, store, memory, support }: VersionReport, now: number): object {
  const newest = newestOf(info);
  return {
    product: 'sigwall',
    productVersion: info.productVersion,
    engineVersion: info.engineVersion,
    patternNumber: info.patternNumber,
    signatures: info.signatures,
    released: newest ?? null,
    ageMs: newest === undefined ? null : now - Date.parse(newest),
    node: info.node,
    patterns: info.patterns,
    store: store && {
      directory: store.directory,
      active: store.active?.number,
      activeSince: store.activeSince,
      previous: store.previous,
      kept: store.kept.map(({ number }) => number),
      keep: store.keep,
      pinned: store.pinned,
      hold: store.hold,
      bad: store.bad,
      quarantined: store.active?.quarantine.length ?? 0,
      troubles: store.troubles,
    },
    updates: memory && {
      url: memory.url,
      channel: memory.channel,
      lastCheck: memory.lastCheck,
      lastGood: memory.lastGood,
      nextCheck: memory.nextCheck,
      support: memory.support,
      supportText: support,
      withdrawn: memory.withdrawn,
    },
  };
}

type Field = readonly [label: string, value: string | undefined];

/** A store that a newer engine updates may have what this one cannot use: it goes on with the last that fits. */
function newerField({ patternNumber, engineVersion }: PatternInfo, { active }: StoreView): Field {
  if (active === undefined || active.number <= patternNumber) return ['Newer', undefined];
  const needed = escapeText(active.engineRange);
  return [
    'Newer',
    `${active.number} is in the store, for engines ${needed}; engine ${engineVersion} goes on with this one`,
  ];
}

function storeFields(store: StoreView): readonly Field[] {
  const { active, activeSince, previous, kept, keep } = store;
  const numbers = kept.map(({ number }) => number).join(', ');
  const left = active?.quarantine.length ?? 0;
  return [
    ['Active since', activeSince && formatInstant(activeSince)],
    [
      'Left out',
      left === 0 ? undefined : `${plural(left, 'signature')} by the trial; "engine patterns info" names them`,
    ],
    ['Previous', previous === undefined ? 'none' : `${previous} ("engine patterns rollback" goes back to it)`],
    ['Kept', `${numbers || 'none'} (${plural(keep, 'old one')} beside the active one)`],
    ['Pinned', pinInWords(store)],
    ['Held', holdInWords(store)],
    ['Bad', store.bad.length === 0 ? undefined : store.bad.map(({ number }) => number).join(', ')],
  ];
}

function checkFields({ channel, lastCheck, lastGood, nextCheck, withdrawn }: UpdateMemory): readonly Field[] {
  return [
    ['Channel', escapeText(channel)],
    ['Last check', lastCheckInWords(lastCheck)],
    ['Last good check', lastCheck?.ok === false ? (lastGood ? formatInstant(lastGood) : 'never') : undefined],
    ['Next check', nextCheck && formatInstant(nextCheck)],
    ['Withdrawn', withdrawn.map(({ number, reason }) => `${number} (${escapeText(reason)})`).join(', ') || undefined],
  ];
}

function lastCheckInWords(lastCheck: UpdateMemory['lastCheck']): string {
  if (lastCheck === undefined) return 'never';
  const at = formatInstant(lastCheck.at);
  return lastCheck.ok ? at : `${at}, failed: ${escapeText(lastCheck.message)}`;
}

function patternTable({ patterns }: PatternInfo): string[] {
  if (patterns.length === 0) return [];
  const columns = [
    { title: 'Number', align: 'right' },
    { title: 'Signatures', align: 'right' },
    { title: 'Not used', align: 'right' },
    { title: 'Channel' },
    { title: 'Released' },
    { title: 'Path' },
  ] as const;
  const rows = patterns.map((file) => [
    formatPatternNumber(file.number),
    formatCount(file.signatures),
    formatCount(Object.values(file.skipped).reduce((sum, count) => sum + count, 0)),
    escapeText(file.databaseVersion === undefined ? file.channel : `${file.channel} ${file.databaseVersion}`),
    formatInstant(file.released),
    file.factory ? `${escapeText(file.path)} (factory)` : escapeText(file.path),
  ]);
  return ['', ...formatTable(columns, rows)];
}

function newestOf({ patterns }: PatternInfo): string | undefined {
  return patterns
    .map(({ released }) => released)
    .sort()
    .at(-1);
}
