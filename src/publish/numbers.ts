/** Pattern numbers are never used twice, whatever became of their release. */
import { readdirSync } from 'node:fs';
import { MAX_PATTERN_NUMBER } from '../../native-free-engine/index.ts';
import { isPatternNumber, numberOfName } from '../store/numbers.ts';
import { PublishError } from './errors.ts';
import { publicPaths } from './layout.ts';
import { highestNumber } from './listing.ts';
import type { Repository } from './repository.ts';

/** The factory pattern file is 1000. */
const FIRST = 1001;

/**
 * @param wanted undefined: one above all before, those included whose release was cut off
 * @throws {PublishError} `PUBLISH_NUMBER`
 */
export function nextNumber(repository: Repository, wanted: number | undefined): number {
  const highest = highestNumber(repository.entries, repository.notices);
  if (wanted === undefined) {
    const next = Math.max(FIRST - 1, highest ?? 0, highestOnDisk(repository.publicDirectory)) + 1;
    return inRange(next);
  }
  inRange(wanted);
  if (highest === undefined || wanted > highest) return wanted;
  throw new PublishError('PUBLISH_NUMBER', `number: expected one above ${highest}, the highest so far, got ${wanted}`);
}

function inRange(number: number): number {
  if (isPatternNumber(number)) return number;
  const message = `number: expected an integer from 1 to ${MAX_PATTERN_NUMBER}, got ${number}`;
  throw new PublishError('PUBLISH_NUMBER', message);
}

/** A release that was cut off has left a file that somebody may have seen, and a cache may keep. */
function highestOnDisk(publicDirectory: string): number {
  const numbers = readdirSync(publicPaths(publicDirectory).targets).map((name) =>
    name.endsWith('.npf') ? (numberOfName(name.slice(0, -'.npf'.length)) ?? 0) : 0,
  );
  return Math.max(0, ...numbers);
}
