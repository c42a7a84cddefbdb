/** What `verify` finds, on the publisher's directory and on a mirror; and what the operations say about a damaged repository. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeDelta } from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../src/host/host.ts';
import { publishEdits } from '../../src/publish/commit.ts';
import { readContent } from '../../src/publish/contents.ts';
import { listReleases } from '../../src/publish/list.ts';
import { entryOf } from '../../src/publish/listing.ts';
import { setLifecycle, withdraw } from '../../src/publish/notices.ts';
import { withPublisher } from '../../src/publish/publisher.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { verifyRepository } from '../../src/publish/verify.ts';
import { codeOf, DAY_MS, lines, PASSPHRASE, type Scene, withScene } from './support/scene.ts';

const scene = withScene();
const verify = (directory = scene().directory) => verifyRepository(directory, { now: scene().now });

async function published(): Promise<Scene> {
  const each = scene();
  await each.init();
  await each.release(lines(300));
  await each.release(lines(301));
  return each;
}

function flip(path: string, at = -1): void {
  const bytes = readFileSync(path);
  bytes[(bytes.length + at) % bytes.length]! ^= 1;
  writeFileSync(path, bytes);
}

describe('a repository that is whole', () => {
  test('has no problems, and is told as it is', async () => {
    const each = await published();
    each.pass(1000);
    await withdraw(each.directory, 1001, 'it hits everything', { now: each.now });
    await setLifecycle(each.directory, [{ engine: '<1.6.0', ends: '2027-12-31' }], { now: each.now });
    const report = await verify();
    expect(report.problems).toEqual([]);
    expect(report.warnings).toEqual([]);
    expect(report.roles.map(({ role, version, keys, threshold }) => `${role} ${version} ${threshold}/${keys}`)).toEqual(
      ['root 1 2/3', 'targets 1 1/1', 'patterns 5 1/1', 'snapshot 5 1/1', 'timestamp 5 1/1'],
    );
    expect(report.releases.map(({ number, withdrawn }) => [number, withdrawn])).toEqual([
      [1001, 'it hits everything'],
      [1002, undefined],
    ]);
    expect(report.releases[1]!.deltas).toMatchObject([{ from: 1001 }]);
    expect(report.lifecycle).toEqual([{ engine: '<1.6.0', ends: '2027-12-31' }]);
    expect(await listReleases(each.directory)).toEqual({ ...report, problems: [] });
  });

  test('is verified on a mirror as well, which has no keys', async () => {
    const each = await published();
    cpSync(each.publicDirectory, each.path('mirror'), { recursive: true });
    expect((await verify(each.path('mirror'))).problems).toEqual([]);
    flip(each.path('mirror', 'targets/pattern/1001.npf'));
    expect((await verify(each.path('mirror'))).problems).toHaveLength(1);
  });
});

describe('verify says', () => {
  const DAMAGES: readonly (readonly [string, (each: Scene) => unknown, RegExp])[] = [
    [
      'a full file with a flipped bit',
      (each) => flip(each.shown('targets/pattern/1002.npf')),
      /1002\.npf: expected .* SHA-256/,
    ],
    [
      'a full file that was cut',
      (each) => truncateSync(each.shown('targets/pattern/1002.npf'), 100),
      /1002\.npf: expected/,
    ],
    ['a full file that is gone', (each) => rmSync(each.shown('targets/pattern/1002.npf')), /1002\.npf: cannot be read/],
    [
      'a delta with a flipped bit',
      (each) => flip(each.shown('targets/pattern/1001-1002.delta')),
      /1001-1002\.delta: expected/,
    ],
    [
      'a minisign file of another release',
      (each) => cpSync(each.shown('targets/pattern/1001.npf.minisig'), each.shown('targets/pattern/1002.npf.minisig')),
      /1002\.npf\.minisig: expected a digital signature/,
    ],
    [
      'a minisign file that is gone',
      (each) => rmSync(each.shown('targets/pattern/1002.npf.minisig')),
      /1002\.npf\.minisig/,
    ],
    [
      'a minisign key that is none',
      (each) => writeFileSync(each.shown('minisign.pub'), 'rubbish'),
      /minisign\.pub: expected a public key/,
    ],
    [
      'notices with a flipped bit',
      (each) => flip(each.shown('targets/pattern/notices-1.json'), -3),
      /notices-1\.json: expected/,
    ],
    ['a timestamp with a flipped bit', (each) => flip(each.shown('metadata/timestamp.json'), -10), /timestamp\.json/],
    [
      'a timestamp that is no JSON',
      (each) => writeFileSync(each.shown('metadata/timestamp.json'), '{"signed":'),
      /timestamp\.json: expected TUF metadata/,
    ],
    [
      'a timestamp that is gone',
      (each) => rmSync(each.shown('metadata/timestamp.json')),
      /timestamp\.json: cannot be read/,
    ],
    [
      'a snapshot that is longer',
      (each) => appendFileSync(each.shown('metadata/3.snapshot.json'), ' '),
      /3\.snapshot\.json: expected/,
    ],
    [
      'targets that are gone',
      (each) => rmSync(each.shown('metadata/1.targets.json')),
      /1\.targets\.json: cannot be read/,
    ],
    [
      'a root that the one before it did not sign',
      async (each) => {
        await rotateKey(each.directory, 'root', { now: each.now });
        const other = new (each.constructor as new () => Scene)();
        await other.init();
        await rotateKey(other.directory, 'root', { now: other.now });
        cpSync(other.shown('metadata/2.root.json'), each.shown('metadata/2.root.json'));
        other.remove();
      },
      /2\.root\.json: expected enough digital signatures/,
    ],
    [
      'a root that is missing on the way',
      async (each) => {
        for (const _ of [1, 2]) await rotateKey(each.directory, 'root', { now: each.now });
        rmSync(each.shown('metadata/2.root.json'));
      },
      /expected 2\.root\.json, got none/,
    ],
    [
      'a root.json that is not the newest',
      async (each) => {
        const old = each.read('root.json');
        await rotateKey(each.directory, 'root', { now: each.now });
        writeFileSync(each.shown('root.json'), old);
      },
      /root\.json: expected a copy of 2\.root\.json/,
    ],
    [
      'a private key that is shown',
      (each) => {
        mkdirSync(each.shown('old'));
        const key = readdirSync(`${each.directory}/keys`)[0]!;
        cpSync(`${each.directory}/keys/${key}`, each.shown('old/key'));
      },
      /old\/key: expected no private key/,
    ],
    ['a link', (each) => symlinkSync('/etc', each.shown('targets/etc')), /targets\/etc: expected a regular file/],
    ['a role that is over', (each) => each.pass(3 * DAY_MS), /^timestamp expired 2026-11-26T06:00:00Z$/],
  ];
  test.for(DAMAGES)('%s', async ([, damage, sentence]) => {
    const each = await published();
    await damage(each);
    const { problems } = await verify();
    expect(problems.join('\n')).toMatch(new RegExp(sentence.source, 'm'));
  });

  test('roles that will soon be over', async () => {
    await published();
    scene().pass(1.9 * DAY_MS);
    expect(await verify()).toMatchObject({
      problems: [],
      warnings: ['timestamp expires 2026-11-26T06:00:00Z, in 2 hours'],
    });
  });

  test('a delta that was signed and makes another content', async () => {
    const each = await published();
    await withPublisher(each.directory, { now: each.now }, ({ repository, signers }) => {
      const [first, second] = ['1001', '1002'].map((number) => readContent(each.read(`targets/pattern/${number}.npf`)));
      const wrong = { ...second!, ...first!, header: { ...first!.header, number: 1002 } };
      const { bytes, header } = encodeDelta(first!, wrong, { digester: nodeDigester, compressor: zstdCompressor });
      const name = 'pattern/1001-1002.delta';
      writeFileSync(each.shown('targets', name), bytes);
      const { rawBytes } = header;
      const entry = entryOf(name, bytes, { kind: 'delta', from: 1001, number: 1002, rawBytes });
      const patterns = [...repository.entries.filter((other) => other.name !== name), entry];
      publishEdits(repository, { patterns }, signers, each.now);
    });
    expect((await verify()).problems).toEqual([expect.stringMatching(/1001-1002\.delta: expected to make/)]);
  });

  test('a full file that was signed as something else', async () => {
    const each = await published();
    await withPublisher(each.directory, { now: each.now }, ({ repository, signers }) => {
      const patterns = repository.entries.map((entry) =>
        entry.custom.kind === 'full' ? { ...entry, custom: { ...entry.custom, engine: '<1.0.0' } } : entry,
      );
      publishEdits(repository, { patterns }, signers, each.now);
    });
    expect((await verify()).problems).toContainEqual(
      expect.stringMatching(/1002\.npf: expected engine <1\.0\.0, as it was signed, got \*/),
    );
  });
});

