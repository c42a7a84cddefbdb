/** A pretend pattern server on loopback. Shows files; lies when it is told to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request, or not: false, and the truth is told. */
export type Lie = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export class LyingServer {
  readonly requests: Request[] = [];
  files: ReadonlyMap<string, Buffer>;
  /** For every answer. */
  headers: Record<string, string> = {};
  ranges = true;
  readonly #server: Server;
  #lies: { readonly paths: RegExp; readonly lie: Lie; left: number }[] = [];

  private constructor(files: ReadonlyMap<string, Buffer>, tls: { key: string; cert: string } | undefined) {
    this.files = files;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = tls ? createTlsServer(tls, answer) : createServer(answer);
  }

  static async start(files: ReadonlyMap<string, Buffer>, tls?: { key: string; cert: string }): Promise<LyingServer> {
    const server = new LyingServer(files, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/repo`;
  }

  paths(): readonly string[] {
    return this.requests.map(({ path }) => path);
  }

  /** @param times after which it tells the truth again */
  lie(paths: RegExp, lie: Lie, times = Number.POSITIVE_INFINITY): void {
    this.#lies.push({ paths, lie, left: times });
  }

  beHonest(): void {
    this.#lies = [];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(request.url!.split('?')[0]!).replace(/^\/repo\//, '');
    this.requests.push({ path, headers: request.headers });
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
    const lie = this.#lies.find(({ paths, left }) => left > 0 && paths.test(path));
    if (lie) {
      lie.left--;
      if (lie.lie(request, response, path) !== false) return;
    }
    this.#tellTruth(request, response, path);
  }

  #tellTruth(request: IncomingMessage, response: ServerResponse, path: string): void {
    const bytes = this.files.get(path);
    if (!bytes) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file\n');
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (!this.ranges || start === 0) {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    } else if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    } else {
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      response
        .writeHead(206, { 'content-range': range, 'content-length': bytes.length - start })
        .end(bytes.subarray(start));
    }
  }
}
