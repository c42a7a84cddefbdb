/**
 * The tables of a run: bench/report/conformance.md for people, .json for programs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DECLARED, type DeclaredKind, type DeclaredWay, labelOf } from './deviations.ts';
import { CLOSED, type Entry, type Outcome, type Share, type Tally, type UnscannedObject } from './tally.ts';

export interface RunFacts {
  readonly signatures: number;
  readonly done: number;
  readonly seed: number;
  readonly seconds: number;
  readonly node: string;
  readonly peer: string;
  readonly date: string;
}

/** Listed of each kind in the text; all of them are in the JSON. */
const LISTED = 60;
const DIRECTORY = join(import.meta.dirname, '../report');

/** Writes both. @returns the path of the text */
export function writeReport(tally: Tally, facts: RunFacts, directory = DIRECTORY): string {
  mkdirSync(directory, { recursive: true });
  const json = {
    ...facts,
    objects: tally.objects,
    outcomes: Object.fromEntries(tally.outcomes),
    sources: Object.fromEntries(tally.sources),
    features: Object.fromEntries(tally.features),
    roles: Object.fromEntries(tally.roles),
    declared: Object.fromEntries(tally.declared),
    unscanned: tally.unscanned,
    hashForms: tally.hashForms,
    entries: tally.entries,
  };
  writeFileSync(join(directory, 'conformance.json'), `${JSON.stringify(json, undefined, 1)}\n`);
  const path = join(directory, 'conformance.md');
  writeFileSync(path, textOf(tally, facts));
  return path;
}

function textOf(tally: Tally, facts: RunFacts): string {
  const total = sum([...tally.sources.values()]);
  return [
    '# Agreement with clamscan, signature by signature',
    '',
    `${shareText(total)}; ${facts.done} of ${facts.signatures} signatures, ${tally.objects} objects, seed ${facts.seed}, ` +
      `${Math.round(facts.seconds / 60)} minutes. Node ${facts.node}, ${facts.peer}, ${facts.date}: \`npm run conformance\`.`,
    '',
    'A signature agrees when an object was built that both engines find it in, and none of the objects of its slice shows it to one of them alone.',
    'Every line has a name of its own here, so that lines of one name are told apart.',
    '',
    ...table(
      'outcome',
      [...tally.outcomes].sort(([, a], [, b]) => b - a).map(([name, n]) => [name, String(n)]),
    ),
    ...table('source', shares(tally.sources)),
    ...table('feature', shares(tally.features)),
    ...table(
      'object',
      [...tally.roles].sort().map(([name, n]) => [name, String(n)]),
    ),
    'A digest cannot be turned into an object: of hash lines the form is compared, with the digest of an object of our own.',
    '',
    ...table(
      'form of a hash line | lines',
      tally.hashForms.map(({ form, lines, agrees }) => [form, String(lines), agrees ? 'agrees' : 'DISAGREES']),
      'result',
    ),
    '## Declared kinds',
    '',
    ...table(
      'kind | cause, and how it shows',
      DECLARED.map((kind) => [
        kind.number,
        `${kind.reason}: ${kind.ways.map((way) => `${way.name} (${declaredOf(tally, kind, way)})`).join('; ')}`,
        String(kind.ways.reduce((sum, way) => sum + declaredOf(tally, kind, way), 0)),
      ]),
    ),
    '## Open',
    '',
    ...unscannedObjects(
      'objects that we did not look at whole',
      tally.unscanned.filter(({ askedType }) => askedType === undefined),
    ),
    ...listed(tally.entries.filter(({ outcome }) => !CLOSED.has(outcome))),
    '## Declared, waiting, or nothing to agree on',
    '',
    ...unscannedObjects(
      'objects that we did not look at whole: they are containers by what their signature asks for',
      tally.unscanned.filter(({ askedType }) => askedType !== undefined),
    ),
    ...listed(tally.entries.filter(({ outcome }) => CLOSED.has(outcome))),
    '',
  ].join('\n');
}

function table(title: string, rows: readonly (readonly string[])[], last = 'signatures'): string[] {
  const heads = `| ${title} | ${last} |`;
  return [heads, heads.replace(/[^|]+/g, '-'), ...rows.map((row) => `| ${row.join(' | ')} |`), ''];
}

function shares(map: ReadonlyMap<string, Share>): string[][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, share]) => [name, shareText(share)]);
}

function unscannedObjects(title: string, list: readonly UnscannedObject[]): string[] {
  if (list.length === 0) return [];
  return [
    `### ${title}: ${list.length}`,
    '',
    ...list.slice(0, LISTED).map(({ name, source, line, role, reason, askedType }) => {
      const type = askedType === undefined ? '' : `, ${askedType}`;
      return `- ${source}:${line} ${name}, ${role}: ${reason}${type}`;
    }),
    '',
  ];
}

function listed(entries: readonly Entry[]): string[] {
  const byOutcome = new Map<Outcome, Entry[]>();
  for (const entry of entries) byOutcome.set(entry.outcome, [...(byOutcome.get(entry.outcome) ?? []), entry]);
  return [...byOutcome].flatMap(([outcome, list]) => [
    `### ${outcome}: ${list.length}${list.length > LISTED ? `, ${LISTED} of them here, all in conformance.json` : ''}`,
    '',
    ...list
      .slice(0, LISTED)
      .map(({ name, source, line, detail }) => `- ${source}:${line} ${name}${detail && `: ${detail}`}`),
    '',
  ]);
}

function sum(list: readonly Share[]): Share {
  const total = { agreed: 0, declared: 0, waiting: 0, impossible: 0, of: 0 };
  for (const share of list)
    for (const key of ['agreed', 'declared', 'waiting', 'impossible', 'of'] as const) total[key] += share[key];
  return total;
}

function shareText({ agreed, declared, waiting, impossible, of }: Share): string {
  const percent = of === 0 ? '–' : `${((100 * agreed) / of).toFixed(2)} %`;
  const others = Object.entries({ declared, waiting, 'that cannot match': impossible }).filter(
    ([, count]) => count > 0,
  );
  return `${agreed} of ${of} (${percent})${others.map(([what, count]) => `, ${count} ${what}`).join('')}`;
}

/** Signatures that a way of a kind explains. */
function declaredOf(tally: Tally, kind: DeclaredKind, way: DeclaredWay): number {
  return tally.declared.get(labelOf(kind, way)) ?? 0;
}
