/**
 * One batch: signatures and their objects in a directory of their own, scanned once by each engine.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings, ScanEngine } from '../scan/findings.ts';
import type { Case, Role } from './cases.ts';
import type { SignatureLine } from './lines.ts';
import { refusedByPeer, writeSources } from './refused.ts';

export interface BatchItem {
  readonly line: SignatureLine;
  readonly cases: readonly Case[];
}

/** What one engine said of the objects. */
export interface Engines {
  readonly ours: ScanEngine;
  readonly peer: ScanEngine;
}

/** A name that only one engine has for an object. */
export interface Disagreement {
  readonly id: string;
  /** Signature that the object was built for. */
  readonly builtFor: string;
  readonly role: Role;
  readonly foundBy: 'ours' | 'peer';
}

export interface BatchResult {
  /** Signatures found in a hit of theirs, by each. */
  readonly hitByOurs: ReadonlySet<string>;
  readonly hitByPeer: ReadonlySet<string>;
  readonly disagreements: readonly Disagreement[];
  /** Signatures whose line clamscan refuses. */
  readonly refusedByPeer: ReadonlySet<string>;
  /** Objects that we did not look at whole, with the reason. */
  readonly unscanned: readonly { readonly builtFor: string; readonly role: Role; readonly reason: string }[];
  readonly objects: number;
}

/** @param directory made here and taken away again, unless `keep` */
export async function runBatch(
  items: readonly BatchItem[],
  { ours, peer }: Engines,
  directory: string,
  keep = false,
): Promise<BatchResult> {
  mkdirSync(join(directory, 'objects'), { recursive: true });
  const refused = await refusedByPeer(
    items.map(({ line }) => line),
    peer,
    join(directory, 'tried'),
  );
  const kept = items.filter(({ line }) => !refused.has(line.id));
  writeSources(
    join(directory, 'patterns'),
    kept.map(({ line }) => line),
  );
  const files = writeObjects(kept, join(directory, 'objects'));
  const [left, right] = await Promise.all(
    [ours, peer].map(
      async (engine) => (await engine.scan([join(directory, 'patterns')], [join(directory, 'objects')])).findings,
    ),
  );
  if (!keep) rmSync(directory, { recursive: true });
  return compared(kept, files, left!, right!, refused);
}

interface ObjectFile {
  readonly path: string;
  readonly id: string;
  readonly role: Role;
}

function writeObjects(items: readonly BatchItem[], directory: string): ObjectFile[] {
  return items.flatMap(({ line, cases }) =>
    cases.map(({ role, bytes }) => {
      const path = join(directory, `${line.id}-${role}`);
      writeFileSync(path, bytes);
      return { path, id: line.id, role };
    }),
  );
}

const NONE: ReadonlySet<string> = new Set();

function compared(
  items: readonly BatchItem[],
  files: readonly ObjectFile[],
  ours: Findings,
  peer: Findings,
  refused: ReadonlySet<string>,
): BatchResult {
  const known = new Set(items.map(({ line }) => line.id));
  const disagreements: Disagreement[] = [];
  const hitByOurs = new Set<string>();
  const hitByPeer = new Set<string>();
  const unscanned: { builtFor: string; role: Role; reason: string }[] = [];
  for (const { path, id, role } of files) {
    const left = ours.names.get(path) ?? NONE;
    const right = peer.names.get(path) ?? NONE;
    if (role.startsWith('hit') && left.has(id)) hitByOurs.add(id);
    if (role.startsWith('hit') && right.has(id)) hitByPeer.add(id);
    for (const name of left)
      if (!right.has(name)) disagreements.push({ id: name, builtFor: id, role, foundBy: 'ours' });
    // Heuristics have names of their own, and are no signatures.
    for (const name of right) {
      if (!left.has(name) && known.has(name)) disagreements.push({ id: name, builtFor: id, role, foundBy: 'peer' });
    }
    const reason = ours.unscanned.get(path);
    if (reason !== undefined) unscanned.push({ builtFor: id, role, reason });
  }
  return { hitByOurs, hitByPeer, disagreements, refusedByPeer: refused, unscanned, objects: files.length };
}
