/** Random signature lines over the whole grammar of ndb and ldb, each of a form that both clamscan and we take; lines of hashes come with the objects. */
import type { Random } from '../support/engine/random.ts';
import { randomCompare, randomMacro } from './grammar-dependents.ts';
import { logicText } from './grammar-logic.ts';
import { literalText, patternText } from './grammar-pattern.ts';
import { randomRegex } from './grammar-regex.ts';
import type { TwinLine } from './twin.ts';

/** Strings of version information that programs may have, as both objects and patterns know them. */
export const VERSION_STRINGS: readonly (readonly [key: string, value: string])[] = [
  ['aaAA', 'b1a'],
  ['aAb', ' a-a'],
  ['Ab1a', 'AA'],
];

/** What most objects of a round are, so that signatures for that hold on about half of them. */
export type Theme = 'data' | 'pe' | 'elf' | 'packed';
export const THEMES: readonly Theme[] = ['data', 'pe', 'pe', 'elf', 'packed'];

/** What an ldb line is made of, in order. */
interface Subsignature {
  readonly text: string;
  readonly samples?: readonly string[];
}

/** @param group a macro group that no other line asks for; undefined when there is none left */
export function randomLine(random: Random, name: string, theme: Theme, group: number | undefined): TwinLine {
  const kind = random.below(20);
  if (kind < 6) return ndbLine(random, name, theme);
  return kind === 6 && group !== undefined ? macroLine(random, name, group) : ldbLine(random, name, theme);
}

function ndbLine(random: Random, name: string, theme: Theme): TwinLine {
  const target = targetOf(random, theme);
  const isVersion = target === 1 && random.chance(0.3);
  const offset = isVersion ? 'VI' : offsetText(random, target);
  const pattern = isVersion ? versionText(random) : patternText(random, '');
  return { name, format: 'ndb', text: `${name}:${target}:${offset}:${pattern}` };
}

function ldbLine(random: Random, name: string, theme: Theme): TwinLine {
  const target = targetOf(random, theme);
  const count = random.pick([1, 1, 1, 2, 2, 3, 4]);
  const subsignatures: Subsignature[] = Array.from({ length: count }, () => ({
    text: subsignatureText(random, target),
  }));
  if (random.chance(0.2)) subsignatures.push(...comparedPair(random, subsignatures.length));
  if (random.chance(0.25)) subsignatures.push(regexSubsignature(random, target, subsignatures.length));
  return lineOf(name, blockOf(random, target, theme), logicText(random, subsignatures.length), subsignatures);
}

/** Counted by nothing: what clamscan does to the count of what stands in front of a macro is its own. */
function macroLine(random: Random, name: string, group: number): TwinLine {
  const bytes = random.between(3, 5);
  const { text, members } = randomMacro(random, name, group, bytes);
  const third = random.chance(0.4) ? [{ text: subsignatureText(random, 0) }] : [];
  const logic = third.length > 0 ? random.pick(['0&1&2', '0&(1|2)', '(0&1)|2']) : random.pick(['0&1', '1']);
  return {
    ...lineOf(name, 'Engine:81-255,Target:0', logic, [{ text: literalText(random, bytes) }, { text }, ...third]),
    members,
  };
}

function lineOf(name: string, block: string, logic: string, subsignatures: readonly Subsignature[]): TwinLine {
  const samples = new Map(subsignatures.flatMap((each, i) => (each.samples ? [[i, each.samples] as const] : [])));
  const text = [name, block, logic, ...subsignatures.map((each) => each.text)].join(';');
  return { name, format: 'ldb', text, samples };
}

// --- attributes ---

const TARGET_OF = { data: 14, pe: 1, elf: 6, packed: 14 } as const;

function targetOf(random: Random, theme: Theme): number {
  if (random.chance(0.65)) return 0;
  return random.chance(0.9) ? TARGET_OF[theme] : random.pick([1, 6, 14]);
}

function blockOf(random: Random, target: number, theme: Theme): string {
  const attributes = [`Target:${target}`, ...attributesOf(random, target), ...containerOf(random, theme)];
  return ['Engine:81-255', ...random.shuffled(attributes)].join(',');
}

