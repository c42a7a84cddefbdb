/**
 * Fetches over HTTP: the door of undici.
 *
 * `request()`, not `fetch()`: that one inflates what a server claims to be compressed, 51 KB to 52 MB when it was tried. Redirects are followed here, where
 * they can be counted and looked at; a body is bounded in bytes, in time and in slowness.
 */
import { readFileSync } from 'node:fs';
import { getCACertificates, rootCertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { UpdateError } from './errors.ts';
import {
  contentStart,
  htmlError,
  looksLikeHtml,
  redirectTarget,
  retryAfterMs,
  shownUrl,
  statusError,
} from './http-answer.ts';
import { networkError } from './network-error.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { type Environment, proxyFor } from './proxy.ts';
import type { FileRequest, OpenedFile } from './source.ts';

export interface WebLimits {
  readonly connectTimeoutMs: number;
  /** From the request to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs: number;
  readonly maxRedirects: number;
}

export interface WebClientOptions {
  readonly userAgent: string;
  /** See `proxyFor`. */
  readonly proxy: string | undefined;
  readonly environment: Environment;
  /** Path of a PEM file with authorities to trust besides the usual ones. */
  readonly ca: string | undefined;
  readonly limits: WebLimits;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Of the page that comes with an error; it is read so that the connection can be used again. */
const MAX_ERROR_BODY_BYTES = 16_384;

export class WebClient {
  requests = 0;
  /** Of bodies. */
  receivedBytes = 0;
  /** What the Date header of the last answer said, in milliseconds since 1970; undefined: nothing. */
  serverDateMs: number | undefined;
  readonly #options: WebClientOptions;
  readonly #ca: readonly string[] | undefined;
  readonly #dispatchers = new Map<string, Dispatcher>();

  /** @throws {UpdateError} `UPDATE_OPTION` when the authorities cannot be read */
  constructor(options: WebClientOptions) {
    this.#options = options;
    this.#ca = options.ca ? readAuthorities(options.ca) : undefined;
  }

  /**
   * Opens a file.
   *
   * @throws {UpdateError} everything that source.ts names; `HttpStatusError` for an answer without a file
   */
  async get(start: URL, wanted: FileRequest, pacing: PaceLimits): Promise<OpenedFile> {
    const visited = new Set<string>();
    let url = start;
    const pace = new Pace(this.#where(start), pacing, this.#options.signal);
    try {
      for (;;) {
        const answer = await this.#ask(url, start, wanted.offset, pace);
        if (!REDIRECTS.includes(answer.statusCode)) return await this.#open(url, answer, wanted, pace);
        await this.#discard(answer, pace);
        visited.add(url.href);
        url = redirectTarget(url, header(answer, 'location'));
        if (visited.has(url.href)) throw circle(start, 'it leads in a circle');
        if (visited.size > this.#options.limits.maxRedirects)
          throw circle(start, `more than ${visited.size - 1} of them`);
      }
    } catch (thrown) {
      pace.stop();
      throw this.#failure(url, pace, thrown);
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  async #ask(url: URL, start: URL, offset: number, pace: Pace): Promise<Dispatcher.ResponseData> {
    const { userAgent, limits } = this.#options;
    this.requests++;
    const answer = await request(`${url.origin}${url.pathname}${url.search}`, {
      dispatcher: this.#dispatcherFor(url),
      headers: {
        'user-agent': userAgent,
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
        ...authorization(url, start),
      },
      signal: pace.signal,
      headersTimeout: limits.headersTimeoutMs,
      bodyTimeout: limits.bodyTimeoutMs,
    });
    // What is destroyed half-way tells so by an event that nobody else listens to.
    answer.body.on('error', () => {});
    const date = Date.parse(header(answer, 'date') ?? '');
    if (!Number.isNaN(date)) this.serverDateMs = date;
    return answer;
  }

  async #open(url: URL, answer: Dispatcher.ResponseData, wanted: FileRequest, pace: Pace): Promise<OpenedFile> {
    const where = this.#where(url);
    const { statusCode } = answer;
    if (statusCode !== 200 && statusCode !== 206) {
      await this.#discard(answer, pace);
      // A date is by the server's clock.
      const nowMs = Date.parse(header(answer, 'date') ?? '') || this.#options.now();
      throw statusError(where, statusCode, retryAfterMs(header(answer, 'retry-after'), nowMs));
    }
    const encoding = header(answer, 'content-encoding')?.toLowerCase() ?? 'identity';
    if (encoding !== 'identity') throw refusal(answer, where, 'the file as it is', `content-encoding ${encoding}`);
    const offset = statusCode === 200 ? 0 : contentStart(header(answer, 'content-range'));
    if (offset === undefined || (offset !== 0 && offset !== wanted.offset))
      throw refusal(
        answer,
        where,
        `bytes from ${wanted.offset} on`,
        `content-range ${header(answer, 'content-range')}`,
      );
    const length = Number(header(answer, 'content-length') ?? 0);
    if (offset + length > wanted.maxBytes) {
      answer.body.destroy();
      throw tooLong(where, wanted.maxBytes, `${offset + length}`);
    }
    return { offset, body: this.#read(url, answer, wanted.maxBytes - offset, offset === 0, pace) };
  }

  async *#read(url: URL, answer: Dispatcher.ResponseData, maxBytes: number, isStart: boolean, pace: Pace) {
    const where = this.#where(url);
    let left = maxBytes;
    let isFirst = isStart;
    pace.bodyBegins();
    try {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        this.receivedBytes += chunk.length;
        pace.received(chunk.length);
        if (isFirst && looksLikeHtml(chunk)) throw htmlError(where);
        isFirst = false;
        left -= chunk.length;
        // A server that never stops must not fill the disk.
        if (left < 0) throw tooLong(where, maxBytes, 'more');
        yield chunk;
      }
    } catch (thrown) {
      throw this.#failure(url, pace, thrown);
    } finally {
      pace.stop();
      answer.body.destroy();
    }
  }

  /** Reads what nobody wants, if it is short. */
  async #discard(answer: Dispatcher.ResponseData, pace: Pace): Promise<void> {
    let left = MAX_ERROR_BODY_BYTES;
    try {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        this.receivedBytes += chunk.length;
        pace.received(chunk.length);
        left -= chunk.length;
        if (left < 0) break;
      }
    } catch {
      // The status says what is wrong; that its page broke off adds nothing. A deadline that is over shows at the next step.
    }
    answer.body.destroy();
  }

  #failure(url: URL, pace: Pace, thrown: unknown): unknown {
    if (pace.signal.aborted) return pace.signal.reason;
    return networkError(this.#where(url), thrown);
  }

  #where(url: URL): string {
    const proxy = this.#proxyFor(url);
    return proxy ? `${shownUrl(url)} (through the proxy ${proxy.host})` : shownUrl(url);
  }

  #proxyFor(url: URL): URL | undefined {
    return proxyFor(url, this.#options.proxy, this.#options.environment);
  }

  #dispatcherFor(url: URL): Dispatcher {
    const proxy = this.#proxyFor(url);
    const key = proxy?.href ?? '';
    const known = this.#dispatchers.get(key);
    if (known) return known;
    const made = this.#makeDispatcher(proxy);
    this.#dispatchers.set(key, made);
    return made;
  }

  #makeDispatcher(proxy: URL | undefined): Dispatcher {
    const timeout = this.#options.limits.connectTimeoutMs;
    const tls = this.#ca === undefined ? {} : { ca: [...this.#ca] };
    // One version of the protocol, so that faults are the same everywhere.
    const common = { allowH2: false, connections: 2, pipelining: 1 };
    if (!proxy) return new Agent({ ...common, connect: { timeout, ...tls } });
    return new ProxyAgent({
      ...common,
      uri: proxy.href,
      // A tunnel is for https; many proxies refuse CONNECT to port 80.
      proxyTunnel: false,
      connectTimeout: timeout,
      requestTls: { timeout, ...tls },
      proxyTls: { timeout, ...tls },
    } as ProxyAgent.Options);
  }
}

function header({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A user and password of the repository's URL; a redirect to another host does not get them. */
function authorization(url: URL, start: URL): { authorization?: string } {
  const { username, password } = start;
  if (url.origin !== start.origin || (username === '' && password === '')) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function refusal(answer: Dispatcher.ResponseData, where: string, expected: string, got: string): UpdateError {
  answer.body.destroy();
  return new UpdateError('UPDATE_CONTENT', `${where}: expected ${expected}, got ${got}; a proxy may have changed it`);
}

function tooLong(where: string, maxBytes: number, got: string): UpdateError {
  return new UpdateError('UPDATE_TOO_LONG', `${where}: expected at most ${maxBytes} bytes, got ${got}`);
}

function circle(start: URL, what: string): UpdateError {
  return new UpdateError('UPDATE_REDIRECT', `${shownUrl(start)}: expected a file after a few redirects, got ${what}`);
}

function readAuthorities(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UpdateError('UPDATE_OPTION', `${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (!certificates) throw new UpdateError('UPDATE_OPTION', `${path}: expected certificates in PEM, got none`);
  // Naming authorities replaces the usual ones; a public mirror must go on working beside a private one.
  return [
    ...(typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates),
    ...certificates,
  ];
}
