/**
 * Compiles signatures into an image.
 *
 * In order: ignore what is to be ignored, plan each signature, lay its patterns out, build the matchers and the hash tables, write the names where
 * they are cold. Nothing here depends on the machine or the time: the same signatures give the same image.
 */

import type { Digester } from '../host.ts';
import { SECTION } from '../layout.ts';
import { encodeRecord } from '../pattern-file/encode-record.ts';
import type { GramModel } from '../prefilter/model.ts';
import type { BodySignature, HashSignature, MacroSignature, Signature } from '../signature.ts';
import { ENGINE_VERSION, FUNCTIONALITY_LEVEL } from '../version.ts';
import { BodyTable } from './body-table.ts';
import { combinedDigest } from './combined-digest.ts';
import { HashList, hashTableIndex, writeHashTable } from './hash-tables.ts';
import type { MatcherReport } from './matchers.ts';
import { isForThisEngine, Planner } from './planned.ts';
import { PlannedReader } from './planned-bytes.ts';
import { Bytes, ImageWriter } from './writer.ts';

export interface CompileOptions {
  readonly digester: Digester;
  readonly model: GramModel;
  /** Content digests of the pattern files that the signatures come from, in order. */
  readonly patternDigests: readonly Uint8Array[];
}

/** A signature that was left out of the image, and why. */
export interface SkippedSignature {
  readonly name: string;
  readonly reason: 'ignored' | 'level' | 'regular-expression' | 'limit';
  readonly message: string;
}

/** What was compiled; in the image's report section as JSON. */
export interface CompileReport {
  readonly signatures: number;
  readonly body: number;
  readonly hashes: number;
  /** Patterns at a fixed place, which cost no search. */
  readonly anchored: number;
  /** Signatures that no search can rule out: their condition is evaluated on every object of their target. */
  readonly unfiltered: readonly string[];
  /** The signatures whose atoms ordinary files hold most often, worst first. */
  readonly hot: readonly { readonly name: string; readonly nsPerMegabyte: number }[];
  readonly matchers: readonly MatcherReport[];
  readonly skipped: Readonly<Record<string, number>>;
}

export interface CompiledImage {
  readonly bytes: Uint8Array;
  readonly report: CompileReport;
  readonly skipped: readonly SkippedSignature[];
}

/** Why a signature was left out. */
const IGNORED = 'its name is on an ignore list';
/** Signatures in the report's list of hot ones. */
const HOT_LISTED = 50;

export function compileImage(signatures: Iterable<Signature>, options: CompileOptions): CompiledImage {
  const all = [...signatures];
  const ignored = new Set<string>();
  for (const signature of all) if (signature.kind === 'ignore') ignored.add(signature.name);
  const compiler = new ImageCompiler(options, ignored);
  for (const signature of all) compiler.add(signature);
  return compiler.finish();
}

/**
 * Compiles signatures one by one, so that none of them need be kept: held together, those of the real set are 300 MB that the collector goes over again and
 * again.
 */
export class ImageCompiler {
  readonly #options: CompileOptions;
  readonly #ignored: ReadonlySet<string>;
  readonly #writer = new ImageWriter();
  readonly #skipped: SkippedSignature[] = [];
  readonly #names: string[] = [];
  /** By table. */
  readonly #hashes = new Map<number, HashList>();
  /** Of all tables; in the image they stand behind those of body signatures. */
  readonly #hashNames: string[] = [];
  readonly #hot: { name: string; cost: number }[] = [];
  readonly #unfiltered: string[] = [];

  readonly #bodies = new BodyTable();
  readonly #planner: Planner;
  /** Records. */
  readonly #fileTypes: Uint8Array[] = [];

  /** @param ignored names of all signatures to leave out, which must be known before the first of them is added */
  constructor(options: CompileOptions, ignored: ReadonlySet<string>) {
    this.#options = options;
    this.#ignored = ignored;
    this.#planner = new Planner(options.model);
  }

  /** What was left out so far. */
  get skipped(): readonly SkippedSignature[] {
    return this.#skipped;
  }

  /**
   * In the order that the image has them in. One that ignores is passed over: its name is in `ignored`.
   *
   * @returns of a body signature that is used what `addPlanned` takes
   */
  add(signature: Signature): Uint8Array | undefined {
    if (signature.kind === 'ignore') return undefined;
    const isAllowed = signature.kind === 'hash' && signature.action === 'allow';
    if (!isAllowed && this.#ignored.has(signature.name)) {
      return this.#skip(signature.name, 'ignored', IGNORED);
    }
    const { min, max } = signature.levels;
    if (!isForThisEngine(signature.levels)) {
      const message = `for levels ${min} to ${max}, this engine has ${FUNCTIONALITY_LEVEL}`;
      return this.#skip(signature.name, 'level', message);
    }
    if (signature.kind === 'body') return this.#addBody(signature);
    if (signature.kind === 'hash') this.#addHash(signature);
    else if (signature.kind === 'macro') this.#addMember(signature);
    else this.#fileTypes.push(encodeRecord(signature));
    return undefined;
  }

