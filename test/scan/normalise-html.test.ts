/** HTML is looked at as it is with target 0, and its three texts with targets 0 and 3, the scripts with 7 too; digests count for all. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { normaliseHtml } from '../../src/normalise/html-page.ts';
import { withScene } from './support/scene.ts';

const scene = withScene();
const PAGE = '<html><HEAD>Foo   Bar</HEAD><!-- x --><a href="C">d</a><script>Var Xy = 1;</script></html>';
const PATTERNS: Readonly<Record<string, string>> = {
  Raw: 'Foo   Bar',
  NoComment: '<head>foo bar</head><a',
  NoTags: ' foo bar C d ',
  Script: '<script>var xy=1;</script>',
};

test('each view of a page has its targets and digests', async () => {
  const { noComment, noTags, script } = normaliseHtml(Buffer.from(PAGE));
  const digest = (bytes: Uint8Array): string => `${createHash('md5').update(bytes).digest('hex')}:${bytes.length}`;
  const lines = Object.entries(PATTERNS).flatMap(([name, text]) =>
    [0, 3, 4, 7].map((target) => `${name}.${target}:${target}:*:${Buffer.from(text).toString('hex')}`),
  );
  scene().writePatterns({
    'page.ndb': `${lines.join('\n')}\n`,
    'page.hdb': `${digest(noComment)}:Hash.NoComment\n${digest(noTags)}:Hash.NoTags\n${digest(script)}:Hash.Script\n`,
  });
  const engine = await scene().engine({ allMatches: true });
  const verdict = await engine.scanBuffer(Buffer.from(PAGE));
  expect(verdict.kind === 'infected' && verdict.detections.map(({ name }) => name).sort()).toEqual([
    'Hash.NoComment',
    'Hash.NoTags',
    'Hash.Script',
    'NoComment.0',
    'NoComment.3',
    'NoTags.0',
    'NoTags.3',
    'Raw.0',
    'Script.0',
    'Script.3',
    'Script.7',
  ]);
  expect(verdict.objects).toBe(1);
});

test('a page whose script cannot be unfolded within its limits is unscanned, and not clean', async () => {
  const engine = await scene().engine();
  const page = (times: number): Buffer =>
    Buffer.from(`<html><body>text</body><script>${'function(p,a,c,k){'.repeat(times)}</script></html>`);
  expect((await engine.scanBuffer(page(1))).kind).toBe('clean');
  expect(await engine.scanBuffer(page(1000))).toMatchObject({ kind: 'unscanned', unscanned: [{ reason: 'bytes' }] });
});
