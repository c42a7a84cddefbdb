/** What the publisher's commands did, in words. */
import type { InitReport, ReleaseReport, RepositoryReport, RoleState, RotateReport } from '../../../publish/reports.ts';
import type { LifecycleEntry } from '../../../update/repository.ts';
import { formatFields, formatTable } from '../table.ts';
import { escapeText } from '../text.ts';
import { formatBytes, formatCount, formatDuration, formatInstant, plural } from '../units.ts';

export function initLines(report: InitReport): string[] {
  const keys = Object.entries(report.keys).map(([role, ids]) => `${escapeText(role)} ${ids.length}`);
  return [
    ...formatFields([
      ['Repository', escapeText(report.directory)],
      ['To be served', `${escapeText(report.publicDirectory)} (nothing else)`],
      [
        'Private keys',
        `${escapeText(report.keyDirectory)} (${keys.join(', ')}; make a copy of the root keys elsewhere)`,
      ],
      ['Trust root', `${escapeText(report.rootFile)} (give it to everybody who updates)`],
      ['Minisign key', report.minisignPublicKey],
    ]),
    '',
    `Next: engine publish release ${shellWord(report.directory)} SOURCES…`,
  ];
}

export function releaseLines(report: ReleaseReport): string[] {
  const deltas = report.deltas.map(({ from, bytes }) => `from ${from} ${formatBytes(bytes)}`);
  return formatFields([
    ['Pattern number', `${report.number} (${plural(report.signatures, 'signature')})`],
    ['Previous', report.previous === undefined ? 'none' : String(report.previous)],
    ['Channel', escapeText(report.channel)],
    ['Released', formatInstant(report.released)],
    ['Engines', escapeText(report.engineRange)],
    ['Content digest', report.contentDigest],
    ['Full file', `${escapeText(report.full.path)} (${formatBytes(report.full.bytes)})`],
    ['Deltas', deltas.length === 0 ? 'none' : deltas.join(', ')],
    [
      'Lines not taken',
      report.skipped === 0 ? undefined : `${formatCount(report.skipped)} ("engine compile --report" names them)`,
    ],
    ['Time', formatDuration(report.elapsedMs)],
  ]);
}

export function signedLine({ role, version, expires }: RoleState): string {
  return `Signed ${escapeText(role)}: version ${version}, good until ${formatInstant(expires)}.`;
}

export function rotateLines({ key, added, removed }: RotateReport): string[] {
  const ids = (of: readonly string[]) => of.map((id) => id.slice(0, 16)).join(', ') || 'none';
  return [`The ${escapeText(key)} key is a new one: ${ids(added)} came, ${ids(removed)} went.`];
}

export function repositoryLines(report: RepositoryReport): string[] {
  const lifecycle = lifecycleTable(report.lifecycle);
  return [
    ...releaseTable(report),
    ...withdrawnLines(report),
    '',
    ...roleTable(report),
    ...(lifecycle.length === 0 ? [] : ['', ...lifecycle]),
  ];
}

export function lifecycleTable(lifecycle: readonly LifecycleEntry[]): string[] {
  if (lifecycle.length === 0) return [];
  const columns = [
    { title: 'Engines' },
    { title: 'Supported until' },
    { title: 'Last number', align: 'right' },
    { title: 'Move to' },
  ] as const;
  const rows = lifecycle.map(({ engine, ends, lastPattern, moveTo }) => [
    escapeText(engine),
    escapeText(ends),
    lastPattern === undefined ? '' : String(lastPattern),
    escapeText(moveTo ?? ''),
  ]);
  return formatTable(columns, rows);
}

/** Those that are not listed any more; the others have it in their row. */
function withdrawnLines({ releases, withdrawn }: RepositoryReport): string[] {
  return withdrawn
    .filter(({ number }) => !releases.some((release) => release.number === number))
    .map(({ number, reason, at }) => `Withdrawn: ${number} since ${formatInstant(at)}: ${escapeText(reason)}`);
}

function releaseTable({ releases }: RepositoryReport): string[] {
  if (releases.length === 0) return ['Nothing is released yet.'];
  const columns = [
    { title: 'Number', align: 'right' },
    { title: 'Channel' },
    { title: 'Released' },
    { title: 'Signatures', align: 'right' },
    { title: 'Size', align: 'right' },
    { title: 'Deltas', align: 'right' },
    { title: 'Engines' },
    { title: '' },
  ] as const;
  const rows = releases.map((release) => [
    String(release.number),
    escapeText(release.channel),
    formatInstant(release.released),
    formatCount(release.signatures),
    formatBytes(release.bytes),
    formatCount(release.deltas.length),
    escapeText(release.engineRange),
    remarkOf(release),
  ]);
  return formatTable(columns, rows);
}

function remarkOf({ withdrawn, rollout }: RepositoryReport['releases'][number]): string {
  if (withdrawn !== undefined) return `withdrawn: ${escapeText(withdrawn)}`;
  return rollout === undefined ? '' : `over ${rollout.hours} h from ${formatInstant(rollout.start)}`;
}

function roleTable({ roles }: RepositoryReport): string[] {
  const columns = [
    { title: 'Role' },
    { title: 'Version', align: 'right' },
    { title: 'Keys' },
    { title: 'Good until' },
  ] as const;
  const rows = roles.map(({ role, version, expires, keys, threshold }) => [
    escapeText(role),
    String(version),
    `${threshold} of ${keys}`,
    formatInstant(expires),
  ]);
  return formatTable(columns, rows);
}

/** The word as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