/** Ranges that about half of the objects, or more, lie in. */
function attributesOf(random: Random, target: number): string[] {
  const attributes: string[] = [];
  const add = (chance: number, text: () => string): void => {
    if (random.chance(chance)) attributes.push(text());
  };
  add(0.1, () => random.pick([`FileSize:0-${random.between(1500, 6000)}`, `FileSize:${random.below(2500)}-100000`]));
  if (target === 1 || target === 6) {
    add(0.2, () => random.pick(['NumberOfSections:1-2', 'NumberOfSections:2-3', 'NumberOfSections:3-3']));
    add(0.2, () => random.pick([`EntryPoint:0-${random.between(400, 1300)}`, `EntryPoint:${random.below(700)}-9000`]));
  }
  return attributes;
}

/** What an object must lie in: one of the two attributes, or none. */
function containerOf(random: Random, theme: Theme): string[] {
  if (!random.chance(theme === 'packed' ? 0.3 : 0.04)) return [];
  if (theme !== 'packed' && random.chance(0.7)) return ['Container:CL_TYPE_ANY'];
  return [
    random.pick([
      'Container:CL_TYPE_ZIP',
      'Container:CL_TYPE_GZ',
      'Intermediates:CL_TYPE_ZIP',
      'Intermediates:CL_TYPE_ANY',
      'Intermediates:CL_TYPE_GZ>CL_TYPE_ZIP',
      'Intermediates:CL_TYPE_ANY>CL_TYPE_ZIP',
    ]),
  ];
}

// --- subsignatures ---

function subsignatureText(random: Random, target: number): string {
  if (target === 1 && random.chance(0.08)) return `VI:${versionText(random)}`;
  const modifiers = random.chance(0.6)
    ? ''
    : random.pick(['i', 'i', 'w', 'wa', 'iw', 'iwa', 'f', 'if', 'fw', 'fwa', 'a']);
  const offset = random.chance(0.75) ? '' : `${offsetText(random, target)}:`;
  return `${offset === '*:' ? '' : offset}${patternText(random, modifiers)}${modifiers && `::${modifiers}`}`;
}

/** Plain bytes, and a comparison beside them. @param number of the first */
function comparedPair(random: Random, number: number): Subsignature[] {
  const bytes = random.between(3, 5);
  const { text, samples } = randomCompare(random, number, bytes);
  return [{ text: `${literalText(random, bytes)}${random.chance(0.2) ? '::i' : ''}` }, { text, samples }];
}

/** @param number its own; its trigger is about those in front */
function regexSubsignature(random: Random, target: number, number: number): Subsignature {
  const { source, flags, samples } = randomRegex(random);
  const trigger = random.chance(0.5) ? `${random.below(number)}` : logicText(random, number);
  const offset = random.chance(0.6) ? '' : `${offsetText(random, target)}:`;
  return { text: `${offset === '*:' ? '' : offset}${trigger}/${source}/${flags}`, samples };
}

/** The beginning of a string of version information, or nearly. */
function versionText(random: Random): string {
  const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');
  const [key, value] = random.pick(VERSION_STRINGS);
  const first = random.chance(0.15) ? `${key}b` : key.slice(0, random.between(2, key.length));
  return wide(first) + random.pick(['', '', `{-12}${wide(value)}`, `*${wide(value)}`]);
}

function offsetText(random: Random, target: number): string {
  if (random.chance(0.7)) return '*';
  const shift = random.chance(0.6) ? `,${random.pick([5, 100, 300, 3000, 3000])}` : random.pick(['', '', ',0']);
  if ((target === 1 || target === 6) && random.chance(0.8)) {
    const distance = random.below(40);
    return random.pick([
      `EP+${distance}${shift}`,
      `EP-${distance}${shift}`,
      `S${random.below(3)}+${distance}${shift}`,
      `SL+${distance}${shift}`,
      `SE${random.below(2)}`,
    ]);
  }
  return random.chance(0.7) ? `${random.between(4, 1500)}${shift}` : `EOF-${random.between(2, 600)}${shift}`;
}
