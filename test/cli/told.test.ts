import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tellProgram } from '../../src/frontends/cli/update/told.ts';
import type { Notice } from '../../src/update/outcome.ts';
import { Tree } from '../files/tree.ts';

const notice = (subject: string, code = 'HELD'): Notice => ({ code, severity: 'warning', subject, message: 'why' });

/** A program that appends its argument to a list, and fails for what is called so. */
function program(tree: Tree): string {
  tree.file(
    'mail',
    `#!/bin/sh\ncase "$1" in *unlucky*) echo no >&2; exit 7;; esac\necho "$1" >> '${tree.path}/mails'\n`,
  );
  chmodSync(tree.at('mail'), 0o755);
  return `${tree.path}/mail`;
}
function mails(tree: Tree): string[] {
  const path = `${tree.path}/mails`;
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

test('a program is told each notice once, and again when it comes back', async () => {
  const tree = new Tree();
  const mail = program(tree);
  const tell = (...subjects: string[]) =>
    tellProgram(
      tree.path,
      mail,
      subjects.map((subject) => notice(subject)),
    );
  await tell('a', 'b');
  await tell('a', 'b');
  expect(mails(tree)).toEqual(['a', 'b']);
  await tell('b');
  await tell('a', 'b');
  expect(mails(tree)).toEqual(['a', 'b', 'a']);
});

test('what did not get through is said, and tried again', async () => {
  const tree = new Tree();
  const mail = program(tree);
  for (let attempt = 0; attempt < 2; attempt++) {
    const failures = await tellProgram(tree.path, mail, [notice('unlucky'), notice('lucky')]);
    expect(failures).toEqual([expect.stringMatching(/mail: expected exit code 0, got 7: no$/)]);
  }
  expect(mails(tree)).toEqual(['lucky']);
});

test('a list that is damaged forgets what was said, and nothing else', async () => {
  const tree = new Tree();
  const mail = program(tree);
  await tellProgram(tree.path, mail, [notice('a')]);
  for (const damaged of ['', '{', '[]', 'null', '{"format":1,"said":7}', '{"format":2,"said":["HELD a"]}']) {
    writeFileSync(`${tree.path}/notified.json`, damaged);
    expect(await tellProgram(tree.path, mail, [notice('a')])).toEqual([]);
  }
  expect(mails(tree)).toHaveLength(7);
});

test('without news nothing is written', async () => {
  const tree = new Tree();
  await tellProgram(tree.path, program(tree), []);
  expect(existsSync(`${tree.path}/notified.json`)).toBe(false);
});
