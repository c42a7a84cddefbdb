/** `engine patterns info`: all that is known of one pattern file that is kept. */
import type { KeptPattern, StoreView } from '../../../store/view.ts';
import type { PatternDetails } from '../store-operations.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatAge, formatBytes, formatCount, formatInstant, plural } from '../units.ts';
import { stateOf } from './list.ts';

export function infoLines(pattern: KeptPattern, details: PatternDetails, view: StoreView, now: number): string[] {
  const age = formatAge(pattern.released, now);
  const bad = view.bad.find(({ number }) => number === pattern.number);
  return [
    ...formatFields([
      ['Pattern number', `${pattern.number} (${plural(pattern.signatures, 'signature')} in use)`],
      ['State', stateOf(pattern.number, view) || 'kept'],
      ['Bad because', bad && escapeText(bad.reason)],
      ['Released', `${formatInstant(pattern.released)} (${age === undefined ? 'in the future' : `${age} old`})`],
      ['Installed', formatInstant(pattern.installed)],
      ['Channel', escapeText(pattern.channel)],
      ['Engines', escapeText(pattern.engineRange)],
      ['Records', recordsInWords(details.counts)],
      ['File', escapeText(pattern.path)],
      ['Size', `${formatBytes(pattern.bytes)} (${details.compression}; ${formatBytes(details.contentBytes)} without)`],
      ['Content digest', pattern.contentDigest],
    ]),
    ...sourceTable(details),
    ...quarantineTable(pattern),
  ];
}

export function infoJson(pattern: KeptPattern, details: PatternDetails, view: StoreView): object {
  const bad = view.bad.find(({ number }) => number === pattern.number);
  return {
    ...pattern,
    ...details,
    active: view.active?.number === pattern.number,
    previous: view.previous === pattern.number,
    pinned: view.pinned === pattern.number,
    bad,
  };
}

function recordsInWords(counts: PatternDetails['counts']): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(counts).filter(([, count]) => count > 0);
  const words = kinds.map(([kind, count]) => `${escapeText(kind)} ${formatCount(count)}`).join(', ');
  return formatCount(total) + (words === '' ? '' : ` (${words})`);
}

function sourceTable({ sources }: PatternDetails): string[] {
  if (sources.length === 0) return [];
  const columns = [{ title: 'Signatures', align: 'right' }, { title: 'Source' }, { title: 'Licence' }] as const;
  const rows = sources.map(({ name, licence, signatures }) => [
    formatCount(signatures),
    escapeText(name),
    escapeText(licence),
  ]);
  return ['', ...formatTable(columns, rows)];
}

function quarantineTable({ quarantine }: KeptPattern): string[] {
  if (quarantine.length === 0) return [];
  const columns = [{ title: 'Left out by the trial' }, { title: 'Reason' }, { title: 'Detail' }] as const;
  const rows = quarantine.map(({ name, reason, detail }) => [escapeText(name), reason, escapeText(detail)]);
  return ['', ...formatTable(columns, rows)];
}
