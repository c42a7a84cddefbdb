/**
 * Compiles signatures into an image.
 *
 * In order: ignore what is to be ignored, plan each signature, lay its patterns out, build the matchers and the hash tables, write the names where
 * they are cold. Nothing here depends on the machine or the time: the same signatures give the same image.
 */

import { EngineError } from '../errors.ts';
import type { Digester } from '../host.ts';
import { OFFSET_RULE_WORDS, PATTERN_WORDS, SECTION } from '../layout.ts';
import { encodeCondition } from '../match/condition.ts';
import type { Segment, Variant } from '../match/segment.ts';
import { encodeRecord } from '../pattern-file/encode-record.ts';
import { type KnownWord, knownWord } from '../prefilter/choose.ts';
import type { GramModel } from '../prefilter/model.ts';
import type {
  BodySignature,
  BytesPattern,
  Condition,
  HashSignature,
  MacroSignature,
  OffsetRule,
  Pattern,
  Signature,
} from '../signature.ts';
import { ENGINE_VERSION, FUNCTIONALITY_LEVEL } from '../version.ts';
import { SegmentBodies } from './bodies.ts';
import { combinedDigest } from './combined-digest.ts';
import { DependentTable } from './dependents.ts';
import { HashList, hashTableIndex, writeHashTable } from './hash-tables.ts';
import { Interner } from './interner.ts';
import { lowerSignature } from './lower-signature.ts';
import { MATCHER_TARGETS, type MatcherReport, writeMatcher } from './matchers.ts';
import { encodeRule, fixedPlace, ruleOf } from './offset-rules.ts';
import { type PatternPlan, planSignature } from './plan.ts';
import { RegexTable } from './regexes.ts';
import type { SearchedSegment } from './searched.ts';
import { Bytes, ImageWriter, Words } from './writer.ts';

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

/** Signatures in the report's list of hot ones. */
const HOT_LISTED = 50;

