/**
 * ClamAV's own digital signatures: RSA over MD5 in the header of a database, RSA-PSS over SHA-256 in its `.info` and behind an update.
 *
 * Both are written in digits of six bits, the lowest first, with an alphabet that is not that of base64. The keys are public, and the databases of
 * clamav.net verify with them (test/databases/real.test.ts). BigInt does it: two powers with an exponent of 27 bits for each database, a millisecond.
 *
 * *Limits*: MD5 can be made to collide by whoever makes both inputs; `.info` binds every member by SHA-256 as well. The detached `.sign` files
 * (X.509) that clamav.net offers since 1.5 are not read.
 */
import { createHash } from 'node:crypto';

interface PublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** 1024 bits. */
const HEADER_KEY: PublicKey = {
  modulus:
    118640995551645342603070001658453189751527774412027743746599405743243142607464144767361060640655844749760788890022283424922762488917565551002467771109669598189410434699034532232228621591089508178591428456220796841621637175567590476666928698770143328137383952820383197532047771780196576957695822641224262693037n,
  exponent: 100001027n,
};

/** Of updates. 2047 bits. */
const UPDATE_KEY: PublicKey = {
  modulus:
    14783905874077467090262228516557917570254599638376203532031989214105552847269687489771975792123442185817287694951949800908791527542017115600501303394778618535864845235700041590056318230102449612217458549016089313306591388590790796515819654102320725712300822356348724011232654837503241736177907784198700834440681124727060540035754699658105895050096576226753008596881698828185652424901921668758326578462003247906470982092298106789657211905488986281078346361469524484829559560886227198091995498440676639639830463593211386055065360288422394053998134458623712540683294034953818412458362198117811990006021989844180721010947n,
  exponent: 100002053n,
};

/** Of `.info`. 2047 bits. */
const INFO_KEY: PublicKey = {
  modulus:
    11088894983048545473659556106627194923928941791795047620591658697413581043322715912172496806525381055880964520618400224333320534660299233983755341740679502866829909679955734391392668378361221524205396631090105151641270857277080310734320951653700508941717419168723942507890702904702707587451621691050754307850383399865346487203798464178537392211402786481359824461197231102895415093770394216666324484593935762408468516826633192140826667923494822045805347809932848454845886971706424360558667862775876072059437703365380209101697738577515476935085469455279994113145977994084618328482151013142393373316337519977244732747977n,
  exponent: 100002049n,
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const BITS_PER_DIGIT = 6n;
/** Of the longer key; more digits than it needs would be work for nothing. */
const MAX_DIGITS = 342;
/** RSA-PSS, RFC 8017 9.1: length of the encoded message, of the digest, of the salt. */
const PSS_BYTES = 256;
const DIGEST_BYTES = 32;
const SALT_BYTES = 32;
const TRAILER = 0xbc;

/** Whether the digital signature of a header is ClamAV's over that MD5. @param md5 16 bytes */
export function isHeaderSigned(digitalSignature: string, md5: Uint8Array): boolean {
  const message = recover(digitalSignature, HEADER_KEY);
  // The bare digest, as a number: any other number is a forgery, whatever its low bytes are.
  return message !== undefined && message === BigInt(`0x${Buffer.from(md5).toString('hex')}`);
}

/** Whether the digital signature in `.info` is ClamAV's. @param sha256 of the lines before it, line feeds included */
export function isInfoSigned(digitalSignature: string, sha256: Uint8Array): boolean {
  return isPssSigned(digitalSignature, sha256, INFO_KEY);
}

/** Whether the digital signature behind an update is ClamAV's. @param sha256 of all bytes before its colon */
export function isUpdateSigned(digitalSignature: string, sha256: Uint8Array): boolean {
  return isPssSigned(digitalSignature, sha256, UPDATE_KEY);
}

function isPssSigned(digitalSignature: string, sha256: Uint8Array, key: PublicKey): boolean {
  const message = recover(digitalSignature, key);
  if (message === undefined) return false;
  return isPssEncoding(Buffer.from(message.toString(16).padStart(2 * PSS_BYTES, '0'), 'hex'), sha256);
}

/** What the owner of the key signed; undefined when the text is no number below the modulus. */
function recover(digits: string, { modulus, exponent }: PublicKey): bigint | undefined {
  if (digits === '' || digits.length > MAX_DIGITS) return undefined;
  let value = 0n;
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = ALPHABET.indexOf(digits[i]!);
    if (digit < 0) return undefined;
    value = (value << BITS_PER_DIGIT) | BigInt(digit);
  }
  return value < modulus ? power(value, exponent, modulus) : undefined;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** EMSA-PSS-VERIFY. ClamAV counts 2048 bits for its key of 2047, so one bit is masked off at the top, not two. */
function isPssEncoding(encoded: Uint8Array, messageDigest: Uint8Array): boolean {
  const maskedEnd = PSS_BYTES - DIGEST_BYTES - 1;
  if (encoded[PSS_BYTES - 1] !== TRAILER || (encoded[0]! & 0x80) !== 0) return false;
  const digest = encoded.subarray(maskedEnd, PSS_BYTES - 1);
  const block = mask(digest, maskedEnd).map((byte, i) => byte ^ encoded[i]!);
  block[0]! &= 0x7f;
  const saltStart = maskedEnd - SALT_BYTES;
  if (block[saltStart - 1] !== 1 || block.subarray(0, saltStart - 1).some((byte) => byte !== 0)) return false;
  const salted = createHash('sha256').update(new Uint8Array(8)).update(messageDigest).update(block.subarray(saltStart));
  return salted.digest().equals(digest);
}

/** MGF1 with SHA-256, RFC 8017 B.2.1. */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const counter = new DataView(new ArrayBuffer(4));
  for (let at = 0; at < length; at += DIGEST_BYTES) {
    counter.setUint32(0, at / DIGEST_BYTES);
    const part = createHash('sha256').update(seed).update(new Uint8Array(counter.buffer)).digest();
    bytes.set(part.subarray(0, length - at), at);
  }
  return bytes;
}
