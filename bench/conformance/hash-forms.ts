/**
 * Hash lines: a digest cannot be turned into an object, so what is compared is the form of each line, with the digest of an object of our own.
 *
 * The form is the algorithm, whether the size is said, and the fields behind the name. Every line of a source has a form; each form is tried once, and
 * stands for its lines.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SHARED_DATA } from '../places.ts';
import { peHost } from '../plants/hosts.ts';
import { Random } from '../plants/random.ts';
import type { Engines } from './batch.ts';
import { refusedByPeer, writeSources } from './refused.ts';

export interface HashForm {
  /** `section:` in front: the digest of a section of a PE file, as in mdb and msb. */
  readonly form: string;
  /** Of the real sources. */
  readonly lines: number;
  readonly agrees: boolean;
}

const SOURCES = ['third-party/rfxn/rfxn.hdb', 'official/main.hdb', 'official/daily.hdb', 'official/daily.hsb.gz'];
const SECTION_SOURCES = ['derived/phpmussel-pe-sections.mdb'];
const ALGORITHMS = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** Forms that no real source has a line of, and that the manual has all the same. */
const MORE_FORMS = [...ALGORITHMS.values()].flatMap((algorithm) => [
  `section:${algorithm}:size`,
  `section:${algorithm}:*:73`,
]);

/** @param directory made here and taken away again */
export async function hashForms({ ours, peer }: Engines, directory: string): Promise<HashForm[]> {
  const counts = new Map([...formsOf(SOURCES, fileForm), ...formsOf(SECTION_SOURCES, sectionForm)]);
  for (const form of MORE_FORMS) if (!counts.has(form)) counts.set(form, 0);
  const random = new Random(1);
  const objects = join(directory, 'objects');
  mkdirSync(objects, { recursive: true });
  const made = [...counts].map(([form, lines], i) => {
    const { bytes, hashed, near } = objectOf(form, random, i);
    writeFileSync(join(objects, `H${i}`), bytes);
    writeFileSync(join(objects, `H${i}-near`), near);
    const format = formatOf(form);
    return { id: `H${i}`, form, lines, format, text: lineOf(form, hashed, `H${i}`) };
  });
  const rows = made.map(({ id, format, text }) => ({
    id,
    source: `forms.${format}`,
    line: 1,
    format,
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
      isFound(left, id, id) &&
      isFound(right, id, id) &&
      !isFound(left, `${id}-near`, id) &&
      !isFound(right, `${id}-near`, id),
  }));
}

function formsOf(
  names: readonly string[],
  formOf: (fields: readonly string[]) => string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of names.map((name) => join(SHARED_DATA, 'clamav-sigs', name)).filter(existsSync)) {
    const raw = readFileSync(path);
    const text = (path.endsWith('.gz') ? gunzipSync(raw) : raw).toString('latin1');
    for (const line of text.split(/\r?\n/)) {
      const form = formOf(line.split(':'));
      if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + 1);
    }
  }
  return counts;
}

function fileForm([digest = '', size = '', , ...rest]: readonly string[]): string | undefined {
  const algorithm = ALGORITHMS.get(digest.length);
  return algorithm && [algorithm, size === '*' ? '*' : 'size', ...rest].join(':');
}

function sectionForm([size = '', digest = '', , ...rest]: readonly string[]): string | undefined {
  const algorithm = ALGORITHMS.get(digest.length);
  return algorithm && ['section', algorithm, size === '*' ? '*' : 'size', ...rest].join(':');
}

/** mdb and hdb are for MD5 alone. */
function formatOf(form: string): string {
  if (form.startsWith('section:')) return form.startsWith('section:md5') ? 'mdb' : 'msb';
  return form.startsWith('md5') ? 'hdb' : 'hsb';
}

/** `near` differs from `bytes` in what is hashed. */
function objectOf(
  form: string,
  random: Random,
  i: number,
): { bytes: Uint8Array; hashed: Uint8Array; near: Uint8Array } {
  if (!form.startsWith('section:')) {
    const bytes = random.bytes(1000 + i);
    return { bytes, hashed: bytes, near: Buffer.concat([bytes, Buffer.of(0)]) };
  }
  const { bytes, sectionOffsets } = peHost({ sections: [512, 1024 + 512 * i, 512], entry: 0x40 });
  bytes.set(random.bytes(bytes.length - sectionOffsets[0]!), sectionOffsets[0]!);
  const near = Buffer.from(bytes);
  near[sectionOffsets[1]!]! ^= 1;
  return { bytes, hashed: bytes.subarray(sectionOffsets[1]!, sectionOffsets[2]!), near };
}

function lineOf(form: string, hashed: Uint8Array, name: string): string {
  const isSection = form.startsWith('section:');
  const [algorithm = 'md5', size, ...rest] = form.split(':').slice(isSection ? 1 : 0);
  const digest = createHash(algorithm).update(hashed).digest('hex');
  const length = size === '*' ? '*' : String(hashed.length);
  return [...(isSection ? [length, digest] : [digest, length]), name, ...rest].join(':');
}
