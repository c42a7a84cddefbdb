/**
 * `update.json` in the store: what the updater remembers from run to run, for itself and for whoever asks how things stand.
 *
 * Written by the one updater that holds the lock, in one step; read by anybody. No secret is in it: a user and password of a URL are not remembered.
 */
import { join } from 'node:path';
import { type DurableFiles, nodeFiles, writeDurably } from '../files/durable.ts';
import { storeErrorOf } from '../store/errors.ts';
import { type Fields, isCount, isFields, isListOf, isText, isTime } from '../store/fields.ts';
import { seal, unseal } from '../store/sealed.ts';
import { readSmallFile } from '../store/small-file.ts';
import { type CoolDown, isCoolDown } from './mirrors.ts';
import type { Notice, Support, UpdateMemory } from './outcome.ts';
import type { TrustRecord } from './trust.ts';

export const MEMORY_FILE = 'update.json';
const FORMAT = 1;
const MAX_BYTES = 4_000_000;
const MAX_TEXT = 4096;
const MAX_LIST = 10_000;
export const DEFAULT_CHANNEL = 'stable';

/** All of update.json. */
export interface UpdaterState extends UpdateMemory {
  readonly coolDowns: readonly CoolDown[];
  readonly trust: TrustRecord | undefined;
  /** ISO 8601, UTC: the latest time that signed metadata proved. */
  readonly lastTrusted: string | undefined;
  readonly refused: readonly RefusedPattern[];
}

/** A pattern file that the trial refused: it is not tried again for a while, so that a machine does not fetch and compile it every hour. */
export interface RefusedPattern {
  readonly number: number;
  /** Of the trial's error. */
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export const EMPTY_STATE: UpdaterState = {
  url: undefined,
  mirrors: [],
  channel: DEFAULT_CHANNEL,
  lastCheck: undefined,
  lastGood: undefined,
  nextCheck: undefined,
  support: { kind: 'supported' },
  withdrawn: [],
  notices: [],
  coolDowns: [],
  trust: undefined,
  lastTrusted: undefined,
  refused: [],
};

/** @returns undefined when no update was ever run on the store, or what it left is damaged */
export function readUpdateMemory(store: string): UpdateMemory | undefined {
  const state = readUpdaterState(store);
  if (!state) return undefined;
  const { url, mirrors, channel, lastCheck, lastGood, nextCheck, support, withdrawn, notices } = state;
  return { url, mirrors, channel, lastCheck, lastGood, nextCheck, support, withdrawn, notices };
}

/** The same with what only the updater needs. */
export function readUpdaterState(store: string): UpdaterState | undefined {
  const bytes = readSmallFile(join(store, MEMORY_FILE), MAX_BYTES);
  const value = bytes && unseal(bytes);
  return isFields(value) && value.format === FORMAT ? parseState(value) : undefined;
}

/** @throws {StoreError} */
export function writeUpdaterState(store: string, state: UpdaterState, files: DurableFiles = nodeFiles): void {
  const path = join(store, MEMORY_FILE);
  try {
    writeDurably(path, seal({ format: FORMAT, ...state }), 0o644, files);
  } catch (thrown) {
    throw storeErrorOf(store, thrown);
  }
}

/** Each field by itself: one that is not what it must be is as if it had never been written. */
function parseState(fields: Fields): UpdaterState {
  const text = (value: unknown): string | undefined => (isText(value, MAX_TEXT) ? value : undefined);
  const time = (value: unknown): string | undefined => (isTime(value) ? value : undefined);
  return {
    url: text(fields.url),
    mirrors: isListOf(fields.mirrors, isShort, MAX_LIST) ? fields.mirrors : [],
    channel: text(fields.channel) ?? DEFAULT_CHANNEL,
    lastCheck: isLastCheck(fields.lastCheck) ? fields.lastCheck : undefined,
    lastGood: time(fields.lastGood),
    nextCheck: time(fields.nextCheck),
    support: isSupport(fields.support) ? fields.support : EMPTY_STATE.support,
    withdrawn: isListOf(fields.withdrawn, isWithdrawn, MAX_LIST) ? fields.withdrawn : [],
    notices: isListOf(fields.notices, isNotice, MAX_LIST) ? fields.notices : [],
    coolDowns: isListOf(fields.coolDowns, isCoolDown, MAX_LIST) ? fields.coolDowns : [],
    trust: isTrustRecord(fields.trust) ? fields.trust : undefined,
    lastTrusted: time(fields.lastTrusted),
    refused: isListOf(fields.refused, isRefused, MAX_LIST) ? fields.refused : [],
  };
}

function isShort(value: unknown): value is string {
  return isText(value, MAX_TEXT);
}

function isLastCheck(value: unknown): value is NonNullable<UpdateMemory['lastCheck']> {
  if (!isFields(value) || !isTime(value.at) || typeof value.ok !== 'boolean') return false;
  return isText(value.code, MAX_TEXT) && isText(value.message, MAX_BYTES);
}

function isWithdrawn(value: unknown): value is UpdateMemory['withdrawn'][number] {
  return isFields(value) && isCount(value.number) && isText(value.reason, MAX_TEXT);
}

function isRefused(value: unknown): value is RefusedPattern {
  return isFields(value) && isCount(value.number) && isText(value.message, MAX_BYTES) && isTime(value.at);
}

function isNotice(value: unknown): value is Notice {
  if (!isFields(value) || !isSeverity(value.severity)) return false;
  return [value.code, value.subject, value.message].every((text) => isText(text, MAX_TEXT));
}

function isSeverity(value: unknown): boolean {
  return value === 'info' || value === 'warning' || value === 'critical';
}

function isSupport(value: unknown): value is Support {
  if (!isFields(value)) return false;
  if (value.kind === 'supported') return true;
  const isKind = value.kind === 'ending' || value.kind === 'ended';
  return (
    isKind &&
    isShort(value.ends) &&
    Number.isSafeInteger(value.daysLeft) &&
    isSeverity(value.severity) &&
    (value.lastPattern === undefined || isCount(value.lastPattern)) &&
    (value.moveTo === undefined || isShort(value.moveTo))
  );
}

function isTrustRecord(value: unknown): value is TrustRecord {
  if (!isFields(value) || !isText(value.root, MAX_BYTES) || !isShort(value.anchor)) return false;
  const { versions, signers } = value;
  if (!isFields(versions) || !isFields(signers)) return false;
  return Object.values(versions).every(isCount) && Object.values(signers).every((text) => isText(text, MAX_BYTES));
}
