/** Clean objects through an image: what it finds in them, and which signature makes too much work of them. */
import {
  type ByteSource,
  type ObjectFacts,
  type ObjectResult,
  Scanner,
  type ScanOptions,
} from '../../../native-free-engine/index.ts';
import { TypeRules } from '../../filetype/type-rules.ts';
import { nodeDigester } from '../../host/host.ts';
import type { QuarantinedSignature } from '../../store/view.ts';
import { failureOf } from '../errors.ts';
import { type OpenObject, openObject } from '../object-source.ts';
import { DEFAULT_BUDGET } from '../options.ts';
import { type ScanRules, scanObject } from '../scan-object.ts';
import type { Verdict } from '../verdict.ts';
import { type CleanObject, cleanCorpus, filesOf } from './clean-corpus.ts';
import { cleanSamples } from './clean-samples.ts';
import type { LoadedImage } from './image.ts';

export interface CleanFindings {
  /** Objects that were scanned. */
  readonly objects: number;
  /** In the order of the objects. */
  readonly findings: readonly QuarantinedSignature[];
}

const RULES: ScanRules = {
  allMatches: true,
  limits: DEFAULT_BUDGET,
  patternNumber: 0,
  signal: { aborted: false, reason: undefined },
};

/**
 * Scans everything that is known to be clean, and all that is inside it. Files that cannot be read, or change meanwhile, are passed over: that is no fault
 * of the patterns.
 *
 * @param paths of the user
 * @throws {ScanError} `SCAN_TRIAL_CLEAN`, `SCAN_FAILED`
 */
export async function scanClean(image: LoadedImage, paths: readonly string[]): Promise<CleanFindings> {
  const scanner = new WatchedScanner({ ...image, digester: nodeDigester });
  const typeRules = TypeRules.from(image.image.fileTypes());
  const findings: QuarantinedSignature[] = [];
  let objects = 0;
  for await (const clean of cleanCorpus(paths)) {
    const verdict = await scan(clean, scanner, typeRules);
    if (verdict === undefined) continue;
    objects++;
    findings.push(...hitsOf(verdict, clean), ...scanner.takeOverruns(clean.name));
  }
  return { objects, findings };
}

/** @returns undefined when it could not be read */
async function scan(
  { object }: CleanObject,
  scanner: Scanner,
  typeRules: TypeRules | undefined,
): Promise<Verdict | undefined> {
  let opened: OpenObject | undefined;
  try {
    opened = openObject(object);
    return await scanObject(opened, scanner, { ...RULES, typeRules });
  } catch (error) {
    if (failureOf(error).code.startsWith('SCAN_FILE_')) return undefined;
    throw error;
  } finally {
    opened?.close();
  }
}

function hitsOf(verdict: Verdict, { name: clean }: CleanObject): QuarantinedSignature[] {
  if (verdict.kind !== 'infected') return [];
  return verdict.detections.map(({ name, entry }) => ({
    name,
    reason: 'clean-corpus',
    detail: `it hits ${[clean, ...entry].join(' > ')}, which is clean`,
  }));
}

/** Notes what spends the budget of an object: the verdict says only that something did. */
class WatchedScanner extends Scanner {
  #overruns: { name: string; message: string }[] = [];

  override scan(source: ByteSource, facts: ObjectFacts, options: ScanOptions): ObjectResult {
    const result = super.scan(source, facts, options);
    const { spent } = result;
    if (spent?.reason === 'matching' && spent.signature !== undefined)
      this.#overruns.push({ name: spent.signature, message: spent.message });
    return result;
  }

  takeOverruns(clean: string): QuarantinedSignature[] {
    const taken = this.#overruns;
    this.#overruns = [];
    return taken.map(({ name, message }) => ({ name, reason: 'memory', detail: `in ${clean} it has ${message}` }));
  }
}

/** What is worth to be searched with a stopwatch: large samples, and the beginnings of the user's first files. */
const MIN_TIMED_BYTES = 65_536;
const MAX_HEAD_BYTES = 1_048_576;
const MAX_USER_BYTES = 8 * 1_048_576;

/** @throws {ScanError} `SCAN_TRIAL_CLEAN` */
export async function timingSamples(paths: readonly string[]): Promise<Uint8Array[]> {
  const samples = cleanSamples().flatMap(({ bytes }) => (bytes.length >= MIN_TIMED_BYTES ? [bytes] : []));
  let room = MAX_USER_BYTES;
  for await (const { object } of filesOf(paths)) {
    const head = headOf(object, Math.min(room, MAX_HEAD_BYTES));
    if (head.length > 0) samples.push(head);
    room -= head.length;
    if (room === 0) break;
  }
  return samples;
}

/** @returns nothing when it cannot be read */
function headOf(object: CleanObject['object'], maxBytes: number): Uint8Array {
  let opened: OpenObject | undefined;
  try {
    opened = openObject(object);
    const head = new Uint8Array(Math.min(opened.source.size, maxBytes));
    return head.subarray(0, opened.source.read(0, head));
  } catch {
    return new Uint8Array(0);
  } finally {
    opened?.close();
  }
}
