/**
 * Types that pattern sources tell by bytes of their own (ClamAV's ftm), put to work.
 *
 * As clamscan 1.4.6 was seen to do: the object's first 1,024 bytes count. Plain bytes at an offset come before everything that is known here, the last rule
 * first, unless they require a type. All others speak only of what is text or data so far and has the type that they require, the first rule first. Two differences: there the table that
 * is built in goes when a rule of the first sort comes, here it stays behind the rules; and such a rule is told from the others by its form.
 */
import type { FileTypeSignature, PatternElement } from '../../native-free-engine/index.ts';
import { FILE_TYPES, type FileType } from './file-type.ts';
import { endsOf, matchesAt } from './type-pattern.ts';

/** Bytes of the object's start in which a rule must match to its end. */
export const RULE_HEAD_BYTES = 1024;

const KNOWN_TYPES: ReadonlySet<string> = new Set<string>(FILE_TYPES);
/** What an object is when nothing better is known. */
const UNDECIDED: ReadonlySet<FileType> = new Set(['text', 'utf16', 'data']);
/** Types with the same first bytes: rules know the bytes only, and we look at what is behind them. By what a rule says. */
const TOLD_BETTER: Partial<Record<FileType, FileType>> = { pe: 'dos', javaClass: 'machOFat', machOFat: 'javaClass' };

interface TypeRule {
  readonly type: FileType;
  readonly requires: string;
  /** Undefined: anywhere in the head. */
  readonly offset: number | undefined;
  readonly elements: readonly PatternElement[];
}

export class TypeRules {
  /** Before what is built in, in the order in which they are asked. */
  readonly #first: TypeRule[] = [];
  readonly #later: TypeRule[] = [];

  private constructor(signatures: readonly FileTypeSignature[]) {
    for (const signature of signatures.filter(isUsed)) {
      const { type, requires, offset, elements } = signature;
      if (!isKnown(type)) continue;
      const rule = { type, requires, offset, elements };
      if (isMagic(rule)) this.#first.unshift(rule);
      else this.#later.push(rule);
    }
  }

  /**
   * Rules that `isUsed` says no to are left out.
   *
   * @returns undefined when no rule is left: then nothing is to be asked of any object
   */
  static from(signatures: readonly FileTypeSignature[]): TypeRules | undefined {
    const rules = new TypeRules(signatures);
    return rules.#first.length + rules.#later.length === 0 ? undefined : rules;
  }

  /**
   * The type of an object.
   *
   * @param known what it is without rules
   * @param start bytes [0, start.length) of the object; what is behind `RULE_HEAD_BYTES` does not count
   */
  typeOf(known: FileType, start: Uint8Array): FileType {
    const head = start.subarray(0, RULE_HEAD_BYTES);
    const magic = this.#first.find((rule) => matches(rule, head))?.type;
    if (magic !== undefined) return TOLD_BETTER[magic] === known ? known : magic;
    if (!UNDECIDED.has(known)) return known;
    return this.#later.find((rule) => fits(rule, known) && matches(rule, head))?.type ?? known;
  }
}

/** Whether an object can get its type from a rule: the type must be one that we tell from others, and so must the one that it requires. */
export function isUsed({ type, requires }: FileTypeSignature): boolean {
  return isKnown(type) && (requires === 'any' || isKnown(requires));
}

function isKnown(type: string): type is FileType {
  return KNOWN_TYPES.has(type);
}

function isMagic({ offset, elements, requires }: TypeRule): boolean {
  const [element] = elements;
  if (offset === undefined || requires !== 'any' || elements.length !== 1 || element?.kind !== 'bytes') return false;
  return element.masks.every((mask) => mask === 0xff);
}

function fits({ requires }: TypeRule, known: FileType): boolean {
  return requires === 'any' || requires === known;
}

function matches({ offset, elements }: TypeRule, head: Uint8Array): boolean {
  if (offset !== undefined && offset > head.length) return false;
  const [element] = elements;
  if (offset !== undefined && elements.length === 1 && element?.kind === 'bytes')
    return matchesAt(element, head, offset);
  const starts = new Uint8Array(head.length + 1);
  if (offset === undefined) starts.fill(1);
  else starts[offset] = 1;
  return endsOf(elements, head, starts).includes(1);
}
