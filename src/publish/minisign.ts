/**
 * Digital signatures for people with a CD and a stock tool: the formats of minisign (https://jedisct1.github.io/minisign/).
 *
 * ```
 * public key   untrusted comment: …            .minisig   untrusted comment: …
 *              base64( 'Ed' key-ID[8] key[32] )           base64( 'ED' key-ID[8] Ed25519(BLAKE2b-512(file))[64] )
 *                                                         trusted comment: …
 *                                                         base64( Ed25519(signature[64] trusted-comment)[64] )
 * ```
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SigningKey } from './keys.ts';

const KEY_ID_BYTES = 8;
const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** minisign takes eight random bytes; taken from the key, they need no file of their own. */
function keyIdOf(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, KEY_ID_BYTES);
}

/** As minisign prints it: a little-endian number. */
function shownId(id: Uint8Array): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}

/** @returns the one line of base64 that `minisign -P` takes */
export function minisignPublicLine(hex: string): string {
  const key = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from('Ed'), keyIdOf(key), key]).toString('base64');
}

export function encodeMinisignPublicKey(hex: string): string {
  const id = shownId(keyIdOf(Buffer.from(hex, 'hex')));
  return `${UNTRUSTED}minisign public key ${id}\n${minisignPublicLine(hex)}\n`;
}

/** @returns the key's 32 bytes in hex; undefined when the text is no such file */
export function decodeMinisignPublicKey(text: string): string | undefined {
  const bytes = Buffer.from(text.split('\n')[1] ?? '', 'base64');
  if (bytes.length !== 42 || bytes.toString('latin1', 0, 2) !== 'Ed') return undefined;
  return bytes.toString('hex', 10);
}

/** @param comment one line; signed, and printed by `minisign -V` */
export function minisignFile(bytes: Uint8Array, comment: string, key: SigningKey): string {
  const digitalSignature = key.sign(blake2b(bytes));
  const id = keyIdOf(Buffer.from(key.hex, 'hex'));
  const whole = key.sign(Buffer.concat([digitalSignature, Buffer.from(comment)]));
  return [
    `${UNTRUSTED}signature from minisign key ${shownId(id)}`,
    Buffer.concat([Buffer.from('ED'), id, digitalSignature]).toString('base64'),
    `${TRUSTED}${comment}`,
    whole.toString('base64'),
    '',
  ].join('\n');
}

/** @returns the trusted comment; undefined when the file or the comment is not what was signed */
export function verifyMinisign(bytes: Uint8Array, minisig: string, hex: string): string | undefined {
  const [, first = '', trusted = '', second = ''] = minisig.split('\n');
  const signed = Buffer.from(first, 'base64');
  const publicKey = Buffer.from(hex, 'hex');
  if (signed.length !== 74 || signed.toString('latin1', 0, 2) !== 'ED' || !trusted.startsWith(TRUSTED))
    return undefined;
  if (!signed.subarray(2, 10).equals(keyIdOf(publicKey))) return undefined;
  const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicKey]), format: 'der', type: 'spki' });
  const comment = trusted.slice(TRUSTED.length);
  const digitalSignature = signed.subarray(10);
  const isWhole = verify(
    null,
    Buffer.concat([digitalSignature, Buffer.from(comment)]),
    key,
    Buffer.from(second, 'base64'),
  );
  return isWhole && verify(null, blake2b(bytes), key, digitalSignature) ? comment : undefined;
}

function blake2b(bytes: Uint8Array): Buffer {
  return createHash('blake2b512').update(bytes).digest();
}
