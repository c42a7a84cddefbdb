/** One digest for all that an image is compiled from. */

import { type Digester, digestOf } from '../host.ts';

/** SHA-256 over the digests of all pattern files: the key of the image. */
export function combinedDigest(digests: readonly Uint8Array[], digester: Digester): Uint8Array {
  const all = new Uint8Array(digests.reduce((sum, digest) => sum + digest.length, 0));
  let at = 0;
  for (const digest of digests) {
    all.set(digest, at);
    at += digest.length;
  }
  return digestOf(digester, 'sha256', all);
}
