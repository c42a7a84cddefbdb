/** What networks and servers do. Each is refused or survived, with a code and a sentence that says what to do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readUpdaterState } from '../../src/update/memory.ts';
import type { Lie, LyingServer } from './support/lying-server.ts';
import { QUICK, type Scene, withScene } from './support/scene.ts';

const scene = withScene();

async function updated(): Promise<Scene> {
  const { forge } = scene();
  forge.release(1041);
  await scene().serve();
  expect(await scene().result()).toBe('updated 1041');
  forge.release(1042);
  return scene();
}

const TIMESTAMP = /timestamp\.json$/;
const NEXT_ROOT = /root\.json$/;
const SNAPSHOT = /snapshot\.json$/;
const FULL = /1042\.npf$/;
const HTML = '<!DOCTYPE html><html><head><title>Welcome to the hotel</title></head></html>';

const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Lie =>
  (_request, response) => {
    response.writeHead(code, headers).end(body);
    return true;
  };
const html: Lie = status(200, { 'content-type': 'text/html' }, HTML);
const cut: Lie = (_request, response) => {
  response.destroy();
  return true;
};
/** The first half, then the connection breaks. */
const cutInside =
  (scene: () => Scene): Lie =>
  (request, response, path) => {
    const bytes = scene().forge.files.get(path)!;
    const start = Number(/(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start === 0 ? 200 : 206, {
      'content-length': bytes.length - start,
      ...(start === 0 ? {} : range),
    });
    response.write(bytes.subarray(start, start + Math.ceil((bytes.length - start) / 2)), () => response.destroy());
    return true;
  };
const endless: Lie = (_request, response) => {
  response.writeHead(200);
  const chunk = Buffer.alloc(65_536, '{');
  const more = () => response.write(chunk) && setImmediate(more);
  response.on('drain', more);
  more();
  return true;
};
const drip: Lie = (_request, response) => {
  response.writeHead(200);
  response.write('S');
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
  return true;
};
const silent: Lie = () => true;
const location = (to: string): Lie => status(302, { location: to });

type Fault = readonly [name: string, code: string, paths: RegExp, lie: Lie, message?: RegExp];

const REFUSED: readonly Fault[] = [
  ['a server that closes each connection', 'UPDATE_NETWORK', TIMESTAMP, cut, /broke off/],
  ['a connection that is always cut inside the timestamp', 'UPDATE_NETWORK', TIMESTAMP, cutInside(scene), /broke off/],
  ['a server that never answers', 'UPDATE_TIMEOUT', TIMESTAMP, silent, /no answer in time/],
  ['an endless timestamp', 'UPDATE_TOO_LONG', TIMESTAMP, endless, /at most 16384 bytes/],
  ['an endless root', 'UPDATE_TOO_LONG', NEXT_ROOT, endless, /at most 65536 bytes/],
  ['an endless pattern file', 'UPDATE_TOO_LONG', FULL, endless],
  [
    'a length that is announced and too large',
    'UPDATE_TOO_LONG',
    TIMESTAMP,
    status(200, { 'content-length': '99999999' }),
  ],
  ['a slow drip in place of the timestamp', 'UPDATE_SLOW', TIMESTAMP, drip, /bytes per second/],
  ['a slow drip in place of the pattern file', 'UPDATE_SLOW', FULL, drip, /bytes per second/],
  ['HTML with status 200 in place of the timestamp', 'UPDATE_CONTENT', TIMESTAMP, html, /HTML page.*proxy/],
  ['HTML with status 200 in place of the next root', 'UPDATE_CONTENT', NEXT_ROOT, html, /HTML page/],
  ['HTML with status 200 in place of a pattern file', 'UPDATE_CONTENT', FULL, html, /HTML page/],
  [
    'HTML that calls itself JSON',
    'UPDATE_CONTENT',
    TIMESTAMP,
    status(200, { 'content-type': 'application/json' }, `\n\n${HTML}`),
    /HTML page/,
  ],
  [
    'a body that was compressed on its way',
    'UPDATE_CONTENT',
    TIMESTAMP,
    status(200, { 'content-encoding': 'gzip' }, 'x'),
  ],
  [
    'a part that nobody asked for',
    'UPDATE_CONTENT',
    TIMESTAMP,
    status(206, { 'content-range': 'bytes 5-9/10' }, 'xxxxx'),
  ],
  ['an empty timestamp', 'UPDATE_METADATA', TIMESTAMP, status(200)],
  ['a timestamp that is JSON of something else', 'UPDATE_METADATA', TIMESTAMP, status(200, {}, '{"a":[1,2]}')],
  ['a timestamp that is null', 'UPDATE_METADATA', TIMESTAMP, status(200, {}, 'null')],
  ['a timestamp nested beyond any stack', 'UPDATE_METADATA', TIMESTAMP, status(200, {}, '['.repeat(16_000))],
  ['errors 500 that do not pass', 'UPDATE_HTTP', TIMESTAMP, status(500), /got 500/],
  ['error 500 in place of the next root', 'UPDATE_HTTP', NEXT_ROOT, status(500), /got 500/],
  ['error 401', 'UPDATE_HTTP', TIMESTAMP, status(401), /USER:PASSWORD/],
  ['error 403', 'UPDATE_HTTP', TIMESTAMP, status(403), /got 403/],
  ['no timestamp', 'UPDATE_NOT_FOUND', TIMESTAMP, status(404), /is the URL the one of the repository/],
  ['no snapshot', 'UPDATE_NOT_FOUND', SNAPSHOT, status(404)],
  ['no pattern file', 'UPDATE_NOT_FOUND', FULL, status(404)],
  [
    'a pattern file that ends too soon',
    'UPDATE_TRUNCATED',
    FULL,
    status(200, {}, 'SIGWALL'),
    /expected \d+ bytes, got 7/,
  ],
  [
    'a pattern file that comes a byte at a time',
    'UPDATE_TRUNCATED',
    FULL,
    (request, response) => {
      const start = Number(/(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const headers = { 'content-range': `bytes ${start}-${start}/*` };
      return status(start === 0 ? 200 : 206, start === 0 ? {} : headers, 'S')(request, response, '');
    },
  ],
  ['a redirect in a circle', 'UPDATE_REDIRECT', TIMESTAMP, location('timestamp.json'), /circle/],
  ['a redirect to a file of the machine', 'UPDATE_REDIRECT', TIMESTAMP, location('file:///etc/passwd'), /to file:/],
  ['a redirect to another protocol', 'UPDATE_REDIRECT', TIMESTAMP, location('ftp://127.0.0.1/x'), /to ftp:/],
  ['a redirect to nowhere', 'UPDATE_REDIRECT', TIMESTAMP, status(302), /nowhere/],
  [
    'redirects without end',
    'UPDATE_REDIRECT',
    TIMESTAMP,
    (request, response) => status(307, { location: `${request.url}?${request.url!.length}` })(request, response, ''),
    /more than 5/,
  ],
  [
    'headers without end',
    'UPDATE_HTTP',
    TIMESTAMP,
    (_request, response) => {
      response.socket!.write(`HTTP/1.1 200 OK\r\n${'x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(2000)}`);
      return true;
    },
    /no HTTP that can be read/,
  ],
  [
    'something that is no HTTP',
    'UPDATE_HTTP',
    TIMESTAMP,
    (_request, response) => {
      response.socket!.end('220 mail.example.com ESMTP\r\n');
      return true;
    },
    /no HTTP that can be read/,
  ],
];

describe('faults that are refused', () => {
  test.each(REFUSED.map(([name, ...row]) => [name, row] as const))('%s', async (_name, row) => {
    const [code, paths, lie, message = /./] = row;
    const { server } = await updated();
    server.lie(paths, lie);
    const error = await scene()
      .update()
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.message).toContain(`127.0.0.1:${server.port}/repo`);
    expect(scene().active()).toBe(1041);
    server.beHonest();
    expect(await scene().result({ now: true })).toBe('updated 1042');
  });
});

const SURVIVED: readonly (readonly [name: string, paths: RegExp, lie: Lie, times: number])[] = [
  ['a connection that is cut once', TIMESTAMP, cut, 1],
  ['error 500 that passes', TIMESTAMP, status(500), 1],
  ['error 502 in place of the pattern file, once', FULL, status(502), 1],
  ['a pattern file that is cut again and again, as long as some of it comes', FULL, cutInside(scene), 5],
  ['403 for the next root, as buckets have it', NEXT_ROOT, status(403), 9],
  ['a page with 404', NEXT_ROOT, status(404, { 'content-type': 'text/html' }, HTML.repeat(3000)), 9],
];

test.each(SURVIVED)('survived: %s', async (_name, paths, lie, times) => {
  const { server } = await updated();
  server.lie(paths, lie, times);
  expect(await scene().result()).toBe('updated 1042');
});

test('a wrong content type of the right bytes is no fault', async () => {
  const { server } = await updated();
  server.headers['content-type'] = 'image/png';
  expect(await scene().result()).toBe('updated 1042');
});

test('a redirect to another path and host is followed, without the password', async () => {
  const { server, forge } = await updated();
  const other = await scene().serve(forge.files);
  server.lie(/^(metadata|targets)/, (request, response) => {
    return status(301, { location: `http://127.0.0.1:${other.port}${request.url}` })(request, response, '');
  });
  const url = server.url.replace('http://', 'http://user:secret@');
  expect(await scene().result({ url })).toBe('updated 1042');
  expect(server.requests.at(-1)!.headers.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
  expect(other.requests.length).toBeGreaterThan(0);
  for (const { headers } of other.requests) expect(headers.authorization).toBeUndefined();
});

test('what is sent: who asks, and that nothing is to be compressed', async () => {
  const { server } = await updated();
  await scene().result({ productVersion: '0.1.0' });
  const { headers } = server.requests.at(-1)!;
  expect(headers).toMatchObject({ 'user-agent': 'sigwall/0.1.0 engine/1.0.0', 'accept-encoding': 'identity' });
});

test('a password is in no message and in no file', async () => {
  const { server } = await updated();
  server.lie(TIMESTAMP, status(401));
  const url = `${server.url.replace('http://', 'http://user:secret@')}?token=hidden`;
  const error = await scene()
    .update({ url })
    .catch((thrown) => thrown);
  expect(`${error.message} ${readFileSync(join(scene().store, 'update.json'))}`).not.toMatch(/secret|hidden/);
  server.beHonest();
  expect(await scene().result({ url })).toBe('updated 1042');
  expect(readFileSync(join(scene().store, 'update.json'), 'utf8')).not.toMatch(/secret|hidden/);
  expect(readUpdaterState(scene().store)?.url).toBe(server.url);
});

test('a query of the URL is kept for every request', async () => {
  const { server } = await updated();
  const seen: string[] = [];
  server.lie(/./, (request) => {
    seen.push(request.url!);
    return false;
  });
  expect(await scene().result({ url: `${server.url}/?sig=a%2Fb` })).toBe('updated 1042');
  expect(seen.length).toBeGreaterThan(4);
  for (const url of seen) expect(url).toMatch(/\/repo\/[^?]+\?sig=a%2Fb$/);
});

describe('cool-downs', () => {
  test.each([
    ['503 with Retry-After in seconds', status(503, { 'retry-after': '3600' })],
    ['429 with Retry-After as a date', status(429, { 'retry-after': 'Tue, 24 Nov 2026 13:00:00 GMT' })],
  ])('%s is waited for, without another request', async (_name, lie) => {
    const { server } = await updated();
    server.lie(TIMESTAMP, lie);
    const waiting = { kind: 'waiting', reason: 'retry-after', until: '2026-11-24T13:00:00.000Z' };
    expect(await scene().update()).toMatchObject(waiting);
    server.beHonest();
    server.requests.length = 0;
    scene().nowMs += 3_599_000;
    expect(await scene().update()).toMatchObject(waiting);
    expect(await scene().update({ now: true })).toMatchObject(waiting);
    expect(server.requests).toEqual([]);
    scene().nowMs += 2000;
    expect(await scene().result()).toBe('updated 1042');
  });

  test('Retry-After of a year is a day', async () => {
    const { server } = await updated();
    server.lie(TIMESTAMP, status(503, { 'retry-after': '31536000' }));
    expect(await scene().update()).toMatchObject({ until: '2026-11-25T12:00:00.000Z' });
  });

  test('403 is left alone for an hour, then for two; a person may ask again', async () => {
    const { server } = await updated();
    server.lie(TIMESTAMP, status(403));
    expect(await scene().result()).toBe('UPDATE_HTTP');
    expect(await scene().update()).toMatchObject({ kind: 'waiting', until: '2026-11-24T13:00:00.000Z' });
    scene().nowMs += 3_601_000;
    expect(await scene().result()).toBe('UPDATE_HTTP');
    expect(await scene().update()).toMatchObject({ until: '2026-11-24T15:00:01.000Z' });
    server.beHonest();
    expect(await scene().result({ now: true })).toBe('updated 1042');
    expect(readUpdaterState(scene().store)?.coolDowns).toEqual([]);
  });

  test('a cool-down by a clock that was a year ahead is over when the clock is right', async () => {
    const { server } = await updated();
    server.lie(TIMESTAMP, status(403));
    scene().nowMs += 365 * 86_400_000;
    expect(await scene().result()).toBe('UPDATE_HTTP');
    scene().nowMs -= 365 * 86_400_000;
    server.beHonest();
    expect(await scene().result()).toBe('updated 1042');
  });
});

describe('mirrors', () => {
  async function two(): Promise<{ first: LyingServer; second: LyingServer; update: () => Promise<string> }> {
    const { server, forge } = await updated();
    const second = await scene().serve(forge.files);
    return { first: server, second, update: () => scene().result({ mirrors: [second.url] }) };
  }

  test.each([
    ['does not answer', cut, /UPDATE_NETWORK/],
    ['answers with HTML', html, /UPDATE_CONTENT/],
    ['wants to be left alone', status(503, { 'retry-after': '60' }), /UPDATE_RETRY_LATER/],
  ])('the second is asked when the first %s, and that is said', async (_name, lie, said) => {
    const { first, second } = await two();
    first.lie(TIMESTAMP, lie);
    const outcome = await scene().update({ mirrors: [second.url] });
    expect(outcome).toMatchObject({ kind: 'updated', number: 1042 });
    expect(outcome.notices).toContainEqual(
      expect.objectContaining({ code: 'MIRROR', subject: expect.stringMatching(said) }),
    );
    expect(first.paths()).not.toContain('targets/pattern/1042.npf');
  });

  test('a stale mirror is passed over', async () => {
    const { forge } = scene();
    forge.release(1041);
    const stale = forge.freeze();
    forge.release(1042);
    const first = await scene().serve();
    expect(await scene().result()).toBe('updated 1042');
    forge.release(1043);
    const second = await scene().serve(forge.freeze());
    first.files = stale;
    expect(await scene().result({ mirrors: [second.url] })).toBe('updated 1043');
    expect(second.paths()).toContain('metadata/timestamp.json');
  });

  test('a mirror in the middle of its update does not make the others look old', async () => {
    const { first, second, update } = await two();
    const complete = scene().forge.freeze();
    scene().forge.release(1043);
    first.lie(/1043\.npf|snapshot\.json|patterns\.json/, status(404));
    second.files = complete;
    expect(await update()).toBe('updated 1042');
  });

  test('metadata comes from one, a pattern file from any', async () => {
    const { first, second, update } = await two();
    first.lie(FULL, status(404));
    expect(await update()).toBe('updated 1042');
    expect(second.paths()).toEqual(['targets/pattern/1042.npf']);
  });

  test('who failed is asked last the next time, until it works again', async () => {
    const { first, second, update } = await two();
    first.lie(TIMESTAMP, cut);
    expect(await update()).toBe('updated 1042');
    first.beHonest();
    first.requests.length = 0;
    expect(await update()).toBe('current');
    expect(first.requests).toEqual([]);
    scene().nowMs += 3_600_000;
    second.requests.length = 0;
    expect(await update()).toBe('current');
    expect(second.requests).toEqual([]);
  });

  test('when all fail, the gravest code is reported, and what each did', async () => {
    const { first, second } = await two();
    first.lie(TIMESTAMP, cut);
    second.lie(TIMESTAMP, status(200, {}, '{}'));
    const error = await scene()
      .update({ mirrors: [second.url] })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'UPDATE_METADATA',
      message: expect.stringMatching(/all 2 mirrors failed: .*broke off.*; .*no TUF/),
    });
  });
});

describe('downloads that are resumed', () => {
  const part = () => join(scene().store, 'incoming/downloads/pattern_1042.npf');
  const file = () => scene().forge.files.get('targets/pattern/1042.npf')!;

  async function withPart(bytes: () => Uint8Array): Promise<LyingServer> {
    const { server } = await updated();
    writeFileSync(part(), bytes());
    return server;
  }

  function rangesOf(server: LyingServer): readonly (string | undefined)[] {
    return server.requests.filter(({ path }) => FULL.test(path)).map(({ headers }) => headers.range);
  }

  test('what is there is not fetched again', async () => {
    const server = await withPart(() => file().subarray(0, 100));
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server)).toEqual(['bytes=100-']);
  });

  test('what is there whole is not fetched at all', async () => {
    const server = await withPart(file);
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server)).toEqual([]);
  });

  test.each([
    ['poisoned at its beginning', () => Buffer.concat([Buffer.from('poison'), file().subarray(6, 200)])],
    ['as long as the file, and poisoned', () => Buffer.alloc(file().length, 'x')],
  ])('a part that is %s costs one more download', async (_name, bytes) => {
    const server = await withPart(bytes);
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server).at(-1)).toBeUndefined();
  });

  test('a part that is longer than the file is started afresh', async () => {
    const server = await withPart(() => Buffer.alloc(10_000_000));
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server)).toEqual([undefined]);
  });

  test('a server without ranges sends everything', async () => {
    const server = await withPart(() => file().subarray(0, 100));
    server.ranges = false;
    expect(await scene().result()).toBe('updated 1042');
  });

  test('a server that knows no such range is asked for everything', async () => {
    const server = await withPart(() => file().subarray(0, 100));
    server.lie(FULL, status(416), 1);
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server)).toEqual(['bytes=100-', undefined]);
  });

  test('a server that sends another range than asked for is refused', async () => {
    const server = await withPart(() => file().subarray(0, 100));
    server.lie(FULL, status(206, { 'content-range': 'bytes 50-60/1000' }, 'x'.repeat(11)));
    expect(await scene().result()).toBe('UPDATE_CONTENT');
  });

  test('what broke off in one run goes on in the next', async () => {
    const { server } = await updated();
    server.lie(FULL, cutInside(scene), 1);
    server.lie(FULL, cut);
    expect(await scene().result({ limits: { ...QUICK, retries: 0 } })).toBe('UPDATE_NETWORK');
    const { length } = readFileSync(part());
    expect(length).toBeGreaterThan(0);
    server.beHonest();
    expect(await scene().result()).toBe('updated 1042');
    expect(rangesOf(server).at(-1)).toBe(`bytes=${length}-`);
  });

  test('nothing is left when a pattern is installed', async () => {
    await withPart(() => file().subarray(0, 100));
    writeFileSync(join(scene().store, 'incoming/downloads/pattern_7.npf'), 'old');
    expect(await scene().result()).toBe('updated 1042');
    expect(readdirSync(join(scene().store, 'incoming/downloads'))).toEqual([]);
  });
});

test('a stop from outside ends the wait, and is no fault of the mirror', async () => {
  const { server } = await updated();
  const stop = new AbortController();
  server.lie(TIMESTAMP, () => {
    setTimeout(() => stop.abort(), 20);
    return true;
  });
  expect(await scene().result({ signal: stop.signal })).toBe('UPDATE_ABORTED');
  expect(readUpdaterState(scene().store)?.coolDowns).toEqual([]);
});
