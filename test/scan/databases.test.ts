/** Databases as patterns: scanned with, looked up, updated, ignored by their own lists, and found out when they change. */
import { copyFileSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyIgnored } from '../../src/scan/ignored-names.ts';
import { writePatternFile } from '../../src/scan/pattern-writer.ts';
import { findSignatures } from '../../src/scan/signatures.ts';
import { findSourceFiles } from '../../src/scan/source-files.ts';
import { buildDatabase, buildUpdate, FILES, type Files, infoScript } from '../databases/support/build.ts';
import { codeOf, summary, withScene } from './support/scene.ts';

const scene = withScene();
const AFTER: Files = { ...FILES, 'own.ndb': 'Own.One:0:*:41424344\nOwn.Four:0:*:55565758\n' };
const UPDATE = buildUpdate(
  2,
  `${infoScript(FILES, AFTER, 2)}OPEN own.ndb\nDEL 2 Own.Two\nDEL 3 Own.Three\nADD Own.Four:0:*:55565758\nCLOSE\n`,
);

/** Writes files that were left alone for years. @returns their directory */
function write(files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [name, content] of Object.entries(files)) {
    utimesSync(scene().write(`db/${name}`, content), 1_700_000_000, 1_700_000_000);
  }
  return join(scene().directory, 'db');
}

async function foundIn(patterns: readonly string[], text: string): Promise<string[]> {
  const engine = await scene().engine({ patterns, allMatches: true });
  return summary(await engine.scanBuffer(Buffer.from(text)));
}

const options = { number: 7, channel: 'stable', released: '2026-01-01T00:00:00Z' };

