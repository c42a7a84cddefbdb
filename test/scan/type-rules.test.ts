/** File types that pattern sources tell decide what is looked for in an object, and whether it is opened. */
import { expect, test } from 'vitest';
import { gzipOf, tarOf, zipOf } from '../unpack/support.ts';
import { EVIL, withScene } from './support/scene.ts';

const scene = withScene();
const OTHER = '\0\x01'.repeat(20);
const made = Buffer.from(`QQQQ${OTHER}${EVIL}`, 'latin1');
// A tar that begins with a block of another kind.
const packed = tarOf([{ name: 'inside', bytes: gzipOf(Buffer.from(`${'x'.repeat(500)}${EVIL}`)) }]);
const prefixed = Buffer.concat([Buffer.from(`QQQQ${'\0\x01'.repeat(254)}`, 'latin1'), packed]);

function writePatterns(lines: readonly string[]): void {
  scene().writePatterns({
    'made.ftm': `${lines.join('\n')}\n`,
    'made.ndb': [0, 1, 5, 6, 14].map((target) => `Made.${target}:${target}:*:${EVIL.toString('hex')}\n`).join(''),
  });
}

test.each<readonly [string, readonly string[], Buffer, readonly string[]]>([
  ['no rule: other data', [], made, ['Made.0', 'Made.14']],
  ['a program', ['0:0:51515151:Made:CL_TYPE_ANY:CL_TYPE_MSEXE'], made, ['Made.0', 'Made.1']],
  [
    'a picture, in an archive too',
    ['1:*:5151??51:Made:CL_TYPE_ANY:CL_TYPE_GRAPHICS'],
    zipOf([{ name: 'x', bytes: made }]),
    ['Made.0', 'Made.5'],
  ],
  ['a rule for later engines', ['0:0:51515151:Made:CL_TYPE_ANY:CL_TYPE_ELF:500'], made, ['Made.0', 'Made.14']],
])('%s', async (_name, lines, object, names) => {
  writePatterns(lines);
  const engine = await scene().engine({ allMatches: true });
  const verdict = await engine.scanBuffer(object);
  const found = verdict.kind === 'infected' ? verdict.detections.map(({ name }) => name) : [];
  expect(found.filter((name) => name.startsWith('Made.')).sort()).toEqual(names);
});

test.each([
  ['an archive behind bytes of its own that a rule calls a picture stays closed', 'CL_TYPE_GRAPHICS', 1],
  ['a rule that calls it an archive opens it', 'CL_TYPE_POSIX_TAR', 3],
])('%s', async (_name, type, objects) => {
  writePatterns([`0:0:51515151:Made:CL_TYPE_ANY:${type}`]);
  const verdict = await (await scene().engine({ allMatches: true })).scanBuffer(prefixed);
  const found = verdict.kind === 'infected' ? verdict.detections.map(({ entry }) => entry[0]) : [];
  expect([verdict.objects, found.includes('inside')]).toEqual([objects, objects > 1]);
});
