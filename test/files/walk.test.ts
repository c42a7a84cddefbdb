import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pathFilter } from '../../src/files/globs.ts';
import { TreeSize } from '../../src/files/tree-size.ts';
import { type WalkItem, type WalkOptions, walk } from '../../src/files/walk.ts';
import { collect } from './collect.ts';
import { Tree } from './tree.ts';

/** Items as `kind path-below-the-tree`, sorted: the order in a directory is that of the file system. */
async function items(tree: Tree, root = tree.path, options: WalkOptions = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const item of walk(Buffer.from(root), options)) found.push(inWords(item, tree));
  return found.sort();
}

function inWords(item: WalkItem, tree: Tree): string {
  const below = item.path.toString('latin1').slice(tree.path.length) || '.';
  const kind = item.kind === 'special' ? item.type : item.kind === 'error' ? item.error.code : item.kind;
  return `${kind} ${below}`;
}

test('files of all depths, each directory once', async () => {
  const tree = new Tree().file('a').file('sub/b').file('sub/deep/c').directory('empty');
  expect(await items(tree)).toEqual([
    'directory .',
    'directory /empty',
    'directory /sub',
    'directory /sub/deep',
    'file /a',
    'file /sub/b',
    'file /sub/deep/c',
  ]);
});

test('the files of a directory come before its subdirectories, which come in their order', async () => {
  const tree = new Tree();
  for (const name of ['one', 'two', 'three']) tree.file(`${name}/inside`).file(name.toUpperCase());
  const order: string[] = [];
  for await (const item of walk(Buffer.from(tree.path))) order.push(inWords(item, tree));
  expect(order.slice(1, 4).every((line) => /^file \/[A-Z]+$/.test(line))).toBe(true);
  const directories = order.filter((line) => line.startsWith('directory /'));
  expect(order.slice(4)).toEqual(directories.flatMap((line) => [line, `file ${line.slice(10)}/inside`]));
});

test('symbolic links inside are reported and not followed, be they to files, directories, or themselves', async () => {
  const tree = new Tree().file('real/a').link('to-file', 'real/a').link('real/up', '..').link('self', 'self');
  expect(await items(tree)).toEqual([
    'directory .',
    'directory /real',
    'file /real/a',
    'symlink /real/up',
    'symlink /self',
    'symlink /to-file',
  ]);
});

test('a symbolic link that is named is followed', async () => {
  const tree = new Tree().file('real/a').link('directory', 'real').link('file', 'real/a').link('broken', 'nowhere');
  expect(await items(tree, `${tree.path}/directory`)).toEqual(['directory /directory', 'file /directory/a']);
  expect(await items(tree, `${tree.path}/file`)).toEqual(['file /file']);
  expect(await items(tree, `${tree.path}/broken`)).toEqual(['ENOENT /broken']);
});

test('pipes, sockets and devices are told apart and never opened', async () => {
  const tree = new Tree().fifo('pipe');
  const server = createServer().listen(`${tree.path}/socket`);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await items(tree)).toEqual(['directory .', 'fifo /pipe', 'socket /socket']);
  expect(await items(tree, `${tree.path}/pipe`)).toEqual(['fifo /pipe']);
  const [device] = await collect(walk(Buffer.from('/dev/null')));
  expect(device).toMatchObject({ kind: 'special', type: 'characterDevice' });
});

test('names that are no UTF-8 keep their bytes', async () => {
  const tree = new Tree().file(Buffer.from([0x61, 0xff, 0x0a, 0xc3]));
  expect(await items(tree)).toEqual(['directory .', 'file /a\xff\n\xc3']);
});

test('what is missing, too long or no path at all is an item', async () => {
  const tree = new Tree();
  expect(await items(tree, `${tree.path}/missing`)).toEqual(['ENOENT /missing']);
  expect(await items(tree, `${tree.path}/${'x'.repeat(300)}`)).toEqual([`ENAMETOOLONG /${'x'.repeat(300)}`]);
  expect(await items(tree, `${tree.path}/a\0b`)).toEqual(['ERR_INVALID_ARG_VALUE /a\0b']);
});

test('excluded directories are not entered, excluded files are told', async () => {
  const tree = new Tree().file('a.iso').file('b.txt').file('cache/c.txt');
  const filter = pathFilter({ include: [], exclude: ['*.iso'], excludeDirectories: ['cache'] })!;
  expect(await items(tree, tree.path, { filter })).toEqual([
    'directory .',
    'excluded /a.iso',
    'excluded /cache',
    'file /b.txt',
  ]);
  expect(await items(tree, `${tree.path}/a.iso`, { filter })).toEqual(['excluded /a.iso']);
});

test('ends when it is aborted', async () => {
  const tree = new Tree();
  for (let index = 0; index < 20; index++) tree.file(`d${index}/f`);
  const controller = new AbortController();
  let seen = 0;
  for await (const _ of walk(Buffer.from(tree.path), { signal: controller.signal }))
    if (++seen === 5) controller.abort();
  expect(seen).toBeLessThan(8);
});

test('counts files and bytes ahead', async () => {
  const tree = new Tree().link('link', 'a').file('a', '12345');
  for (let index = 0; index < 10; index++) tree.file(`sub/${index}`, 'xy');
  const size = new TreeSize();
  await size.count([Buffer.from(tree.path), Buffer.from('/missing')], {});
  expect({ ...size }).toEqual({ files: 11, bytes: 25, complete: true });
});
