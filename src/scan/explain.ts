/**
 * `engine explain` and `engine signatures test`: which signature, which part of it at which offset, in which layer; or why a named one did not match.
 *
 * A named signature is compiled alone, so that nothing else decides: no ignore list, no signature that was found before it.
 */
import {
  type BodySignature,
  compileImage,
  gramModel,
  type HashSignature,
  readImageHeader,
  type Signature,
} from '../../native-free-engine/index.ts';
import { nodeDigester } from '../host/host.ts';
import { gramModelBytes } from './assets.ts';
import { completeOptions } from './complete-options.ts';
import { describeCondition, describePattern, describeTarget } from './describe-signature.ts';
import { ScanError } from './errors.ts';
import type { ExplainedLayer, ExplainedSignature } from './explain-object.ts';
import { summarize } from './image-file.ts';
import type { FoundImage } from './images.ts';
import { equip, type Loaded, load } from './load.ts';
import type { EngineOptions, PatternChoice } from './options.ts';
import { ScanPool } from './pool.ts';
import type { Answer } from './scan-task.ts';
import { type FoundSignature, macroMembers, signaturesNamed } from './signatures.ts';
import type { Detection, Verdict } from './verdict.ts';

export type ExplainOptions = Partial<EngineOptions> & {
  /** Look at this signature alone, and say why it did not match. */
  readonly signature?: string;
};

export interface ExplainReport {
  readonly verdict: Verdict;
  /** Layers that were looked at, the object itself first; behind each its views that have something of their own. */
  readonly layers: readonly {
    readonly entry: readonly string[];
    readonly fileType: string;
    readonly size: number;
    /** Undefined for the layer as it is; `text`: normalised. */
    readonly view: string | undefined;
  }[];
  readonly detections: readonly ExplainedDetection[];
  /** With a named signature: for each layer in which it did not match, what was missing. */
  readonly missing: readonly {
    readonly entry: readonly string[];
    readonly signature: string;
    readonly reasons: readonly string[];
  }[];
}

export interface ExplainedDetection {
  readonly name: string;
  readonly entry: readonly string[];
  readonly fileType: string;
  /** The view of the layer that the offsets are in. */
  readonly view: string | undefined;
  readonly by: 'body' | 'hash';
  /** One sentence, for example the digest that agreed; may be empty. */
  readonly summary: string;
  readonly parts: readonly {
    /** Index into the signature's patterns. */
    readonly pattern: number;
    /** Bytes from the start of the layer. */
    readonly offset: number;
    readonly length: number;
    /** The first bytes of the match. */
    readonly bytes: Uint8Array;
  }[];
}

/** Characters of a pattern that a reason shows. */
const SHOWN_PATTERN = 80;

/** @throws {ScanError} as `Engine.open` and `Engine.scanFile`; `SCAN_PATTERNS` when no signature has the name */
export async function explainFile(file: string, options: ExplainOptions): Promise<ExplainReport> {
  const complete = completeOptions({ ...options, threads: 1, allMatches: true });
  if (options.signature !== undefined) return explainNamed(complete, options.signature, file);
  const pool = new ScanPool(1);
  const answer = await explainWith(pool, () => load(pool, complete), file, []);
  return { ...baseOf(answer), verdict: answer.verdict, missing: [] };
}

/** Whether that signature alone matches the file, and if not, why. @throws {ScanError} as `explainFile` */
export function testSignature(choice: PatternChoice, name: string, file: string): Promise<ExplainReport> {
  return explainFile(file, { ...choice, signature: name });
}

async function explainWith(
  pool: ScanPool,
  load: () => Promise<Loaded | undefined> | Loaded | undefined,
  file: string,
  numbers: readonly number[],
): Promise<Answer> {
  let loaded: Loaded | undefined;
  try {
    loaded = await load();
    return await pool.explain({ kind: 'file', path: Buffer.from(file) }, numbers);
  } catch (cause) {
    // Here is one file alone, and nobody else says which.
    throw loaded && cause instanceof ScanError
      ? new ScanError(cause.code, `${file}: ${cause.message}`, { cause })
      : cause;
  } finally {
    await pool.close();
    loaded?.release();
  }
}

