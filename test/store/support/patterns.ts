/** Small pattern files, and reports of trials that went well. */
import { compileSignatures, type Signature } from '../../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../../src/host/host.ts';
import type { TrialReport } from '../../../src/store/staging.ts';

export interface PatternOptions {
  readonly engineRange?: string;
  readonly channel?: string;
  readonly released?: string;
  /** Makes another content of the same number. */
  readonly salt?: string;
  /** Each takes some thirty bytes of the file. */
  readonly signatures?: number;
}

/** A `.npf` of that number with hash signatures of its own; by default one. */
export function patternFile(number: number, options: PatternOptions = {}): Uint8Array {
  const {
    engineRange = '*',
    channel = 'stable',
    released = '2026-11-01T00:00:00Z',
    salt = '',
    signatures = 1,
  } = options;
  const names = Array.from({ length: signatures }, (_, i) => `${number}${salt}${i === 0 ? '' : `.${i}`}`);
  return compileSignatures(names.map(signatureOf), description(number, engineRange, channel, released), {
    digester: nodeDigester,
    compressor: zstdCompressor,
  }).bytes;
}

function signatureOf(name: string): Signature {
  const digest = nodeDigester.create('md5');
  digest.update(Buffer.from(name));
  return {
    kind: 'hash',
    name: `Test.${name}`,
    levels: { min: 0, max: Number.POSITIVE_INFINITY },
    algorithm: 'md5',
    digest: digest.finish(),
    size: 1000,
    scope: 'object',
    action: 'detect',
  };
}

function description(number: number, engineRange: string, channel: string, released: string) {
  const sources = [{ name: 'own.hdb', licence: 'Apache-2.0', signatures: 1 }];
  return { number, released, channel, engineRange, sources };
}

export const PASSED: TrialReport = { signatures: 1, samples: 2, compileMs: 1, elapsedMs: 2, quarantine: [] };

export const QUARANTINED: TrialReport = {
  ...PASSED,
  signatures: 0,
  quarantine: [{ name: 'Test.Noisy', reason: 'clean-corpus', detail: 'it hit /usr/bin/true' }],
};
