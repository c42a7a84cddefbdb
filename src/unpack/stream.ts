/**
 * Containers of one entry: compressed streams, which may follow each other and then are one.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { type Contents, type Item, type Means, nothing, type Obstacle, obstacle } from './container.ts';
import { type Compression, inflate } from './inflate.ts';
import { inflateSmall } from './inflate-small.ts';
import { Spool } from './spool.ts';

/** Members behind the first are expected to have no more; block gzip has as many as this. */
const MEMBER_BYTES = 64 * 1024;

/** One stream in the source. */
export interface Member {
  readonly compression: Compression;
  /** Where its compressed bytes begin. */
  readonly offset: number;
  /** Bytes of trailer behind them. */
  readonly trailerBytes: number;
}

/**
 * The one entry of such a container.
 *
 * @param memberAt the member that begins at an offset; undefined when none does: what follows is no part of the container
 */
export function* streamItems(
  format: string,
  name: string,
  source: ByteSource,
  means: Means,
  memberAt: (offset: number) => Member | undefined,
): Generator<Item, void> {
  yield { kind: 'entry', name, open: () => openMembers(format, source, means, memberAt) };
}

async function openMembers(
  format: string,
  source: ByteSource,
  { budget, spools }: Means,
  memberAt: (offset: number) => Member | undefined,
): Promise<Contents> {
  const spool = new Spool(spools);
  try {
    let why: Obstacle | undefined;
    let at = 0;
    let count = 0;
    for (;;) {
      const member = at < source.size ? memberAt(at) : undefined;
      if (member === undefined) break;
      count += 1;
      const { compression, offset, trailerBytes } = member;
      const size = source.size - offset;
      // A file may be a million members, and each look at one copies this much.
      const window = count === 1 ? size : Math.min(size, MEMBER_BYTES);
      const result =
        inflateSmall(compression, source, offset, window, budget, spool) ??
        (await inflate(compression, source, offset, size, budget, spool));
      if (result.end !== 'complete') {
        const fault = result.end === 'cut' ? 'ends early' : 'is damaged';
        why = budget.overrun ?? obstacle('damaged', `${format}: stream ${count} ${fault} after ${spool.size} bytes`);
        break;
      }
      at = offset + result.consumedBytes + trailerBytes;
      if (!budget.check()) break;
    }
    if (count === 0) why = obstacle('damaged', `${format}: no stream begins at its start`);
    why ??= budget.overrun;
    return spool.size === 0 ? nothing(why) : { source: spool.finish(), obstacle: why };
  } catch (error) {
    spool.discard();
    throw error;
  }
}

/** The name of what is inside, from the name of what is outside: without its last extension. */
export function innerName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const tarred = base.replace(/\.t[gaxz]z$|\.tzst$/i, '.tar');
  if (tarred !== base) return tarred;
  return base.replace(/(?<=.)\.[^.]*$/, '') || 'contents';
}
