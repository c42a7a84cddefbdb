/**
 * What `sigtool --html-normalise` makes of scripts: the reference.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INPUT = 'input.html';
const OUTPUT = 'javascript';
const LINE_FEED = 0x0a;

/** @returns whether the command is there */
export function hasSigtool(): boolean {
  return spawnSync('sigtool', ['--version']).status === 0;
}

/**
 * @param scripts  texts without NUL and without an end tag, each of which gets its own element in one page
 * @returns for each script, what the reference makes of it and of the end tag behind it
 */
export function normaliseWithSigtool(scripts: readonly Uint8Array[]): readonly Buffer[] {
  const page = scripts.map((script) => Buffer.concat([Buffer.from('<script>'), script, Buffer.from('</script>')]));
  const written = normalisePage(Buffer.concat([Buffer.from('<html>\n'), ...page]));
  const texts = lines(written);
  if (texts.length === scripts.length) return texts;
  if (scripts.length === 1) throw new Error(`sigtool: expected 1 script, got ${texts.length}: ${page[0]}`);
  const half = scripts.length >> 1;
  return [...normaliseWithSigtool(scripts.slice(0, half)), ...normaliseWithSigtool(scripts.slice(half))];
}

/** @returns the file `javascript` that is written for the page; empty when there is none */
export function normalisePage(page: Uint8Array): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'sigtool-'));
  try {
    writeFileSync(join(directory, INPUT), page);
    // Its exit says nothing: Debian's frees something twice, after everything is written.
    spawnSync('sigtool', [`--html-normalise=${INPUT}`], { cwd: directory });
    const output = join(directory, OUTPUT);
    return existsSync(output) ? readFileSync(output) : Buffer.alloc(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A normalised script holds no line feed: white space in literals is a space. */
function lines(text: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = text.indexOf(LINE_FEED, start);
    if (end < 0) break;
    found.push(text.subarray(start, end));
    start = end + 1;
  }
  if (text.length > 0) found.push(text.subarray(start));
  return found;
}
