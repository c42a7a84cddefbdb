/**
 * One private key as a file: PKCS#8 in PEM, encrypted with a passphrase or plain.
 *
 * `KeyObject.export` encrypts with PBKDF2 and 2,048 rounds, which is nothing to a graphics card. So the envelope is written here, with scrypt (PBES2 of
 * RFC 8018 with the KDF of RFC 7914, section 7). N = 2^14, r = 8, p = 8 costs an attacker 16 MiB and a third of a second for each guess; a larger N
 * would be better still, but OpenSSL refuses to open more than 32 MiB, and a key that `openssl pkey -in FILE` opens outlives this program.
 */
import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
} from 'node:crypto';
import { PublishError } from './errors.ts';

const SCRYPT = { N: 2 ** 14, r: 8, p: 8 } as const;
const MAX_SCRYPT_BYTES = 2 ** 26;
const KEY_BYTES = 32;

const OID = {
  pbes2: '2a864886f70d01050d', // 1.2.840.113549.1.5.13
  scrypt: '2b06010401da47040b', // 1.3.6.1.4.1.11591.4.11
  aes256Cbc: '60864801650304012a', // 2.16.840.1.101.3.4.1.42
} as const;
const TAG = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30 } as const;

export function newPrivateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** The 32 bytes that others verify with. */
export function publicBytes(key: KeyObject): Buffer {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x!, 'base64url');
}

/** @param passphrase undefined: readable by whoever has the file */
export function encodePrivateKey(key: KeyObject, passphrase: string | undefined): string {
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  return passphrase === undefined
    ? pem('PRIVATE KEY', plain)
    : pem('ENCRYPTED PRIVATE KEY', encryptedKeyInfo(plain, passphrase));
}

/**
 * @param path for messages
 * @throws {PublishError} `PUBLISH_PASSPHRASE`, `PUBLISH_KEY_DAMAGED`
 */
export function decodePrivateKey(text: string, passphrase: string | undefined, path: string): KeyObject {
  const encrypted = text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
  if (encrypted && passphrase === undefined) {
    throw new PublishError('PUBLISH_PASSPHRASE', `${path}: expected a passphrase for this encrypted key, got none`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(encrypted ? { key: text, passphrase: passphrase! } : text);
  } catch (cause) {
    if (encrypted) {
      const message = `${path}: expected the passphrase of this key, got another one (or the file is damaged)`;
      throw new PublishError('PUBLISH_PASSPHRASE', message, { cause });
    }
    const message = `${path}: expected a private key in PEM; restore the file from its backup`;
    throw new PublishError('PUBLISH_KEY_DAMAGED', message, { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new PublishError('PUBLISH_KEY_DAMAGED', `${path}: expected an Ed25519 key, got ${key.asymmetricKeyType}`);
  }
  return key;
}

/** EncryptedPrivateKeyInfo of PKCS#8. */
function encryptedKeyInfo(plain: Buffer, passphrase: string): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const secret = scryptSync(passphrase, salt, KEY_BYTES, { ...SCRYPT, maxmem: MAX_SCRYPT_BYTES });
  const cipher = createCipheriv('aes-256-cbc', secret, iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const derivation = sequence(
    der(TAG.octets, salt),
    ...[SCRYPT.N, SCRYPT.r, SCRYPT.p, KEY_BYTES].map((value) => der(TAG.integer, integerBytes(value))),
  );
  const scheme = sequence(sequence(oid(OID.scrypt), derivation), sequence(oid(OID.aes256Cbc), der(TAG.octets, iv)));
  return sequence(sequence(oid(OID.pbes2), scheme), der(TAG.octets, sealed));
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(TAG.sequence, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'));

/** Tag, length, value; everything in a key's envelope is shorter than 256 bytes. */
function der(tag: number, value: Buffer): Buffer {
  const length = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

/** Big-endian, with a zero in front where the highest bit would say negative. */
function integerBytes(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
