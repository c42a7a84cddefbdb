/** Those who are asked: our engine in this process, and clamscan. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClamscanLines } from '../../bench/scan/clamscan.ts';
import type { Signature } from '../../native-free-engine/index.ts';
import { readClamav } from '../../src/dialects/clamav/read.ts';
import { sight } from '../../src/filetype/identify.ts';
import { compile, ORDINARY_MODEL, sourceOf, TestEngine, type Twin } from '../support/engine/engine.ts';
import { TWIN_FORMATS, type TwinLine, type TwinObject } from './twin.ts';

/** Names found in each object. */
export type Answers = ReadonlyMap<string, ReadonlySet<string>>;

const CLAMSCAN = '/usr/bin/clamscan';
/** ClamAV's words for the containers that objects are packed in, and ours. */
const CONTAINERS: Readonly<Record<string, string>> = { ZIP: 'zip', GZ: 'gzip' };

/** Lines, with the members of their macro groups, and why they are skipped. */
export function readLines(lines: readonly TwinLine[]): { signatures: Signature[]; skipped: string[] } {
  const signatures: Signature[] = [];
  const skipped: string[] = [];
  const members = lines.flatMap((line) => (line.members ?? []).map((text) => ({ format: 'ndb' as const, text })));
  for (const { text, format } of [...lines, ...members]) {
    readClamav(Buffer.from(text, 'latin1'), {
      source: `fuzz.${format}`,
      format,
      onSignature: (signature) => void signatures.push(signature),
      onSkipped: ({ message, column }) => void skipped.push(`${text}: column ${column}: ${message}`),
    });
  }
  return { signatures, skipped };
}

/** @param isOrdinary with the model of ordinary files, which chooses other bytes to search for */
export function askEngine(
  lines: readonly TwinLine[],
  objects: readonly TwinObject[],
  twin: Twin,
  isOrdinary: boolean,
): Answers {
  const { signatures } = readLines(lines);
  const engine = new TestEngine(compile(signatures, isOrdinary ? ORDINARY_MODEL : undefined).bytes, twin);
  return new Map(
    objects.map((object) => {
      const names = [object, ...(object.parts ?? [])].flatMap(({ bytes, containers = [] }) => {
        const { targets, executable } = sight(sourceOf(bytes));
        return engine.namesIn(bytes, { targets, executable, containers: containers.map((each) => CONTAINERS[each]!) });
      });
      return [object.name, new Set(names)];
    }),
  );
}

/** Ended by a signal, as it does with some macros (declared). */
class ClamscanCrash extends Error {}

/** What clamscan says of some lines, those apart that it refuses. */
export interface PeerAnswers {
  readonly answers: Answers;
  readonly refused: readonly { readonly line: TwinLine; readonly message: string }[];
}

/** Macro groups are asked for one by one: clamscan crashes when there are several (declared). @throws {Error} when it fails for another reason */
export async function askClamscan(lines: readonly TwinLine[], objects: readonly TwinObject[]): Promise<PeerAnswers> {
  const names = new Map(objects.map(({ name }) => [name, new Set<string>()]));
  const refused: { line: TwinLine; message: string }[] = [];
  const plain = lines.filter(({ members }) => !members);
  const groups = [
    ...(plain.length > 0 ? [plain] : []),
    ...lines.filter(({ members }) => members).map((line) => [line]),
  ];
  for (const group of groups) {
    const told = await askGroup(group, objects);
    refused.push(...told.refused);
    for (const [name, found] of told.answers) for (const each of found) names.get(name)!.add(each);
  }
  return { answers: names, refused };
}

/** One bad line makes clamscan refuse the database: without it it is asked again. */
async function askGroup(lines: readonly TwinLine[], objects: readonly TwinObject[]): Promise<PeerAnswers> {
  const refused: { line: TwinLine; message: string }[] = [];
  for (;;) {
    const left = lines.filter((line) => !refused.some((each) => each.line === line));
    if (left.length === 0) return { answers: new Map(), refused };
    try {
      return { answers: await askOnce(left, objects), refused };
    } catch (error) {
      const { message } = error as Error;
      const line = refusedLine(message, left);
      if (line !== undefined) refused.push({ line, message });
      else if (error instanceof ClamscanCrash && left.length === 1) refused.push({ line: left[0]!, message });
      else throw error;
    }
  }
}

function refusedLine(message: string, lines: readonly TwinLine[]): TwinLine | undefined {
  const number = /parsing database at line (\d+)/.exec(message)?.[1];
  const extension = /fuzz\.(\w+): Malformed/.exec(message)?.[1];
  return lines.filter((line) => line.format === extension)[Number(number) - 1];
}

async function askOnce(lines: readonly TwinLine[], objects: readonly TwinObject[]): Promise<Answers> {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const databases = join(directory, 'databases');
    const files = join(directory, 'objects');
    mkdirSync(databases);
    mkdirSync(files);
    const write = (name: string, texts: readonly string[]): void => {
      if (texts.length > 0) writeFileSync(join(databases, name), `${texts.join('\n')}\n`, 'latin1');
    };
    for (const format of TWIN_FORMATS)
      write(
        `fuzz.${format}`,
        lines.filter((line) => line.format === format).map(({ text }) => text),
      );
    write(
      'members.ndb',
      lines.flatMap(({ members = [] }) => members),
    );
    for (const { name, bytes } of objects) writeFileSync(join(files, name), bytes);
    const { names } = readClamscanLines(await run(['-d', databases, '--allmatch', '--no-summary', '-r', files]));
    return new Map(objects.map(({ name }) => [name, names.get(join(files, name)) ?? new Set<string>()]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(CLAMSCAN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('latin1').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('latin1').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 || code === 1) resolve(stdout);
      else if (code === null) reject(new ClamscanCrash(`clamscan: killed by ${signal}`));
      else reject(new Error(`clamscan: exit ${code}: ${stderr.slice(0, 2000)}`));
    });
  });
}
