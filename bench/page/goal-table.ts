/** The goals as they are told: all of them on the page, some in the README, how many were met at the end of a run. */
import type { Results } from '../results/results.ts';
import { GOALS, type Goal, isMet } from './goals.ts';
import { type Section, table } from './markdown.ts';

const MET = 'met';
const MISSED = '**missed**';
const NOT_MEASURED = 'not measured';
const TITLES = ['what', 'goal', 'measured', ''];

/** How many there are, then each: misses too. */
export function goalTable(results: Results): Section {
  return [
    ...summaryOf(results),
    ...table(
      TITLES,
      GOALS.map((goal) => cellsOf(goal, results)),
    ),
  ];
}

/** Those that stand in the README. */
export function shortGoalTable(results: Results): Section {
  const chosen = GOALS.filter(({ inReadme }) => inReadme);
  return table(
    TITLES,
    chosen.map((goal) => cellsOf(goal, results)),
  );
}

/** `27 of 30 goals met, 2 missed, 1 not measured`, and what a figure of which is worth nothing. */
export function summaryOf(results: Results): Section {
  const { met, missed, notMeasured } = goalsByOutcome(results);
  const rest = [
    ...(missed.length > 0 ? [`, ${missed.length} missed`] : []),
    ...(notMeasured.length > 0 ? [`, ${notMeasured.length} not measured`] : []),
  ];
  const wrong = results.definitions.filter(({ isRight }) => !isRight).map(({ name }) => name);
  return [
    `${met.length} of ${met.length + missed.length + notMeasured.length} goals met${rest.join('')}.`,
    '',
    ...(wrong.length > 0
      ? [`**Wrong or failed, so that its figures count for nothing: ${wrong.join(', ')}.**`, '']
      : []),
  ];
}

/** Names of goals; what is reported without a limit is in none. */
export function goalsByOutcome(results: Results): Record<'met' | 'missed' | 'notMeasured', string[]> {
  const named = (wanted: string): string[] =>
    GOALS.filter((goal) => outcomeOf(goal, goal.measured(results)) === wanted && goal.limit !== undefined).map(
      ({ what }) => what,
    );
  return { met: named(MET), missed: named(MISSED), notMeasured: named(NOT_MEASURED) };
}

function cellsOf(goal: Goal, results: Results): readonly string[] {
  const { what, limit, better, format } = goal;
  const value = goal.measured(results);
  return [
    what,
    limit === undefined ? '' : `${better === 'larger' ? '≥' : '≤'} ${format(limit)}`,
    value === undefined ? '' : format(value),
    outcomeOf(goal, value),
  ];
}

function outcomeOf(goal: Goal, value: number | undefined): string {
  if (value === undefined) return NOT_MEASURED;
  if (goal.limit === undefined) return 'reported';
  return isMet(goal, value) ? MET : MISSED;
}
