/** The units of src/deploy as systemd reads them, as far as ours go: sections, assignments, comments. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DEPLOY = join(import.meta.dirname, '../../src/deploy');

export interface Unit {
  readonly file: string;
  /** `Section.Key` → values, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export function deployedFiles(): readonly string[] {
  return readdirSync(DEPLOY).sort();
}

export function deployedText(file: string): string {
  return readFileSync(join(DEPLOY, file), 'utf8');
}

/** @throws when a line is none that a unit has */
export function readUnit(file: string): Unit {
  const values = new Map<string, string[]>();
  let section: string | undefined;
  for (const line of deployedText(file).split('\n')) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) section = name;
    else if (key !== undefined && section !== undefined) {
      const before = values.get(`${section}.${key}`) ?? [];
      values.set(`${section}.${key}`, [...before, value!]);
    } else if (line !== '' && !line.startsWith('#')) throw new Error(`${file}: expected an assignment, got ${line}`);
  }
  return { file, values };
}

export const SERVICES = ['sigwall-update.service', 'sigwall-update-once.service'] as const;