function baseOf({ layers }: Answer): Pick<ExplainReport, 'layers' | 'detections'> {
  return {
    layers: layers
      .filter(({ view, found }) => view === undefined || found.length > 0)
      .map(({ entry, fileType, size, view }) => ({ entry, fileType, size, view })),
    detections: layers.flatMap((layer) => layer.found.map((signature) => detectionOf(layer, signature))),
  };
}

function detectionOf(layer: ExplainedLayer, signature: ExplainedSignature): ExplainedDetection {
  const { name, by, patterns } = signature;
  return {
    name,
    entry: layer.entry,
    fileType: layer.fileType,
    view: layer.view,
    by,
    summary: by === 'hash' ? hashSummary(layer, signature.offset) : countSummary(patterns),
    parts: patterns.flatMap(({ first }, pattern) => (first === undefined ? [] : [{ pattern, ...first }])),
  };
}

function hashSummary({ digests }: ExplainedLayer, sectionOffset: number | undefined): string {
  if (sectionOffset !== undefined) return `the digest of the section at offset ${sectionOffset} is listed`;
  return `its digest is listed (md5 ${digests.md5}, sha256 ${digests.sha256})`;
}

function countSummary(patterns: ExplainedSignature['patterns']): string {
  const there = patterns.filter(({ count }) => count > 0).length;
  return patterns.length > 1 ? `${there} of its ${patterns.length} patterns are there` : '';
}

/** A signature of the name, and what became of it when it was compiled. */
interface Named extends FoundSignature {
  /** Stands for its name in the image. */
  readonly alias: string;
  /** Why this engine does not use it. */
  readonly unused: string | undefined;
  /** In the image; undefined when it has no body or is not used. */
  readonly number: number;
}

async function explainNamed(options: EngineOptions, name: string, file: string): Promise<ExplainReport> {
  const found = await signaturesNamed(options, name);
  if (found.length === 0) throw new ScanError('SCAN_PATTERNS', `${name}: no signature has that name`);
  const members = await macroMembers(options, groupsOf(found));
  const { image, named } = compileNamed(found, members);
  const numbers = named.flatMap(({ number }) => (number < 0 ? [] : [number]));
  const pool = new ScanPool(1);
  const answer = await explainWith(pool, () => equip(pool, options, image), file, numbers);
  const patternNumber = Math.max(...found.map(({ number }) => number));
  return renamed(
    { ...baseOf(answer), verdict: { ...answer.verdict, patternNumber }, missing: missingOf(answer, named, name) },
    name,
  );
}

/** Groups whose members the macros of these signatures want. */
function groupsOf(found: readonly FoundSignature[]): Set<number> {
  const patterns = found.flatMap(({ signature }) => (signature.kind === 'body' ? signature.patterns : []));
  return new Set(patterns.flatMap((pattern) => (pattern.kind === 'macro' ? [pattern.group] : [])));
}

/** Names do not tell signatures of one name apart: in the image each has a number for a name. */
function compileNamed(
  found: readonly FoundSignature[],
  members: readonly Signature[],
): { image: FoundImage; named: readonly Named[] } {
  const aliases = found.flatMap(({ signature }, i): Signature[] =>
    signature.kind === 'ignore' ? [] : [{ ...signature, name: String(i) }],
  );
  const { bytes, skipped } = compileImage([...aliases, ...members.map((each) => ({ ...each, name: 'member' }))], {
    digester: nodeDigester,
    model: gramModel(gramModelBytes()),
    patternDigests: [],
  });
  const unused = new Map(skipped.map(({ name, reason, message }) => [name, `${reason}: ${message}`]));
  let bodies = 0;
  const named = found.map((each, i): Named => {
    const alias = String(i);
    const isBody = each.signature.kind === 'body' && !unused.has(alias);
    return { ...each, alias, unused: unused.get(alias), number: isBody ? bodies++ : -1 };
  });
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const image = {
    kind: 'memory',
    bytes: shared,
    header: readImageHeader(bytes),
    summary: summarize(bytes, []),
  } as const;
  return { image: { image, sources: [], compiled: true, cacheTrouble: undefined }, named };
}

