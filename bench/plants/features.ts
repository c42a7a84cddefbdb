/**
 * What a body signature makes use of: the kinds that the planted objects must cover.
 */
import type { BodySignature, BytesPattern, Condition, PatternElement } from '../../native-free-engine/index.ts';

/** Names of all that a signature uses; at least one. */
export function featuresOf(signature: BodySignature): Set<string> {
  const features = new Set<string>([`target ${signature.target}`]);
  for (const pattern of signature.patterns) {
    if (pattern.kind === 'bytes') addPattern(pattern, features);
    else features.add('regular expression');
  }
  addCondition(signature.condition, features);
  return features;
}

function addPattern(pattern: BytesPattern, features: Set<string>): void {
  const modifiers = [
    pattern.noCase && 'i',
    pattern.wide && 'w',
    pattern.fullWord && 'f',
    pattern.wide && pattern.ascii && 'a',
  ].filter((letter) => letter !== false);
  if (modifiers.length > 0) features.add(`::${modifiers.join('')}`);
  const { offset } = pattern;
  if (offset.kind === 'section') features.add('offset SEx');
  if (offset.kind === 'at') features.add(`offset ${offset.base}${offset.shift > 0 ? ' with a shift' : ''}`);
  addElements(pattern.elements, features);
  if (pattern.elements.length === 1 && pattern.elements[0]!.kind === 'bytes' && isLiteral(pattern.elements[0]!)) {
    features.add('literal');
  }
}

function isLiteral(element: Extract<PatternElement, { kind: 'bytes' }>): boolean {
  return element.masks.every((mask) => mask === 0xff);
}

function addElements(elements: readonly PatternElement[], features: Set<string>): void {
  for (const element of elements) {
    switch (element.kind) {
      case 'bytes':
        if (element.masks.includes(0)) features.add('any byte');
        if (element.masks.some((mask) => mask === 0xf0 || mask === 0x0f)) features.add('nibble');
        break;
      case 'gap':
        features.add(gapName(element.min, element.max));
        break;
      case 'boundary':
        features.add('boundary');
        break;
      case 'alternatives':
        features.add(element.negated ? 'not one of' : 'alternatives');
    }
  }
}

function gapName(min: number, max: number): string {
  if (min === max) return 'gap {n}';
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? 'gap *' : 'gap {n-}';
  return min === 0 ? 'gap {-n}' : 'gap {n-m}';
}

function addCondition(condition: Condition, features: Set<string>): void {
  switch (condition.kind) {
    case 'match':
      return;
    case 'and':
    case 'or':
      features.add(`logic ${condition.kind}`);
      for (const part of condition.of) addCondition(part, features);
      return;
    case 'count':
      features.add(`count ${condition.comparison}${condition.distinct > 0 ? ' of distinct' : ''}`);
      addCondition(condition.of, features);
      return;
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
    case 'container':
      features.add(condition.kind);
  }
}
