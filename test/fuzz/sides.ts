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
import type { TwinLine, TwinObject } from './twin.ts';

/** Names found in each object. */
export type Answers = ReadonlyMap<string, ReadonlySet<string>>;

const CLAMSCAN = '/usr/bin/clamscan';
/** Hashes of every algorithm are read from these two. */
const EXTENSIONS = { ndb: 'ndb', ldb: 'ldb', hdb: 'hsb', mdb: 'msb' } as const;

/** Lines, and why they are skipped. */
export function readLines(lines: readonly TwinLine[]): { signatures: Signature[]; skipped: string[] } {
  const signatures: Signature[] = [];
  const skipped: string[] = [];
  for (const { text, format } of lines) {
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
    objects.map(({ name, bytes }) => {
      const { targets, executable } = sight(sourceOf(bytes));
      return [name, new Set(engine.namesIn(bytes, { targets, executable, containers: [] }))];
    }),
  );
}

/** What clamscan says of some lines, those apart that it refuses. */
export interface PeerAnswers {
  readonly answers: Answers;
  readonly refused: readonly { readonly line: TwinLine; readonly message: string }[];
}

/** One bad line makes clamscan refuse the database: without it it is asked again. @throws {Error} when it fails for another reason */
export async function askClamscan(lines: readonly TwinLine[], objects: readonly TwinObject[]): Promise<PeerAnswers> {
  const refused: { line: TwinLine; message: string }[] = [];
  for (;;) {
    const left = lines.filter((line) => !refused.some((each) => each.line === line));
    try {
      return { answers: await askOnce(left, objects), refused };
    } catch (error) {
      const { message } = error as Error;
      const line = refusedLine(message, left);
      if (line === undefined) throw error;
      refused.push({ line, message });
    }
  }
}

function refusedLine(message: string, lines: readonly TwinLine[]): TwinLine | undefined {
  const number = /parsing database at line (\d+)/.exec(message)?.[1];
  const extension = /fuzz\.(\w+): Malformed/.exec(message)?.[1];
  const [format] = Object.entries(EXTENSIONS).find((entry) => entry[1] === extension) ?? [];
  return lines.filter((line) => line.format === format)[Number(number) - 1];
}

async function askOnce(lines: readonly TwinLine[], objects: readonly TwinObject[]): Promise<Answers> {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const databases = join(directory, 'databases');
    const files = join(directory, 'objects');
    mkdirSync(databases);
    mkdirSync(files);
    for (const [format, extension] of Object.entries(EXTENSIONS)) {
      const text = lines.filter((line) => line.format === format).map((line) => `${line.text}\n`);
      if (text.length > 0) writeFileSync(join(databases, `fuzz.${extension}`), text.join(''), 'latin1');
    }
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
    child.on('close', (code) => {
      if (code === 0 || code === 1) resolve(stdout);
      else reject(new Error(`clamscan: exit ${code}: ${stderr.slice(0, 2000)}`));
    });
  });
}
