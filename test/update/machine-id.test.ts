import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { machineId, OWN_ID } from '../../src/update/machine-id.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'sigwall-machine-id-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
let made = 0;
const newStore = (): string => {
  const store = join(ROOT, `store-${made++}`);
  mkdirSync(store);
  return store;
};
const systemFile = (text: string): string => {
  const path = join(ROOT, `machine-id-${made++}`);
  writeFileSync(path, text);
  return path;
};
const SYSTEM_ID = '0123456789abcdef0123456789abcdef';
const GOOD = systemFile(`${SYSTEM_ID}\n`);

describe('machine ID', () => {
  it('stays the same from call to call, with the store and the system it was made from', () => {
    const store = newStore();
    const id = machineId(store, GOOD);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(machineId(store, GOOD)).toBe(id);
  });

  it('is made before the store is, and stays', () => {
    const store = join(newStore(), 'deep/store');
    const id = machineId(store, GOOD);
    expect(machineId(store, GOOD)).toBe(id);
    expect(statSync(store).mode & 0o777).toBe(0o755);
  });

  it('holds neither of its parts', () => {
    const store = newStore();
    const id = machineId(store, GOOD);
    const own = readFileSync(join(store, OWN_ID), 'latin1').trim();
    for (const part of [SYSTEM_ID, own]) expect(id).not.toContain(part.slice(0, 8));
  });

  it('differs between containers that share an image, whatever their system says', () => {
    for (const text of [SYSTEM_ID, '', 'uninitialized\n']) {
      const ids = Array.from({ length: 20 }, () => machineId(newStore(), systemFile(text)));
      expect(new Set(ids).size, JSON.stringify(text)).toBe(20);
    }
  });

  it('differs between clones that share a store', () => {
    const store = newStore();
    expect(machineId(store, GOOD)).not.toBe(machineId(store, systemFile('fedcba9876543210fedcba9876543210')));
  });

  const NO_IDS: readonly (readonly [name: string, text: string])[] = [
    ['is empty', ''],
    ['says uninitialized', 'uninitialized\n'],
    ['is too short', '0123456789abcdef'],
    ['has upper-case digits', SYSTEM_ID.toUpperCase()],
    ['goes on', `${SYSTEM_ID}${SYSTEM_ID}${SYSTEM_ID}`],
    ['is a second line', `\n${SYSTEM_ID}\n${SYSTEM_ID}\n`],
    ['is a gigabyte of zeros in the beginning', '\0'.repeat(100)],
  ];
  it.each(NO_IDS)('comes from the store alone when the file of the system %s', (_name, text) => {
    const store = newStore();
    expect(machineId(store, systemFile(text))).toBe(machineId(store, join(ROOT, 'missing')));
  });

  it('makes its own part anew when that is damaged, and keeps it then', () => {
    const store = newStore();
    writeFileSync(join(store, OWN_ID), SYSTEM_ID.slice(0, 10));
    const id = machineId(store, GOOD);
    expect(readFileSync(join(store, OWN_ID), 'latin1')).toMatch(/^[0-9a-f]{32}\n$/);
    expect(machineId(store, GOOD)).toBe(id);
  });

  it('shows its own part to nobody else', () => {
    const store = newStore();
    machineId(store, GOOD);
    expect(statSync(join(store, OWN_ID)).mode & 0o777).toBe(0o600);
  });

  it('is not stopped by a pipe or a directory in the place of a file', () => {
    const pipe = join(ROOT, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const store = newStore();
    symlinkSync('/dev/null', join(store, OWN_ID));
    expect(machineId(store, pipe)).toMatch(/^[0-9a-f]{64}$/);
    const other = newStore();
    mkdirSync(join(other, OWN_ID));
    expect(machineId(other, GOOD)).toBe(machineId(other, GOOD));
  });

  it('of a store that cannot be written is that of the system, for a user who may not even read there', () => {
    const store = newStore();
    chmodSync(store, 0o755);
    chmodSync(ROOT, 0o755);
    const module = JSON.stringify(join(import.meta.dirname, '../../src/update/machine-id.ts'));
    const script = `
      process.setgid(65534); process.setuid(65534);
      const { machineId } = await import(${module});
      console.log(machineId(${JSON.stringify(store)}, ${JSON.stringify(GOOD)}));
      console.log(machineId(${JSON.stringify(store)}, '/nonexistent') === machineId(${JSON.stringify(store)}, '/nonexistent'));
      console.log(machineId(${JSON.stringify(store)}, '/nonexistent'));`;
    const run = () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.split('\n');
    const [first, second] = [run(), run()];
    expect(first[0]).toBe(second[0]);
    expect(first[0]).toMatch(/^[0-9a-f]{64}$/);
    // Without any part at all: the same within a process, another in the next.
    expect([first[1], second[1]]).toEqual(['true', 'true']);
    expect(first[2]).not.toBe(second[2]);
  });

  it('is one for processes that make it at the same time', async () => {
    const { spawn } = await import('node:child_process');
    const store = newStore();
    const module = JSON.stringify(join(import.meta.dirname, '../../src/update/machine-id.ts'));
    const script = `const { machineId } = await import(${module});
      machineId(${JSON.stringify(store)}); await new Promise((later) => setTimeout(later, 300)); console.log(machineId(${JSON.stringify(store)}));`;
    const run = () =>
      new Promise<string>((resolve) => {
        let text = '';
        const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
        child.stdout.on('data', (part) => {
          text += part;
        });
        child.on('close', () => resolve(text.trim()));
      });
    const ids = await Promise.all([run(), run(), run(), run()]);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(ids).size).toBe(1);
  });
});
