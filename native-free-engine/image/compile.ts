/**
 * Compiles signatures into an image.
 *
 * In order: ignore what is to be ignored, plan each signature, lay its patterns out, build the matchers and the hash tables, write the names where
 * they are cold. Nothing here depends on the machine or the time: the same signatures give the same image.
 */

import { EngineError, SignatureError } from '../errors.ts';
import { type Digester, digestOf } from '../host.ts';
import { MOVABLE, OFFSET_RULE_WORDS, PATTERN_WORDS, SECTION } from '../layout.ts';
import { encodeCondition } from '../match/condition.ts';
import { lowerPattern } from '../match/lower.ts';
import { appendSegment, type Variant } from '../match/segment.ts';
import type { GramModel } from '../prefilter/model.ts';
import type { BodySignature, Condition, HashSignature, OffsetRule, Pattern, Signature } from '../signature.ts';
import { ENGINE_VERSION, FUNCTIONALITY_LEVEL } from '../version.ts';
import { HashList, hashTableIndex, writeHashTable } from './hash-tables.ts';
import { MATCHER_TARGETS, type MatcherReport, type SearchedSegment, writeMatcher } from './matchers.ts';
import { type Lowered, type PatternPlan, planSignature, ruleOf } from './plan.ts';
import { lowerRegex, RegexTable, verifyTriggers } from './regexes.ts';
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
const OFFSET_BASE = { start: 0, end: 1, entryPoint: 2, section: 3, lastSection: 4 } as const;

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
  readonly #bodies = new Bytes();
  readonly #conditions = new Interner();
  readonly #rules = new Interner();
  readonly #classes = new Map<string, number>();
  readonly #searched: SearchedSegment[] = [];
  readonly #anchors = new Map<number, number[][]>();
  readonly #always = new Map<number, number[]>();
  readonly #regexes = new RegexTable();
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
    else this.#skip(signature.name, 'limit', `${signature.kind}: expected a body or a hash`);
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
    const lowered = this.#lower(signature);
    if (!lowered) return;
    const { plans, plan } = planSignature(signature, lowered, this.#options.model);
    const number = this.#names.length;
    const { target } = signature;
    const firstPattern = this.#patterns.length / PATTERN_WORDS;
    const encode = (each: Condition): number =>
      this.#conditions.add(encodeCondition(each, (pattern) => rankOf(signature.patterns[pattern]!, plans[pattern]!)));
    const segments = signature.patterns.map((pattern, i) => {
      const each = lowered[i]!;
      if (each.kind === 'bytes') return this.#layOut(each.variants, number, pattern, 0);
      return this.#layOut(literalsOf(plans[i]!), number, pattern, encode(each.trigger));
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

  /** Each pattern; undefined when the signature was skipped. */
  #lower(signature: BodySignature): Lowered[] | undefined {
    let reason: SkippedSignature['reason'] = 'limit';
    try {
      const lowered = signature.patterns.map((pattern): Lowered => {
        reason = pattern.kind === 'regex' ? 'regular-expression' : 'limit';
        if (pattern.kind === 'byteCompare' || pattern.kind === 'macro')
          throw new SignatureError(
            'SIGNATURE_LIMIT',
            `pattern: expected bytes or a regular expression, got ${pattern.kind}`,
          );
        return pattern.kind === 'regex' ? lowerRegex(pattern) : { kind: 'bytes', variants: lowerPattern(pattern) };
      });
      reason = 'regular-expression';
      verifyTriggers(signature);
      return lowered;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#skip(signature.name, reason, error.message);
      return undefined;
    }
  }

  /**
   * Writes one pattern and its segments.
   *
   * @param trigger of a regular expression: place of its condition
   * @returns the number of the first of each variant
   */
  #layOut(variants: readonly Variant[], signature: number, pattern: Pattern, trigger: number): number[] {
    const number = this.#patterns.length / PATTERN_WORDS;
    const firstSegment = this.#segments.length / 2;
    const firsts = variants.map((variant) => {
      const first = this.#segments.length / 2;
      variant.forEach((segment, i) => {
        this.#segments.push(number, this.#bodies.length);
        appendSegment(this.#bodies, segment, i === 0, this.#classIndex);
      });
      return first;
    });
    const rule = this.#rules.add(encodeRule(ruleOf(pattern))) / OFFSET_RULE_WORDS;
    const marked = pattern.kind === 'regex' ? this.#regexes.add(number, pattern, trigger, rule) : rule;
    this.#patterns.push(firstSegment, signature, marked);
    return firsts;
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
    for (const { segment, choice } of plan.choices)
      this.#searched.push({ target, segment: segments[0]! + segment, choice });
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

  finish(): CompiledImage {
    const writer = this.#writer;
    const bodySignatures = this.#names.length;
    this.#signatures.push(this.#patterns.length / PATTERN_WORDS, 0, 0, 0);
    this.#patterns.push(this.#segments.length / 2, 0, 0);
    const matchers = MATCHER_TARGETS.map((_, i) => writeMatcher(writer, i, this.#searched));
    writer.add(SECTION.segments, 0, this.#segments.view());
    writer.add(SECTION.bodies, 0, this.#bodies.view());
    writer.add(SECTION.classes, 0, this.#classBytes());
    writer.add(SECTION.patterns, 0, this.#patterns.view());
    writer.add(SECTION.signatures, 0, this.#signatures.view());
    writer.add(SECTION.conditions, 0, this.#conditions.view());
    writer.add(SECTION.offsetRules, 0, this.#rules.view());
    this.#regexes.write(writer);
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

/** What is looked for before a regular expression is run. */
function literalsOf(plan: PatternPlan): readonly Variant[] {
  return plan.kind === 'search' ? plan.variants : [];
}

/** SHA-256 over the digests of all pattern files: the key of the image. */
export function combinedDigest(digests: readonly Uint8Array[], digester: Digester): Uint8Array {
  const all = new Uint8Array(digests.reduce((sum, digest) => sum + digest.length, 0));
  let at = 0;
  for (const digest of digests) {
    all.set(digest, at);
    at += digest.length;
  }
  return digestOf(digester, 'sha256', all);
}

/** kind 0 any, 1 at, 2 section, 3 version information; base, section, offset as two words, shift. */
function encodeRule(rule: OffsetRule): number[] {
  if (rule.kind === 'any') return [0, 0, 0, 0, 0, 0];
  if (rule.kind === 'section') return [2, 0, rule.section, 0, 0, 0];
  if (rule.kind === 'versionInfo') return [3, 0, 0, 0, 0, 0];
  const shift = Math.min(rule.shift, 0xffffffff);
  return [1, OFFSET_BASE[rule.base], rule.section, rule.offset | 0, Math.floor(rule.offset / 2 ** 32) | 0, shift];
}

/** Where an anchor lies in every object; MOVABLE when that depends on the object, or is one of several places. */
function fixedPlace(rule: OffsetRule, delta: number): number {
  if (rule.kind !== 'at' || rule.base !== 'start' || rule.shift !== 0 || rule.offset < 0) return MOVABLE;
  return Math.min(rule.offset + delta, MOVABLE);
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

/** Word sequences, each kept once. */
class Interner {
  readonly #words = new Words();
  readonly #places = new Map<string, number>();

  /** @returns place of the sequence, in words */
  add(sequence: readonly number[]): number {
    const key = sequence.join();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#words.length;
    this.#words.push(...sequence);
    this.#places.set(key, place);
    return place;
  }

  view(): Int32Array {
    const words = this.#words.view();
    return new Int32Array(words.buffer, words.byteOffset, words.length);
  }
}