describe('a database', () => {
  test('is scanned with', async () => {
    const directory = write({ 'own.cud': buildDatabase() });
    expect(await foundIn([join(directory, 'own.cud')], 'ABCD EFGH')).toEqual(['infected', 'Own.One', 'Own.Two']);
  });

  test('says its version and when it was built', async () => {
    const directory = write({ 'own.cud': buildDatabase({ version: 12 }) });
    const { info } = await scene().engine({ patterns: [directory] });
    expect(info).toMatchObject({
      patternNumber: 0,
      signatures: 4,
      patterns: [{ databaseVersion: 12, channel: 'local', released: '2026-11-24T12:12:19.000Z', signatures: 4 }],
    });
  });

  test('is looked up signature by signature', async () => {
    const directory = write({ 'own.cud': buildDatabase() });
    const names: string[] = [];
    for await (const { name, path } of findSignatures({ patterns: [directory] }, 'own')) names.push(`${name} ${path}`);
    const path = join(directory, 'own.cud');
    expect(names.sort()).toEqual(['Own.Logic', 'Own.One', 'Own.Three', 'Own.Two'].map((name) => `${name} ${path}`));
  });

  test('has ignore lists that count as others do', async () => {
    const files = { ...FILES, 'own.ign2': 'Own.One\n' };
    const directory = write({ 'own.cud': buildDatabase({ files }), 'more.ndb': 'Own.One:0:*:51525354\n' });
    expect(await foundIn([directory], 'ABCD EFGH QRST')).toEqual(['infected', 'Own.Two']);
  });

  test('whose digital signature is missing is refused by name', async () => {
    const directory = write({ 'own.cvd': buildDatabase() });
    await expect(scene().engine({ patterns: [directory] })).rejects.toMatchObject({
      code: 'SCAN_PATTERNS',
      message: expect.stringMatching(/own\.cvd: header: expected ClamAV's digital signature, got none/),
    });
  });
});

describe('an update', () => {
  test('in the directory of its database is applied', async () => {
    const directory = write({ 'own.cud': buildDatabase(), 'own-2.cdiff': UPDATE });
    expect(await foundIn([directory], 'ABCD EFGH UVWX')).toEqual(['infected', 'Own.One', 'Own.Four']);
  });

  test('that is named with its database is applied, in any order', async () => {
    const directory = write({ 'own-1.cud': buildDatabase(), 'own-2.cdiff': UPDATE });
    const paths = [join(directory, 'own-2.cdiff'), join(directory, 'own-1.cud')];
    expect(await foundIn(paths, 'UVWX')).toEqual(['infected', 'Own.Four']);
  });

  test('beside a database that is named by itself is not applied', async () => {
    const directory = write({ 'own.cud': buildDatabase(), 'own-2.cdiff': UPDATE });
    expect(await foundIn([join(directory, 'own.cud')], 'UVWX')).toEqual(['clean']);
  });

  test('that comes later is noticed', async () => {
    const directory = write({ 'own.cud': buildDatabase() });
    expect(await foundIn([directory], 'UVWX')).toEqual(['clean']);
    write({ 'own-2.cdiff': UPDATE });
    expect(await foundIn([directory], 'UVWX')).toEqual(['infected', 'Own.Four']);
    rmSync(join(directory, 'own-2.cdiff'));
    expect(await foundIn([directory], 'UVWX')).toEqual(['clean']);
  });

  test('that the database has already is passed by', async () => {
    const directory = write({ 'own.cud': buildDatabase({ files: AFTER, version: 2 }), 'own-2.cdiff': UPDATE });
    expect(await foundIn([directory], 'UVWX')).toEqual(['infected', 'Own.Four']);
  });

  test('is sorted by its version, not by its name', () => {
    const directory = write({ 'own.cud': buildDatabase(), 'own-10.cdiff': '', 'own-9.cdiff': '', 'own-2.cdiff': '' });
    const [file] = findSourceFiles([directory]).files;
    expect(file!.updates).toEqual(['own-2.cdiff', 'own-9.cdiff', 'own-10.cdiff'].map((name) => join(directory, name)));
  });

  const REFUSED: readonly (readonly [name: string, files: Readonly<Record<string, Uint8Array>>, message: RegExp])[] = [
    [
      'that skips a version is refused',
      { 'own.cud': buildDatabase(), 'own-3.cdiff': buildUpdate(3, 'UNLINK own.ndb\n') },
      /own-3\.cdiff: expected the update from version 1 to 2, got that to 3/,
    ],
    [
      'that does not fit is refused',
      { 'own.cud': buildDatabase(), 'own-2.cdiff': buildUpdate(2, 'OPEN own.ndb\nDEL 1 No\nCLOSE\n') },
      /own-2\.cdiff: script, line 3: expected line 1 of own\.ndb to begin otherwise/,
    ],
    [
      'that makes something else than its .info says is refused',
      { 'own.cud': buildDatabase(), 'own-2.cdiff': buildUpdate(2, infoScript(FILES, AFTER, 2)) },
      /own\.cud: own\.ndb: expected \d+ bytes as \.info says/,
    ],
  ];
  for (const [name, files, message] of REFUSED) {
    test(name, async () => {
      const engine = scene().engine({ patterns: [write(files)] });
      await expect(engine).rejects.toMatchObject({ code: 'SCAN_PATTERNS', message: expect.stringMatching(message) });
    });
  }

  test('without its database is ignored in a directory, and refused by name', async () => {
    const directory = write({ 'own.ndb': FILES['own.ndb']!, 'daily-2.cdiff': UPDATE });
    const { info } = await scene().engine({ patterns: [directory] });
    expect(info.ignored).toEqual([join(directory, 'daily-2.cdiff')]);
    const named = scene().engine({ patterns: [join(directory, 'own.ndb'), join(directory, 'daily-2.cdiff')] });
    expect(await codeOf(named)).toBe('SCAN_PATTERNS');
    await expect(named).rejects.toThrow('expected its database among the sources, daily.cvd or daily.cld, got none');
  });
});

describe('the same database twice in a directory', () => {
  const FOUND: readonly (readonly [name: string, cvd: number, cld: number, ignored: string])[] = [
    ['the updated one counts when it is newer', 1, 2, 'daily.cvd'],
    ['the fetched one counts when it is newer', 10, 9, 'daily.cld'],
    ['the fetched one counts when both are the same', 3, 3, 'daily.cld'],
  ];
  for (const [name, cvd, cld, ignored] of FOUND) {
    test(name, () => {
      const [one, other] = [cvd, cld].map((version) => buildDatabase({ version }));
      const directory = write({ 'daily.cvd': one!, 'daily.cld': other!, 'main.cvd': one!, 'x/daily.cld': other! });
      const { files, ignored: left } = findSourceFiles([directory]);
      expect(left).toEqual([join(directory, ignored)]);
      expect(files.length).toBe(3);
    });
  }

  test('with a header that cannot be read nothing is left out', () => {
    const directory = write({ 'daily.cvd': buildDatabase(), 'daily.cld': 'ClamAV-VDB' });
    expect(findSourceFiles([directory])).toMatchObject({ files: [{ format: 'cld' }, { format: 'cvd' }], ignored: [] });
  });
});

describe('a digital signature beside its database', () => {
  const names = ['daily.cvd.sign', 'daily-1.cvd.sign', 'daily-2.cdiff.sign'];

  test('is no source in a directory, and is told', () => {
    const directory = write({
      'daily.cvd': buildDatabase(),
      ...Object.fromEntries(names.map((name) => [name, 'clamsign: 1'])),
    });
    const { files, ignored } = findSourceFiles([directory]);
    expect(files.map(({ path }) => path)).toEqual([join(directory, 'daily.cvd')]);
    expect([...ignored].sort()).toEqual(names.map((name) => join(directory, name)).sort());
    expect(ignored.map(whyIgnored)).toEqual(names.map(() => 'a detached digital signature, which is not looked at'));
  });

  test.each(names)('%s given by name is refused for what it is', (name) => {
    const path = join(write({ [name]: 'clamsign: 1' }), name);
    expect(() => findSourceFiles([path])).toThrow(
      `${path}: expected a source, got a detached digital signature; name ${path.slice(0, -5)}`,
    );
  });
});

describe('coverage', () => {
  test('counts each file of a database, and what waits by target', () => {
    const files = {
      'own.ndb': 'Own.One:0:*:41424344\nOwn.Macro:2:*:41424344\nOwn.Old:0:*:41424344:1:38\nbad line\n# comment\n',
      'own.ldb': 'Own.InRar;Engine:81-255,Container:CL_TYPE_RAR,Target:0;0;41424344\n',
      'own.ign2': 'Own.One\n',
      'own.xyz': 'one\ntwo\n',
    };
    const directory = write({ 'own.cud': buildDatabase({ files }), 'more.ndb': 'More.One:0:*:51525354\n' });
    const report = writePatternFile([directory], { ...options, output: join(scene().directory, '7.npf') });
    const database = join(directory, 'own.cud');
    const none = { inactive: {}, skipped: {} };
    expect(report.sources.map(({ path, coverage }) => [path, coverage])).toEqual([
      [join(directory, 'more.ndb'), { lines: 1, loaded: 1, active: 1, ...none }],
      [
        join(database, 'own.ndb'),
        {
          lines: 4,
          loaded: 2,
          active: 0,
          inactive: { level: 1, ignored: 1, 'waiting:ole2': 1 },
          skipped: { malformed: 1 },
        },
      ],
      [
        join(database, 'own.ldb'),
        { lines: 1, loaded: 1, active: 0, inactive: { 'waiting:inside-rar': 1 }, skipped: {} },
      ],
      [join(database, 'own.ign2'), { lines: 1, loaded: 1, active: 1, ...none }],
      [join(database, 'own.xyz'), { lines: 2, loaded: 0, active: 0, inactive: {}, skipped: { 'unsupported:xyz': 2 } }],
    ]);
    expect(report.coverage).toEqual({
      lines: 9,
      loaded: 5,
      active: 2,
      inactive: { level: 1, ignored: 1, 'waiting:ole2': 1, 'waiting:inside-rar': 1 },
      skipped: { malformed: 1, 'unsupported:xyz': 2 },
    });
    expect(report.inactive).toEqual([
      { name: 'Own.One', source: join(database, 'own.ndb'), line: 1, reason: 'ignored' },
      { name: 'Own.Macro', source: join(database, 'own.ndb'), line: 2, reason: 'waiting:ole2' },
      { name: 'Own.InRar', source: join(database, 'own.ldb'), line: 1, reason: 'waiting:inside-rar' },
    ]);
    expect(report.skipped.map(({ source, line, reason }) => [source, line, reason])).toEqual([
      [join(database, 'own.ndb'), 3, 'level'],
      [join(database, 'own.ndb'), 4, 'malformed'],
      [join(database, 'own.xyz'), 0, 'unsupported:xyz'],
    ]);
  });

  test('of rules for types counts those that nothing here is told by', () => {
    const rule = (kind: string, bytes: string, requires: string, type: string): string =>
      `${kind}:0:${bytes}:Own:CL_TYPE_${requires}:CL_TYPE_${type}`;
    const lines = [
      rule('0', '51515151', 'ANY', 'ELF'),
      rule('1', '(B)51515151', 'ANY', 'ELF'),
      rule('0', '51515151', 'ANY', 'AUTOIT'),
      rule('1', '51515151', 'AUTOIT', 'ELF'),
      rule('4', '51515151', 'ANY', 'PART_HFSPLUS'),
    ];
    const directory = write({ 'own.ftm': `${lines.join('\n')}\n`, 'own.ndb': 'Own.One:0:*:41424344\n' });
    const report = writePatternFile([directory], { ...options, output: join(scene().directory, '9.npf') });
    expect(report.sources.find(({ path }) => path.endsWith('.ftm'))!.coverage).toEqual({
      lines: 5,
      loaded: 4,
      active: 2,
      inactive: { 'unsupported:file-type': 2 },
      skipped: { 'unsupported:partition': 1 },
    });
  });

  test('of a database with its update is that of the sources it became', () => {
    const directory = write({ 'own.cud': buildDatabase(), 'own-2.cdiff': UPDATE });
    const sources = scene().write('plain/own.ndb', AFTER['own.ndb']!);
    scene().write('plain/own.ldb', AFTER['own.ldb']!);
    const [one, other] = [directory, join(sources, '..')].map((path) =>
      writePatternFile([path], { ...options, output: join(scene().directory, '8.npf') }),
    );
    expect(one!.contentDigest).toBe(other!.contentDigest);
    expect(one!.coverage).toEqual(other!.coverage);
  });
});

test('a database and its copy are one image', async () => {
  const directory = write({ 'own.cud': buildDatabase() });
  await scene().engine({ patterns: [directory] });
  mkdirSync(join(scene().directory, 'copy'));
  copyFileSync(join(directory, 'own.cud'), join(scene().directory, 'copy/own.cud'));
  const { info } = await scene().engine({ patterns: [join(scene().directory, 'copy')] });
  expect(info.compiled).toBe(false);
});
