import { describe, expect, it } from 'vitest';
import { newNotices } from '../../src/notify/new-notices.ts';

const notice = (subject: string, code = 'HELD') => ({ code, subject });
const subjects = (said: readonly string[], ...now: readonly ReturnType<typeof notice>[]) =>
  newNotices(said, now).say.map(({ subject }) => subject);

describe('what is new', () => {
  it('is everything the first time, and nothing the second', () => {
    const first = newNotices([], [notice('a'), notice('b')]);
    expect(first.say.map(({ subject }) => subject)).toEqual(['a', 'b']);
    expect(newNotices(first.said, [notice('a'), notice('b')])).toEqual({ say: [], said: first.said });
  });

  it('is what came since', () => {
    const { said } = newNotices([], [notice('a')]);
    expect(subjects(said, notice('a'), notice('b'))).toEqual(['b']);
  });

  it('is said again when it went away and came back', () => {
    const { said } = newNotices([], [notice('a')]);
    expect(subjects(newNotices(said, []).said, notice('a'))).toEqual(['a']);
  });

  it('is another with the same subject and another code', () => {
    const { said } = newNotices([], [notice('a', 'X')]);
    expect(subjects(said, notice('a', 'Y'))).toEqual(['a']);
  });

  it('is said once when it is there twice', () => {
    expect(subjects([], notice('a'), notice('a'))).toEqual(['a']);
  });

  it('of a lifecycle is each threshold once, although the clock wavers', () => {
    const at = (threshold: number) => notice(`support ends: ${threshold} days left, or less`, 'LIFECYCLE_ENDS');
    let said: readonly string[] = [];
    const heard: string[] = [];
    for (const threshold of [180, 180, 90, 180, 90, 60, 90]) {
      const found = newNotices(said, [at(threshold)]);
      heard.push(...found.say.map(({ subject }) => subject));
      ({ said } = newNotices(found.said, []));
    }
    expect(heard).toEqual([180, 90, 60].map((threshold) => at(threshold).subject));
  });

  it('is remembered within bounds, whatever a publisher says', () => {
    let said: readonly string[] = [];
    for (let day = 0; day < 1000; day++) ({ said } = newNotices(said, [notice(`end ${day}`, 'LIFECYCLE_ENDS')]));
    expect(said).toHaveLength(200);
    expect(said.at(-1)).toContain('end 999');
  });
});
