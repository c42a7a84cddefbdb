/** What came of an update, in words and as JSON. */
import type { UpdateOutcome } from '../../../update/outcome.ts';
import { escapeText } from '../text.ts';
import { formatAge, formatBytes, formatDuration, formatInstant, plural } from '../units.ts';

type Updated = Extract<UpdateOutcome, { kind: 'updated' }>;
type Waiting = Extract<UpdateOutcome, { kind: 'waiting' }>;

/** One line when there is no news. */
export function outcomeLines(outcome: UpdateOutcome, now: number): string[] {
  switch (outcome.kind) {
    case 'current':
      return [currentLine(outcome, now)];
    case 'waiting':
      return [waitingLine(outcome)];
    case 'updated':
      return updatedLines(outcome);
  }
}

/** `kind` first; nothing is left out, what is unknown is null. */
export function outcomeJson(outcome: UpdateOutcome): object {
  const { kind, elapsedMs, ...rest } = outcome;
  return { kind, ...rest, elapsedMs: Math.round(elapsedMs) };
}

/** What an update that failed has in the place of an outcome. */
export function failureJson(checked: string, code: string, message: string): object {
  return { kind: 'failed', checked, code, message };
}

function currentLine({ active, newest }: UpdateOutcome, now: number): string {
  if (active === undefined) return 'The repository offers no pattern file to this engine and channel yet.';
  const age = formatAge(active.released, now);
  const released = `released ${formatInstant(active.released)}${age === undefined ? '' : `, ${age} old`}`;
  const ahead = newest !== undefined && newest < active.number ? `; the repository offers ${newest}` : '';
  return `Pattern number ${active.number} is current (${released})${ahead}.`;
}

function waitingLine({ newest, active, reason, until }: Waiting): string {
  const out = newest === undefined ? 'Updates wait' : `Pattern number ${newest} is out`;
  const at = until === undefined ? undefined : formatInstant(until);
  const now = active === undefined ? 'nothing is active yet' : `${active.number} is active`;
  switch (reason) {
    case 'check-only':
      return `${out}, and ${now}: "engine update" brings it.`;
    case 'pinned':
      return `${out}, and ${now} and pinned: "engine patterns unpin" lets updates go on.`;
    case 'held':
      return `${out}, and ${now} and held${at === undefined ? '' : ` until ${at}`}: "engine patterns unhold" lets updates go on.`;
    case 'rollout':
      return `${out}, and ${now}: it is rolled out in stages, to this machine ${at === undefined ? 'later' : `at ${at}`}; "engine update --now" does not wait.`;
    case 'retry-after':
      return `${out}, and ${now}: the repository asks to come again ${at === undefined ? 'later' : `after ${at}`}.`;
  }
}

function updatedLines(outcome: Updated): string[] {
  const { from, number, active, trial, pruned, fallback } = outcome;
  const signatures = plural(trial.signatures, 'signature');
  const released = active === undefined ? '' : `, released ${formatInstant(active.released)}`;
  const change = from === undefined ? 'it is the first' : `it was ${from}`;
  return [
    `Pattern number ${number} is active (${signatures}${released}); ${change}.`,
    `${way(outcome)}; trial passed on ${plural(trial.samples, 'sample')}; ${formatDuration(outcome.elapsedMs)}.`,
    ...(fallback === undefined ? [] : [`No delta was used: ${escapeText(fallback)}.`]),
    ...trial.quarantine.map(({ name, detail }) => `Left out: ${escapeText(name)}: ${escapeText(detail)}`),
    ...(pruned.length === 0 ? [] : [`Rotated out: ${pruned.join(', ')}.`]),
  ];
}

function way({ by, path, receivedBytes, requests, active }: Updated): string {
  const received = `${formatBytes(receivedBytes)} in ${plural(requests, 'request')}`;
  switch (by) {
    case 'delta':
      return `Received ${received}, by delta ${path.join(' → ')}`;
    case 'full':
      // What was kept, or came in an earlier attempt, is not fetched again.
      if (active !== undefined && receivedBytes < active.bytes)
        return `Received ${received}; the file was here already`;
      return `Received ${received}, as a full file`;
    case 'import':
      return 'Imported from the directory';
  }
}
