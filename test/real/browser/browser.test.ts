/** The engine in a real browser: headless Chromium scans a buffer, with nothing but what a page has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, chromiumMissing } from './chromium.ts';

const ENGINE = new URL('../../../dist/native-free-engine/', import.meta.url);
const PAGE = new URL('page.js', import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
};
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const missing = chromiumMissing();
if (missing) console.warn(`\n!!! SKIPPED: the engine was not tried in a browser: ${missing}\n`);

/** Serves the built engine and the page. Isolated from other origins, or there is no SharedArrayBuffer. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const engine = /^\/native-free-engine\/([a-z0-9./-]+)$/.exec(path);
    const file = engine ? new URL(engine[1]!, ENGINE) : path === '/page.js' ? PAGE : undefined;
    const headers = {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Content-Type': file ? (TYPES[extname(file.pathname)] ?? 'text/plain') : 'text/html',
    };
    const content = file ? readFile(file) : Promise.resolve(Buffer.from('<!doctype html><title>engine</title>'));
    content.then(
      (bytes) => response.writeHead(200, headers).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(missing !== undefined)(`in Chromium${missing ? `: ${missing}` : ''}`, () => {
  let server: Server;
  let browser: BrowserContext;
  const profile = mkdtempSync(join(tmpdir(), 'sigwall-browser-'));

  beforeAll(async () => {
    server = await serve();
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: ARGUMENTS,
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('a page compiles signatures, scans bytes in shared memory and finds them', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    const haystack = `${'hay '.repeat(60_000)}a NEEDLE in it and the end`;
    const script = `import('/page.js').then(({ scan }) => scan(['needle', 'the end', 'absent'], ${JSON.stringify(haystack)}))`;
    const found = ['Test.needle at 240002', 'Test.the end at 240019', 'Test.Digest at undefined'];
    expect(await page.evaluate(script)).toEqual([found, found]);
  });
});
