/** What the repository offers, out of the verified list of targets. Pure. */
import { UpdateError } from './errors.ts';
import type { DeltaCustom, FullCustom, NoticesCustom } from './repository.ts';
import { parseTargetCustom } from './repository-checks.ts';
import type { SignedTarget } from './tuf.ts';

/** A signed file, and what was signed about it. */
export type Offered<Custom> = Custom & Pick<SignedTarget, 'name' | 'length' | 'sha256'>;
export type OfferedFull = Offered<FullCustom>;
export type OfferedDelta = Offered<DeltaCustom>;
export type OfferedNotices = Offered<NoticesCustom>;

export interface Catalogue {
  /** Ascending by number. */
  readonly fulls: readonly OfferedFull[];
  readonly deltas: readonly OfferedDelta[];
  /** The latest. */
  readonly notices: OfferedNotices | undefined;
}

export interface CatalogueLimits {
  readonly maxTargetBytes: number;
  readonly maxContentBytes: number;
}

/** @throws {UpdateError} `UPDATE_METADATA` when a target of a known kind says what it must not */
export function readCatalogue(targets: readonly SignedTarget[], limits: CatalogueLimits): Catalogue {
  const fulls: OfferedFull[] = [];
  const deltas: OfferedDelta[] = [];
  const notices: OfferedNotices[] = [];
  for (const { name, length, sha256, custom } of targets) {
    const parsed = parseTargetCustom(name, custom);
    if (parsed === undefined) continue;
    const signed = { name, length, sha256 };
    if (parsed.kind === 'full') fulls.push(bounded({ ...parsed, ...signed }, parsed.contentBytes, limits));
    else if (parsed.kind === 'delta') deltas.push(bounded({ ...parsed, ...signed }, parsed.rawBytes, limits));
    else notices.push({ ...parsed, ...signed });
  }
  return {
    fulls: fulls.sort((a, b) => a.number - b.number),
    deltas,
    notices: notices.sort((a, b) => b.version - a.version)[0],
  };
}

function bounded<T extends Offered<FullCustom | DeltaCustom>>(target: T, rawBytes: number, limits: CatalogueLimits): T {
  if (target.length <= limits.maxTargetBytes && rawBytes <= limits.maxContentBytes) return target;
  const { maxTargetBytes, maxContentBytes } = limits;
  const message = `expected at most ${maxTargetBytes} bytes, uncompressed ${maxContentBytes}, got ${target.length} and ${rawBytes}`;
  throw new UpdateError('UPDATE_METADATA', `${target.name}: ${message}`);
}
