/** The Node API over the real rooms: a repository in a directory, served on loopback, an engine that follows. */
import { expect, onTestFinished, test } from 'vitest';
import { ENGINE_VERSION, Engine, UpdateError, type UpdateProgress, updatePatterns } from '../../src/index.ts';
import { initRepository } from '../../src/publish/init.ts';
import { release } from '../../src/publish/release.ts';
import { serveRepository } from '../../src/publish/serve.ts';
import { compilePatternFile } from '../../src/scan/compile.ts';
import { Tree } from '../files/tree.ts';

const NEEDLE = 'a needle of the test of the Node API';

/** A release with one signature. */
function publish(repository: string, sources: Tree, name: string, text: string): Promise<unknown> {
  sources.file('own.ndb', `${name}:0:*:${Buffer.from(text).toString('hex')}\n`);
  return release(repository, [sources.path], {
    now: new Date(),
    channel: 'stable',
    clean: [],
    compile: compilePatternFile,
    selfTest: async () => {},
    findCleanHits: async () => [],
  });
}

test('patterns are brought, an open engine switches to newer ones, and what is remembered need not be said', async () => {
  const { path } = new Tree();
  const [repository, store] = [`${path}/repository`, `${path}/store`];
  await initRepository(repository, { passphrase: undefined, now: new Date() });
  await publish(repository, new Tree(), 'Test.Other', 'something else altogether');
  const server = await serveRepository(repository, { port: 0 });
  onTestFinished(() => server.close());

  const phases = new Set<UpdateProgress['phase']>();
  const first = await updatePatterns({
    store,
    url: server.url,
    rootFile: `${repository}/public/root.json`,
    onProgress: ({ phase }) => void phases.add(phase),
  });
  expect(first).toMatchObject({ kind: 'updated', number: 1001, from: undefined, by: 'full' });
  expect([...phases]).toEqual(['metadata', 'download', 'trial', 'install']);

  await using engine = await Engine.open({ store, cacheDirectory: `${path}/cache`, threads: 1 });
  expect(engine.info).toMatchObject({ patternNumber: 1001, engineVersion: ENGINE_VERSION });
  expect((await engine.scanBuffer(Buffer.from(NEEDLE))).kind).toBe('clean');

  await publish(repository, new Tree(), 'Test.Needle', NEEDLE);
  expect(await updatePatterns({ store, checkOnly: true })).toMatchObject({ kind: 'waiting', newest: 1002 });
  expect(await updatePatterns({ store })).toMatchObject({ kind: 'updated', number: 1002, from: 1001 });
  expect(await engine.reload()).toMatchObject({ switched: true, info: { patternNumber: 1002 } });
  expect((await engine.scanBuffer(Buffer.from(NEEDLE))).kind).toBe('infected');
});

test('a store that was told no repository says so, with its code', async () => {
  const { path } = new Tree();
  const failure = await updatePatterns({ store: `${path}/store` }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UpdateError);
  expect(failure).toMatchObject({ code: 'UPDATE_NO_REPOSITORY' });
});

test.each<[string, unknown, string]>([
  ['a misspelled store', { stor: '/x' }, "got 'stor'"],
  ['a URL that is no text', { url: 5 }, 'options.url: expected a text that is not empty, got 5'],
  ['mirrors that are one text', { mirrors: 'http://127.0.0.1/' }, 'options.mirrors: expected a list of texts'],
  ['a negative number to keep', { keep: -1 }, 'options.keep: expected an integer from 0 on, got -1'],
  ['a flag that is a text', { now: 'yes' }, "options.now: expected true or false, got 'yes'"],
  ['no object', null, 'options: expected an object, got null'],
])('%s is refused before anything is made', async (_, options, message) => {
  const failure = await updatePatterns(options as Parameters<typeof updatePatterns>[0]).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UpdateError);
  expect(failure).toMatchObject({ code: 'UPDATE_OPTION', message: expect.stringContaining(message) });
});
