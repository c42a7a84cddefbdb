/**
 * Who this machine is among all that update: gives it its minute of the hour and its turn in a roll-out. Never sent, and no secret of the machine is in it.
 *
 * Two parts make it. `/etc/machine-id` is unique on installed systems, and stays when the store is made anew; but containers of one image often share it, or
 * have none, and a thousand of them would check in the same second. So a random number is kept in the store's directory and mixed in: containers have a store
 * each, and clones of a machine with its store get a machine ID of their own. Two that share both only share a minute.
 *
 * machine-id(5) asks that the ID itself is kept to the machine and hashed with a key of the application, as sd_id128_get_machine_app_specific does.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectories } from '../files/directories.ts';
import { writeDurably } from '../files/durable.ts';

export const SYSTEM_MACHINE_ID = '/etc/machine-id';
/** In the directory of the store: 32 hex digits. Nobody but the updater has use for it. */
export const OWN_ID = 'machine-id';
/** The application's key, made once with `uuidgen`. Changed, it would move every machine to another minute. */
const APPLICATION = '5f0c2a4e-9a37-4b0e-8a52-6f3c1de0b7a9';
/** Also rules out `uninitialized`, which systemd writes before a first boot. */
const ID = /^[0-9a-f]{32}$/;
const OWN_ID_MODE = 0o600;
/** Longer files are no IDs. */
const MAX_BYTES = 64;

/** For a machine with no ID, in a store that cannot be written: another at each start. */
let lastResort: string | undefined;

/**
 * @param store  directory of the store; the random part is made there when it is missing and that is possible
 * @returns 64 hex digits; the same at every call and start as long as the two parts are
 */
export function machineId(store: string, systemFile = SYSTEM_MACHINE_ID): string {
  const system = readId(systemFile);
  const own = ownId(join(store, OWN_ID));
  if (system === undefined && own === undefined) lastResort ??= newId();
  const key = `${system ?? ''}:${own ?? ''}:${system ?? own ?? lastResort}`;
  return createHmac('sha256', key).update(APPLICATION).digest('hex');
}

function ownId(path: string): string | undefined {
  const id = readId(path);
  if (id !== undefined) return id;
  try {
    // Before the first update there is no store yet.
    makeDirectories(dirname(path), 0o755);
    writeDurably(path, Buffer.from(`${newId()}\n`), OWN_ID_MODE);
  } catch {
    return undefined;
  }
  // Read again: of two processes that made one at once, both take what the later left.
  return readId(path);
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

/** @returns undefined when the file is missing, unreadable or no ID */
function readId(path: string): string | undefined {
  const bytes = Buffer.alloc(MAX_BYTES);
  let descriptor: number | undefined;
  try {
    // A pipe in its place must not stop us.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const text = bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, MAX_BYTES, 0)).trim();
    return ID.test(text) ? text : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
