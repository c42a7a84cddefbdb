/**
 * A publisher that can be made to do wrong: signs whatever it is told, with whichever keys. Its own canonical JSON and signing, so that nothing in src/ judges
 * itself.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { deltaName, fullName, type Notices, noticesName, type Rollout } from '../../../src/update/repository.ts';
import { type MadePattern, makeDelta, makePattern } from './patterns.ts';

export const DAY_MS = 86_400_000;
/** What all clocks in these tests say unless they are wrong. */
export const NOW_MS = Date.parse('2026-11-24T12:00:00Z');

export interface Key {
  readonly id: string;
  readonly publicHex: string;
  readonly privateKey: KeyObject;
}

export type Role = 'root' | 'targets' | 'patterns' | 'snapshot' | 'timestamp';
type Json = { [key: string]: unknown };

export function makeKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicHex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  return { id: sha256(canonical(keyJson(publicHex))), publicHex, privateKey };
}

function keyJson(publicHex: string): Json {
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicHex } };
}

/** Signed metadata in its bytes. */
export function signed(content: Json, keys: readonly Key[]): Buffer {
  const bytes = Buffer.from(canonical(content));
  const signatures = keys.map(({ id, privateKey }) => ({
    keyid: id,
    sig: sign(null, bytes, privateKey).toString('hex'),
  }));
  return Buffer.from(JSON.stringify({ signatures, signed: content }));
}

