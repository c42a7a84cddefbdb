/**
 * Objects for the real set's signatures with regular expressions: each pattern as bytes that it matches, a text made for the expression among them.
 */
import type { BodySignature, Pattern } from '../../native-free-engine/index.ts';
import { readClamav } from '../../src/dialects/clamav/read.ts';
import { objectFor } from '../../src/scan/trial/objects.ts';
import { sampleOf } from '../engine/tables/regex-sample.ts';
import type { Random } from '../support/engine/random.ts';

/** A line of the set for any type of file and in no container, and an object made for it. */
export interface RealRegex {
  readonly name: string;
  readonly line: string;
  readonly object: Uint8Array;
}

/** @param text of an ldb, in Latin-1 */
export function realRegexes(text: string, random: Random): RealRegex[] {
  return text.split('\n').flatMap((original) => {
    const line = original.replace(/^([^;]*);[^;]*;/, '$1;Engine:81-255,Target:0;');
    if (!/;[^;]*\/[^;]*\/[a-zA-Z]*(;|$)/.test(line)) return [];
    const signature = signatureOf(line);
    if (!signature?.patterns.some(({ kind }) => kind === 'regex')) return [];
    const object = objectWith(signature, random);
    return object ? [{ name: signature.name, line, object }] : [];
  });
}

function signatureOf(line: string): BodySignature | undefined {
  let read: BodySignature | undefined;
  readClamav(new Uint8Array(Buffer.from(line, 'latin1')), {
    source: 'main.ldb',
    format: 'ldb',
    onSignature: (signature) => {
      if (signature.kind === 'body') read = signature;
    },
    onSkipped: () => {},
  });
  return read;
}

/** @returns undefined when none can be built, or only a large one */
function objectWith(signature: BodySignature, random: Random): Uint8Array | undefined {
  const triggers = signature.patterns.flatMap((pattern) => (pattern.kind === 'regex' ? [pattern.trigger] : []));
  const patterns = signature.patterns.map((pattern) => asBytes(pattern, random));
  const found = objectFor({
    ...signature,
    target: 0,
    patterns,
    condition: { kind: 'and', of: [...triggers, signature.condition] },
  });
  if (!found) return undefined;
  const bytes = new Uint8Array(found.source.size);
  found.source.read(0, bytes);
  return bytes;
}

function asBytes(pattern: Pattern, random: Random): Pattern {
  if (pattern.kind !== 'regex') return pattern;
  const values = new Uint8Array(Buffer.from(sampleOf(pattern.source, pattern.flags, random), 'latin1'));
  const elements = [{ kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) }] as const;
  return { kind: 'bytes', elements, offset: pattern.offset, noCase: false, wide: false, ascii: true, fullWord: false };
}
