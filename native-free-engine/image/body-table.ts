/**
 * The body signatures of an image: planned ones are laid out one behind the other, and get the numbers of their patterns and segments here.
 */

import { EngineError } from '../errors.ts';
import { OFFSET_RULE_WORDS, PATTERN_WORDS, SECTION, SIGNATURE_WORDS } from '../layout.ts';
import { openSegment, SEGMENT_FLAG } from '../match/segment.ts';
import type { GramModel } from '../prefilter/model.ts';
import type { ByteComparePattern, MacroPattern } from '../signature.ts';
import { DependentTable } from './dependents.ts';
import { wholeBodies } from './filters.ts';
import { Interner } from './interner.ts';
import { LATE_TARGETS } from './late.ts';
import { lateBodiesLast } from './late-bodies.ts';
import { MATCHER_TARGETS, type MatcherReport, writeMatcher } from './matchers.ts';
import { PLANNED, PLANNED_START } from './planned.ts';
import { PlannedReader } from './planned-bytes.ts';
import { readChoice, readWord } from './planned-choice.ts';
import { RegexTable } from './regexes.ts';
import type { SearchedSegment } from './searched.ts';
import { type ImageWriter, Words } from './writer.ts';

const MAX_CLASSES = 65_536;
const CLASS_BYTES = 32;

export class BodyTable {
  readonly #signatures = new Words();
  readonly #patterns = new Words();
  readonly #segments = new Words();
  readonly #conditions = new Interner();
  readonly #rules = new Interner();
  /** Bitmap, one character for each byte, to the number of the class. */
  readonly #classes = new Map<string, number>();
  readonly #bodies = new Interner();
  readonly #searched: SearchedSegment[] = [];
  readonly #anchors = new Map<number, number[][]>();
  readonly #always = new Map<number, number[]>();
  readonly #regexes = new RegexTable();
  readonly #dependents = new DependentTable();
  /** Laid out at the end, behind the patterns of all signatures. */
  readonly #members: { readonly group: number; readonly planned: Uint8Array }[] = [];
  /** Signatures in the table. */
  length = 0;
  /** Patterns at a fixed place. */
  anchored = 0;

  constructor() {
    // Rule 0 is `any`.
    this.#rules.add(new Uint8Array(OFFSET_RULE_WORDS * 4));
  }

