/**
 * One batch: signatures and their objects in a directory of their own, scanned by both engines.
 *
 * Ours scans the batch at once, since its start costs most. clamscan's time is that of objects times signatures (8 s for 1,000 signatures and their 5,000
 * objects, 59 s for 3,000, 0.1 s to start), so it gets slices of the batch: an object is compared for the signatures of its slice.
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
  readonly bytes: Uint8Array;
  /** clamscan says the same as ours when it is asked of this signature alone. */
  readonly agreesAlone: boolean;
}

export interface Unscanned {
  readonly builtFor: string;
  readonly role: Role;
  readonly reason: string;
  /** Type of a container that it is because its signature asks for it. */
  readonly askedType: string | undefined;
}

export interface Waiting {
  /** Type of what it lies in. */
  readonly container: string;
  readonly isUnscanned: boolean;
}

export interface BatchResult {
  /** Signatures found in a hit of theirs, by each. */
  readonly hitByOurs: ReadonlySet<string>;
  readonly hitByPeer: ReadonlySet<string>;
  /** Signatures found by clamscan alone in a hit of theirs that lies in what we do not open yet, with how we report that file. */
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly disagreements: readonly Disagreement[];
  /** Signatures whose line clamscan refuses. */
  readonly refusedByPeer: ReadonlySet<string>;
  /** Objects that we did not look at whole, with the reason. */
  readonly unscanned: readonly Unscanned[];
  readonly objects: number;
}

/** Signatures that clamscan is asked of at once. */
const SLICE = 150;

interface Slice {
  readonly items: readonly BatchItem[];
  readonly directory: string;
  readonly objects: string;
  readonly files: readonly ObjectFile[];
}

interface ObjectFile {
  readonly path: string;
  readonly id: string;
  readonly role: Role;
  readonly bytes: Uint8Array;
  readonly waitsFor: string | undefined;
  readonly askedType: string | undefined;
}

/** @param directory made here and taken away again, unless `keep` */
export async function runBatch(
  items: readonly BatchItem[],
  { ours, peer }: Engines,
  directory: string,
  keep = false,
): Promise<BatchResult> {
  const patterns = join(directory, 'patterns');
  writeSources(
    patterns,
    items.map(({ line }) => line),
  );
  const slices = slicesOf(items, directory);
  const refused = new Set<string>();
  const [left, rights] = await Promise.all([
    ours.scan([patterns], [join(directory, 'objects')]),
    askInTurn(slices, peer, refused),
  ]);
  const found = slices.map((slice, i) => compared(slice, left.findings, rights[i]!, refused));
  const disagreements: Disagreement[] = [];
  for (const row of found.flatMap((each) => each.disagreements)) {
    const line = items.find((item) => item.line.id === row.id)!.line;
    disagreements.push({ ...row, agreesAlone: await agreesAlone(row, line, peer, join(directory, 'alone')) });
  }
  if (!keep) rmSync(directory, { recursive: true });
  return {
    hitByOurs: new Set(found.flatMap((each) => each.hitByOurs)),
    hitByPeer: new Set(found.flatMap((each) => each.hitByPeer)),
    waiting: new Map(found.flatMap((each) => each.waiting)),
    disagreements,
    refusedByPeer: refused,
    unscanned: found.flatMap((each) => each.unscanned),
    objects: slices.reduce((sum, { files }) => sum + files.length, 0),
  };
}

function slicesOf(items: readonly BatchItem[], directory: string): Slice[] {
  return Array.from({ length: Math.ceil(items.length / SLICE) }, (_, i) => {
    const some = items.slice(i * SLICE, (i + 1) * SLICE);
    const objects = join(directory, 'objects', String(i));
    mkdirSync(objects, { recursive: true });
    return { items: some, directory: join(directory, `slice-${i}`), objects, files: writeObjects(some, objects) };
  });
}