  #skip(name: string, reason: SkippedSignature['reason'], message: string): undefined {
    this.#skipped.push({ name, reason, message });
    return undefined;
  }

  #addHash(signature: HashSignature): void {
    const { algorithm, scope, name } = signature;
    const table = hashTableIndex(algorithm, scope);
    const hashes = this.#hashes.get(table) ?? new HashList(algorithm);
    this.#hashes.set(table, hashes);
    hashes.add(signature, this.#hashNames.length);
    this.#hashNames.push(name);
  }

  #addBody(signature: BodySignature): Uint8Array | undefined {
    const planned = this.#planner.plan(signature);
    if ('reason' in planned) return this.#skip(signature.name, planned.reason, planned.message);
    const reader = new PlannedReader(planned);
    this.#layOut(reader.text(), reader);
    return planned;
  }

  /**
   * Adds a body signature that was planned before, by an engine of this version with the same model.
   *
   * @param planned  kept; nothing in it is checked
   * @param isWanted of its name: false leaves it out without a word
   * @returns whether it was wanted
   */
  addPlanned(planned: Uint8Array, isWanted: (name: string) => boolean): boolean {
    const reader = new PlannedReader(planned);
    const name = reader.text();
    if (!isWanted(name)) return false;
    if (this.#ignored.has(name)) this.#skip(name, 'ignored', IGNORED);
    else this.#layOut(name, reader);
    return true;
  }

  #layOut(name: string, reader: PlannedReader): void {
    const cost = this.#bodies.add(reader);
    this.#names.push(name);
    if (cost === Number.POSITIVE_INFINITY) this.#unfiltered.push(name);
    else this.#hot.push({ name, cost });
  }

  #addMember({ pattern, target, group, name, levels }: MacroSignature): void {
    const condition = { kind: 'match', pattern: 0 } as const;
    const planned = this.#planner.plan({ kind: 'body', name, levels, target, patterns: [pattern], condition });
    if ('reason' in planned) this.#skip(name, planned.reason, planned.message);
    else this.#bodies.addMember(group, planned);
  }

  finish(): CompiledImage {
    const writer = this.#writer;
    const bodySignatures = this.#names.length;
    const matchers = this.#bodies.write(writer, this.#options.model);
    writer.add(SECTION.fileTypes, 0, framed(this.#fileTypes));
    this.#bodies.writeAnchors(writer);
    this.#writeHashes();
    this.#writeNames();
    const report: CompileReport = {
      signatures: bodySignatures + this.#hashNames.length,
      body: bodySignatures,
      hashes: this.#hashNames.length,
      anchored: this.#bodies.anchored,
      unfiltered: this.#unfiltered,
      hot: this.#hottest(),
      matchers,
      skipped: countBy(this.#skipped),
    };
    writer.add(SECTION.report, 0, new TextEncoder().encode(JSON.stringify(report)));
    const patternDigest = combinedDigest(this.#options.patternDigests, this.#options.digester);
    const header = { engineVersion: ENGINE_VERSION, patternDigest, signatures: report.signatures };
    return { bytes: writer.finish(header, this.#options.digester), report, skipped: this.#skipped };
  }

  #writeHashes(): void {
    const firstName = this.#names.length;
    for (const [table, hashes] of this.#hashes) writeHashTable(this.#writer, table, hashes, firstName);
    for (const name of this.#hashNames) this.#names.push(name);
  }

  /** Cold: offsets u32 of each name and of the end, then the names in UTF-8. */
  #writeNames(): void {
    const text = new Bytes();
    const offsets = new Uint32Array(this.#names.length + 1);
    this.#names.forEach((name, i) => {
      offsets[i] = text.length;
      text.appendText(name);
    });
    offsets[this.#names.length] = text.length;
    const at = this.#writer.addCold(new Uint8Array(offsets.buffer));
    const textAt = this.#writer.addCold(text.view());
    this.#writer.add(SECTION.coldNames, 0, Float64Array.of(this.#names.length, at, textAt));
  }

  #hottest(): CompileReport['hot'] {
    return this.#hot
      .sort((a, b) => b.cost - a.cost)
      .slice(0, HOT_LISTED)
      .map(({ name, cost }) => ({ name, nsPerMegabyte: Math.round(cost) }));
  }
}

/** Each behind its length as u32. */
function framed(records: readonly Uint8Array[]): Uint8Array {
  const bytes = new Bytes();
  for (const record of records) {
    bytes.append(new Uint8Array(Uint32Array.of(record.length).buffer));
    bytes.append(record);
  }
  return bytes.view();
}

function countBy(skipped: readonly SkippedSignature[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
