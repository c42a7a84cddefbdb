/**
 * System calls that change files, counted, and failing from the n-th on. Must be imported before what calls them.
 *
 * `die`: the n-th call and all later ones do nothing and throw, so that whatever cleans up afterwards cannot: the disk is as after `kill -9`. A write is
 * cut in half first. `fail`: the n-th call alone throws, as a full or broken disk does.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const CHANGING = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'mkdtempSync',
  'chmodSync',
  'fchmodSync',
  'writeFileSync',
] as const;

export interface Call {
  readonly name: string;
  /** That it is about: the first one, or the one that the descriptor was opened with. */
  readonly path: string;
  /** Of a rename. */
  readonly to: string | undefined;
}
export type FaultKind = 'die' | 'fail';
type Functions = Record<string, (...args: unknown[]) => unknown>;

let calls: Call[] | undefined;
const opened = new Map<unknown, string>();
let fault: { readonly kind: FaultKind; readonly at: number } | undefined;

for (const name of CHANGING) {
  const functions = fs as unknown as Functions;
  const original = functions[name]!;
  functions[name] = (...args) => {
    const [first, second] = args;
    if (calls !== undefined && isChange(name, args)) {
      const index = calls.length;
      const to = name === 'renameSync' ? String(second) : undefined;
      calls.push({ name, path: typeof first === 'string' ? first : (opened.get(first) ?? ''), to });
      if (fault !== undefined && (fault.kind === 'die' ? index >= fault.at : index === fault.at)) {
        if (name === 'writeSync' && index === fault.at) writeHalf(original, args);
        throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO' });
      }
    }
    const result = original(...args);
    if (name === 'openSync') opened.set(result, String(first));
    return result;
  };
}
syncBuiltinESMExports();

/** Reading changes nothing. */
function isChange(name: string, args: readonly unknown[]): boolean {
  const [, flags] = args;
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  if (name !== 'openSync') return true;
  return typeof flags === 'number'
    ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0
    : flags !== 'r' && flags !== undefined;
}

function writeHalf(write: (...args: unknown[]) => unknown, [descriptor, bytes]: readonly unknown[]): void {
  const half = bytes as Uint8Array;
  write(descriptor, half.subarray(0, half.length >> 1));
}

/** @returns the calls that the work made, and what it threw */
export async function withFaults(
  work: () => Promise<unknown>,
  kind?: FaultKind,
  at = 0,
): Promise<{ readonly calls: readonly Call[]; readonly error: unknown }> {
  calls = [];
  fault = kind && { kind, at };
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  }
  const made = calls;
  calls = undefined;
  fault = undefined;
  return { calls: made, error };
}
