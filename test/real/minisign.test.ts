/** Debian's minisign as the judge of the `.minisig` files: what a person with a CD and a stock tool sees. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { whyNoCommand } from '../../bench/scan/debian.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { lines, type Scene, withScene } from '../publish/support/scene.ts';

const MINISIGN = '/usr/bin/minisign';
const missing = whyNoCommand(MINISIGN, 'minisign');
if (missing !== undefined)
  process.stderr.write(`SKIPPED: ${missing}; minisign files are checked by our own eyes alone\n`);

const scene = withScene();

async function published(): Promise<Scene> {
  await scene().init();
  await scene().release(lines(300));
  await scene().release(lines(301));
  return scene();
}

const minisign = (...args: readonly string[]) => spawnSync(MINISIGN, args, { encoding: 'utf8' });
const verify = (each: Scene, number: number) =>
  minisign('-V', '-m', each.shown(`targets/pattern/${number}.npf`), '-p', each.shown('minisign.pub'));

describe.skipIf(missing !== undefined)('minisign', () => {
  test('takes every release with the public key file, and prints number, file and time', async () => {
    const each = await published();
    for (const number of [1001, 1002]) {
      const { status, stdout, stderr } = verify(each, number);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('Signature and comment signature verified');
      expect(stdout).toContain(
        `Trusted comment: timestamp:1795500000\tfile:${number}.npf\thashed\tnumber:${number}\treleased:2026-11-24T06:00:00Z`,
      );
    }
  });

  test('takes the line that init prints as well', async () => {
    const { minisignPublicKey } = await scene().init();
    await scene().release(lines(3));
    const { status } = minisign('-V', '-m', scene().shown('targets/pattern/1001.npf'), '-P', minisignPublicKey);
    expect(status).toBe(0);
  });

  test('takes a release after the key was rotated', async () => {
    const each = await published();
    await rotateKey(each.directory, 'minisign', { now: each.now });
    expect(verify(each, 1001).status).toBe(0);
  });

  const REFUSED: readonly (readonly [string, (each: Scene) => void, RegExp])[] = [
    ['a pattern file with a flipped bit', (each) => flip(each, '1001.npf', 100), /Signature verification failed/],
    ['a pattern file with one more byte', (each) => append(each, '1001.npf'), /Signature verification failed/],
    [
      'a release under the name of another',
      (each) => copy(each, '1002.npf', '1001.npf'),
      /Signature verification failed/,
    ],
    [
      'another comment',
      (each) => replace(each, '1001.npf.minisig', 'number:1001', 'number:9999'),
      /Comment signature verification failed/,
    ],
    [
      'the key of another publisher',
      (each) => writeFileSync(each.shown('minisign.pub'), OTHER_KEY),
      /key id .* but the key id in the public key is/i,
    ],
  ];
  test.for(REFUSED)('refuses %s', async ([, harm, message]) => {
    const each = await published();
    harm(each);
    const { status, stderr } = verify(each, 1001);
    expect(status).not.toBe(0);
    expect(stderr.replaceAll('\n', ' ')).toMatch(message);
  });
});

const OTHER_KEY = `untrusted comment: another\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n`;

function edit(each: Scene, name: string, change: (bytes: Buffer) => Buffer): void {
  const path = each.shown('targets/pattern', name);
  writeFileSync(path, change(readFileSync(path)));
}
function flip(each: Scene, name: string, at: number): void {
  edit(each, name, (bytes) => {
    bytes[at]! ^= 1;
    return bytes;
  });
}
const append = (each: Scene, name: string): void => edit(each, name, (bytes) => Buffer.concat([bytes, Buffer.of(0)]));
const copy = (each: Scene, from: string, to: string): void =>
  edit(each, to, () => readFileSync(each.shown('targets/pattern', from)));
const replace = (each: Scene, name: string, from: string, to: string): void =>
  edit(each, name, (bytes) => Buffer.from(bytes.toString().replace(from, to)));
