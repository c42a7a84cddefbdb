/** Debian's nginx, with the configuration that we ship, as the repository's web server and as its mirror. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { whyNoCommand } from '../../bench/scan/debian.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import type { TrialReport } from '../../src/store/staging.ts';
import { PatternStore } from '../../src/store/store.ts';
import type { UpdateOptions } from '../../src/update/options.ts';
import { updateOnce } from '../../src/update/update.ts';
import { DAY_MS, lines, type Scene, withScene } from '../publish/support/scene.ts';

const NGINX = '/usr/sbin/nginx';
const SHIPPED = new URL('../../src/deploy/nginx.conf', import.meta.url);
const missing = whyNoCommand(NGINX, 'nginx-light');
if (missing !== undefined) process.stderr.write(`SKIPPED: ${missing}; nothing is fetched from a real web server\n`);

const scene = withScene();
const servers: WebServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** One nginx on a port of its own, over one directory. Its workers are another user, as on a server. */
class WebServer {
  readonly url: string;
  readonly #directory: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(directory: string, port: number) {
    this.url = `http://127.0.0.1:${port}/`;
    this.#directory = directory;
    this.#child = spawn(NGINX, ['-p', directory, '-c', 'nginx.conf', '-e', 'error.log', '-g', 'daemon off;']);
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  static async start(root: string): Promise<WebServer> {
    const port = await freePort();
    const directory = scene().path(`nginx-${port}`);
    mkdirSync(directory);
    writeFileSync(join(directory, 'nginx.conf'), configuration(root, port));
    // Its workers come in from outside.
    chmodSync(scene().parent, 0o755);
    const server = new WebServer(directory, port);
    servers.push(server);
    await server.#answers();
    return server;
  }

