/** The signatures that a trial builds objects for: spread evenly over the file, and the same each time. */
import {
  type Digest,
  type Digester,
  type HashAlgorithm,
  type HashSignature,
  Scanner,
  type Signature,
  type SkippedSignature,
} from '../../../native-free-engine/index.ts';
import { nodeDigester } from '../../host/host.ts';
import { ScanError } from '../errors.ts';
import type { LoadedImage } from './image.ts';
import { type MustFind, objectFor } from './objects.ts';

/** A quarter of them are hashes, where there are so many. */
const HASH_SHARE = 0.25;

export class MustFindSample {
  readonly #body: Stride;
  readonly #hash: Stride;
  readonly #objects: MustFind[] = [];

  /** @param counts of signatures that will be offered @param wanted objects, at most */
  constructor(counts: { readonly body: number; readonly hash: number }, wanted: number) {
    const hashes = Math.min(counts.hash, Math.max(Math.floor(wanted * HASH_SHARE), wanted - counts.body));
    this.#hash = new Stride(counts.hash, hashes);
    this.#body = new Stride(counts.body, wanted - hashes);
  }

  /** Takes it up when its turn has come. */
  offer(signature: Signature): void {
    if (signature.kind !== 'body' && signature.kind !== 'hash') return;
    const stride = signature.kind === 'body' ? this.#body : this.#hash;
    if (!stride.step()) return;
    const object = objectFor(signature);
    // The next that can be built takes its place.
    if (object === undefined) return;
    stride.take();
    this.#objects.push(object);
  }

  /**
   * @param skipped signatures that the compiler left out
   * @returns objects that were found
   * @throws {ScanError} `SCAN_TRIAL_MISSED`
   */
  verify(image: LoadedImage, skipped: readonly SkippedSignature[]): number {
    const left = new Set(skipped.map(({ name }) => name));
    const digester = new PretendingDigester();
    const scanner = new Scanner({ ...image, digester });
    let found = 0;
    for (const { signature, source, facts, pretended } of this.#objects) {
      if (left.has(signature.name)) continue;
      digester.pretended = pretended;
      const { detections, allowed } = scanner.scan(source, facts, { allMatches: true });
      // Its digest is on a list of known good files.
      if (allowed) continue;
      if (!detections.some(({ name }) => name === signature.name)) {
        const message = `signature ${signature.name}: expected to be found in an object that was built out of it, got nothing`;
        throw new ScanError('SCAN_TRIAL_MISSED', message);
      }
      found++;
    }
    return found;
  }
}

/** Every so many of a number. */
class Stride {
  readonly #length: number;
  #taken = 0;
  #offered = 0;

  constructor(count: number, wanted: number) {
    this.#length = wanted > 0 ? Math.max(1, count / wanted) : Number.POSITIVE_INFINITY;
  }

  /** @returns whether it is time for the next */
  step(): boolean {
    return this.#offered++ >= this.#taken * this.#length;
  }

  take(): void {
    this.#taken++;
  }
}

/** Says of an object that it has the digest that a signature wants. */
class PretendingDigester implements Digester {
  pretended: HashSignature | undefined;

  create(algorithm: HashAlgorithm): Digest {
    const real = nodeDigester.create(algorithm);
    const wanted = this.pretended?.algorithm === algorithm ? this.pretended.digest : undefined;
    return wanted === undefined ? real : { update() {}, finish: () => wanted };
  }
}
