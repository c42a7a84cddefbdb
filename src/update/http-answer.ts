/** What an HTTP answer says, apart from its body. Pure: headers in, values out. */
import { HttpStatusError, UpdateError } from './errors.ts';

/** Longest time that a server may keep us away: a day, as for every cool-down. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/** For messages: without user, password and query, which may hold a secret. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Retry-After: seconds, or a date.
 *
 * @returns milliseconds from now on, at most a day; undefined when it cannot be read
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const ms = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}

/** Content-Range of a 206. @returns where the body begins, undefined when it cannot be read */
export function contentStart(value: string | undefined): number | undefined {
  const start = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/.exec(value?.trim() ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Neither JSON nor any file of ours begins with `<`. */
export function looksLikeHtml(first: Uint8Array): boolean {
  const text = Buffer.from(first.buffer, first.byteOffset, Math.min(first.length, 256)).toString('utf8');
  return text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .startsWith('<');
}

export function htmlError(where: string): UpdateError {
  const reason = 'a proxy, a captive portal or a wrong URL answers in place of the repository';
  return new UpdateError('UPDATE_CONTENT', `${where}: expected a file of the repository, got an HTML page; ${reason}`);
}

/**
 * Where a redirect leads.
 *
 * @throws {UpdateError} `UPDATE_REDIRECT` when nobody should go there
 */
export function redirectTarget(from: URL, location: string | undefined): URL {
  const refuse = (got: string): UpdateError =>
    new UpdateError('UPDATE_REDIRECT', `${shownUrl(from)}: expected a redirect to another http or https URL, ${got}`);
  const target = location === undefined ? null : URL.parse(location, from.href);
  if (!target) throw refuse('got one to nowhere');
  if (target.protocol !== 'http:' && target.protocol !== 'https:') throw refuse(`got one to ${target.protocol}`);
  // Everything is signed, but what is asked for would travel in the open.
  if (from.protocol === 'https:' && target.protocol === 'http:') throw refuse('got one from https to http');
  return target;
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the server wants a user and password: put them into update.url as https://USER:PASSWORD@HOST/…, in the configuration file',
  403: 'the server refuses; it is left alone for a while, so that it does not block this address for longer',
  404: 'there is no such file; is the URL the one of the repository, with metadata/ and targets/ below it?',
  407: 'the proxy wants a user and password: http://USER:PASSWORD@HOST:PORT',
  429: 'the server is asked too often',
  503: 'the server is overloaded or being maintained',
};

/** An answer that brings no file, as an error. */
export function statusError(where: string, status: number, retryAfter: number | undefined): HttpStatusError {
  const code =
    status === 404 || status === 410
      ? 'UPDATE_NOT_FOUND'
      : status === 407
        ? 'UPDATE_PROXY'
        : status === 429 || (status === 503 && retryAfter !== undefined)
          ? 'UPDATE_RETRY_LATER'
          : 'UPDATE_HTTP';
  const advice = ADVICE[status] ?? 'try again later, or another mirror';
  const later = retryAfter === undefined ? '' : `; come again in ${Math.ceil(retryAfter / 1000)} s`;
  return new HttpStatusError(code, `${where}: expected 200, got ${status}: ${advice}${later}`, status, retryAfter);
}
