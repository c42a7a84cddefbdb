/** Reads lines as a caller would, and collects what comes back. */
import type { Signature } from '../../../native-free-engine/signature.ts';
import type { ClamavFormat } from '../../../src/dialects/clamav/formats.ts';
import { readClamav } from '../../../src/dialects/clamav/read.ts';
import type { SkippedLine } from '../../../src/dialects/clamav/skip.ts';

export interface Outcome {
  readonly signatures: readonly Signature[];
  readonly skipped: readonly SkippedLine[];
  readonly lines: number;
  /** Line number and bytes of each signature's line. */
  readonly places: readonly (readonly [line: number, start: number, end: number])[];
}

export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function readBytes(bytes: Uint8Array, format: ClamavFormat): Outcome {
  const signatures: Signature[] = [];
  const skipped: SkippedLine[] = [];
  const places: [number, number, number][] = [];
  const { lines } = readClamav(bytes, {
    source: `test.${format}`,
    format,
    onSignature: (signature, ...place) => {
      signatures.push(signature);
      places.push(place);
    },
    onSkipped: (line) => skipped.push(line),
  });
  return { signatures, skipped, lines, places };
}

export const readText = (text: string, format: ClamavFormat): Outcome => readBytes(latin1(text), format);

/** The one signature of a line that is not skipped. */
export function signatureOf(line: string, format: ClamavFormat): Signature {
  const { signatures, skipped } = readText(line, format);
  if (signatures.length !== 1) throw new Error(`${line}: expected one signature, got ${JSON.stringify(skipped)}`);
  return signatures[0];
}

/** Why a line is skipped, and at which column. */
export function refusalOf(line: string, format: ClamavFormat): [reason: string, column: number] {
  const { signatures, skipped } = readText(line, format);
  if (signatures.length !== 0 || skipped.length !== 1) throw new Error(`${line}: expected a skipped line`);
  return [skipped[0].reason, skipped[0].column];
}