describe('the publisher on a damaged repository', () => {
  const DAMAGES: readonly (readonly [string, (each: Scene) => unknown, string])[] = [
    ['without metadata', (each) => rmSync(each.shown('metadata'), { recursive: true }), 'PUBLISH_NOT_ONE'],
    ['without a root', (each) => rmSync(each.shown('metadata/1.root.json')), 'PUBLISH_METADATA'],
    ['without a timestamp', (each) => rmSync(each.shown('metadata/timestamp.json')), 'PUBLISH_METADATA'],
    ['with half a timestamp', (each) => truncateSync(each.shown('metadata/timestamp.json'), 200), 'PUBLISH_METADATA'],
    ['with an empty snapshot', (each) => truncateSync(each.shown('metadata/3.snapshot.json'), 0), 'PUBLISH_METADATA'],
    [
      'with a list that somebody edited',
      (each) => flip(each.shown('metadata/3.patterns.json'), -20),
      'PUBLISH_METADATA',
    ],
    [
      'with notices that somebody edited',
      (each) => flip(each.shown('targets/pattern/notices-1.json'), -3),
      'PUBLISH_PATTERN_FILE',
    ],
    [
      'with JSON that is no object',
      (each) => writeFileSync(each.shown('metadata/timestamp.json'), '[]'),
      'PUBLISH_METADATA',
    ],
    [
      'with JSON that nests too deep',
      (each) => writeFileSync(each.shown('metadata/timestamp.json'), '['.repeat(100_000)),
      'PUBLISH_METADATA',
    ],
  ];
  test.for(DAMAGES)('%s signs nothing', async ([, damage, code]) => {
    const each = await published();
    await damage(each);
    const options = { now: each.now };
    expect(await codeOf(() => each.release(lines(302)))).toBe(code);
    expect(await codeOf(() => refresh(each.directory, options))).toBe(code);
    expect(await codeOf(() => withdraw(each.directory, 1002, 'x', options))).toBe(code);
    expect(await codeOf(() => rotateKey(each.directory, 'timestamp', options))).toBe(code);
  });

  test('whose last full file is damaged makes no delta of it', async () => {
    const each = await published();
    flip(each.shown('targets/pattern/1002.npf'));
    expect(await codeOf(() => each.release(lines(302)))).toBe('PUBLISH_PATTERN_FILE');
  });

  test('in a directory that is none says how to make one', async () => {
    expect(await codeOf(() => scene().release(lines(3)))).toBe('PUBLISH_NOT_ONE');
    expect(await codeOf(() => verify())).toBe('PUBLISH_NOT_ONE');
    expect(await codeOf(() => listReleases(scene().directory))).toBe('PUBLISH_NOT_ONE');
  });

  test('whose targets are over says so, and goes on after a refresh with the passphrase', async () => {
    const each = scene();
    await each.init(PASSPHRASE);
    await each.release(lines(300));
    each.pass(91 * DAY_MS);
    expect(await codeOf(() => each.release(lines(301)))).toBe('PUBLISH_EXPIRED');
    expect(await codeOf(() => withdraw(each.directory, 1001, 'x', { now: each.now }))).toBe('PUBLISH_EXPIRED');
    expect((await refresh(each.directory, { now: each.now })).warnings.join()).toContain('targets expired');
    await refresh(each.directory, { now: each.now, passphrase: PASSPHRASE });
    expect((await each.release(lines(301))).number).toBe(1002);
    expect((await verify()).problems).toEqual([]);
  });
});
