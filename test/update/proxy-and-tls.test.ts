/** Proxies, and servers with certificates. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { proxyFor } from '../../src/update/proxy.ts';
import { makeCertificates, noCertificates } from './support/certificates.ts';
import { PretendProxy } from './support/proxy.ts';
import { withScene } from './support/scene.ts';

const scene = withScene();
let proxy: PretendProxy | undefined;
afterEach(async () => {
  await proxy?.stop();
  proxy = undefined;
});

async function withProxy(): Promise<PretendProxy> {
  scene().forge.release(1041);
  await scene().serve();
  proxy = await PretendProxy.start();
  return proxy;
}

describe('which proxy', () => {
  type Row = readonly [
    name: string,
    url: string,
    configured: string | undefined,
    environment: Record<string, string>,
    proxy: string | undefined,
  ];
  const ROWS: readonly Row[] = [
    ['none is set', 'http://a.example/', undefined, {}, undefined],
    ['configured', 'http://a.example/', 'http://p:1', {}, 'http://p:1/'],
    [
      'configured before the environment',
      'http://a.example/',
      'http://p:1',
      { http_proxy: 'http://q:1' },
      'http://p:1/',
    ],
    ['configured for all hosts', 'http://a.example/', 'http://p:1', { no_proxy: '*' }, 'http://p:1/'],
    ['none by configuration', 'http://a.example/', 'none', { http_proxy: 'http://q:1' }, undefined],
    ['empty is not set', 'http://a.example/', '', { http_proxy: 'http://q:1' }, 'http://q:1/'],
    [
      'HTTP_PROXY for http',
      'http://a.example/',
      undefined,
      { HTTP_PROXY: 'http://q:1', HTTPS_PROXY: 'http://r:1' },
      'http://q:1/',
    ],
    [
      'HTTPS_PROXY for https',
      'https://a.example/',
      undefined,
      { HTTP_PROXY: 'http://q:1', HTTPS_PROXY: 'http://r:1' },
      'http://r:1/',
    ],
    ['HTTP_PROXY not for https', 'https://a.example/', undefined, { HTTP_PROXY: 'http://q:1' }, undefined],
    [
      'small letters first',
      'http://a.example/',
      undefined,
      { HTTP_PROXY: 'http://q:1', http_proxy: 'http://r:1' },
      'http://r:1/',
    ],
    ['ALL_PROXY for both', 'https://a.example/', undefined, { ALL_PROXY: 'http://q:1' }, 'http://q:1/'],
    ['without a scheme', 'http://a.example/', undefined, { http_proxy: 'q:3128' }, 'http://q:3128/'],
    [
      'excepted by name',
      'http://a.example/',
      undefined,
      { http_proxy: 'http://q:1', no_proxy: 'b.example, a.example' },
      undefined,
    ],
    [
      'excepted by domain',
      'http://x.a.example/',
      undefined,
      { http_proxy: 'http://q:1', NO_PROXY: '.a.example' },
      undefined,
    ],
    [
      'not excepted by the end of a name',
      'http://xa.example/',
      undefined,
      { http_proxy: 'http://q:1', NO_PROXY: 'a.example' },
      'http://q:1/',
    ],
    [
      'excepted by port',
      'http://a.example:81/',
      undefined,
      { http_proxy: 'http://q:1', no_proxy: 'a.example:81' },
      undefined,
    ],
    [
      'not excepted on another port',
      'http://a.example/',
      undefined,
      { http_proxy: 'http://q:1', no_proxy: 'a.example:81' },
      'http://q:1/',
    ],
    ['everything excepted', 'http://a.example/', undefined, { http_proxy: 'http://q:1', no_proxy: '*' }, undefined],
    ['an address of IPv6', 'http://[::1]:80/', undefined, { http_proxy: 'http://q:1', no_proxy: '::1' }, undefined],
    [
      'an address of IPv6 with its port',
      'http://[::1]:8080/',
      undefined,
      { http_proxy: 'http://q:1', no_proxy: '[::1]:8080' },
      undefined,
    ],
  ];
  test.each(ROWS)('%s', (_name, url, configured, environment, expected) => {
    expect(proxyFor(new URL(url), configured, environment)?.href).toBe(expected);
  });

  test.each(['socks5://p:1', 'file:///etc/passwd', 'http://'])('%s is no proxy, and is not shown', (text) => {
    expect(() => proxyFor(new URL('http://a.example/'), text.replace('p:1', 'user:secret@p:1'), {})).toThrow(
      expect.objectContaining({ code: 'UPDATE_OPTION', message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('through a proxy', () => {
  test('a plain mirror is asked for without a tunnel', async () => {
    const { url, seen } = await withProxy();
    expect(await scene().result({ proxy: url })).toBe('updated 1041');
    expect(seen[0]).toBe(`GET ${scene().server.url}/metadata/2.root.json`);
    expect(seen.join()).not.toContain('CONNECT');
    expect(seen.length).toBe(scene().server.requests.length);
  });

  test('the environment names it', async () => {
    const { url, seen } = await withProxy();
    expect(await scene().result({ environment: { HTTP_PROXY: url } })).toBe('updated 1041');
    expect(seen.length).toBeGreaterThan(3);
  });

  test('NO_PROXY goes past it', async () => {
    const { url, seen } = await withProxy();
    expect(await scene().result({ environment: { HTTP_PROXY: url, NO_PROXY: '127.0.0.1' } })).toBe('updated 1041');
    expect(seen).toEqual([]);
  });

  test('user and password are given to the proxy and to nobody else', async () => {
    const it = await withProxy();
    it.password = 'user:pa ss@';
    expect(await scene().result({ proxy: `http://user:pa%20ss%40@${it.host}` })).toBe('updated 1041');
    for (const { headers } of scene().server.requests) expect(headers['proxy-authorization']).toBeUndefined();
  });

  test.each([
    ['none', (host: string) => `http://${host}`],
    ['a wrong one', (host: string) => `http://user:wrong@${host}`],
  ])('%s in place of a password is refused, and said', async (_name, url) => {
    const it = await withProxy();
    it.password = 'user:secret';
    const error = await scene()
      .update({ proxy: url(it.host) })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'UPDATE_PROXY',
      message: expect.stringContaining('http://USER:PASSWORD@HOST:PORT'),
    });
    expect(error.message).toContain(`through the proxy ${it.host}`);
    expect(error.message).not.toContain('wrong');
  });

  test('one that is not there', async () => {
    await withProxy();
    await expect(scene().update({ proxy: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'UPDATE_NETWORK',
      message: expect.stringContaining('through the proxy 127.0.0.1:1'),
    });
  });
});

const missing = noCertificates();
if (missing) console.warn(missing);

describe.skipIf(missing)('https', () => {
  async function secure(address?: string): Promise<{ url: string; ca: string }> {
    scene().forge.release(1041);
    const { ca, key, cert } = makeCertificates(scene().directory, address);
    const server = await scene().serve(scene().forge.files, { key, cert });
    return { url: server.url.replace('http:', 'https:'), ca };
  }

  test('a private authority is trusted when it is named', async () => {
    const { url, ca } = await secure();
    await expect(scene().update({ url })).rejects.toMatchObject({
      code: 'UPDATE_TLS',
      message: expect.stringContaining('set update.ca'),
    });
    expect(await scene().result({ url, ca })).toBe('updated 1041');
  });

  test('a certificate for another name is refused', async () => {
    const { url, ca } = await secure('DNS:mirror.example');
    await expect(scene().update({ url, ca })).rejects.toMatchObject({
      code: 'UPDATE_TLS',
      message: expect.stringContaining('another name'),
    });
  });

  test('https on a port of plain http is said', async () => {
    scene().forge.release(1041);
    const { url } = await scene().serve();
    await expect(scene().update({ url: url.replace('http:', 'https:') })).rejects.toMatchObject({ code: 'UPDATE_TLS' });
  });

  test('a redirect to plain http is refused', async () => {
    const { url, ca } = await secure();
    scene().server.lie(/timestamp/, (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return true;
    });
    await expect(scene().update({ url, ca })).rejects.toMatchObject({
      code: 'UPDATE_REDIRECT',
      message: expect.stringContaining('from https to http'),
    });
  });

  test('goes through a proxy by a tunnel, with user and password', async () => {
    const { url, ca } = await secure();
    proxy = await PretendProxy.start();
    proxy.password = 'user:secret';
    expect(await scene().result({ url, ca, proxy: `http://user:secret@${proxy.host}` })).toBe('updated 1041');
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT 127.0.0.1:${scene().server.port}`]));
  });

  test.each([
    [407, /USER:PASSWORD/],
    [403, /the proxy answers 403/],
    [502, /the proxy answers 502/],
  ])('a tunnel that is refused with %i is said', async (status, message) => {
    const { url, ca } = await secure();
    proxy = await PretendProxy.start();
    proxy.connectStatus = status;
    const error = { code: 'UPDATE_PROXY', message: expect.stringMatching(message) };
    await expect(scene().update({ url, ca, proxy: proxy.url })).rejects.toMatchObject(error);
  });

  test.each([
    ['is not there', '/nowhere/ca.pem', /cannot be read/],
    ['holds no certificate', 'empty.pem', /expected certificates in PEM/],
  ])('a file of authorities that %s is refused', async (_name, name, message) => {
    writeFileSync(join(scene().directory, 'empty.pem'), 'nothing');
    const ca = name.startsWith('/') ? name : join(scene().directory, name);
    const error = { code: 'UPDATE_OPTION', message: expect.stringMatching(message) };
    await expect(scene().update({ url: 'https://127.0.0.1:1/', ca })).rejects.toMatchObject(error);
  });
});
