/** What somebody can try who is between the publisher and us, or has stolen a key. Each leaves the active pattern alone and has a code of its own. */
import { describe, expect, test } from 'vitest';
import { readUpdateMemory } from '../../src/update/memory.ts';
import { DAY_MS, type Forge, makeKey, signed } from './support/forge.ts';
import { type Scene, withScene } from './support/scene.ts';

const scene = withScene();

/** 1041 is active, trusted and served. */
async function updated(): Promise<Scene> {
  const { forge } = scene();
  forge.release(1040);
  forge.release(1041, { from: [1040] });
  await scene().serve();
  expect(await scene().result()).toBe('updated 1041');
  return scene();
}

type Attack = readonly [name: string, code: string, attack: (forge: Forge) => void];

const REFUSED: readonly Attack[] = [
  [
    'a timestamp signed by a key that nobody trusts',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.release(1042);
      forge.signTimestamp([makeKey()]);
    },
  ],
  [
    'a snapshot signed by a key that nobody trusts',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.release(1042);
      forge.signSnapshot([makeKey()]);
      forge.signTimestamp();
    },
  ],
  [
    'a list of patterns signed by a key that nobody trusts',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.release(1042);
      forge.signPatterns([makeKey()]);
      forge.signSnapshot();
      forge.signTimestamp();
    },
  ],
  [
    'a timestamp that nobody signed',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.release(1042);
      forge.signTimestamp([]);
    },
  ],
  [
    'a root signed below its threshold',
    'UPDATE_SIGNATURE',
    (forge) => forge.rotate('timestamp', [forge.keys.root[0]!]),
  ],
  [
    'a root signed twice by one key',
    'UPDATE_METADATA',
    (forge) => forge.rotate('timestamp', [forge.keys.root[0]!, forge.keys.root[0]!]),
  ],
  [
    'a root signed by new keys alone',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.rotate('root', []);
    },
  ],
  [
    'a root that leaves out a version',
    'UPDATE_MIX_AND_MATCH',
    (forge) => {
      forge.versions.root = 3;
      forge.signRoot();
      forge.files.set('metadata/2.root.json', forge.files.get('metadata/3.root.json')!);
    },
  ],
  [
    'a root of a version that was there before',
    'UPDATE_ROLLBACK',
    (forge) => forge.files.set('metadata/2.root.json', forge.files.get('metadata/1.root.json')!),
  ],
  [
    'rollback: an older timestamp',
    'UPDATE_ROLLBACK',
    (forge) => {
      forge.versions.timestamp = 1;
      forge.signTimestamp();
    },
  ],
  [
    'rollback: a new timestamp of an older snapshot',
    'UPDATE_ROLLBACK',
    (forge) => {
      forge.versions.snapshot -= 2;
      forge.signSnapshot();
      forge.signTimestamp();
    },
  ],
  [
    'rollback: a new snapshot of an older list of patterns',
    'UPDATE_ROLLBACK',
    (forge) => {
      forge.versions.patterns -= 1;
      forge.signSnapshot();
      forge.signTimestamp();
    },
  ],
  [
    'rollback: a new snapshot without the list of patterns',
    'UPDATE_ROLLBACK',
    (forge) => {
      const { files } = forge;
      forge.release(1042);
      const path = `metadata/${forge.versions.snapshot}.snapshot.json`;
      const content = JSON.parse(files.get(path)!.toString()).signed;
      delete content.meta['patterns.json'];
      resign(forge, path, content, 'snapshot');
      forge.signTimestamp();
    },
  ],
  ['freeze: a timestamp that is over', 'UPDATE_FREEZE', (forge) => expire(forge, 'timestamp')],
  ['freeze: a snapshot that is over', 'UPDATE_FREEZE', (forge) => expire(forge, 'snapshot')],
  ['freeze: a list of patterns that is over', 'UPDATE_FREEZE', (forge) => expire(forge, 'patterns')],
  [
    'freeze: targets that are over',
    'UPDATE_FREEZE',
    (forge) => {
      forge.days.targets = -1;
      forge.signTargets();
      forge.publish();
    },
  ],
  [
    'freeze: a root that is over',
    'UPDATE_FREEZE',
    (forge) => {
      forge.days.root = -1;
      forge.versions.root = 2;
      forge.signRoot();
    },
  ],
  [
    'mix and match: a snapshot of another day than the timestamp names',
    'UPDATE_MIX_AND_MATCH',
    (forge) => {
      const before = forge.files.get(`metadata/${forge.versions.snapshot}.snapshot.json`)!;
      forge.release(1042);
      forge.files.set(`metadata/${forge.versions.snapshot}.snapshot.json`, before);
    },
  ],
  [
    'mix and match: patterns of another day than the snapshot names',
    'UPDATE_MIX_AND_MATCH',
    (forge) => {
      const before = forge.files.get(`metadata/${forge.versions.patterns}.patterns.json`)!;
      forge.release(1042);
      forge.files.set(`metadata/${forge.versions.patterns}.patterns.json`, before);
    },
  ],
  [
    'one flipped bit in the timestamp',
    'UPDATE_SIGNATURE',
    (forge) => {
      forge.release(1042);
      flip(forge, 'metadata/timestamp.json', /"expires":"202\d/);
    },
  ],
  [
    'one flipped bit in the list of patterns',
    'UPDATE_MIX_AND_MATCH',
    (forge) => {
      forge.release(1042);
      flip(forge, `metadata/${forge.versions.patterns}.patterns.json`, /"number":104/);
    },
  ],
  [
    'one flipped bit in a pattern file',
    'UPDATE_DIGEST',
    (forge) => {
      forge.release(1042);
      const bytes = Buffer.from(forge.files.get('targets/pattern/1042.npf')!);
      bytes[bytes.length >> 1]! ^= 1;
      forge.files.set('targets/pattern/1042.npf', bytes);
    },
  ],
  [
    'delegation overreach: a target outside of what was delegated',
    'UPDATE_DELEGATION',
    (forge) => {
      forge.addTarget('other/1042.npf', Buffer.from('x'), {});
      forge.release(1042);
    },
  ],
  [
    'delegation overreach: a target in a directory below',
    'UPDATE_DELEGATION',
    (forge) => {
      forge.addTarget('pattern/deep/1042.npf', Buffer.from('x'), {});
      forge.release(1042);
    },
  ],
  [
    'a delegation of other names',
    'UPDATE_DELEGATION',
    (forge) => {
      forge.delegatedPaths = ['another/*'];
      forge.signTargets();
      forge.publish();
    },
  ],
  [
    'targets that delegate nothing',
    'UPDATE_DELEGATION',
    (forge) => {
      forge.signTargets({ delegations: undefined });
      forge.publish();
    },
  ],
  [
    'targets that speak for a name of the patterns role',
    'UPDATE_DELEGATION',
    (forge) => {
      const { length } = forge.made.get(1041)!.bytes;
      forge.signTargets({ targets: { 'pattern/1041.npf': { length, hashes: { sha256: '0'.repeat(64) } } } });
      forge.publish();
    },
  ],
  [
    'a version beyond 2^53',
    'UPDATE_METADATA',
    (forge) => {
      forge.versions.timestamp = 2 ** 60;
      forge.signTimestamp();
    },
  ],
  [
    'a root without consistent snapshots',
    'UPDATE_METADATA',
    (forge) => {
      forge.versions.root = 2;
      forge.signRoot();
      const path = 'metadata/2.root.json';
      const content = JSON.parse(forge.files.get(path)!.toString()).signed;
      resign(forge, path, { ...content, consistent_snapshot: false }, 'root');
    },
  ],
  [
    'a signed target that says another number than its name',
    'UPDATE_METADATA',
    (forge) => {
      const { bytes, custom } = forge.targets.get('pattern/1041.npf')!;
      forge.addTarget('pattern/1042.npf', bytes, custom);
      forge.publish();
    },
  ],
  [
    'a signed pattern file that is another number inside',
    'UPDATE_PATTERN',
    (forge) => {
      const { bytes, custom } = forge.targets.get('pattern/1041.npf')!;
      forge.addTarget('pattern/1042.npf', bytes, { ...(custom as object), number: 1042 });
      forge.publish();
    },
  ],
  [
    'a signed pattern file with another content digest than was signed',
    'UPDATE_PATTERN',
    (forge) => {
      forge.release(1042);
      const target = forge.targets.get('pattern/1042.npf')!;
      target.custom = { ...(target.custom as object), contentDigest: '0'.repeat(64) };
      forge.publish();
    },
  ],
  [
    'a signed file that is no pattern file',
    'UPDATE_PATTERN',
    (forge) => {
      const { custom } = forge.targets.get('pattern/1041.npf')!;
      forge.addTarget('pattern/1042.npf', Buffer.from('no pattern file'), { ...(custom as object), number: 1042 });
      forge.publish();
    },
  ],
  [
    'a pattern file signed as larger than anything may be',
    'UPDATE_METADATA',
    (forge) => {
      forge.release(1042);
      forge.targets.get('pattern/1042.npf')!.length = 2 ** 40;
      forge.publish();
    },
  ],
];