/** Of several signatures with one name it is enough when one matches. */
function missingOf({ layers }: Answer, named: readonly Named[], name: string): ExplainReport['missing'] {
  return withViews(layers)
    .filter((looks) => looks.every(({ found }) => found.length === 0))
    .flatMap((looks) =>
      named.map((each) => {
        const layer = looks.find((look) => isFor(look, each)) ?? looks[0]!;
        return { entry: layer.entry, signature: name, reasons: reasonsOf(layer, each) };
      }),
    );
}

/** Each layer and the views of it. */
function withViews(layers: readonly ExplainedLayer[]): ExplainedLayer[][] {
  const groups: ExplainedLayer[][] = [];
  for (const layer of layers) {
    if (layer.view === undefined) groups.push([layer]);
    else groups.at(-1)!.push(layer);
  }
  return groups;
}

function isFor({ asked }: ExplainedLayer, { number }: Named): boolean {
  return asked.some((each) => each.number === number && each.targetFits);
}

function reasonsOf(layer: ExplainedLayer, { signature, unused, number }: Named): string[] {
  if (unused !== undefined) return [`this engine does not use it: ${unused}`];
  switch (signature.kind) {
    case 'macro':
      return ['it is a member of a macro group: it reports nothing by itself'];
    case 'fileType':
      return ['it tells a file type: it reports nothing'];
    case 'ignore':
      return ['an ignore list has that name: signatures of it are switched off'];
    case 'hash':
      return hashReasons(layer, signature);
    case 'body':
      return bodyReasons(
        layer,
        signature,
        layer.asked.find((asked) => asked.number === number),
      );
  }
}

function hashReasons({ digests, size }: ExplainedLayer, signature: HashSignature): string[] {
  if (signature.action === 'allow') return ['it allows, it does not report'];
  if (signature.scope === 'imports')
    return [`its imports do not have the ${signature.algorithm} ${hex(signature.digest)}`];
  if (signature.scope === 'section')
    return [`no section of it has the ${signature.algorithm} ${hex(signature.digest)}`];
  const reasons: string[] = [];
  if (signature.size !== undefined && signature.size !== size)
    reasons.push(`size: expected ${signature.size}, got ${size}`);
  const got = digests[signature.algorithm];
  if (got !== hex(signature.digest))
    reasons.push(`${signature.algorithm}: expected ${hex(signature.digest)}, got ${got}`);
  return reasons;
}

function bodyReasons(layer: ExplainedLayer, signature: BodySignature, asked: ExplainedSignature | undefined): string[] {
  if (asked === undefined) return ['it was not looked for'];
  const reasons: string[] = [];
  if (!asked.targetFits) reasons.push(`it is for ${describeTarget(signature)}, and this is ${layer.fileType}`);
  if (asked.holds && asked.targetFits)
    return ['its condition holds, but the scan ended before or an allow list cleared the object'];
  if (asked.holds) return [...reasons, 'its condition would hold'];
  reasons.push(`its condition does not hold: ${describeCondition(signature.condition)}`);
  asked.patterns.forEach(({ count, first, isTriggered }, i) => {
    const text = cut(describePattern(signature.patterns[i]!));
    if (!isTriggered) reasons.push(`pattern ${i} was not searched, its trigger does not hold: ${text}`);
    else if (first === undefined) reasons.push(`pattern ${i} is not there: ${text}`);
    else
      reasons.push(
        `pattern ${i} is there ${count === 1 ? 'once' : `${count} times`}, first at ${first.offset}: ${text}`,
      );
  });
  return reasons;
}

/** The name instead of what stood for it. */
function renamed(report: ExplainReport, name: string): ExplainReport {
  const { verdict } = report;
  const detections = report.detections.map((detection) => ({ ...detection, name }));
  if (verdict.kind !== 'infected') return { ...report, detections };
  const [first, ...rest] = verdict.detections.map((detection): Detection => ({ ...detection, name }));
  return { ...report, detections, verdict: { ...verdict, detections: [first!, ...rest] } };
}

function cut(text: string): string {
  return text.length > SHOWN_PATTERN ? `${text.slice(0, SHOWN_PATTERN)}…` : text;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
