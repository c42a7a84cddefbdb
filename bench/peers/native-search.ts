/**
 * A native search in a process of its own; protocol.md says how it is asked.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Answer, type Prepared, Refused } from '../search/engine.ts';

/** Haystacks of this size are large enough to be kept as a file, and no views on a shared pool that is written again. */
const KEPT_BYTES = 1 << 20;

/**
 * @param command with the first argument of the protocol
 * @throws {Refused} with what the peer says
 */
export async function prepareNative(command: readonly string[], patterns: readonly Uint8Array[]): Promise<Prepared> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-peer-'));
  const file = join(directory, 'patterns');
  writeFileSync(file, encodePatterns(patterns));
  const [program, ...args] = command;
  const child = spawn(program!, [...args, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const process = new NativeProcess(child, directory);
  try {
    const [word, seconds, bytes, version] = (await process.line()).split(' ');
    if (word !== 'ready') throw new Refused(`${program}: expected ready, got ${word}`);
    return {
      compileSeconds: Number(seconds),
      memoryBytes: Number(bytes),
      version: version ?? '',
      search: (haystack) => process.search(haystack),
      close: () => process.close(),
    };
  } catch (error) {
    process.close();
    throw error;
  }
}

/** Their number, then length and bytes of each; 32 bits, little-endian. */
export function encodePatterns(patterns: readonly Uint8Array[]): Uint8Array {
  const size = patterns.reduce((sum, { length }) => sum + 4 + length, 4);
  const encoded = Buffer.alloc(size);
  let at = encoded.writeUInt32LE(patterns.length, 0);
  for (const pattern of patterns) {
    at = encoded.writeUInt32LE(pattern.length, at);
    encoded.set(pattern, at);
    at += pattern.length;
  }
  return encoded;
}

class NativeProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #directory: string;
  readonly #lines: AsyncIterator<string>;
  #files = 0;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>, directory: string) {
    this.#child = child;
    this.#directory = directory;
    // Its end is what reading tells; a write to one that has ended must not end us.
    child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Refused(`the peer ended with ${this.#child.signalCode ?? this.#child.exitCode}`);
    if (value.startsWith('refused ')) throw new Refused(value.slice('refused '.length));
    return value;
  }

  async search(haystack: Uint8Array): Promise<Answer> {
    this.#child.stdin.write(`${haystack.length} ${this.#fileOf(haystack)}\n`);
    const [matches, checksum, seconds] = (await this.line()).split(' ').map(Number);
    return { matches: matches!, checksum: checksum!, seconds: seconds! };
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** The beginnings of one haystack are read from one file. */
  #fileOf(haystack: Uint8Array): string {
    if (haystack.byteOffset === 0 && haystack.buffer.byteLength >= KEPT_BYTES) return keptFile(haystack.buffer);
    const path = join(this.#directory, String(this.#files++));
    writeFileSync(path, haystack);
    return path;
  }
}

const kept = new WeakMap<ArrayBufferLike, string>();

function keptFile(buffer: ArrayBufferLike): string {
  const known = kept.get(buffer);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), 'bench-haystack-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'haystack');
  writeFileSync(path, new Uint8Array(buffer));
  kept.set(buffer, path);
  return path;
}
