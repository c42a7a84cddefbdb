/**
 * Signatures in a readable form: ClamAV's notation where it has one, since that is what most who read it know.
 */
import {
  type ByteComparePattern,
  type BytesPattern,
  type Condition,
  type FileTypeSignature,
  type HashSignature,
  type IgnoreSignature,
  type OffsetRule,
  type Pattern,
  type PatternElement,
  type Range,
  type Signature,
  TARGET,
} from '../../native-free-engine/index.ts';

/** Label → value, in the order to be shown: what name, kind and target do not say yet. */
export type Fields = readonly (readonly [label: string, value: string])[];

const TARGET_NAMES = new Map<number, string>(Object.entries(TARGET).map(([name, target]) => [target, name]));
const SIGNS = { equal: '=', less: '<', greater: '>' } as const;
const BOUNDARY_LETTERS = { word: 'B', line: 'L', nonAlphanumeric: 'W' } as const;

/** `any`, `pe` …; of a hash its algorithm. */
export function describeTarget(signature: Signature): string {
  switch (signature.kind) {
    case 'body':
      return TARGET_NAMES.get(signature.target) ?? `target ${signature.target}`;
    case 'hash':
      return signature.algorithm;
    case 'macro':
      return TARGET_NAMES.get(signature.target) ?? `target ${signature.target}`;
    case 'ignore':
    case 'fileType':
      return 'any';
  }
}

export function describeFields(signature: Signature): Fields {
  const { min, max } = signature.levels;
  const levels: Fields =
    min > 0 || max !== Number.POSITIVE_INFINITY ? [['Levels', describeRange(signature.levels)]] : [];
  switch (signature.kind) {
    case 'body':
      return [...(signature.handler === undefined ? [] : [['Handler', signature.handler] as const]), ...levels];
    case 'hash':
      return [...hashFields(signature), ...levels];
    case 'ignore':
      return [...ignoreFields(signature), ...levels];
    case 'macro':
      return [['Group', String(signature.group)], ['Bytes', describePattern(signature.pattern)], ...levels];
    case 'fileType':
      return [...fileTypeFields(signature), ...levels];
  }
}

const SCOPE_NAMES = {
  object: 'the whole object',
  section: 'a section of a PE file',
  imports: 'the imports of a PE file',
} as const;

function fileTypeFields({ type, requires, offset, elements }: FileTypeSignature): Fields {
  return [
    ['Type', type],
    ['Taken before for', requires],
    ['Bytes', `${offset === undefined ? '' : `${offset}:`}${describeElements(elements)}`],
  ];
}

function hashFields({ algorithm, digest, size, scope, action }: HashSignature): Fields {
  return [
    ['Digest', `${algorithm} ${hex(digest)}`],
    ['Size', size === undefined ? 'any' : String(size)],
    ['Of', SCOPE_NAMES[scope]],
    ['Action', action === 'detect' ? 'report' : 'allow: clean, whatever else matches'],
  ];
}

function ignoreFields({ entryDigest }: IgnoreSignature): Fields {
  return entryDigest === undefined ? [] : [['While its entry has the MD5', entryDigest]];
}

/** `OFFSET:HEX::FLAGS`, `TRIGGER/REGEX/FLAGS`, `PATTERN(OFFSET#FORM#COMPARISONS)` or `${MIN-MAX}GROUP$`. */
export function describePattern(pattern: Pattern): string {
  if (pattern.kind === 'regex') {
    const { offset, trigger, source, flags } = pattern;
    return `${describeOffset(offset)}${describeCondition(trigger)}/${printable(source)}/${flags}`;
  }
  if (pattern.kind === 'byteCompare') return describeCompare(pattern);
  if (pattern.kind === 'macro') return `\${${pattern.range.min}-${pattern.range.max}}${pattern.group}$`;
  const flags = flagsOf(pattern);
  return `${describeOffset(pattern.offset)}${describeElements(pattern.elements)}${flags && `::${flags}`}${quotedText(pattern)}`;
}

const FORM_LETTERS = { hex: 'h', decimal: 'd', auto: 'a', binary: 'i' } as const;

function describeCompare({ of, offset, form, order, isExact, length, comparisons }: ByteComparePattern): string {
  const where = offset < 0 ? `<<${-offset}` : `>>${offset}`;
  const number = `${FORM_LETTERS[form]}${order === 'big' ? 'b' : 'l'}${isExact ? 'e' : ''}${length}`;
  const wanted = comparisons.map(({ operator, value }) => `${SIGNS[operator]}${value}`).join(',');
  return `${of}(${where}#${number}#${wanted})`;
}