describe('attacks that are refused', () => {
  test.each(REFUSED)('%s', async (_name, code, attack) => {
    const { forge } = await updated();
    const trusted = trustedVersions();
    attack(forge);
    expect(await scene().result()).toBe(code);
    expect(scene().active()).toBe(1041);
    expect(readUpdateMemory(scene().store)?.lastCheck).toMatchObject({ ok: false, code });
    for (const [role, version] of Object.entries(trustedVersions()))
      expect(version).toBeGreaterThanOrEqual(trusted[role]!);
  });
});

test('every refusal says where, and what it means', async () => {
  const { forge, server } = await updated();
  forge.versions.timestamp = 1;
  forge.signTimestamp();
  await expect(scene().update()).rejects.toThrow(
    `${server.url}/metadata/timestamp.json: it is older than what was seen before: a stale mirror, or somebody wants to bring back old patterns`,
  );
});

describe('what looks like an attack and is none', () => {
  test('keys of all roles are rotated, one after the other', async () => {
    const { forge } = await updated();
    for (const role of ['timestamp', 'snapshot', 'patterns', 'targets', 'root'] as const)
      forge.rotate(role, forge.keys.root);
    forge.publish();
    forge.release(1042);
    expect(await scene().result()).toBe('updated 1042');
    expect(scene().version('root')).toBe(5);
  });

  test('a client that was away for many roots walks through all of them', async () => {
    const { forge } = await updated();
    for (let i = 0; i < 30; i++) forge.rotate('root', forge.keys.root);
    forge.publish();
    expect(await scene().result()).toBe('current');
    expect(scene().version('root')).toBe(31);
  });

  test('fast-forward: stolen keys have no last word once they are replaced', async () => {
    const { forge } = await updated();
    const honest = { ...forge.versions };
    Object.assign(forge.versions, { timestamp: 2 ** 53 - 2, snapshot: 2 ** 53 - 2, patterns: 2 ** 53 - 2 });
    forge.publish();
    expect(await scene().result()).toBe('current');
    Object.assign(forge.versions, honest);
    forge.publish();
    expect(await scene().result()).toBe('UPDATE_ROLLBACK');
    for (const role of ['timestamp', 'snapshot', 'patterns'] as const) forge.rotate(role);
    forge.release(1042);
    expect(await scene().result()).toBe('updated 1042');
  });

  test('a stolen timestamp key that was replaced is worth nothing', async () => {
    const { forge } = await updated();
    const stolen = forge.keys.timestamp;
    forge.rotate('timestamp');
    forge.publish();
    expect(await scene().result()).toBe('current');
    forge.release(1042);
    forge.signTimestamp(stolen);
    expect(await scene().result()).toBe('UPDATE_SIGNATURE');
  });

  test('a root that takes a key away counts, though the rest of the refresh fails', async () => {
    const { forge } = await updated();
    const stolen = forge.keys.timestamp;
    forge.rotate('timestamp');
    forge.signTimestamp(stolen);
    expect(await scene().result()).toBe('UPDATE_SIGNATURE');
    expect(scene().version('root')).toBe(2);
  });

  test('targets of kinds that come later are passed over', async () => {
    const { forge } = await updated();
    forge.addTarget('pattern/1042.future', Buffer.from('x'), { kind: 'future' });
    forge.release(1042);
    expect(await scene().result()).toBe('updated 1042');
  });

  test('a timestamp of the same version is no news', async () => {
    await updated();
    expect(await scene().result()).toBe('current');
    expect(await scene().result()).toBe('current');
  });
});

function trustedVersions(): Record<string, number> {
  return Object.fromEntries(
    ['root', 'timestamp', 'snapshot', 'targets', 'patterns'].map((role) => [role, scene().version(role)]),
  );
}

function expire(forge: Forge, role: 'timestamp' | 'snapshot' | 'patterns'): void {
  forge.days[role] = -1 / DAY_MS;
  forge.publish();
}

function flip(forge: Forge, path: string, place: RegExp): void {
  const bytes = Buffer.from(forge.files.get(path)!);
  const at = bytes.toString('latin1').search(place);
  expect(at).toBeGreaterThan(0);
  const end = at + place.exec(bytes.toString('latin1'))![0].length - 1;
  bytes[end]! ^= 1;
  forge.files.set(path, bytes);
}

/** Signs edited metadata with the keys of its role. */
function resign(forge: Forge, path: string, content: Record<string, unknown>, role: 'snapshot' | 'root'): void {
  forge.files.set(path, signed(content, forge.keys[role]));
}
