/**
 * `publish serve`: shows a public directory over HTTP on this machine, for trying out. A fleet gets a real web server or a bucket.
 *
 * Sends what any static server would: byte ranges for downloads that are taken up again, entity tags, and how long each file may be kept.
 */
import { constants, createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PublishError } from './errors.ts';
import { publicDirectoryOf } from './layout.ts';
import { isFresh, rangeOf } from './serve-range.ts';

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  /** A loopback address; default 127.0.0.1. */
  readonly host?: string | undefined;
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;
/** No hidden files, no empty segment, no `..`, nothing encoded: all of our names are plain. */
const SHOWN = /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/;

/** @throws {PublishError} `PUBLISH_NOT_ONE`, `PUBLISH_OPTION` for a host that others can reach, `PUBLISH_IO` when the port is taken */
export async function serveRepository(directory: string, { port, host = '127.0.0.1' }: ServeOptions): Promise<Served> {
  if (!LOOPBACK.test(host)) {
    const message = `host: expected a loopback address, got ${JSON.stringify(host)}; for others a web server shows the public directory`;
    throw new PublishError('PUBLISH_OPTION', message);
  }
  const root = await realpath(publicDirectoryOf(directory));
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy());
  });
  await listen(server, port, host);
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/`,
    close: () => close(server),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new PublishError('PUBLISH_IO', `${host}:${port}: cannot be listened on: ${cause.message}`, { cause })),
    );
    server.listen(port, host, resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405);
  }
  const path = (request.url ?? '').split('?', 1)[0]!;
  const file = await openShown(root, path);
  if (file === undefined) return refuse(response, 404);
  try {
    await sendFile(file, path, request, response);
  } finally {
    await file.close();
  }
}

/** @returns undefined for what is not there, is no file, or lies elsewhere */
async function openShown(root: string, path: string): Promise<FileHandle | undefined> {
  if (!SHOWN.test(path)) return undefined;
  let file: FileHandle | undefined;
  try {
    const real = await realpath(join(root, path));
    // A link may lead anywhere.
    if (!real.startsWith(root + sep)) return undefined;
    file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
  } catch {
    // As if it were not there.
  }
  await file?.close();
  return undefined;
}

async function sendFile(
  file: FileHandle,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const stats = await file.stat();
  const version = { etag: etagOf(stats), modifiedMs: stats.mtimeMs };
  response.setHeader('etag', version.etag);
  response.setHeader('last-modified', stats.mtime.toUTCString());
  response.setHeader('cache-control', cacheControl(path));
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-type', path.endsWith('.json') ? 'application/json' : 'application/octet-stream');
  if (isFresh(request.headers, version)) return refuse(response, 304);
  const range = rangeOf(request.headers, stats.size, version);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${stats.size}`);
    return refuse(response, 416);
  }
  const { start, end } = range ?? { start: 0, end: stats.size };
  if (range !== undefined) response.setHeader('content-range', `bytes ${start}-${end - 1}/${stats.size}`);
  response.writeHead(range === undefined ? 200 : 206, { 'content-length': end - start });
  if (request.method === 'HEAD' || start === end) {
    response.end();
    return;
  }
  await pipeline(createReadStream('', { fd: file, start, end: end - 1, autoClose: false }), response);
}

function refuse(response: ServerResponse, status: number): void {
  // The next root is asked for again and again until it is there.
  if (status >= 400) response.setHeader('cache-control', 'max-age=60');
  response.writeHead(status).end();
}

/** A file that is replaced by a rename is another one, whatever its size. */
function etagOf({ ino, mtimeMs, size }: Stats): string {
  return `"${ino.toString(36)}-${Math.floor(mtimeMs).toString(36)}-${size.toString(36)}"`;
}

/** Names that are written once may be kept for ever. */
function cacheControl(path: string): string {
  if (path === '/metadata/timestamp.json') return 'public, max-age=60';
  const isImmutable = /^\/(?:metadata\/\d+\.[a-z]+\.json|targets\/pattern\/[0-9a-z-]+\.(?:npf|delta|json))$/.test(path);
  return isImmutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
}