export function canonical(value: unknown): string {
  if (typeof value === 'string') return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const texts = fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${canonical(key)}:${canonical(field)}`);
  return `{${texts.join(',')}}`;
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface Released {
  readonly channel?: string;
  readonly engine?: string;
  readonly rollout?: Rollout;
  readonly released?: string;
  /** Numbers that get a delta to this one. */
  readonly from?: readonly number[];
  /** Names of signatures. */
  readonly names?: readonly string[];
}

export interface Target {
  bytes: Buffer;
  custom: unknown;
  length?: number;
  sha256?: string;
}

export class Forge {
  readonly keys: Record<Role, Key[]> = {
    root: [makeKey(), makeKey(), makeKey()],
    targets: [makeKey()],
    patterns: [makeKey()],
    snapshot: [makeKey()],
    timestamp: [makeKey()],
  };
  readonly thresholds: Record<Role, number> = { root: 2, targets: 1, patterns: 1, snapshot: 1, timestamp: 1 };
  readonly versions: Record<Role, number> = { root: 1, targets: 0, patterns: 0, snapshot: 0, timestamp: 0 };
  /** Days from `nowMs` until it is over. */
  readonly days: Record<Role, number> = { root: 365, targets: 90, patterns: 14, snapshot: 7, timestamp: 2 };
  readonly targets = new Map<string, Target>();
  readonly made = new Map<number, MadePattern>();
  /** Path below the repository → bytes: what a web server shows. */
  readonly files = new Map<string, Buffer>();
  delegatedPaths: readonly string[] = ['pattern/*'];
  nowMs = NOW_MS;
  notices: Notices = { format: 1, lifecycle: [], withdrawn: [] };

  constructor() {
    this.signRoot(this.keys.root.slice(0, 2));
    this.signTargets();
    this.publish();
  }

  /** For consumers: the first root. */
  get rootFile(): Buffer {
    return this.files.get('metadata/1.root.json')!;
  }

  release(number: number, release: Released = {}): MadePattern {
    const { channel = 'stable', engine = '*', rollout, from = [], names } = release;
    const { released = '2026-11-24T00:00:00Z' } = release;
    const made = makePattern(number, { channel, engineRange: engine, released, names: names ?? [`Test.${number}`] });
    this.made.set(number, made);
    const { contentBytes, contentDigest } = made.header;
    const custom = {
      kind: 'full',
      number,
      released,
      channel,
      engine,
      signatures: 1,
      contentBytes,
      contentDigest,
      rollout,
    };
    this.addTarget(fullName(number), made.bytes, custom);
    for (const base of from) this.addDelta(base, number);
    this.publish();
    return made;
  }

  addDelta(from: number, number: number): void {
    const { bytes, header } = makeDelta(this.made.get(from)!, this.made.get(number)!);
    this.addTarget(deltaName(from, number), bytes, { kind: 'delta', from, number, rawBytes: header.rawBytes });
  }

  addTarget(name: string, bytes: Buffer, custom: unknown): void {
    this.targets.set(name, { bytes, custom });
    this.files.set(`targets/${name}`, bytes);
  }

  setNotices(notices: Partial<Notices>): void {
    this.notices = { ...this.notices, ...notices };
    const version = this.versions.patterns + 1;
    this.addTarget(noticesName(version), Buffer.from(JSON.stringify(this.notices)), { kind: 'notices', version });
    this.publish();
  }

  /** The next root, by the keys of both unless told otherwise. */
  rotate(role: Role, by: readonly Key[] = this.keys.root): void {
    this.keys[role] = this.keys[role].map(makeKey);
    if (role === 'patterns') this.signTargets();
    else {
      this.versions.root++;
      this.signRoot(role === 'root' ? [...by, ...this.keys.root] : by);
      if (role === 'targets') this.signTargets();
    }
  }

  signRoot(by: readonly Key[] = this.keys.root): void {
    const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
    this.files.set(
      `metadata/${this.versions.root}.root.json`,
      signed(
        {
          ...this.#head('root'),
          consistent_snapshot: true,
          keys: Object.fromEntries(
            roles.flatMap((role) => this.keys[role].map((key) => [key.id, keyJson(key.publicHex)])),
          ),
          roles: Object.fromEntries(roles.map((role) => [role, this.#signers(role)])),
        },
        by,
      ),
    );
  }

  signTargets(more: Json = {}): void {
    this.versions.targets++;
    const { patterns } = this.keys;
    const role = { name: 'patterns', ...this.#signers('patterns'), terminating: true, paths: this.delegatedPaths };
    const delegations = {
      keys: Object.fromEntries(patterns.map((key) => [key.id, keyJson(key.publicHex)])),
      roles: [role],
    };
    this.#put('targets', { targets: {}, delegations, ...more });
  }

  /** New patterns, snapshot and timestamp. */
  publish(): void {
    this.signPatterns();
    this.signSnapshot();
    this.signTimestamp();
  }

  signPatterns(by: readonly Key[] = this.keys.patterns): void {
    this.versions.patterns++;
    const targets = [...this.targets].map(
      ([name, { bytes, custom, length = bytes.length, sha256: hash = sha256(bytes) }]) => {
        return [name, { length, hashes: { sha256: hash }, custom }];
      },
    );
    this.#put('patterns', { targets: Object.fromEntries(targets) }, by);
  }

  signSnapshot(by: readonly Key[] = this.keys.snapshot): void {
    this.versions.snapshot++;
    const meta = { 'targets.json': this.#meta('targets'), 'patterns.json': this.#meta('patterns') };
    this.#put('snapshot', { meta }, by);
  }

  signTimestamp(by: readonly Key[] = this.keys.timestamp): void {
    this.versions.timestamp++;
    const content = { ...this.#head('timestamp'), meta: { 'snapshot.json': this.#meta('snapshot') } };
    this.files.set('metadata/timestamp.json', signed(clean(content), by));
  }

  /** What a mirror that stopped here would show. */
  freeze(): Map<string, Buffer> {
    return new Map(this.files);
  }

  #put(role: 'targets' | 'patterns' | 'snapshot', content: Json, by: readonly Key[] = this.keys[role]): void {
    const type = role === 'snapshot' ? 'snapshot' : 'targets';
    const whole = clean({ ...this.#head(role), _type: type, ...content });
    this.files.set(`metadata/${this.versions[role]}.${role}.json`, signed(whole, by));
  }

  #meta(role: 'targets' | 'patterns' | 'snapshot'): Json {
    const version = this.versions[role];
    const bytes = this.files.get(`metadata/${version}.${role}.json`)!;
    return { version, length: bytes.length, hashes: { sha256: sha256(bytes) } };
  }

  #head(role: Role): Json {
    const expires = `${new Date(this.nowMs + this.days[role] * DAY_MS).toISOString().slice(0, 19)}Z`;
    return { _type: role, spec_version: '1.0.31', version: this.versions[role], expires };
  }

  #signers(role: Role): Json {
    return { keyids: this.keys[role].map(({ id }) => id), threshold: this.thresholds[role] };
  }
}

/** Without fields that are undefined, as JSON would have it. */
function clean(content: Json): Json {
  return JSON.parse(JSON.stringify(content));
}
