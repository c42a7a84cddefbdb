/** What a line uses, and how often lines that use it were compared and hold. */
import { bodyOf, macroOf, regexOf, type TwinLine } from './twin.ts';
import { compareOf } from './twin-number.ts';

export interface FeatureCount {
  readonly pairs: number;
  readonly matches: number;
  /** Of clamscan, as declared. */
  readonly declared: number;
  /** Of either side, without a reason. */
  readonly open: number;
}

/** Names of features, each once. */
export function featuresOf({ format, text }: TwinLine): string[] {
  const features = new Set<string>([format]);
  if (format === 'ndb') {
    const [, target, offset, pattern] = text.split(':') as [string, string, string, string];
    features.add(`target ${target}`);
    for (const feature of [...offsetFeatures(offset), ...patternFeatures(pattern, '')]) features.add(feature);
  } else if (format === 'ldb') {
    for (const feature of ldbFeatures(text)) features.add(feature);
  } else if (text.split(':').includes('*')) features.add('hash of any size');
  return [...features];
}

function ldbFeatures(text: string): string[] {
  const [, block, logic, ...subsignatures] = text.split(';') as [string, string, string, ...string[]];
  const attributes = block.split(',').flatMap((attribute) => {
    const [name, value] = attribute.split(':') as [string, string];
    if (name === 'Engine') return [];
    return [name === 'Target' ? `target ${value}` : name];
  });
  return [...attributes, ...logicFeatures(logic), ...subsignatures.flatMap(subsignatureFeatures)];
}

const LOGIC: readonly (readonly [feature: string, text: RegExp])[] = [
  ['logic &', /&/],
  ['logic |', /\|/],
  ['logic & and | mixed', /&\d+\||\|\d+&/],
  ['logic count =', /=/],
  ['logic count >', />/],
  ['logic count <', /</],
  ['logic count of a block', /\)[=<>]/],
  ['logic different ones', /,/],
];

function logicFeatures(logic: string): string[] {
  return LOGIC.filter(([, text]) => text.test(logic)).map(([feature]) => feature);
}

function subsignatureFeatures(text: string): string[] {
  const compare = compareOf(text);
  if (compare) {
    const { form, order, isExact } = compare;
    return ['byte compare', `byte compare ${form}${order}`, ...(isExact ? ['byte compare e'] : [])];
  }
  if (macroOf(text)) return ['macro group'];
  const regex = regexOf(text);
  if (!regex) {
    const { offset, pattern, modifiers } = bodyOf(text);
    const letters = [...modifiers].map((letter) => `modifier ${letter}`);
    return [...letters, ...offsetFeatures(offset), ...patternFeatures(pattern, modifiers)];
  }
  return [
    'regex',
    ...[...regex.flags].map((flag) => `regex /${flag}`),
    ...(regex.offset === '*' ? [] : ['regex with an offset']),
    ...(/^\d+$/.test(regex.trigger) ? [] : ['regex with a trigger of its own logic']),
  ];
}

function offsetFeatures(offset: string): string[] {
  const kind = offset.replace(/,\d+$/, '').replace(/\d+/g, 'n').replace(/^Sn/, 'Sx').replace(/^SEn/, 'SEx');
  return [`offset ${kind}`, ...(offset.includes(',') ? ['offset with a shift'] : [])];
}

const PATTERN: readonly (readonly [feature: string, text: RegExp])[] = [
  ['??', /\?\?/],
  ['nibble', /[0-9a-f]\?|\?[0-9a-f]/],
  ['*', /\*/],
  ['{n}', /\{\d+\}/],
  ['{n-m}', /\{\d+-\d+\}/],
  ['{-n}', /\{-\d+\}/],
  ['{n-}', /\{\d+-\}/],
  ['[n-m]', /\[\d+-\d+\]/],
  ['(a|b)', /(?:^|[^!])\([0-9a-f?]/],
  ['nested (a|b)', /\([^()]*\((?![BLW]\))/],
  ['!(a|b)', /!\([0-9a-f?]/],
  ['(B)', /\(B\)/],
  ['(L)', /\(L\)/],
  ['(W)', /\(W\)/],
  ['!(B), !(L), !(W)', /!\([BLW]\)/],
];

function patternFeatures(pattern: string, modifiers: string): string[] {
  const found = PATTERN.filter(([, text]) => text.test(pattern)).map(([feature]) => `pattern ${feature}`);
  return modifiers !== '' || found.length > 0 ? found : ['pattern plain'];
}

/** Features by name, in columns. */
export function featureTable(counts: ReadonlyMap<string, FeatureCount>): string {
  const head = ['feature', 'pairs', 'match', '%', 'declared', 'differ'];
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { pairs, matches, declared, open }]) => [
      name,
      `${pairs}`,
      `${matches}`,
      ((100 * matches) / pairs).toFixed(1),
      `${declared}`,
      `${open}`,
    ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  return [head, ...rows]
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
