/** The key of the `.minisig` files: which one is in use is what public/minisign.pub says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PublishError } from './errors.ts';
import { keyIdOf, openKeys, type SigningKey } from './keys.ts';
import { type Layout, MINISIGN_FILE } from './layout.ts';
import { decodeMinisignPublicKey } from './minisign.ts';

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
