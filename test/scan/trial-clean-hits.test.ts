import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { sight } from '../../src/filetype/identify.ts';
import { findCleanHits } from '../../src/scan/trial/clean-corpus.ts';
import { cleanSamples } from '../../src/scan/trial/clean-samples.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { Stage } from './support/stage.ts';
import { body } from './support/trial-signatures.ts';

let stage: Stage | undefined;
/** Compiled patterns go there too. */
function stageOf(...names: ConstructorParameters<typeof Stage>): Stage {
  stage = new Stage(...names);
  vi.stubEnv('XDG_CACHE_HOME', join(stage.directory, 'cache'));
  return stage;
}
afterEach(() => {
  vi.unstubAllEnvs();
  stage?.remove();
  stage = undefined;
});

it('a publisher hears which signature hits which clean file', async () => {
  const stage = stageOf([
    body('Bad.Json', '"name": "sigwall"'),
    body('Bad.Report', 'quarterly figures'),
    body('Good', 'evil indeed'),
  ]);
  const report = stage.write('clean/a/report.txt', 'quarterly figures, and again: quarterly figures');
  stage.write('clean/b.txt', 'nothing to see');
  expect(await findCleanHits([stage.staged.path], [join(stage.directory, 'clean')])).toEqual([
    { name: 'Bad.Json', file: expect.stringContaining('package.json') },
    { name: 'Bad.Report', file: report },
  ]);
});
it('a publisher hears of a clean directory that is not there', async () => {
  const stage = stageOf([body('Good', 'evil indeed')]);
  await expect(findCleanHits([stage.staged.path], [join(stage.directory, 'none')])).rejects.toMatchObject({
    code: 'SCAN_TRIAL_CLEAN',
  });
});
it('clean samples are of the types that they stand for', () => {
  const typeOf = (name: string) =>
    sight(new MemorySource(cleanSamples().find((each) => each.name === name)!.bytes)).type;
  const names = [
    'a page of HTML',
    'a mail',
    'a PDF',
    'a GIF',
    'an empty zip',
    'a gzip of text',
    'a program for DOS',
    'a program for Windows',
    'a program for Linux',
    'an OLE2 header',
    'a class file',
    'text',
    'text in UTF-16',
    'zeros',
    'noise',
  ];
  expect(names.map(typeOf)).toEqual([
    'html',
    'mail',
    'pdf',
    'graphics',
    'zip',
    'gzip',
    'dos',
    'pe',
    'elf',
    'ole2',
    'javaClass',
    'text',
    'utf16',
    'data',
    'data',
  ]);
});
it('the programs among the clean samples have sections or an entry point', () => {
  const facts = (name: string) =>
    sight(new MemorySource(cleanSamples().find((each) => each.name === name)!.bytes)).executable;
  expect(facts('a program for Windows')).toMatchObject({ entryPoint: 512, sections: [{ offset: 512, size: 512 }] });
  expect(facts('a program for Linux')?.entryPoint).toBe(120);
});
