/**
 * A disk that may lose power: what is certain to be on it, and what may be.
 *
 * The bytes of a file are certain once the file was synced; a name is certain once its directory was synced, and a rename once both of its directories were. Anything
 * else is there or not, each for itself and in any order, but for one thing: a rename happens as a whole or not at all, as every file system with a journal
 * has it. Bytes that are not certain may be missing, cut anywhere, or zeros.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Random } from '../../support/engine/random.ts';
import type { DiskCall } from './recording-files.ts';

interface FileNode {
  readonly kind: 'file';
  bytes: Buffer;
  /** As of the last sync. */
  certain: Buffer;
}
interface DirectoryNode {
  readonly kind: 'directory';
  readonly names: Map<string, DiskNode>;
}
type DiskNode = FileNode | DirectoryNode;

/** One change of names. */
interface NameChange {
  readonly effects: readonly {
    readonly directory: DirectoryNode;
    readonly name: string;
    readonly node: DiskNode | undefined;
  }[];
  /** Directories that must be synced before it is certain. */
  readonly unsynced: Set<DirectoryNode>;
}

/** Path below the root → bytes of a file, undefined for a directory; a directory before what is in it. */
export type CrashDisk = Map<string, Uint8Array | undefined>;

/** What becomes of all that is not certain. */
export type CrashPolicy = 'lost' | 'kept' | Random;

export class DiskModel {
  readonly #root: string;
  readonly #top: DirectoryNode;
  /** Names as they were at first, all certain. */
  readonly #initial = new Map<DirectoryNode, ReadonlyMap<string, DiskNode>>();
  readonly #changes: NameChange[] = [];

  /** @param root a directory whose content is certain */
  constructor(root: string) {
    this.#root = root;
    this.#top = this.#load(root);
  }

  apply(call: DiskCall): void {
    switch (call.kind) {
      case 'create':
        this.#change([call.path, { kind: 'file', bytes: Buffer.alloc(0), certain: Buffer.alloc(0) }]);
        break;
      case 'makeDirectory': {
        const node: DirectoryNode = { kind: 'directory', names: new Map() };
        this.#initial.set(node, new Map());
        this.#change([call.path, node]);
        break;
      }
      case 'rename': {
        const node = this.#find(call.path);
        // What was made past the recorded calls, a lock for one, is not on this disk.
        if (node) this.#change([call.to, node], [call.path, undefined]);
        break;
      }
      case 'unlink':
      case 'removeDirectory':
        if (this.#find(call.path)) this.#change([call.path, undefined]);
        break;
      case 'write': {
        const file = this.#find(call.path) as FileNode;
        file.bytes = Buffer.concat([file.bytes, call.bytes]);
        break;
      }
      case 'sync':
        this.#sync(this.#find(call.path)!);
    }
  }

  /** The disk as it may be found after a crash. */
  crash(policy: CrashPolicy): CrashDisk {
    const names = new Map([...this.#initial].map(([directory, initial]) => [directory, new Map(initial)]));
    for (const { effects, unsynced } of this.#changes) {
      if (unsynced.size > 0 && !isKept(policy)) continue;
      for (const { directory, name, node } of effects) {
        if (node) names.get(directory)!.set(name, node);
        else names.get(directory)!.delete(name);
      }
    }
    const disk: CrashDisk = new Map();
    collect(this.#top, '', names, policy, disk);
    return disk;
  }

  #change(...entries: readonly (readonly [path: string, node: DiskNode | undefined])[]): void {
    const effects = entries.map(([path, node]) => {
      const directory = this.#find(dirname(path)) as DirectoryNode;
      const name = basename(path);
      if (node) directory.names.set(name, node);
      else directory.names.delete(name);
      return { directory, name, node };
    });
    this.#changes.push({ effects, unsynced: new Set(effects.map(({ directory }) => directory)) });
  }

  #sync(node: DiskNode): void {
    if (node.kind === 'file') node.certain = node.bytes;
    else for (const { unsynced } of this.#changes) unsynced.delete(node);
  }

  #find(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = this.#top;
    for (const name of path.slice(this.#root.length).split('/').filter(Boolean)) {
      node = node?.kind === 'directory' ? node.names.get(name) : undefined;
    }
    return node;
  }

  #load(path: string): DirectoryNode {
    const names = new Map<string, DiskNode>();
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      const bytes = entry.isDirectory() ? undefined : readFileSync(below);
      names.set(entry.name, bytes ? { kind: 'file', bytes, certain: bytes } : this.#load(below));
    }
    const node: DirectoryNode = { kind: 'directory', names };
    this.#initial.set(node, new Map(names));
    return node;
  }
}

function isKept(policy: CrashPolicy): boolean {
  return typeof policy === 'string' ? policy === 'kept' : policy.below(2) === 1;
}

function collect(
  directory: DirectoryNode,
  path: string,
  names: ReadonlyMap<DirectoryNode, ReadonlyMap<string, DiskNode>>,
  policy: CrashPolicy,
  disk: Map<string, Uint8Array | undefined>,
): void {
  disk.set(path, undefined);
  for (const [name, node] of names.get(directory)!) {
    if (node.kind === 'directory') collect(node, join(path, name), names, policy, disk);
    else disk.set(join(path, name), bytesAfter(node, policy));
  }
}

/** Equal for equal disks. */
export function keyOf(disk: CrashDisk): string {
  const digest = createHash('sha256');
  for (const path of [...disk.keys()].sort()) {
    const bytes = disk.get(path);
    digest.update(`${path}\0${bytes?.length ?? 'directory'}\0`).update(bytes ?? '');
  }
  return digest.digest('hex');
}

/** @param into a directory that is made */
export function writeDisk(disk: CrashDisk, into: string): void {
  for (const [path, bytes] of disk) {
    if (bytes) writeFileSync(join(into, path), bytes);
    else mkdirSync(join(into, path), { mode: 0o755 });
  }
}

function bytesAfter({ bytes, certain }: FileNode, policy: CrashPolicy): Uint8Array {
  if (bytes === certain || policy === 'kept') return bytes;
  if (policy === 'lost') return certain;
  const length = certain.length + policy.below(bytes.length - certain.length + 1);
  return [certain, bytes, bytes.subarray(0, length), Buffer.concat([certain, Buffer.alloc(length - certain.length)])][
    policy.below(4)
  ]!;
}
