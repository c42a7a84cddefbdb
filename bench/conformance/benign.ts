/**
 * Benign files with the real set: whatever we detect, clamscan must confirm by the same name.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpus } from '../corpora.ts';
import { makeRealSet, whyNoRealSet } from '../real-set.ts';
import { findClamscan } from '../scan/clamscan.ts';
import { unpackedPackages } from '../scan/debian.ts';
import { ourEngine } from '../scan/ours.ts';

const TREES: Readonly<Record<string, () => string>> = {
  '/usr': () => '/usr',
  libwine: () => join(unpackedPackages('libwine', ['libwine:amd64']), 'usr'),
  wordpress: () => join(unpackedPackages('wordpress', ['wordpress']), 'usr'),
  mails: () => corpus('mails'),
};

/**
 * @param only one of the trees; undefined for all
 * @returns whether everything that we detect is confirmed, or why it cannot be asked here
 * @throws {Error} for a tree that is none
 */
export async function benign(only?: string): Promise<boolean | string> {
  if (only !== undefined && !Object.hasOwn(TREES, only)) {
    throw new Error(`--only: expected one of ${Object.keys(TREES).join(', ')}, got ${only}`);
  }
  const missing = whyNoRealSet();
  if (missing !== undefined) return missing;
  const peer = findClamscan(['--disable-cache']);
  if (typeof peer === 'string') return peer;
  const directory = mkdtempSync(join(tmpdir(), 'conformance-benign-'));
  try {
    const ours = ourEngine(join(directory, 'cache'));
    if (typeof ours === 'string') return ours;
    const patterns = [makeRealSet(join(directory, 'patterns'))];
    let isConfirmed = true;
    for (const [name, treeOf] of Object.entries(TREES)) {
      if (only !== undefined && name !== only) continue;
      const tree = madeOrSaid(name, treeOf);
      if (tree === undefined) continue;
      const { findings } = await ours.scan(patterns, [tree]);
      const detected = [...findings.names.keys()];
      const confirmed = detected.length === 0 ? undefined : (await peer.scan(patterns, detected)).findings;
      const rows = [...findings.names].flatMap(([path, names]) =>
        [...names].map((name) => ({ path, name, isConfirmed: confirmed?.names.get(path)?.has(name) ?? false })),
      );
      const open = rows.filter((row) => !row.isConfirmed);
      console.log(
        `${name}: ${findings.files} files, ${findings.bytes} bytes, ${findings.unscanned.size} not looked at whole, ` +
          `${rows.length} detections, ${open.length} unconfirmed`,
      );
      for (const row of rows)
        console.log(`  ${row.isConfirmed ? 'confirmed' : 'UNCONFIRMED'} ${row.path}: ${row.name}`);
      if (open.length > 0) isConfirmed = false;
    }
    return isConfirmed;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function madeOrSaid(name: string, treeOf: () => string): string | undefined {
  try {
    const tree = treeOf();
    if (existsSync(tree)) return tree;
    process.stderr.write(`SKIPPED: ${name}: ${tree} is missing\n`);
  } catch (cause) {
    process.stderr.write(`SKIPPED: ${name}: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}\n`);
  }
  return undefined;
}
