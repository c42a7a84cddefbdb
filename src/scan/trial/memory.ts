/** What one signature takes of the image: estimated without compiling anything, and measured where that says too much. */
import type { PatternElement, Signature } from '../../../native-free-engine/index.ts';
import { SIGNATURE_LIMITS } from '../../../native-free-engine/index.ts';
import { compileAlone } from './image.ts';

/** A segment beside its bytes: places in tables, atoms, states of the automaton. */
const SEGMENT_BYTES = 512;
/** What is so large by estimate is not even compiled. */
const MAX_COMPILED_BYTES = 64 * 1024 * 1024;

/** What a list of elements multiplies out to. */
interface Extent {
  readonly variants: number;
  readonly bytes: number;
  readonly segments: number;
}

/**
 * @returns bytes of the image that a signature takes: an upper estimate as long as that is below `enough`, else as measured
 */
export function imageBytesOf(signature: Signature, enough: number): number {
  if (signature.kind !== 'body') return 0;
  const estimated = estimate(signature.patterns);
  if (estimated <= enough || estimated > MAX_COMPILED_BYTES) return estimated;
  return compileAlone([signature]).bytes.length - emptyImageBytes();
}

function emptyImageBytes(): number {
  return compileAlone([]).bytes.length;
}

function estimate(patterns: Extract<Signature, { kind: 'body' }>['patterns']): number {
  let sum = 0;
  for (const pattern of patterns) {
    if (pattern.kind !== 'bytes') continue;
    const { variants, bytes, segments } = extentOf(pattern.elements);
    // More variants than the limit, and the compiler refuses the signature.
    const count = Math.min(variants, SIGNATURE_LIMITS.variants);
    // Values, masks and, in wide text, as many NUL bytes; in both forms where it may be either.
    const forms = pattern.wide ? (pattern.ascii ? 3 : 2) : 1;
    sum += count * forms * (2 * bytes + segments * SEGMENT_BYTES);
  }
  return sum;
}

function extentOf(elements: readonly PatternElement[]): Extent {
  let variants = 1;
  let bytes = 0;
  let segments = 1;
  for (const element of elements) {
    if (element.kind === 'bytes') bytes += element.values.length;
    else if (element.kind === 'gap') segments++;
    else if (element.kind === 'alternatives') {
      const options = element.options.map(extentOf);
      const isClass = element.options.every((option) => isOneByte(option));
      if (!isClass && !element.negated) variants *= options.reduce((all, option) => all + option.variants, 0);
      const total = options.reduce((all, option) => all + option.bytes, 0);
      bytes += element.negated ? total : Math.max(1, ...options.map((option) => option.bytes));
      segments += options.reduce((most, option) => Math.max(most, option.segments), 0);
    }
  }
  return { variants, bytes, segments };
}

function isOneByte(option: readonly PatternElement[]): boolean {
  const [only] = option;
  return option.length === 1 && only!.kind === 'bytes' && only!.values.length === 1;
}
