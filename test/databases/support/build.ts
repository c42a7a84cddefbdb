/** Small databases of our own, put together byte by byte, whole or with one thing wrong. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const FILES: Files = {
  'own.ndb': 'Own.One:0:*:41424344\nOwn.Two:0:*:45464748\nOwn.Three:0:*:494a4b4c\n',
  'own.ldb': 'Own.Logic;Engine:51-255,Target:0;0&1;4d4e4f50;51525354\n',
};

export interface Built {
  readonly files?: Files;
  readonly version?: number;
  /** Instead of what belongs there. */
  readonly header?: string;
  readonly info?: string | undefined;
  readonly infoName?: string | undefined;
  readonly gzip?: boolean;
  /** In the header; default the right one. */
  readonly md5?: string;
  readonly digitalSignature?: string;
}

/** A database as `sigtool --build --unsigned` makes it. */
export function buildDatabase(built: Built = {}): Buffer {
  const { files = FILES, version = 1, infoName = 'own.info', gzip = true } = built;
  const info = 'info' in built ? built.info : infoText(files, version);
  const tar = buildTar([
    ['COPYING', 'public domain'],
    ...(info === undefined ? [] : [[infoName, info] as const]),
    ...Object.entries(files),
  ]);
  const content = gzip ? gzipSync(tar) : tar;
  const md5 = built.md5 ?? createHash('md5').update(content).digest('hex');
  const { header = headerText(version, md5, built.digitalSignature) } = built;
  return Buffer.concat([Buffer.from(header.padEnd(512)), content]);
}

/** @param md5 X: none */
export function headerText(version: number, md5 = 'X', digitalSignature = 'X'): string {
  return `ClamAV-VDB:24 Nov 2026 12-12 +0000:${version}:4:90:${md5}:${digitalSignature}:me:1795522339`;
}

export function infoText(files: Files, version: number): string {
  const lines = Object.entries(files).map(
    ([name, text]) => `${name}:${Buffer.from(text).length}:${createHash('sha256').update(text).digest('hex')}`,
  );
  return `${[headerText(version), ...lines].join('\n')}\n`;
}

export function buildTar(members: readonly (readonly [name: string, content: string | Uint8Array])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, content] of members) {
    const bytes = Buffer.from(content);
    parts.push(tarHeader(name, bytes.length), bytes, Buffer.alloc(-bytes.length & 511));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export function tarHeader(name: string, size: number, { type = '0' }: { type?: string } = {}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'latin1');
  block.write('0000644\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(type, 156, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** An update without a digital signature. @param length in the header; default the right one */
export function buildUpdate(
  version: number,
  script: string,
  { length = Buffer.byteLength(script), digitalSignature = '' } = {},
): Buffer {
  return Buffer.concat([
    Buffer.from(`ClamAV-Diff:${version}:${length}:`),
    gzipSync(script),
    Buffer.from(`:${digitalSignature}`),
  ]);
}

/** The commands that make the `.info` of one state that of another. */
export function infoScript(before: Files, after: Files, version: number): string {
  const old = infoText(before, version - 1)
    .trimEnd()
    .split('\n');
  const next = infoText(after, version).trimEnd().split('\n');
  const commands = [
    ...next.map((line, i) => (i < old.length ? `XCHG ${i + 1} ${old[i]!.split(' ')[0]} ${line}` : `ADD ${line}`)),
    ...old.slice(next.length).map((line, i) => `DEL ${next.length + i + 1} ${line.split(' ')[0]}`),
  ];
  return `OPEN own.info\n${commands.join('\n')}\nCLOSE\n`;
}
