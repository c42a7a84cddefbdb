/**
 * Rows of results, for people or as JSON.
 */
import { cpus } from 'node:os';
import type { Row } from './scan/run.ts';

export type Emit = (row: Row) => void;

export function emitJson(row: Row): void {
  console.log(JSON.stringify(row));
}

export function emitText(row: Row): void {
  const { kind, ...fields } = row;
  const text = Object.entries(fields).map(([name, value]) => `${name} ${shown(name, value)}`);
  console.log(`  ${kind.padEnd(11)} ${text.join('  ')}`);
}

function shown(name: string, value: unknown): string {
  if (typeof value === 'number') return shownNumber(name, value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shownNumber(name: string, value: number): string {
  if (name === 'bytesPerSecond') return `${(value / 1e6).toFixed(1)} MB/s`;
  if (/bytes$/i.test(name)) return `${(value / 1e6).toFixed(1)} MB`;
  return /seconds$/i.test(name) ? `${value.toFixed(3)} s` : String(value);
}

/** What a figure needs to be worth anything: machine, versions, date. */
export function machineRow(): Row {
  const [cpu] = cpus();
  return {
    kind: 'machine',
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    date: new Date().toISOString(),
  };
}
