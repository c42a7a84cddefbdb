/** A compiler that costs nothing: each line `Name:text` of a source is a signature that looks for the text. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compileSignatures, type Signature } from '../../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../../src/host/host.ts';
import type { CompilePattern } from '../../../src/publish/release-options.ts';

export const compileLines: CompilePattern = async (sources, { output, ...description }) => {
  const skipped: string[] = [];
  const perSource = sources.map((path) => {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    skipped.push(...lines.filter((line) => !line.includes(':')));
    return { path, signatures: lines.filter((line) => line.includes(':')).map(signatureOf) };
  });
  const { bytes } = compileSignatures(
    perSource.flatMap(({ signatures }) => signatures),
    {
      ...description,
      sources: perSource.map(({ path, signatures }) => ({
        name: basename(path),
        licence: 'none',
        signatures: signatures.length,
      })),
    },
    { digester: nodeDigester, compressor: zstdCompressor },
  );
  writeFileSync(output, bytes);
  return { skipped };
};

function signatureOf(line: string): Signature {
  const [name = '', text = ''] = line.split(':');
  const values = Buffer.from(text);
  return {
    kind: 'body',
    name,
    levels: { min: 0, max: Number.POSITIVE_INFINITY },
    target: 0,
    patterns: [
      {
        kind: 'bytes',
        elements: [{ kind: 'bytes', values, masks: new Uint8Array(values.length).fill(0xff) }],
        offset: { kind: 'any' },
        noCase: false,
        wide: false,
        ascii: true,
        fullWord: false,
      },
    ],
    condition: { kind: 'match', pattern: 0 },
  };
}
