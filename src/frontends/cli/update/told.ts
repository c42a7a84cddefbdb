/**
 * `--notify`: runs the program for what it was not told yet, and remembers that in the store, so that a weekly warning is one mail and not a hundred.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../../../files/durable.ts';
import { newNotices, noticeKey } from '../../../notify/new-notices.ts';
import { notify } from '../../../notify/notify.ts';
import type { Notice } from '../../../update/outcome.ts';

/** In the directory of the store. */
const TOLD_FILE = 'notified.json';
const FORMAT = 1;

/** @returns why a notice did not get through, one sentence each; it is tried again the next time */
export async function tellProgram(
  store: string,
  program: string,
  notices: readonly Notice[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const path = join(store, TOLD_FILE);
  const before = readTold(path);
  const { say, said } = newNotices(before, notices);
  const failures = await notify(program, say, { signal });
  const failed = new Set(failures.map(({ notice }) => noticeKey(notice)));
  const after = said.filter((key) => !failed.has(key));
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    writeDurably(path, Buffer.from(`${JSON.stringify({ format: FORMAT, said: after })}\n`));
  }
  return failures.map(({ reason }) => reason);
}

/** What cannot be read was never said: a warning too many does no harm. */
function readTold(path: string): readonly string[] {
  try {
    const { format, said } = JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown; said?: unknown };
    return format === FORMAT && Array.isArray(said) ? said.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}
