/** `engine signatures find` and `show`: looks signatures up in pattern files and sources, without compiling anything. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Signature } from '../../native-free-engine/index.ts';
import { findActiveSources } from './active-sources.ts';
import { completeChoice } from './complete-options.ts';
import {
  describeCondition,
  describeFields,
  describePattern,
  describeTarget,
  type Fields,
} from './describe-signature.ts';
import type { PatternChoice } from './options.ts';
import type { SourceDescription } from './source-bytes.ts';
import type { SourceFile } from './source-files.ts';
import { loadSource, readSignatures } from './source-reader.ts';

export interface SignatureSummary {
  readonly name: string;
  readonly kind: Signature['kind'];
  /** `any`, `pe` …; of a hash its algorithm. */
  readonly target: string;
  /** Pattern file or source that it stands in. */
  readonly path: string;
}
export interface SignatureDescription extends SignatureSummary {
  readonly fields: Fields;
  /** By pattern index. */
  readonly patterns: readonly string[];
  /** Empty for a hash. */
  readonly condition: string;
}

/** Summaries handed out before others get a turn. */
const BATCH = 1000;

/**
 * Signatures whose name holds `query`, in either case; `*` and `?` stand for any text and any character.
 *
 * @throws {ScanError} `SCAN_PATTERNS`
 */
export async function* findSignatures(
  choice: PatternChoice,
  query: string,
): AsyncGenerator<SignatureSummary, void, void> {
  const isWanted = nameTest(query);
  for (const file of await sourceFiles(choice)) {
    const found: SignatureSummary[] = [];
    visit(file, (signature) => {
      if (isWanted(signature.name)) found.push(summaryOf(signature, file));
    });
    for (const [i, summary] of found.entries()) {
      if (i % BATCH === 0) await turn();
      yield summary;
    }
  }
}

/** Every signature of exactly that name, in the order of the patterns. @throws {ScanError} `SCAN_PATTERNS` */
export async function showSignature(choice: PatternChoice, name: string): Promise<SignatureDescription[]> {
  const found: SignatureDescription[] = [];
  for (const { signature, file } of await signaturesNamed(choice, name)) {
    const isBody = signature.kind === 'body';
    found.push({
      ...summaryOf(signature, file),
      fields: describeFields(signature),
      patterns: isBody ? signature.patterns.map(describePattern) : [],
      condition: isBody ? describeCondition(signature.condition) : '',
    });
  }
  return found;
}

/** A signature and where it stands. */
export interface FoundSignature {
  readonly signature: Signature;
  readonly file: SourceFile;
  /** Pattern number of the file, 0 when it has none. */
  readonly number: number;
}

/** @throws {ScanError} `SCAN_PATTERNS` */
export async function signaturesNamed(choice: PatternChoice, name: string): Promise<FoundSignature[]> {
  const found: FoundSignature[] = [];
  for (const file of await sourceFiles(choice)) {
    await turn();
    const here: Signature[] = [];
    const { number } = visit(file, (signature) => {
      if (signature.name === name) here.push(signature);
    });
    found.push(...here.map((signature) => ({ signature, file, number })));
  }
  return found;
}

/** Members of macro groups, which mostly stand in other files than the signatures that use them. @throws {ScanError} `SCAN_PATTERNS` */
export async function macroMembers(choice: PatternChoice, groups: ReadonlySet<number>): Promise<Signature[]> {
  const members: Signature[] = [];
  if (groups.size === 0) return members;
  for (const file of await sourceFiles(choice)) {
    await turn();
    visit(file, (signature) => {
      if (signature.kind === 'macro' && groups.has(signature.group)) members.push(signature);
    });
  }
  return members;
}

async function sourceFiles(choice: PatternChoice): Promise<readonly SourceFile[]> {
  return (await findActiveSources(completeChoice(choice))).files;
}

function visit(file: SourceFile, onSignature: (signature: Signature) => void): SourceDescription {
  const loaded = loadSource(file);
  readSignatures(loaded, { onSignature, onSkipped() {}, onSkippedRecords() {} });
  return loaded.description;
}

function summaryOf(signature: Signature, { path }: SourceFile): SignatureSummary {
  return { name: signature.name, kind: signature.kind, target: describeTarget(signature), path };
}

function nameTest(query: string): (name: string) => boolean {
  const pattern = query.toLowerCase();
  if (!/[*?]/.test(pattern)) return (name) => name.toLowerCase().includes(pattern);
  return (name) => fits(name.toLowerCase(), `*${pattern}*`);
}

/** Whether the whole text fits a pattern of `*` and `?`. Back to the last star alone: the work is at most length times length. */
function fits(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let i = 0;
  while (at < text.length) {
    if (pattern[i] === '*') {
      star = i++;
      starAt = at;
    } else if (i < pattern.length && (pattern[i] === '?' || pattern[i] === text[at])) {
      i++;
      at++;
    } else if (star >= 0) {
      i = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[i] === '*') i++;
  return i === pattern.length;
}
