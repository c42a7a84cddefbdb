/**
 * JSON that tells when it is damaged: the content behind a digest of its text.
 *
 * ```
 * {"sha256":"<64 hex digits>","content":
 * <content, any JSON>
 * }
 * ```
 * Still JSON, for people and `jq`. One flipped bit in a list of quarantined signatures would otherwise be another list, and nobody would notice. The digest protects
 * from no one: who can write the file can write the digest.
 */
import { hash } from 'node:crypto';

const HEAD = /^\{"sha256":"([0-9a-f]{64})","content":\n$/;
const HEAD_BYTES = 88;
const TAIL = '\n}\n';

export function seal(content: unknown): Buffer {
  const text = JSON.stringify(content, undefined, 1);
  return Buffer.from(`{"sha256":"${hash('sha256', text)}","content":\n${text}${TAIL}`);
}

/** @returns what was sealed, its shape unchecked; undefined when it is damaged */
export function unseal(bytes: Buffer): unknown {
  const [, digest] = HEAD.exec(bytes.toString('latin1', 0, HEAD_BYTES)) ?? [];
  const end = bytes.length - TAIL.length;
  if (digest === undefined || end < HEAD_BYTES || bytes.toString('latin1', end) !== TAIL) return undefined;
  // Of the bytes: texts of different bytes may be equal where they are no UTF-8.
  const text = bytes.subarray(HEAD_BYTES, end);
  if (hash('sha256', text) !== digest) return undefined;
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
