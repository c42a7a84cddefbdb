/** What the fields of the store's files may be. Whoever wrote them, they are checked before they are used. */

const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z$/;

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

/** ISO 8601, UTC. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

/** SHA-256, lower-case hex. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T, maxItems: number): value is T[] {
  return Array.isArray(value) && value.length <= maxItems && value.every(isItem);
}

/** The value when it is one of the kind, or undefined when it is null. */
export function isOrNull<T>(value: unknown, isKind: (value: unknown) => value is T): value is T | null {
  return value === null || isKind(value);
}