  /** Requests so far: `GET /root.json 200`. */
  get log(): readonly string[] {
    return readFileSync(join(this.#directory, 'access.log'), 'utf8').split('\n').filter(Boolean);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async #answers(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await (await fetch(`${this.url}root.json`)).arrayBuffer();
        writeFileSync(join(this.#directory, 'access.log'), '');
        return;
      } catch (cause) {
        const log = join(this.#directory, 'error.log');
        if (tries > 200) throw new Error(existsSync(log) ? readFileSync(log, 'utf8') : 'nginx: no answer', { cause });
        await sleep(50);
      }
    }
  }
}

/** What we ship, with another port and directory, and logs of its own. */
function configuration(root: string, port: number): string {
  const shipped = readFileSync(SHIPPED, 'utf8');
  const server = shipped
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('root /srv/sigwall/public;', `root ${root};`);
  expect(server).not.toContain('/srv/sigwall/public;');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path temp-${name};`);
  return `pid nginx.pid;
worker_processes 1;
events { worker_connections 64; }
http {
log_format short '$request_method $uri $status';
access_log access.log short;
${places.join('\n')}
${server}
}
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function published(): Promise<Scene> {
  await scene().init();
  await scene().release(lines(300));
  return scene();
}

const PASSED: TrialReport = { signatures: 1, samples: 1, compileMs: 0, elapsedMs: 0, quarantine: [] };
function update(server: WebServer, more: Partial<UpdateOptions> = {}) {
  return updateOnce({
    store: scene().path('store'),
    url: server.url,
    rootFile: scene().shown('root.json'),
    engineVersion: '1.0.0',
    machineId: 'machine',
    clock: () => scene().now.getTime() + 60_000,
    environment: {},
    limits: { retries: 0 },
    trial: async () => PASSED,
    ...more,
  });
}

describe.skipIf(missing !== undefined)('nginx with our configuration', () => {
  test('is content with it', async () => {
    const directory = scene().path('check');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'nginx.conf'), configuration('/srv', 8080));
    const { status, stderr } = spawnSync(NGINX, ['-t', '-p', directory, '-c', 'nginx.conf', '-e', 'error.log'], {
      encoding: 'utf8',
    });
    expect({ status, warnings: stderr.split('\n').filter((line) => /warn|emerg/.test(line)) }).toEqual({
      status: 0,
      warnings: [],
    });
  });

  const IMMUTABLE = 'public, max-age=31536000, immutable';
  test.for([
    ['metadata/timestamp.json', 200, 'public, max-age=60', 'application/json'],
    ['metadata/1.root.json', 200, IMMUTABLE, 'application/json'],
    ['metadata/2.root.json', 404, 'max-age=60', 'text/html'],
    ['metadata/2.patterns.json', 200, IMMUTABLE, 'application/json'],
    ['targets/pattern/1001.npf', 200, IMMUTABLE, 'application/octet-stream'],
    ['targets/pattern/1001.npf.minisig', 200, 'public, max-age=3600', 'application/octet-stream'],
    ['targets/pattern/notices-1.json', 200, IMMUTABLE, 'application/json'],
    ['root.json', 200, 'public, max-age=3600', 'application/json'],
    ['minisign.pub', 200, 'public, max-age=3600', 'application/octet-stream'],
    ['metadata/.timestamp.json.0123456789abcdef.tmp', 404, 'max-age=60', 'text/html'],
    ['link', 403, 'max-age=60', 'text/html'],
    ['metadata/', 403, 'max-age=60', 'text/html'],
  ] as const)('answers %s with %i, to be kept: %s', async ([path, status, cache, type]) => {
    const each = await published();
    writeFileSync(each.shown('metadata/.timestamp.json.0123456789abcdef.tmp'), '{}');
    symlinkSync('/etc/passwd', each.shown('link'));
    const server = await WebServer.start(each.publicDirectory);
    const answer = await fetch(server.url + path);
    const body = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toBe(cache);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-encoding')).toBeNull();
    if (status === 200) expect(body).toEqual(each.read(path));
  });

  test('sends parts of a file, on condition of its entity tag', async () => {
    const each = await published();
    const server = await WebServer.start(each.publicDirectory);
    const url = `${server.url}targets/pattern/1001.npf`;
    const whole = each.read('targets/pattern/1001.npf');
    const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag')!;
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(url, { headers });
      return [answer.status, Buffer.from(await answer.arrayBuffer())];
    };
    expect(await ask({ range: 'bytes=100-', 'if-range': etag })).toEqual([206, whole.subarray(100)]);
    expect(await ask({ range: 'bytes=100-', 'if-range': '"other"' })).toEqual([200, whole]);
    expect(await ask({ 'if-none-match': etag })).toEqual([304, Buffer.alloc(0)]);
    expect((await ask({ range: `bytes=${whole.length}-` }))[0]).toBe(416);
  });
});

describe.skipIf(missing !== undefined)('an update from nginx', () => {
  test('brings the full file, then a delta, then nothing in two requests', async () => {
    const each = await published();
    const server = await WebServer.start(each.publicDirectory);
    expect(await update(server)).toMatchObject({ kind: 'updated', number: 1001, by: 'full' });
    each.pass(DAY_MS);
    await each.release(lines(301));
    expect(await update(server)).toMatchObject({ kind: 'updated', number: 1002, by: 'delta', path: [1001, 1002] });
    const before = server.log.length;
    expect(await update(server)).toMatchObject({ kind: 'current', requests: 2 });
    expect(server.log.slice(before)).toEqual(['GET /metadata/2.root.json 404', 'GET /metadata/timestamp.json 200']);
  });

  test('goes on where a download broke off', async () => {
    const each = await published();
    const server = await WebServer.start(each.publicDirectory);
    const { downloadsDirectory } = PatternStore.open(each.path('store'));
    mkdirSync(downloadsDirectory, { recursive: true });
    writeFileSync(
      join(downloadsDirectory, 'pattern_1001.npf'),
      each.read('targets/pattern/1001.npf').subarray(0, 1000),
    );
    expect(await update(server)).toMatchObject({ kind: 'updated', number: 1001 });
    expect(server.log).toContain('GET /targets/pattern/1001.npf 206');
  });

  test('comes from the second mirror when the first is stopped', async () => {
    const each = await published();
    cpSync(each.publicDirectory, each.path('mirror'), { recursive: true });
    const [first, second] = [await WebServer.start(each.publicDirectory), await WebServer.start(each.path('mirror'))];
    const mirrors = [second.url];
    await first.stop();
    expect(await update(first, { mirrors })).toMatchObject({ kind: 'updated', number: 1001 });
    expect(second.log).toContain('GET /targets/pattern/1001.npf 200');
  });

  test('goes on over a new root, which the old answer did not hide', async () => {
    const each = await published();
    const server = await WebServer.start(each.publicDirectory);
    await update(server);
    await rotateKey(each.directory, 'root', { now: each.now });
    await rotateKey(each.directory, 'timestamp', { now: each.now });
    await each.release(lines(301));
    expect(await update(server)).toMatchObject({ kind: 'updated', number: 1002 });
    expect(server.log).toContain('GET /metadata/3.root.json 200');
  });

  test('keeps what it has when a mirror lags and when nobody answers', async () => {
    const each = await published();
    cpSync(each.publicDirectory, each.path('mirror'), { recursive: true });
    await each.release(lines(301));
    const [server, lagging] = [await WebServer.start(each.publicDirectory), await WebServer.start(each.path('mirror'))];
    await update(server);
    await expect(update(lagging, { mirrors: [] })).rejects.toMatchObject({ code: expect.stringMatching(/^UPDATE_/) });
    await server.stop();
    await expect(update(server, { mirrors: [] })).rejects.toMatchObject({ code: expect.stringMatching(/^UPDATE_/) });
    expect(PatternStore.open(each.path('store')).view().active?.number).toBe(1002);
  });
});
