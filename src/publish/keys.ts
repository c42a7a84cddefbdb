/**
 * The key directory: a file for each private key, named by its role and the start of its key ID.
 *
 * Files are found by the key IDs that the metadata names, never by "the newest": a key that was made and not yet used, or used no more, may lie
 * beside them without harm. A person may carry root keys away; what is missing is said by file name when it is needed.
 */
import { createHash, type KeyObject, sign } from 'node:crypto';
import { chmodSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../files/directories.ts';
import { syncDirectory, writeDurably } from '../files/durable.ts';
import { PublishError } from './errors.ts';
import { decodePrivateKey, encodePrivateKey, newPrivateKey, publicBytes } from './key-file.ts';
import { statOf } from './layout.ts';

/** A public key as metadata holds it. */
export interface PublicKey {
  /** SHA-256 of the key's canonical JSON, in hex. */
  readonly id: string;
  /** The 32 bytes in hex. */
  readonly hex: string;
}

export interface SigningKey extends PublicKey {
  sign(bytes: Uint8Array): Buffer;
}

const MODE = 0o600;
const SHORTEST_PASSPHRASE = 8;

/** @throws {PublishError} `PUBLISH_PASSPHRASE` when it protects nothing */
export function requirePassphrase(passphrase: string | undefined): void {
  if (passphrase === undefined || passphrase.length >= SHORTEST_PASSPHRASE) return;
  const message = `passphrase: expected at least ${SHORTEST_PASSPHRASE} characters, got ${passphrase.length}`;
  throw new PublishError('PUBLISH_PASSPHRASE', message);
}

export function toSigningKey(key: KeyObject): SigningKey {
  const hex = publicBytes(key).toString('hex');
  return { id: keyIdOf(hex), hex, sign: (bytes) => sign(null, bytes, key) };
}

/** As securesystemslib has it, so that other TUF programs name the key alike. */
export function keyIdOf(hex: string): string {
  const canonical = JSON.stringify({ keytype: 'ed25519', keyval: { public: hex }, scheme: 'ed25519' });
  return createHash('sha256').update(canonical).digest('hex');
}

export function keyFileName(owner: string, id: string): string {
  return `${owner}-${id.slice(0, 16)}.pem`;
}

/** Makes a key and writes it durably before anything is signed with it. */
export function makeKey(directory: string, owner: string, passphrase: string | undefined): SigningKey {
  const key = newPrivateKey();
  const signing = toSigningKey(key);
  writePrivate(join(directory, keyFileName(owner, signing.id)), encodePrivateKey(key, passphrase));
  return signing;
}

function writePrivate(path: string, text: string): void {
  writeDurably(path, Buffer.from(text), MODE);
}

/**
 * Opens as many keys of a role as its threshold needs, of those that are there.
 *
 * @param ids key IDs that the metadata accepts for the role
 * @throws {PublishError} `PUBLISH_KEY_MISSING`, `PUBLISH_KEY_EXPOSED`, `PUBLISH_KEY_DAMAGED`, `PUBLISH_PASSPHRASE`
 */
export function openKeys(
  directory: string,
  owner: string,
  ids: readonly string[],
  threshold: number,
  passphrase: string | undefined,
): readonly SigningKey[] {
  const present = ids.filter((id) => statOf(join(directory, keyFileName(owner, id))) !== undefined);
  if (present.length < threshold) {
    const names = ids.map((id) => keyFileName(owner, id)).join(', ');
    const message = `${directory}: expected ${threshold} of ${names}, got ${present.length}; copy them back, or rotate the key with those that are left`;
    throw new PublishError('PUBLISH_KEY_MISSING', message);
  }
  return present.slice(0, threshold).map((id) => openKey(directory, owner, id, passphrase));
}

function openKey(directory: string, owner: string, id: string, passphrase: string | undefined): SigningKey {
  const path = join(directory, keyFileName(owner, id));
  requirePrivate(path);
  const key = toSigningKey(decodePrivateKey(readText(path), passphrase, path));
  if (key.id === id) return key;
  const message = `${path}: expected the key ${id}, got ${key.id}; restore the file from its backup`;
  throw new PublishError('PUBLISH_KEY_DAMAGED', message);
}

function requirePrivate(path: string): void {
  const stats = statOf(path)!;
  if (!stats.isFile()) throw new PublishError('PUBLISH_KEY_DAMAGED', `${path}: expected a regular file`);
  if ((stats.mode & 0o077) === 0) return;
  const mode = (stats.mode & 0o777).toString(8);
  throw new PublishError('PUBLISH_KEY_EXPOSED', `${path}: expected mode 600, got ${mode}; chmod 600 it`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    throw new PublishError('PUBLISH_IO', `${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Takes a key file out of use. It is kept: a backup that is rolled back may need it once more; a person deletes it. */
export function retireKey(directory: string, retired: string, name: string): void {
  makeDirectories(retired, 0o700);
  chmodSync(retired, 0o700);
  renameSync(join(directory, name), join(retired, name));
  syncDirectory(retired);
  syncDirectory(directory);
}
