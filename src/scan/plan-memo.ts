/**
 * What the engine made of each body signature, kept for the next compilation: of a set that changed a little, only what changed is planned again.
 *
 * ```
 *   0    32   SHA-256 of what must be the same to use it (`kind`), and of all that follows
 *  32     4   n, signatures
 *  36    40n  of each: SHA-256 of its line or record, four characters of the format that it is in, bytes of its plan u32
 *  …          the plans, one behind the other
 * ```
 * Numbers are little-endian; all of it is masked, or other scanners would find here what they look for. It lies in the private cache and is believed when
 * its digest is right; whatever it holds, the image is the same as without it.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { ENGINE_VERSION, maskInPlace } from '../../native-free-engine/index.ts';
import { openCached, pruneCache, writeCached } from './cache-directory.ts';
import { codeFingerprint } from './code-fingerprint.ts';
import { readAt } from './image-file.ts';
import { DIALECT_REVISION } from './source-bytes.ts';
import type { SourceFile } from './source-files.ts';

const EXTENSION = '.plans';
/** One has 40 MB for the real set. */
const KEPT_MEMOS = 2;
/** Fewer signatures are planned in less than a second: not worth a file. */
const MIN_KEPT = 10_000;
/** A memo of which less than this is missing is not written anew: that costs more than planning so many again. */
const MISSING_SHARE = 0.03;
const MAX_MEMO_BYTES = 2 ** 30;
const DIGEST_BYTES = 32;
const ENTRIES = DIGEST_BYTES + 4;
const FORMAT_BYTES = 4;
const KEY_BYTES = DIGEST_BYTES + FORMAT_BYTES;
const ENTRY_BYTES = KEY_BYTES + 4;

/** By digest and format, one character for each byte. */
type Plans = Map<string, Uint8Array>;

export class PlanMemo {
  readonly #known: Plans;
  /** Of lines that another thread planned for this compilation. */
  #ahead: Plans = new Map();
  /** Of this compilation. */
  readonly #used: Plans = new Map();
  #key = '';
  #missing = 0;

  private constructor(known: Plans) {
    this.#known = known;
  }

  /** That which was kept for these sources; empty when there is none, or a damaged one. */
  static read(directory: string, files: readonly SourceFile[]): PlanMemo {
    const descriptor = openCached(directory, nameFor(files));
    if (descriptor === undefined) return PlanMemo.empty();
    try {
      const { size } = fstatSync(descriptor);
      const bytes = Buffer.allocUnsafeSlow(size <= MAX_MEMO_BYTES ? size : 0);
      return new PlanMemo(decode(maskInPlace(bytes.subarray(0, readAt(descriptor, bytes, 0)))) ?? new Map());
    } finally {
      closeSync(descriptor);
    }
  }

  static empty(): PlanMemo {
    return new PlanMemo(new Map());
  }

  /** Whether nothing is known yet. */
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Takes over what another thread planned. @param encoded by `encodePlans` */
  takeOver(encoded: Uint8Array): void {
    for (const [key, plan] of decode(encoded) ?? []) this.#ahead.set(key, plan);
  }

  /** @param format of the source, which tells how its lines are read @param bytes of the line or the record */
  find(format: string, bytes: Uint8Array): Uint8Array | undefined {
    this.#key = planKey(format, bytes);
    const known = this.#known.get(this.#key);
    const plan = known ?? this.#ahead.get(this.#key);
    if (plan !== undefined) this.#used.set(this.#key, plan);
    if (known === undefined && plan !== undefined) this.#missing++;
    return plan;
  }

  /** Keeps the plan of what was looked up last. */
  keep(plan: Uint8Array): void {
    this.#used.set(this.#key, plan);
    this.#missing++;
  }

  /** Writes what this compilation used, if that is much that is not there. Failing does no harm. */
  write(directory: string, files: readonly SourceFile[]): void {
    const { size } = this.#used;
    if (size < MIN_KEPT || this.#missing < size * MISSING_SHARE) return;
    const bytes = maskInPlace(encodePlans(this.#used));
    if (writeCached(directory, nameFor(files), [bytes])) pruneCache(directory, EXTENSION, KEPT_MEMOS);
  }
}

/** Of all sets of sources in the same directories: a store has another file for each pattern number. */
function nameFor(files: readonly SourceFile[]): string {
  const directories = [...new Set(files.map(({ path }) => dirname(path)))];
  return createHash('sha256').update(directories.join('\0')).digest('hex').slice(0, 40) + EXTENSION;
}

export function planKey(format: string, bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary') + format.padEnd(FORMAT_BYTES);
}

function digestOf(content: Uint8Array): Buffer {
  const kind = `plans/1/${ENGINE_VERSION}/${DIALECT_REVISION}/${codeFingerprint()}\n`;
  return createHash('sha256').update(kind).update(content).digest();
}

export function encodePlans(plans: Plans): Buffer<ArrayBuffer> {
  let length = ENTRIES + plans.size * ENTRY_BYTES;
  for (const plan of plans.values()) length += plan.length;
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = bytes.writeUInt32LE(plans.size, DIGEST_BYTES);
  let planAt = ENTRIES + plans.size * ENTRY_BYTES;
  for (const [key, plan] of plans) {
    bytes.write(key, at, KEY_BYTES, 'latin1');
    bytes.writeUInt32LE(plan.length, at + KEY_BYTES);
    at += ENTRY_BYTES;
    bytes.set(plan, planAt);
    planAt += plan.length;
  }
  digestOf(bytes.subarray(DIGEST_BYTES)).copy(bytes);
  return bytes;
}

/** @returns undefined when it is not whole, or of another engine */
function decode(encoded: Uint8Array): Plans | undefined {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length);
  if (bytes.length < ENTRIES || !digestOf(bytes.subarray(DIGEST_BYTES)).equals(bytes.subarray(0, DIGEST_BYTES))) {
    return undefined;
  }
  const plans: Plans = new Map();
  const count = bytes.readUInt32LE(DIGEST_BYTES);
  let planAt = ENTRIES + count * ENTRY_BYTES;
  for (let i = 0; i < count; i++) {
    const at = ENTRIES + i * ENTRY_BYTES;
    const end = planAt + bytes.readUInt32LE(at + KEY_BYTES);
    plans.set(bytes.toString('latin1', at, at + KEY_BYTES), bytes.subarray(planAt, end));
    planAt = end;
  }
  return plans;
}
