/** Signatures that are left out of a pattern file by themselves, and the ignore list that leaves them out. */
import { readClamav } from '../../dialects/clamav/read.ts';
import type { QuarantinedSignature } from '../../store/view.ts';
import { replaceFile } from '../cache-directory.ts';
import { ScanError } from '../errors.ts';
import { maxQuarantinedOf, type TrialLimits } from './limits.ts';

/** The list belongs to the pattern file: for everybody to read. */
const MODE = 0o644;
/** Names that a message shows. */
const SHOWN = 3;

export class Quarantine {
  readonly #isStrict: boolean;
  readonly #limits: TrialLimits;
  readonly #byName = new Map<string, QuarantinedSignature>();

  constructor(isStrict: boolean, limits: TrialLimits) {
    this.#isStrict = isStrict;
    this.#limits = limits;
  }

  get size(): number {
    return this.#byName.size;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** By name, in code units: the same list whatever the order in which they were found. */
  list(): QuarantinedSignature[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Leaves one more out. Of several reasons the first counts.
   *
   * @throws {ScanError} `SCAN_TRIAL_QUARANTINE` when nothing may be left out, or no ignore list can name the signature
   */
  add(signature: QuarantinedSignature): void {
    const { name, detail } = signature;
    if (this.#byName.has(name)) return;
    const must = `signature ${JSON.stringify(name)} must be left out: ${detail}`;
    if (this.#isStrict) throw new ScanError('SCAN_TRIAL_QUARANTINE', `${must}; strict: expected none`);
    if (!isIgnorable(name)) throw new ScanError('SCAN_TRIAL_QUARANTINE', `${must}; no ignore list can hold its name`);
    this.#byName.set(name, signature);
  }

  /** @param signatures of the file @throws {ScanError} `SCAN_TRIAL_QUARANTINE` when so many are bad that the file is */
  verifyShare(signatures: number): void {
    const most = maxQuarantinedOf(signatures, this.#limits);
    if (this.size <= most) return;
    const list = this.list();
    const shown = list.slice(0, SHOWN).map(({ name, detail }) => `${name} (${detail})`);
    const message = `quarantine: expected at most ${most} of ${signatures} signatures, got ${list.length}: ${shown.join(', ')}`;
    throw new ScanError('SCAN_TRIAL_QUARANTINE', list.length > SHOWN ? `${message} …` : message);
  }

  /** @throws {ScanError} `SCAN_TRIAL_STORE` */
  write(path: string): void {
    const lines = this.list().map(({ name }) => `${name}\n`);
    try {
      replaceFile(path, `${path}.tmp`, [Buffer.from(lines.join(''))], MODE);
    } catch (cause) {
      const message = `${path}: cannot be written: ${(cause as Error).message}`;
      throw new ScanError('SCAN_TRIAL_STORE', message, { cause });
    }
  }
}

/** Whether a line of an ignore list says this name and no other: one with a colon would be read as something else. */
function isIgnorable(name: string): boolean {
  let read: string | undefined;
  readClamav(Buffer.from(`${name}\n`), {
    source: '',
    format: 'ign2',
    onSignature: (signature) => {
      if (signature.kind === 'ignore' && signature.entryDigest === undefined) read = signature.name;
    },
    onSkipped() {},
  });
  return read === name;
}