  /** @param reader stands behind the name of a planned signature, whose bytes are kept @returns its cost */
  add(reader: PlannedReader): number {
    const target = reader.varint();
    const cost = reader.f64();
    const number = this.length++;
    const firstPattern = this.#patterns.length / PATTERN_WORDS;
    const firsts = this.#addPatterns(reader, number);
    this.#signatures.push(firstPattern, this.#conditions.add(reader.block()) / 4, target, 0);
    if (cost === Number.POSITIVE_INFINITY) listOf(this.#always, target).push(number);
    this.#addStarts(reader, firsts, target);
    return cost;
  }

  /** A member of a macro group: a planned signature whose pattern it is, which starts nothing. */
  addMember(group: number, planned: Uint8Array): void {
    this.#members.push({ group, planned });
  }

  /** @returns of each pattern the number of the first segment of each variant */
  #addPatterns(reader: PlannedReader, signature: number): number[][] {
    const first = this.#patterns.length / PATTERN_WORDS;
    return Array.from({ length: reader.varint() }, () => {
      const rule = this.#ruleWord(reader, first);
      const number = this.#patterns.length / PATTERN_WORDS;
      this.#patterns.push(this.#segments.length / 2, signature, rule);
      return Array.from({ length: reader.varint() }, () => this.#addVariant(reader, number));
    });
  }

  /** @param first number of the signature's first pattern */
  #ruleWord(reader: PlannedReader, first: number): number {
    const kind = reader.byte();
    if (kind === PLANNED.bytes) return this.#addRule(reader);
    if (kind === PLANNED.regex) {
      const [source, flags] = [reader.text(), reader.text()];
      const trigger = this.#conditions.add(reader.block()) / 4;
      return this.#regexes.add(
        this.#patterns.length / PATTERN_WORDS,
        { source, flags },
        trigger,
        this.#addRule(reader),
      );
    }
    const pattern = JSON.parse(reader.text()) as ByteComparePattern | MacroPattern;
    return pattern.kind === 'byteCompare'
      ? this.#dependents.addCompare(pattern, first + pattern.of)
      : this.#dependents.addMacro(pattern);
  }

  #addRule(reader: PlannedReader): number {
    return this.#rules.add(reader.block()) / (OFFSET_RULE_WORDS * 4);
  }

  /** @returns number of its first segment */
  #addVariant(reader: PlannedReader, pattern: number): number {
    const first = this.#segments.length / 2;
    const count = reader.varint();
    for (let i = 0; i < count; i++) this.#segments.push(pattern, this.#addBody(reader));
    return first;
  }

  #addBody(reader: PlannedReader): number {
    const body = reader.block();
    return this.#bodies.add((body[0]! & SEGMENT_FLAG.classes) === 0 ? body : this.#withClasses(body, reader));
  }

  /** A copy with the numbers that its classes have here. */
  #withClasses(body: Uint8Array, reader: PlannedReader): Uint8Array {
    const numbered = body.slice();
    const { classes } = openSegment(numbered, 0);
    const count = numbered[classes]! | (numbered[classes + 1]! << 8);
    for (let i = 0; i < count; i++) {
      const number = this.#classOf(reader.raw(CLASS_BYTES));
      numbered[classes + 4 + i * 4] = number;
      numbered[classes + 5 + i * 4] = number >>> 8;
    }
    return numbered;
  }

  #classOf(bitmap: Uint8Array): number {
    const key = String.fromCharCode(...bitmap);
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const number = this.#classes.size;
    if (number === MAX_CLASSES) {
      const message = `image: expected at most ${MAX_CLASSES} different byte classes, got more`;
      throw new EngineError('IMAGE_TOO_LARGE', message);
    }
    this.#classes.set(key, number);
    return number;
  }

  #addStarts(reader: PlannedReader, firsts: readonly (readonly number[])[], target: number): void {
    let anchoredPattern = -1;
    for (let count = reader.varint(); count > 0; count--) {
      if (reader.byte() === PLANNED_START.search) {
        const number = firsts[reader.varint()]![0]! + reader.varint();
        this.#searched.push({
          target,
          number,
          choice: readChoice(reader),
          costs: this.#readCosts(reader),
          words: [readWord(reader), readWord(reader)],
        });
        continue;
      }
      const place = reader.f64();
      const pattern = reader.varint();
      const segment = firsts[pattern]![reader.varint()]!;
      const { value, mask, delta } = readWord(reader);
      listOf(this.#anchors, target).push([place, segment, value, mask, delta]);
      if (pattern !== anchoredPattern) this.anchored++;
      anchoredPattern = pattern;
    }
  }

  #readCosts(reader: PlannedReader): number[] {
    const costs: number[] = [];
    for (let count = reader.varint(); count > 0; count--) costs.push(reader.f64());
    return costs;
  }

  /** Nothing can be added afterwards. */
  write(writer: ImageWriter, model: GramModel): readonly MatcherReport[] {
    this.#signatures.push(this.#patterns.length / PATTERN_WORDS, 0, 0, 0);
    this.#addMembers();
    this.#patterns.push(this.#segments.length / 2, 0, 0);
    const segments = this.#segments.view();
    const isLate = latePatterns(this.#patterns.view(), this.#signatures.view());
    const { bodies, lateFrom } = lateBodiesLast(segments, this.#bodies.view(), isLate);
    const bodyOf = wholeBodies(segments, bodies);
    const matchers = MATCHER_TARGETS.map((targets, i) => {
      const write = (): MatcherReport => writeMatcher(writer, i, this.#searched, model, bodyOf);
      return (targets & ~LATE_TARGETS) === 0 ? writer.late(write) : write();
    });
    writer.add(SECTION.segments, 0, segments);
    writer.addSplit(SECTION.bodies, 0, bodies, lateFrom);
    writer.add(SECTION.classes, 0, this.#classBytes());
    writer.add(SECTION.patterns, 0, this.#patterns.view());
    writer.add(SECTION.signatures, 0, this.#signatures.view());
    writer.add(SECTION.conditions, 0, this.#conditions.view());
    writer.add(SECTION.offsetRules, 0, this.#rules.view());
    this.#regexes.write(writer);
    this.#dependents.write(writer);
    return matchers;
  }

  /** Objects of these types are looked at without a search. */
  writeAnchors(writer: ImageWriter): void {
    for (const [target, anchors] of this.#anchors)
      writer.add(SECTION.anchors, target, Uint32Array.from(anchors.sort((a, b) => a[0]! - b[0]!).flat()));
    for (const [target, numbers] of this.#always) writer.add(SECTION.always, target, Uint32Array.from(numbers));
  }

  #addMembers(): void {
    for (const { group, planned } of this.#members) {
      const reader = new PlannedReader(planned);
      reader.block();
      const target = reader.varint();
      reader.f64();
      this.#dependents.addMember(group, target, this.#patterns.length / PATTERN_WORDS);
      // Of a signature that there is not.
      this.#addPatterns(reader, this.length);
    }
  }

  #classBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#classes.size * CLASS_BYTES);
    let at = 0;
    for (const key of this.#classes.keys()) for (let i = 0; i < CLASS_BYTES; i++) bytes[at++] = key.charCodeAt(i);
    return bytes;
  }
}

/** Tells whether a pattern belongs to a signature that applies to late targets alone. Members of macro groups belong to the end of the table, which has target 0. */
function latePatterns(patterns: Uint32Array, signatures: Uint32Array): (pattern: number) => boolean {
  return (pattern) => {
    const target = signatures[patterns[pattern * PATTERN_WORDS + 1]! * SIGNATURE_WORDS + 2]!;
    return ((1 << target) & LATE_TARGETS) !== 0;
  };
}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  const known = map.get(key);
  if (known) return known;
  const list: V[] = [];
  map.set(key, list);
  return list;
}
