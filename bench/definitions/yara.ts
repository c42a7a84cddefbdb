/** Scans beside yara, with the rules that both can say. */
import type { YaraDefinition } from './definition.ts';

const COMMON = { kind: 'yara', rules: 'elastic.yar', pairs: 2, seed: 1 } as const;

export const YARAS: readonly YaraDefinition[] = [
  {
    ...COMMON,
    name: 'yara/elf128',
    tree: 'elf128',
    analysis: 'Two thousand rules of long strings: yara compiles them in every run, we read our image.',
  },
  {
    ...COMMON,
    name: 'yara/pe128',
    tree: 'pe128',
    analysis: 'The same on Windows programs, whose strings the rules look for.',
  },
];
