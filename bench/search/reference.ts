/**
 * The reference: the slow and plain way to all occurrences, that the others are held against.
 *
 * Each pattern is filed under four bytes of it (all of it when it is shorter), those with the most different bytes; at each position of the haystack the
 * patterns under the four bytes there are compared. Nothing of the engine is used.
 */
import { type Answer, type SearchEngine, Tally } from './engine.ts';

const KEY_BYTES = 4;
/** Keys are looked for in the first bytes of a pattern only. */
const KEY_RANGE = 64;

interface Filed {
  readonly pattern: number;
  readonly bytes: Uint8Array;
  /** Bytes from the pattern's start to its key. */
  readonly at: number;
}

/** The patterns with keys of one length. */
interface Table {
  readonly keyBytes: number;
  readonly byKey: ReadonlyMap<number, readonly Filed[]>;
  /** By hash of a key: 1 when there is such a key. */
  readonly isKey: Uint8Array;
}

export const REFERENCE: SearchEngine = {
  name: 'reference',
  what: 'a table by four bytes of each pattern, in TypeScript: the oracle',
  prepare(patterns) {
    const tables = tablesOf(patterns);
    return { search: (haystack) => searchTables(tables, haystack, [haystack.length])[0]! };
  },
};

/**
 * The answers for several beginnings of a haystack, in one pass.
 *
 * @param limits bytes of each beginning
 */
export function searchUpTo(patterns: readonly Uint8Array[], haystack: Uint8Array, limits: readonly number[]): Answer[] {
  return searchTables(tablesOf(patterns), haystack, limits);
}

function tablesOf(patterns: readonly Uint8Array[]): Table[] {
  return [2, 3, KEY_BYTES].map((keyBytes) => {
    const byKey = new Map<number, Filed[]>();
    const isKey = new Uint8Array(2 ** 20);
    patterns.forEach((bytes, pattern) => {
      if (Math.min(bytes.length, KEY_BYTES) !== keyBytes) return;
      const at = keyPlace(bytes, keyBytes);
      const key = keyAt(bytes, at, keyBytes);
      const filed = byKey.get(key);
      if (filed) filed.push({ pattern, bytes, at });
      else byKey.set(key, [{ pattern, bytes, at }]);
      isKey[hash(key)] = 1;
    });
    return { keyBytes, byKey, isKey };
  });
}

function searchTables(tables: readonly Table[], haystack: Uint8Array, limits: readonly number[]): Answer[] {
  const tallies = limits.map(() => new Tally());
  const report = (pattern: number, end: number): void => {
    limits.forEach((limit, i) => {
      if (end <= limit) tallies[i]!.add(pattern, end);
    });
  };
  for (const table of tables) if (table.byKey.size > 0) searchTable(table, haystack, report);
  return tallies.map((tally) => tally.answer());
}

function searchTable(
  { keyBytes, byKey, isKey }: Table,
  haystack: Uint8Array,
  report: (pattern: number, end: number) => void,
): void {
  for (let at = 0; at + keyBytes <= haystack.length; at++) {
    const key = keyAt(haystack, at, keyBytes);
    if (isKey[hash(key)] === 0) continue;
    for (const filed of byKey.get(key) ?? []) {
      const start = at - filed.at;
      if (start >= 0 && occursAt(haystack, start, filed.bytes)) report(filed.pattern, start + filed.bytes.length);
    }
  }
}

function keyPlace(bytes: Uint8Array, keyBytes: number): number {
  let best = 0;
  let most = 0;
  for (let at = 0; at + keyBytes <= Math.min(bytes.length, KEY_RANGE); at++) {
    const different = new Set(bytes.subarray(at, at + keyBytes)).size;
    if (different > most) [best, most] = [at, different];
  }
  return best;
}

function keyAt(bytes: Uint8Array, at: number, keyBytes: number): number {
  let key = bytes[at]! | (bytes[at + 1]! << 8);
  if (keyBytes > 2) key |= bytes[at + 2]! << 16;
  if (keyBytes > 3) key |= bytes[at + 3]! << 24;
  return key;
}

function hash(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 12;
}

function occursAt(haystack: Uint8Array, start: number, bytes: Uint8Array): boolean {
  if (start + bytes.length > haystack.length) return false;
  for (let i = 0; i < bytes.length; i++) if (haystack[start + i] !== bytes[i]) return false;
  return true;
}
