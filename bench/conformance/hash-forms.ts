/**
 * Hash lines: a digest cannot be turned into an object, so what is compared is the form of each line, with the digest of an object of our own.
 *
 * The form is the algorithm, whether the size is said, and the fields behind the name. Every line of a source has a form; each form is tried once, and
 * stands for its lines.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHARED_DATA } from '../places.ts';
import { Random } from '../plants/random.ts';
import type { Engines } from './batch.ts';
import { refusedByPeer, writeSources } from './refused.ts';

export interface HashForm {
  readonly form: string;
  readonly lines: number;
  readonly agrees: boolean;
}

const SOURCES = ['third-party/rfxn/rfxn.hdb', 'official/main.hdb', 'official/daily.hdb'];
const ALGORITHMS = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** @param directory made here and taken away again */
export async function hashForms({ ours, peer }: Engines, directory: string): Promise<HashForm[]> {
  const counts = formsOf(SOURCES.map((name) => join(SHARED_DATA, 'clamav-sigs', name)).filter(existsSync));
  const random = new Random(1);
  const objects = join(directory, 'objects');
  mkdirSync(objects, { recursive: true });
  const made = [...counts].map(([form, lines], i) => {
    const bytes = random.bytes(1000 + i);
    writeFileSync(join(objects, `H${i}`), bytes);
    writeFileSync(join(objects, `H${i}-near`), Buffer.concat([bytes, Buffer.of(0)]));
    return { id: `H${i}`, form, lines, text: lineOf(form, bytes, `H${i}`) };
  });
  const rows = made.map(({ id, text }) => ({
    id,
    source: 'forms.hdb',
    line: 1,
    format: 'hdb',
    text,
    originalName: id,
    signature: undefined,
    skipped: undefined,
  }));
  const refused = await refusedByPeer(rows, peer, join(directory, 'tried'));
  writeSources(
    join(directory, 'patterns'),
    rows.filter(({ id }) => !refused.has(id)),
  );
  const scan = async (engine: Engines['ours']) =>
    (await engine.scan([join(directory, 'patterns')], [objects])).findings.names;
  const [left, right] = [await scan(ours), await scan(peer)];
  rmSync(directory, { recursive: true });
  const isFound = (names: typeof left, file: string, id: string): boolean =>
    names.get(join(objects, file))?.has(id) ?? false;
  return made.map(({ id, form, lines }) => ({
    form,
    lines,
    agrees:
      !refused.has(id) &&
      isFound(left, id, id) === isFound(right, id, id) &&
      !isFound(left, `${id}-near`, id) &&
      !isFound(right, `${id}-near`, id),
  }));
}

function formsOf(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of paths.flatMap((path) => readFileSync(path, 'latin1').split(/\r?\n/))) {
    const [digest = '', size = '', , ...rest] = line.split(':');
    const algorithm = ALGORITHMS.get(digest.length);
    if (algorithm === undefined) continue;
    const form = [algorithm, size === '*' ? '*' : 'size', ...rest].join(':');
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  return counts;
}

function lineOf(form: string, bytes: Uint8Array, name: string): string {
  const [algorithm = 'md5', size, ...rest] = form.split(':');
  const digest = createHash(algorithm).update(bytes).digest('hex');
  return [digest, size === '*' ? '*' : String(bytes.length), name, ...rest].join(':');
}
