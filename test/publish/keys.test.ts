/** Private keys: their files, who may read them, and what is said when one is missing. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePrivateKey, encodePrivateKey, newPrivateKey, publicBytes } from '../../src/publish/key-file.ts';
import { refresh } from '../../src/publish/refresh.ts';
import { rotateKey } from '../../src/publish/rotate.ts';
import { codeOf, lines, PASSPHRASE, type Scene, withScene } from './support/scene.ts';

const scene = withScene();

describe('the file of a key', () => {
  test.for([undefined, 'eight888', 'sésame, ouvre-toi 🔑'])('with passphrase %s is read again', (passphrase) => {
    const key = newPrivateKey();
    const read = decodePrivateKey(encodePrivateKey(key, passphrase), passphrase, 'key.pem');
    expect(publicBytes(read)).toEqual(publicBytes(key));
  });

  test('is opened by openssl with its passphrase alone', ({ skip }) => {
    if (spawnSync('openssl', ['version']).error) return skip('openssl is not installed');
    const path = scene().path('key.pem');
    const key = newPrivateKey();
    writeFileSync(path, encodePrivateKey(key, PASSPHRASE));
    const open = (passphrase: string) =>
      spawnSync('openssl', ['pkey', '-in', path, '-passin', `pass:${passphrase}`, '-pubout', '-outform', 'DER']);
    expect(open(PASSPHRASE).stdout.subarray(-32)).toEqual(publicBytes(key));
    expect(open('another one').status).not.toBe(0);
  });

  const encrypted = encodePrivateKey(newPrivateKey(), PASSPHRASE);
  const plain = encodePrivateKey(newPrivateKey(), undefined);
  const { privateKey } = generateKeyPairSync('x25519');
  const REFUSED: readonly (readonly [string, string, string | undefined, string])[] = [
    ['another passphrase', encrypted, 'another one', 'PUBLISH_PASSPHRASE'],
    ['no passphrase', encrypted, undefined, 'PUBLISH_PASSPHRASE'],
    ['an empty passphrase', encrypted, '', 'PUBLISH_PASSPHRASE'],
    ['nothing in it', '', undefined, 'PUBLISH_KEY_DAMAGED'],
    ['half of it', plain.slice(0, 60), undefined, 'PUBLISH_KEY_DAMAGED'],
    [
      'a key of another kind',
      privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      undefined,
      'PUBLISH_KEY_DAMAGED',
    ],
  ];
  test.for(REFUSED)('with %s is refused', async ([, text, passphrase, code]) => {
    expect(await codeOf(() => decodePrivateKey(text, passphrase, 'key.pem'))).toBe(code);
  });

  test('costs scrypt with 16 MiB to guess', () => {
    const der = Buffer.from(encrypted.replace(/-.*-/g, ''), 'base64').toString('hex');
    // OID of scrypt, then in order: salt, N = 2^14, r = 8, p = 8, length of the key.
    expect(der).toMatch(/2b06010401da47040b30..0410[0-9a-f]{32}02024000020108020108020120/);
  });
});

const KEYS = (each: Scene): string => join(each.directory, 'keys');
const keyFiles = (each: Scene, owner: string): string[] =>
  readdirSync(KEYS(each))
    .filter((name) => name.startsWith(owner))
    .map((name) => join(KEYS(each), name));

describe('the key directory', () => {
  test('belongs to its owner alone, and a person’s keys are encrypted', async () => {
    const umask = process.umask(0);
    try {
      await scene().init(PASSPHRASE);
    } finally {
      process.umask(umask);
    }
    expect(statSync(KEYS(scene())).mode & 0o777).toBe(0o700);
    const files = readdirSync(KEYS(scene())).map((name) => join(KEYS(scene()), name));
    expect(files.map((path) => statSync(path).mode & 0o777)).toEqual(files.map(() => 0o600));
    const isEncrypted = (path: string): boolean => readFileSync(path, 'latin1').includes('BEGIN ENCRYPTED PRIVATE KEY');
    const owners = (paths: string[]): string[] =>
      [...new Set(paths.map((path) => path.split('/').at(-1)!.split('-')[0]!))].sort();
    expect(owners(files.filter(isEncrypted))).toEqual(['root', 'targets']);
    expect(owners(files.filter((path) => !isEncrypted(path)))).toEqual([
      'minisign',
      'patterns',
      'snapshot',
      'timestamp',
    ]);
    expect(files.filter(isEncrypted)).toHaveLength(4);
  });

  test('without a passphrase is plain, with a warning', async () => {
    expect((await scene().init()).warnings).toHaveLength(1);
    scene().remove();
    expect((await scene().init(PASSPHRASE)).warnings).toEqual([]);
  });

  test('a passphrase that protects nothing is refused', async () => {
    for (const passphrase of ['', 'seven77'])
      expect(await codeOf(() => scene().init(passphrase))).toBe('PUBLISH_PASSPHRASE');
    expect(existsSync(scene().directory)).toBe(false);
  });

  test('holds no key that metadata does not name', async () => {
    const { keys } = await scene().init();
    const named = Object.entries(keys).flatMap(([owner, ids]) => ids.map((id) => `${owner}-${id.slice(0, 16)}.pem`));
    expect(readdirSync(KEYS(scene())).sort()).toEqual(named.sort());
  });

  const TROUBLES: readonly (readonly [string, (each: Scene) => void, string])[] = [
    ['can be read by others', (each) => chmodSync(KEYS(each), 0o755), 'PUBLISH_KEY_EXPOSED'],
    [
      'holds a key that others can read',
      (each) => chmodSync(keyFiles(each, 'timestamp')[0]!, 0o640),
      'PUBLISH_KEY_EXPOSED',
    ],
    [
      'is shown by the web server',
      (each) => {
        renameSync(KEYS(each), each.shown('keys'));
        symlinkSync(each.shown('keys'), KEYS(each));
      },
      'PUBLISH_KEY_EXPOSED',
    ],
    [
      'was copied to where a web server looks',
      (each) => cpSync(KEYS(each), each.shown('backup'), { recursive: true }),
      'PUBLISH_KEY_EXPOSED',
    ],
    [
      'has one key under another name there',
      (each) => cpSync(keyFiles(each, 'root')[0]!, each.shown('metadata', 'note.txt')),
      'PUBLISH_KEY_EXPOSED',
    ],
    ['is gone', (each) => rmSync(KEYS(each), { recursive: true }), 'PUBLISH_KEY_MISSING'],
    ['misses the key of the timestamp', (each) => rmSync(keyFiles(each, 'timestamp')[0]!), 'PUBLISH_KEY_MISSING'],
    ['holds rubbish', (each) => writeFileSync(keyFiles(each, 'timestamp')[0]!, 'rubbish'), 'PUBLISH_KEY_DAMAGED'],
    [
      'holds another key under that name',
      (each) => cpSync(keyFiles(each, 'snapshot')[0]!, keyFiles(each, 'timestamp')[0]!),
      'PUBLISH_KEY_DAMAGED',
    ],
    [
      'holds a directory under that name',
      (each) => {
        rmSync(keyFiles(each, 'timestamp')[0]!);
        mkdirSync(join(KEYS(each), 'x'));
        renameSync(join(KEYS(each), 'x'), join(KEYS(each), keyName(each)));
      },
      'PUBLISH_KEY_DAMAGED',
    ],
  ];
  let timestampKey = '';
  const keyName = (_: Scene): string => timestampKey;

  test.for(TROUBLES)('that %s stops the publisher', async ([, harm, code]) => {
    await scene().init();
    timestampKey = keyFiles(scene(), 'timestamp')[0]!.split('/').at(-1)!;
    harm(scene());
    expect(await codeOf(() => refresh(scene().directory, { now: scene().now }))).toBe(code);
    expect(await codeOf(() => scene().release(lines(3)))).toBe(code);
  });

  test('may lack one key of the root, not two', async () => {
    const { keys } = await scene().init(PASSPHRASE);
    const [first, second] = keyFiles(scene(), 'root');
    const rotate = (key: string) => rotateKey(scene().directory, key, { now: scene().now, passphrase: PASSPHRASE });
    rmSync(first!);
    const lost = keys.root!.find((id) => first!.includes(id.slice(0, 16)))!;
    expect(await rotate(`root-${lost.slice(0, 16)}`)).toMatchObject({ removed: [lost] });
    rmSync(second!);
    rmSync(keyFiles(scene(), 'root')[0]!);
    expect(await codeOf(() => rotate('root'))).toBe('PUBLISH_KEY_MISSING');
  });
});
