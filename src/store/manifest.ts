/** `manifest.json`: what was installed, when, and what its trial left out of it. Pure: bytes ↔ values. */
import { isCount, isDigest, isFields, isListOf, isOrNull, isText, isTime } from './fields.ts';
import { isPatternNumber } from './numbers.ts';
import { seal, unseal } from './sealed.ts';
import type { TrialReport } from './staging.ts';
import type { PatternProof } from './state.ts';
import type { QuarantinedSignature } from './view.ts';

export interface Manifest extends PatternProof {
  /** SHA-256 of the `.npf`, every byte of it; lower-case hex. */
  readonly fileDigest: string;
  /** ISO 8601, UTC. */
  readonly installed: string;
  /** Signatures that the engine used in the trial, without the quarantined ones. */
  readonly signatures: number;
  readonly quarantine: readonly QuarantinedSignature[];
  readonly trial: Pick<TrialReport, 'samples' | 'compileMs' | 'elapsedMs'>;
}

const FORMAT = 1;
/** More than this, and the pattern as a whole is at fault. */
export const MAX_QUARANTINE = 10_000;
const MAX_NAME_LENGTH = 1024;
export const MAX_DETAIL_LENGTH = 1000;
export const MAX_MANIFEST_BYTES = 1 << 25;

const REASONS: readonly unknown[] = ['clean-corpus', 'time', 'memory'] satisfies QuarantinedSignature['reason'][];

export function encodeManifest(manifest: Manifest): Buffer {
  return seal({ format: FORMAT, ...manifest });
}

/** @returns undefined when it is damaged, or of a format that this version does not know */
export function decodeManifest(bytes: Buffer): Manifest | undefined {
  const value = unseal(bytes);
  if (!isFields(value) || value.format !== FORMAT) return undefined;
  const {
    number,
    bytes: size,
    contentDigest,
    quarantineDigest,
    fileDigest,
    installed,
    signatures,
    quarantine,
    trial,
  } = value;
  if (!isPatternNumber(number) || !isCount(size) || !isDigest(contentDigest) || !isDigest(fileDigest)) return undefined;
  if (!isOrNull(quarantineDigest, isDigest) || !isTime(installed) || !isCount(signatures)) return undefined;
  if (!isListOf(quarantine, isQuarantined, MAX_QUARANTINE) || !isTrial(trial)) return undefined;
  return { number, bytes: size, contentDigest, quarantineDigest, fileDigest, installed, signatures, quarantine, trial };
}

export function isQuarantined(value: unknown): value is QuarantinedSignature {
  if (!isFields(value)) return false;
  const { name, reason, detail } = value;
  return isText(name, MAX_NAME_LENGTH) && REASONS.includes(reason) && isText(detail, MAX_DETAIL_LENGTH);
}

function isTrial(value: unknown): value is Manifest['trial'] {
  return isFields(value) && isCount(value.samples) && isMs(value.compileMs) && isMs(value.elapsedMs);
}

function isMs(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
