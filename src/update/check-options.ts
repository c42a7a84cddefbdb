/**
 * Options of the Node API as they were given: JavaScript callers get no help from types, and a misspelled `store` would update another store.
 */
import { inspect } from 'node:util';
import { UpdateError } from './errors.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

interface Kind {
  readonly expected: string;
  isOne(value: unknown): boolean;
}
const TEXT: Kind = { expected: 'a text that is not empty', isOne: isText };
const TEXTS: Kind = { expected: 'a list of texts', isOne: isTexts };
const FLAG: Kind = { expected: 'true or false', isOne: isFlag };

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['store', TEXT],
  ['url', TEXT],
  ['mirrors', TEXTS],
  ['rootFile', TEXT],
  ['channel', TEXT],
  ['keep', { expected: 'an integer from 0 on', isOne: (value) => Number.isSafeInteger(value) && Number(value) >= 0 }],
  ['now', FLAG],
  ['checkOnly', FLAG],
  ['strict', FLAG],
  ['clean', TEXTS],
  ['proxy', { expected: 'a text', isOne: (value) => typeof value === 'string' }],
  ['ca', TEXT],
  ['signal', { expected: 'an AbortSignal', isOne: (value) => value instanceof AbortSignal }],
  ['onProgress', { expected: 'a function', isOne: (value) => typeof value === 'function' }],
]);

/**
 * A name with the value undefined is as good as none.
 *
 * @throws {UpdateError} `UPDATE_OPTION` names what is not known or not of its kind
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new UpdateError('UPDATE_OPTION', `options: expected an object, got ${shown(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const kind = KINDS.get(name);
    if (kind === undefined) {
      const names = [...KINDS.keys()].join(', ');
      throw new UpdateError('UPDATE_OPTION', `options: expected one of ${names}, got ${shown(name)}`);
    }
    if (!kind.isOne(value)) {
      throw new UpdateError('UPDATE_OPTION', `options.${name}: expected ${kind.expected}, got ${shown(value)}`);
    }
  }
}

function shown(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 100);
}