/** @param refused gets the lines that it does not load */
async function askInTurn(slices: readonly Slice[], peer: ScanEngine, refused: Set<string>): Promise<Findings[]> {
  const answers: Findings[] = [];
  for (const { items, directory, objects } of slices) {
    const lines = items.map(({ line }) => line);
    const ask = async (some: readonly SignatureLine[]): Promise<Findings> => {
      writeSources(directory, some);
      return (await peer.scan([directory], [objects])).findings;
    };
    try {
      answers.push(await ask(lines));
    } catch {
      // One line that it does not take refuses all of them.
      const bad = await refusedByPeer(lines, peer, `${directory}-tried`);
      for (const id of bad) refused.add(id);
      answers.push(await ask(lines.filter(({ id }) => !bad.has(id))));
    }
  }
  return answers;
}

/** Patterns that share their bytes with others are now and then missed there: asked again with nothing beside. */
async function agreesAlone(
  { foundBy, bytes }: Omit<Disagreement, 'agreesAlone'>,
  line: SignatureLine,
  peer: ScanEngine,
  directory: string,
): Promise<boolean> {
  writeSources(directory, [line]);
  const object = `${directory}-object`;
  writeFileSync(object, bytes);
  const { findings } = await peer.scan([directory], [object]);
  const isFound = findings.names.get(object)?.has(line.id) ?? false;
  return isFound === (foundBy === 'ours');
}

function writeObjects(items: readonly BatchItem[], directory: string): ObjectFile[] {
  return items.flatMap(({ line, cases }) =>
    cases.map(({ role, bytes, waitsFor, askedType }) => {
      const path = join(directory, `${line.id}-${role}`);
      writeFileSync(path, bytes);
      return { path, id: line.id, role, bytes, waitsFor, askedType };
    }),
  );
}

const NONE: ReadonlySet<string> = new Set();

interface SliceResult {
  readonly hitByOurs: readonly string[];
  readonly hitByPeer: readonly string[];
  readonly waiting: readonly [id: string, Waiting][];
  readonly disagreements: readonly Omit<Disagreement, 'agreesAlone'>[];
  readonly unscanned: readonly Unscanned[];
}

function compared({ items, files }: Slice, ours: Findings, peer: Findings, refused: ReadonlySet<string>): SliceResult {
  // What both were asked of: heuristics have names of their own, other slices have other signatures.
  const asked = new Set(items.map(({ line }) => line.id).filter((id) => !refused.has(id)));
  const disagreements: Omit<Disagreement, 'agreesAlone'>[] = [];
  const hitByOurs: string[] = [];
  const hitByPeer: string[] = [];
  const waiting: [string, Waiting][] = [];
  const unscanned: Unscanned[] = [];
  for (const { path, id, role, bytes, waitsFor, askedType } of files) {
    const left = ours.names.get(path) ?? NONE;
    const right = peer.names.get(path) ?? NONE;
    if (role.startsWith('hit') && left.has(id)) hitByOurs.push(id);
    if (role.startsWith('hit') && right.has(id)) hitByPeer.push(id);
    const reason = ours.unscanned.get(path);
    if (waitsFor !== undefined && role.startsWith('hit') && right.has(id) && !left.has(id)) {
      waiting.push([id, { container: waitsFor, isUnscanned: reason !== undefined }]);
    }
    for (const name of new Set([...left, ...right])) {
      if (left.has(name) === right.has(name) || !asked.has(name)) continue;
      const foundBy = left.has(name) ? 'ours' : 'peer';
      // What clamscan takes out of it is not there for us yet.
      if (waitsFor !== undefined && foundBy === 'peer') continue;
      disagreements.push({ id: name, builtFor: id, role, foundBy, bytes });
    }
    if (reason !== undefined && waitsFor === undefined) unscanned.push({ builtFor: id, role, reason, askedType });
  }
  return { hitByOurs, hitByPeer, waiting, disagreements, unscanned };
}
