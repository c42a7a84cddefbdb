/** The key of the `.minisig` files: which one is in use is what public/minisign.pub says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';
import type { FullCustom } from '../update/repository.ts';
import { PublishError } from './errors.ts';
import { keyIdOf, makeKey, openKeys, type SigningKey } from './keys.ts';
import { type Layout, MINISIG, MINISIGN_FILE, targetPath } from './layout.ts';
import { fullsOf, readTarget } from './listing.ts';
import type { TargetEntry } from './metadata.ts';
import { decodeMinisignPublicKey, encodeMinisignPublicKey, minisignFile } from './minisign.ts';

/** Owner of the key file, as a role is of others. */
export const MINISIGN_OWNER = 'minisign';

/**
 * @returns the public key's 32 bytes in hex
 * @throws {PublishError} `PUBLISH_KEY_DAMAGED`
 */
export function readMinisignPublicKey(publicDirectory: string): string {
  const path = join(publicDirectory, MINISIGN_FILE);
  let hex: string | undefined;
  let cause: unknown;
  try {
    hex = decodeMinisignPublicKey(readFileSync(path, 'utf8'));
  } catch (error) {
    cause = error;
  }
  if (hex !== undefined) return hex;
  const message = `${path}: expected a public key of minisign; restore the file from a mirror, or rotate minisign`;
  throw new PublishError('PUBLISH_KEY_DAMAGED', message, { cause });
}

export function openMinisignKey(layout: Layout, passphrase: string | undefined): SigningKey {
  const id = keyIdOf(readMinisignPublicKey(layout.publicDirectory));
  return openKeys(layout.keys, MINISIGN_OWNER, [id], 1, passphrase)[0]!;
}

/** @returns the key's ID; undefined when public/minisign.pub is missing or damaged */
export function activeMinisignId(publicDirectory: string): string | undefined {
  try {
    return keyIdOf(readMinisignPublicKey(publicDirectory));
  } catch {
    return undefined;
  }
}

/** What `minisign -V` prints: the fields that minisign writes itself, then ours. */
export function trustedComment({ number, released }: Pick<FullCustom, 'number' | 'released'>): string {
  return `timestamp:${Date.parse(released) / 1000}\tfile:${number}.npf\thashed\tnumber:${number}\treleased:${released}`;
}

/**
 * A new key, and every full file that is listed signed with it. minisign.pub comes last; a run that was cut off before is repeated.
 *
 * @returns the new key's ID
 */
export function rotateMinisign(layout: Layout, entries: readonly TargetEntry[]): string {
  const { publicDirectory } = layout;
  const key = makeKey(layout.keys, MINISIGN_OWNER, undefined);
  for (const full of fullsOf(entries)) {
    const minisig = minisignFile(readTarget(publicDirectory, full), trustedComment(full.custom), key);
    writeDurably(targetPath(publicDirectory, full.name) + MINISIG, Buffer.from(minisig));
  }
  writeDurably(join(publicDirectory, MINISIGN_FILE), Buffer.from(encodeMinisignPublicKey(key.hex)));
  return key.id;
}
