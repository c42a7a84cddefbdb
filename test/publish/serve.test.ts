/** The server for trying out: what it shows, what it hides, how long it lets caches keep it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Served, serveRepository } from '../../src/publish/serve.ts';
import { isFresh, rangeOf } from '../../src/publish/serve-range.ts';
import { codeOf, lines, withScene } from './support/scene.ts';

const scene = withScene();
let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serve(): Promise<Served> {
  await scene().init();
  await scene().release(lines(300));
  served = await serveRepository(scene().directory, { port: 0 });
  return served;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}
/** As it is written: fetch() would tidy up the path. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served!.url);
    request({ hostname, port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const IMMUTABLE = 'public, max-age=31536000, immutable';
const CACHED: readonly (readonly [string, number, string])[] = [
  ['/metadata/timestamp.json', 200, 'public, max-age=60'],
  ['/metadata/1.root.json', 200, IMMUTABLE],
  ['/metadata/2.root.json', 404, 'max-age=60'],
  ['/metadata/2.patterns.json', 200, IMMUTABLE],
  ['/targets/pattern/1001.npf', 200, IMMUTABLE],
  ['/targets/pattern/notices-1.json', 200, IMMUTABLE],
  ['/targets/pattern/1001.npf.minisig', 200, 'public, max-age=3600'],
  ['/root.json', 200, 'public, max-age=3600'],
  ['/minisign.pub', 200, 'public, max-age=3600'],
];

describe('what is shown', () => {
  test.for(CACHED)('%s is answered with %i and may be kept: %s', async ([path, status, cache]) => {
    await serve();
    const answer = await ask(path);
    expect(answer).toMatchObject({ status, headers: { 'cache-control': cache } });
    if (status === 200) expect(answer.body).toEqual(scene().read(path));
  });

  test('HEAD says the same without the body', async () => {
    await serve();
    const [get, head] = [await ask('/root.json'), await ask('/root.json', {}, 'HEAD')];
    const { date: _, ...headers } = get.headers;
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0), headers });
  });

  test('an empty file', async () => {
    await serve();
    writeFileSync(scene().shown('empty'), '');
    expect(await ask('/empty')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect((await ask('/empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  test('what comes while it is served', async () => {
    await serve();
    const before = await ask('/metadata/timestamp.json');
    await scene().release(lines(301));
    const after = await ask('/metadata/timestamp.json');
    expect(after.body).toEqual(scene().read('metadata/timestamp.json'));
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect((await ask('/targets/pattern/1002.npf')).status).toBe(200);
  });

  test('the public directory of a mirror', async () => {
    await scene().init();
    served = await serveRepository(scene().publicDirectory, { port: 0 });
    expect((await ask('/root.json')).status).toBe(200);
  });
});

describe('what is hidden', () => {
  const HIDDEN: readonly string[] = [
    '/',
    '/metadata',
    '/metadata/',
    '/nothing',
    '/../keys',
    '/../publish.lock',
    '/metadata/../../publish.lock',
    '/metadata/../root.json',
    '/%2e%2e/publish.lock',
    '/..%2fpublish.lock',
    '/..\\publish.lock',
    '//etc/passwd',
    '/metadata//1.root.json',
    '/./root.json',
    '/root.json%00',
    '/.hidden',
    '/link-out',
    '/link-directory/passwd',
    '/link-loop',
    '/root.json/',
    '*',
    'http://elsewhere/root.json',
  ];
  test.for(HIDDEN)('%s', async (path) => {
    await serve();
    writeFileSync(scene().shown('.hidden'), 'x');
    symlinkSync('../publish.lock', scene().shown('link-out'));
    symlinkSync('/etc', scene().shown('link-directory'));
    symlinkSync('link-loop', scene().shown('link-loop'));
    mkdirSync(scene().shown('empty'));
    expect(await ask(path)).toMatchObject({ status: 404, body: Buffer.alloc(0) });
  });

  test.for(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s changes nothing', async (method) => {
    await serve();
    expect(await ask('/root.json', {}, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  test('a link that stays inside is followed', async () => {
    await serve();
    symlinkSync('root.json', scene().shown('link-in'));
    expect((await ask('/link-in')).status).toBe(200);
  });

  test('from other machines, whatever is asked for', async () => {
    await scene().init();
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org']) {
      expect(await codeOf(() => serveRepository(scene().directory, { port: 0, host })), host).toBe('PUBLISH_OPTION');
    }
  });
});

describe('trouble', () => {
  test('a port that is taken is an error with a code', async () => {
    await serve();
    const port = Number(new URL(served!.url).port);
    expect(await codeOf(() => serveRepository(scene().directory, { port }))).toBe('PUBLISH_IO');
  });

  test('a directory that is no repository is refused', async () => {
    expect(await codeOf(() => serveRepository(scene().path(), { port: 0 }))).toBe('PUBLISH_NOT_ONE');
  });

  test('clients that hang up, and clients that say nothing, do not keep it from closing', async () => {
    await serve();
    const { hostname, port } = new URL(served!.url);
    const silent = connect(Number(port), hostname);
    silent.on('error', () => {});
    const leaving = connect(Number(port), hostname, () => {
      leaving.write('GET /targets/pattern/1001.npf HTTP/1.1\r\nhost: x\r\n\r\n');
      leaving.destroy();
    });
    leaving.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', resolve));
    expect((await ask('/root.json')).status).toBe(200);
    await served!.close();
    served = undefined;
  });
});

describe('parts of a file', () => {
  test('a download is taken up where it broke off', async () => {
    await serve();
    const whole = scene().read('targets/pattern/1001.npf');
    const { headers } = await ask('/targets/pattern/1001.npf');
    const part = await ask('/targets/pattern/1001.npf', { range: 'bytes=100-', 'if-range': String(headers.etag) });
    expect(part).toMatchObject({ status: 206, body: whole.subarray(100) });
    expect(part.headers['content-range']).toBe(`bytes 100-${whole.length - 1}/${whole.length}`);
    const other = await ask('/targets/pattern/1001.npf', { range: 'bytes=100-', 'if-range': '"other"' });
    expect(other).toMatchObject({ status: 200, body: whole });
    const beyond = await ask('/targets/pattern/1001.npf', { range: `bytes=${whole.length}-` });
    expect(beyond).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${whole.length}` } });
  });

  test('what a client has already is not sent again', async () => {
    await serve();
    const { headers } = await ask('/root.json');
    expect((await ask('/root.json', { 'if-none-match': String(headers.etag) })).status).toBe(304);
    expect((await ask('/root.json', { 'if-modified-since': String(headers['last-modified']) })).status).toBe(304);
    expect((await ask('/root.json', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  const VERSION = { etag: '"a"', modifiedMs: Date.parse('2026-11-24T06:00:00.500Z') };
  const MODIFIED = 'Tue, 24 Nov 2026 06:00:00 GMT';
  const RANGES: readonly (readonly [string, string | undefined, string | undefined, ReturnType<typeof rangeOf>])[] = [
    ['no range', undefined, undefined, undefined],
    ['the first bytes', 'bytes=0-9', undefined, { start: 0, end: 10 }],
    ['one byte', 'bytes=5-5', undefined, { start: 5, end: 6 }],
    ['from a byte on', 'bytes=90-', undefined, { start: 90, end: 100 }],
    ['more than there is', 'bytes=90-500', undefined, { start: 90, end: 100 }],
    ['the last bytes', 'bytes=-10', undefined, { start: 90, end: 100 }],
    ['more last bytes than there are', 'bytes=-500', undefined, { start: 0, end: 100 }],
    ['from the end on', 'bytes=100-', undefined, 'unsatisfiable'],
    ['no last bytes', 'bytes=-0', undefined, 'unsatisfiable'],
    ['backwards', 'bytes=9-3', undefined, undefined],
    ['several ranges', 'bytes=0-1,5-6', undefined, undefined],
    ['another unit', 'lines=0-1', undefined, undefined],
    ['neither start nor end', 'bytes=-', undefined, undefined],
    ['a negative start', 'bytes=--5', undefined, undefined],
    ['a number without end', `bytes=${'9'.repeat(400)}-`, undefined, undefined],
    ['if it is the same by its tag', 'bytes=0-9', '"a"', { start: 0, end: 10 }],
    ['if it is another by its tag', 'bytes=0-9', '"b"', undefined],
    ['if its tag is weak', 'bytes=0-9', 'W/"a"', undefined],
    ['if it is the same by its time', 'bytes=0-9', MODIFIED, { start: 0, end: 10 }],
    ['if it is another by its time', 'bytes=0-9', 'Tue, 24 Nov 2026 06:00:01 GMT', undefined],
  ];
  test.for(RANGES)('range: %s', ([, range, ifRange, expected]) => {
    const headers = { ...(range && { range }), ...(ifRange && { 'if-range': ifRange }) };
    expect(rangeOf(headers, 100, VERSION)).toEqual(expected);
  });

  test.for([
    ['its tag', { 'if-none-match': '"a"' }, true],
    ['its tag among others', { 'if-none-match': '"b", W/"a"' }, true],
    ['any state', { 'if-none-match': '*' }, true],
    ['another tag', { 'if-none-match': '"b"' }, false],
    ['its time', { 'if-modified-since': MODIFIED }, true],
    ['an older time', { 'if-modified-since': 'Tue, 24 Nov 2026 05:59:59 GMT' }, false],
    ['a time that is none', { 'if-modified-since': 'yesterday' }, false],
    ['another tag and its time', { 'if-none-match': '"b"', 'if-modified-since': MODIFIED }, false],
    ['nothing', {}, false],
  ] as const)('a client that knows %s', ([, headers, expected]) => {
    expect(isFresh(headers, VERSION)).toBe(expected);
  });
});
