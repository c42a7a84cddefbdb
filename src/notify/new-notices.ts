/** Which notices a person has not heard of yet. Pure; what was said is kept by the caller. */
import type { Told } from './notify.ts';

export interface NewNotices<Notice> {
  /** To be said now. */
  readonly say: readonly Notice[];
  /** To be kept for the next time, once they were said. */
  readonly said: readonly string[];
}

/** Of these, each subject is said once, for ever: a threshold that was passed is not passed again when the clock wavers. */
const SAID_ONCE = /^LIFECYCLE_/;
/** A publisher that changes its mind daily must not fill the disk. */
const MAX_SAID = 200;

/** What makes two notices the same: the subject is what a person sees in the list of mails. */
export function noticeKey({ code, subject }: Pick<Told, 'code' | 'subject'>): string {
  return `${code} ${subject}`;
}

/**
 * What is new among the notices of now. One that went away is forgotten, so that it is said again when it comes back.
 *
 * @param said  keys, as kept from the last time
 */
export function newNotices<Notice extends Pick<Told, 'code' | 'subject'>>(
  said: readonly string[],
  notices: readonly Notice[],
): NewNotices<Notice> {
  const now = new Map(notices.map((notice) => [noticeKey(notice), notice]));
  const kept = said.filter((key) => now.has(key) || SAID_ONCE.test(key));
  const say = [...now].filter(([key]) => !kept.includes(key));
  return {
    say: say.map(([, notice]) => notice),
    said: [...new Set([...kept, ...say.map(([key]) => key)])].slice(-MAX_SAID),
  };
}
