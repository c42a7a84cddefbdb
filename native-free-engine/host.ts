/**
 * What the engine needs from its host. Injected, so that the same engine runs under Node and in a browser.
 */

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';

/** One running digest. `update` must take views on shared memory, and must not keep them. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** 16, 20 or 32 bytes; the digest must not be used afterwards. */
  finish(): Uint8Array;
}

/** Makes digests. */
export interface Digester {
  create(algorithm: HashAlgorithm): Digest;
}

/** Reads the part of an image that is not loaded. Synchronous: it is called from inside a scan, on a hit only. */
export interface ColdReader {
  /** Copies bytes [offset, offset + into.length) of the image file; returns how many there were. */
  read(offset: number, into: Uint8Array): number;
}

/** Digest of `bytes` in one go. */
export function digestOf(digester: Digester, algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  const digest = digester.create(algorithm);
  digest.update(bytes);
  return digest.finish();
}