interface MacroMember {
  readonly group: number;
  readonly target: number;
  readonly pattern: BytesPattern;
  readonly variants: readonly Variant[];
}

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

  readonly #signatures = new Words();
  readonly #patterns = new Words();
  readonly #segments = new Words();
  readonly #conditions = new Interner();
  readonly #rules = new Interner();
  readonly #classes = new Map<string, number>();
  readonly #searched: SearchedSegment[] = [];
  readonly #anchors = new Map<number, number[][]>();
  readonly #always = new Map<number, number[]>();
  readonly #regexes = new RegexTable();
  readonly #dependents = new DependentTable();
  readonly #members: MacroMember[] = [];
  /** Records. */
  readonly #fileTypes: Uint8Array[] = [];
  #anchored = 0;

  /** @param ignored names of all signatures to leave out, which must be known before the first of them is added */
  constructor(options: CompileOptions, ignored: ReadonlySet<string>) {
    this.#options = options;
    this.#ignored = ignored;
    // Rule 0 is `any`.
    this.#rules.add([0, 0, 0, 0, 0, 0]);
  }

  /** In the order that the image has them in. One that ignores is passed over: its name is in `ignored`. */
  add(signature: Signature): void {
    if (signature.kind === 'ignore') return;
    const isAllowed = signature.kind === 'hash' && signature.action === 'allow';
    if (!isAllowed && this.#ignored.has(signature.name)) {
      this.#skip(signature.name, 'ignored', 'its name is on an ignore list');
      return;
    }
    const { min, max } = signature.levels;
    if (min > FUNCTIONALITY_LEVEL || max < FUNCTIONALITY_LEVEL) {
      this.#skip(signature.name, 'level', `for levels ${min} to ${max}, this engine has ${FUNCTIONALITY_LEVEL}`);
      return;
    }
    if (signature.kind === 'hash') this.#addHash(signature);
    else if (signature.kind === 'body') this.#addBody(signature);
    else if (signature.kind === 'macro') this.#addMember(signature);
    else this.#fileTypes.push(encodeRecord(signature));
  }

  #skip(name: string, reason: SkippedSignature['reason'], message: string): void {
    this.#skipped.push({ name, reason, message });
  }

  #addHash(signature: HashSignature): void {
    const { algorithm, scope, name } = signature;
    const table = hashTableIndex(algorithm, scope);
    const hashes = this.#hashes.get(table) ?? new HashList(algorithm);
    this.#hashes.set(table, hashes);
    hashes.add(signature, this.#hashNames.length);
    this.#hashNames.push(name);
  }

  #addBody(signature: BodySignature): void {
    const lowered = lowerSignature(signature);
    if ('reason' in lowered) {
      this.#skip(signature.name, lowered.reason, lowered.message);
      return;
    }
    const { plans, plan } = planSignature(signature, lowered, this.#options.model);
    const number = this.#names.length;
    const { target } = signature;
    const firstPattern = this.#patterns.length / PATTERN_WORDS;
    const encode = (each: Condition): number =>
      this.#conditions.add(encodeCondition(each, (pattern) => rankOf(signature.patterns[pattern]!, plans[pattern]!)));
    const segments = signature.patterns.map((pattern, i) => {
      const each = lowered[i]!;
      if (each.kind === 'bytes') return this.#layOut(each.variants, number, this.#ruleWord(pattern));
      const trigger = each.kind === 'regex' ? encode(each.trigger) : 0;
      return this.#layOut(literalsOf(plans[i]!), number, this.#markedWord(pattern, firstPattern, trigger));
    });
    const condition = encode(signature.condition);
    this.#signatures.push(firstPattern, condition, target, 0);
    this.#names.push(signature.name);
    if (plan.cost === Number.POSITIVE_INFINITY) {
      this.#unfiltered.push(signature.name);
      listOf(this.#always, target).push(number);
      return;
    }
    this.#hot.push({ name: signature.name, cost: plan.cost });
    for (const pattern of plan.patterns) {
      this.#start(plans[pattern]!, segments[pattern]!, ruleOf(signature.patterns[pattern]!), target);
    }
  }

  /** A member of a macro group: laid out at the end, behind the patterns of all signatures. */
  #addMember(signature: MacroSignature): void {
    const { pattern, target, group, name, levels } = signature;
    const condition = { kind: 'match', pattern: 0 } as const;
    const lowered = lowerSignature({ kind: 'body', name, levels, target, patterns: [pattern], condition });
    if ('reason' in lowered) this.#skip(name, lowered.reason, lowered.message);
    else if (lowered[0]!.kind === 'bytes')
      this.#members.push({ group, target, pattern, variants: lowered[0]!.variants });
  }

  /**
   * Writes one pattern and its segments.
   *
   * @param rule the word of its offset rule
   * @returns the number of the first of each variant
   */
  #layOut(variants: readonly Variant[], signature: number, rule: number): number[] {
    const number = this.#patterns.length / PATTERN_WORDS;
    const firstSegment = this.#segments.length / 2;
    const firsts = variants.map((variant) => {
      const first = this.#segments.length / 2;
      variant.forEach((segment, i) => {
        this.#segments.push(number, this.#bodies.add(segment, i === 0));
      });
      return first;
    });
    this.#patterns.push(firstSegment, signature, rule);
    return firsts;
  }

  #ruleWord(pattern: Pattern): number {
    return this.#rules.add(encodeRule(ruleOf(pattern))) / OFFSET_RULE_WORDS;
  }

  /** Of a pattern that is no byte pattern. @param first number of the signature's first pattern @param trigger place of its condition */
  #markedWord(pattern: Pattern, first: number, trigger: number): number {
    switch (pattern.kind) {
      case 'bytes':
        return this.#ruleWord(pattern);
      case 'regex':
        return this.#regexes.add(this.#patterns.length / PATTERN_WORDS, pattern, trigger, this.#ruleWord(pattern));
      case 'byteCompare':
        return this.#dependents.addCompare(pattern, first + pattern.of);
      case 'macro':
        return this.#dependents.addMacro(pattern);
    }
  }

  #start(plan: PatternPlan, segments: readonly number[], offset: OffsetRule, target: number): void {
    if (plan.kind === 'anchor') {
      this.#anchored++;
      const anchors = listOf(this.#anchors, target);
      plan.anchors.forEach(({ value, mask, delta }, i) => {
        anchors.push([fixedPlace(offset, delta), segments[i]!, value, mask, delta]);
      });
      return;
    }
    for (const { number, segment, choice } of plan.choices)
      this.#searched.push({ target, number: segments[0]! + number, choice, words: wordsOf(segment) });
  }

  readonly #classIndex = (bitmap: Uint8Array): number => {
    const key = bitmap.join();
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const index = this.#classes.size;
    if (index > 0xffff)
      throw new EngineError('IMAGE_TOO_LARGE', 'image: expected at most 65536 different byte classes, got more');
    this.#classes.set(key, index);
    return index;
  };
  readonly #bodies = new SegmentBodies(this.#classIndex);

  finish(): CompiledImage {
    const writer = this.#writer;
    const bodySignatures = this.#names.length;
    this.#signatures.push(this.#patterns.length / PATTERN_WORDS, 0, 0, 0);
    this.#layOutMembers(bodySignatures);
    this.#patterns.push(this.#segments.length / 2, 0, 0);
    const matchers = MATCHER_TARGETS.map((_, i) => writeMatcher(writer, i, this.#searched, this.#options.model));
    writer.add(SECTION.segments, 0, this.#segments.view());
    writer.add(SECTION.bodies, 0, this.#bodies.view());
    writer.add(SECTION.classes, 0, this.#classBytes());
    writer.add(SECTION.patterns, 0, this.#patterns.view());
    writer.add(SECTION.signatures, 0, this.#signatures.view());
    writer.add(SECTION.conditions, 0, this.#conditions.view());
    writer.add(SECTION.offsetRules, 0, this.#rules.view());
    this.#regexes.write(writer);
    this.#dependents.write(writer);
    writer.add(SECTION.fileTypes, 0, framed(this.#fileTypes));
    for (const [target, anchors] of this.#anchors)
      writer.add(SECTION.anchors, target, Uint32Array.from(anchors.sort((a, b) => a[0]! - b[0]!).flat()));
    for (const [target, numbers] of this.#always) writer.add(SECTION.always, target, Uint32Array.from(numbers));
    this.#writeHashes();
    this.#writeNames();
    const report: CompileReport = {
      signatures: bodySignatures + this.#hashNames.length,
      body: bodySignatures,
      hashes: this.#hashNames.length,
      anchored: this.#anchored,
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

  /** @param signature a number that no signature has */
  #layOutMembers(signature: number): void {
    for (const { group, target, pattern, variants } of this.#members) {
      this.#dependents.addMember(group, target, this.#patterns.length / PATTERN_WORDS);
      this.#layOut(variants, signature, this.#ruleWord(pattern));
    }
  }

  #classBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#classes.size * 32);
    let at = 0;
    for (const key of this.#classes.keys()) {
      bytes.set(key.split(',').map(Number), at);
      at += 32;
    }
    return bytes;
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

/** How early a condition asks for a pattern. A look at a fixed place costs nothing: it comes before every search, and a regular expression after all. */
function rankOf(pattern: Pattern, { cost }: PatternPlan): number {
  if (pattern.kind !== 'bytes') return Number.POSITIVE_INFINITY;
  return pattern.offset.kind === 'at' ? -1 : cost;
}

/** One in each half, so that a gram does not cover both. */
function wordsOf(segment: Segment): readonly [KnownWord, KnownWord] {
  const { length } = segment.values;
  const half = length >>> 1;
  return [knownWord(segment, half, length), knownWord(segment, 0, half)];
}

/** What is looked for before a regular expression is run. */
function literalsOf(plan: PatternPlan): readonly Variant[] {
  return plan.kind === 'search' ? plan.variants : [];
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

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  const known = map.get(key);
  if (known) return known;
  const list: V[] = [];
  map.set(key, list);
  return list;
}

function countBy(skipped: readonly SkippedSignature[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
