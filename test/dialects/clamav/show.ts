/** Signature values as short text, so that a table can hold what is expected of a line. */
import type { Condition, OffsetRule, Pattern, PatternElement, Range } from '../../../native-free-engine/signature.ts';

/** Bytes as digits and `?`, gaps as `{min-max}`, groups as they are written, `<word>` a test between bytes, `[word]` one of a byte. */
export function showElements(elements: readonly PatternElement[]): string {
  return elements.map(showElement).join(' ');
}

function showElement(element: PatternElement): string {
  switch (element.kind) {
    case 'bytes':
      return Array.from(element.values, (value, index) => showPosition(value, element.masks[index])).join('');
    case 'gap':
      return `{${element.min}-${element.max === Number.POSITIVE_INFINITY ? '' : element.max}}`;
    case 'alternatives':
      return `${element.negated ? '!' : ''}(${element.options.map(showElements).join('|')})`;
    case 'boundary':
      return `${element.negated ? '!' : ''}${element.consumes ? `[${element.boundary}]` : `<${element.boundary}>`}`;
  }
}

function showPosition(value: number, mask: number): string {
  const [high, low] = value.toString(16).padStart(2, '0');
  if ((value & ~mask) !== 0 || ![0, 0x0f, 0xf0, 0xff].includes(mask)) throw new Error(`no position: ${value}, ${mask}`);
  return `${mask & 0xf0 ? high : '?'}${mask & 0x0f ? low : '?'}`;
}

export function showOffset(rule: OffsetRule): string {
  if (rule.kind === 'any') return 'any';
  if (rule.kind === 'section') return `in section ${rule.section}`;
  if (rule.kind === 'versionInfo') return 'version information';
  const { base, section, offset, shift } = rule;
  // Not text: −0 would look like 0.
  if (Object.is(offset, -0)) throw new Error('offset −0');
  const from = base === 'section' ? `section ${section}` : base;
  return `${from} ${offset < 0 ? '-' : '+'}${Math.abs(offset)}${shift > 0 ? ` up to ${shift} on` : ''}`;
}

/** `nocase wide ascii fullword`, those that apply. */
export function showModifiers(pattern: Pattern): string {
  if (pattern.kind !== 'bytes') throw new Error('not a byte pattern');
  const { noCase, wide, ascii, fullWord } = pattern;
  return [noCase && 'nocase', wide && 'wide', ascii && 'ascii', fullWord && 'fullword'].filter(Boolean).join(' ');
}

export function showCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'match':
      return String(condition.pattern);
    case 'and':
    case 'or':
      return `(${condition.of.map(showCondition).join(condition.kind === 'and' ? ' & ' : ' | ')})`;
    case 'count': {
      const { of, comparison, count, distinct } = condition;
      const sign = { equal: '=', less: '<', greater: '>' }[comparison];
      return `${showCondition(of)}${sign}${count}${distinct > 0 ? `,${distinct}` : ''}`;
    }
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
      return `${condition.kind}[${showRange(condition.range)}]`;
    case 'container':
      return `container[${condition.type}]`;
    case 'intermediates':
      return `intermediates[${condition.types.join('>')}]`;
  }
}

export function showRange({ min, max }: Range): string {
  return `${min}-${max === Number.POSITIVE_INFINITY ? '' : max}`;
}