/** The same expression without bytes that a terminal would obey. */
function printable(source: string): string {
  return source.replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function flagsOf({ noCase, wide, ascii, fullWord }: BytesPattern): string {
  return (noCase ? 'i' : '') + (wide ? 'w' : '') + (wide && ascii ? 'a' : '') + (fullWord ? 'f' : '');
}

function describeElements(elements: readonly PatternElement[]): string {
  return elements.map(describeElement).join('');
}

function describeElement(element: PatternElement): string {
  switch (element.kind) {
    case 'bytes':
      return Array.from(element.values, (value, i) => describeByte(value, element.masks[i]!)).join('');
    case 'gap':
      return describeGap(element.min, element.max);
    case 'alternatives':
      return `${element.negated ? '!' : ''}(${element.options.map(describeElements).join('|')})`;
    case 'boundary':
      return `${element.negated ? '!' : ''}(${BOUNDARY_LETTERS[element.boundary]})`;
  }
}

function describeByte(value: number, mask: number): string {
  const digits = value.toString(16).padStart(2, '0');
  if (mask === 0xff) return digits;
  if (mask === 0) return '??';
  if (mask === 0xf0) return `${digits[0]}?`;
  if (mask === 0x0f) return `?${digits[1]}`;
  // Not in ClamAV's notation: one bit that may be either, as in a letter of either case.
  return `[${digits}&${mask.toString(16).padStart(2, '0')}]`;
}

function describeGap(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : `{${min}-}`;
  return min === max ? `{${min}}` : `{${min}-${max}}`;
}

function describeOffset(rule: OffsetRule): string {
  switch (rule.kind) {
    case 'any':
      return '';
    case 'section':
      return `SE${rule.section}:`;
    case 'versionInfo':
      return 'VI:';
    case 'at':
      return `${describeBase(rule)}${rule.shift > 0 ? `,${rule.shift}` : ''}:`;
  }
}

function describeBase({ base, section, offset }: Extract<OffsetRule, { kind: 'at' }>): string {
  const signed = offset < 0 ? String(offset) : `+${offset}`;
  switch (base) {
    case 'start':
      return String(offset);
    case 'end':
      return `EOF${signed}`;
    case 'entryPoint':
      return `EP${signed}`;
    case 'section':
      return `S${section}${signed}`;
    case 'lastSection':
      return `SL${signed}`;
  }
}

/** The text that the bytes are, where all of them are printable. */
function quotedText({ elements }: BytesPattern): string {
  const [only] = elements;
  if (elements.length !== 1 || only?.kind !== 'bytes') return '';
  const isText = only.values.every((value, i) => only.masks[i] === 0xff && value >= 0x20 && value < 0x7f);
  return isText ? `  "${String.fromCharCode(...only.values)}"` : '';
}

/** As in a logical signature: pattern numbers, `&`, `|`, counts. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'match':
      return String(condition.pattern);
    case 'and':
    case 'or':
      return joined(condition.of, condition.kind === 'and' ? '&' : '|');
    case 'count': {
      const sign = SIGNS[condition.comparison];
      return `${inParentheses(condition.of)}${sign}${condition.count}${condition.distinct > 0 ? `,${condition.distinct}` : ''}`;
    }
    case 'fileSize':
      return `size ${describeRange(condition.range)}`;
    case 'entryPoint':
      return `entry point ${describeRange(condition.range)}`;
    case 'sectionCount':
      return `sections ${describeRange(condition.range)}`;
    case 'container':
      return condition.type === 'any' ? 'in no container' : `in ${condition.type}`;
    case 'intermediates':
      return `in ${condition.types.join(' > ')}`;
  }
}

function joined(conditions: readonly Condition[], sign: string): string {
  return conditions.map(inParentheses).join(` ${sign} `);
}

function inParentheses(condition: Condition): string {
  const text = describeCondition(condition);
  return condition.kind === 'and' || condition.kind === 'or' ? `(${text})` : text;
}

function describeRange({ min, max }: Range): string {
  if (max === Number.POSITIVE_INFINITY) return `≥ ${min}`;
  return min === max ? String(min) : `${min}–${max}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
