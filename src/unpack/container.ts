/**
 * What every container format looks like to the walk, and the words for what could not be looked at.
 *
 * A container hands out its entries one after the other; an entry's bytes exist from `open` until its source is closed. So
 * one entry is open per level, however many there are.
 */
import type { ByteSource } from '../../native-free-engine/index.ts';
import type { Budget } from './budget.ts';
import type { SpoolPool } from './spool.ts';

/** Why something was not looked at. Stable words: they stand in `--json` and in logs. */
export type UnscannedReason =
  | 'encrypted' // needs a password that we do not have
  | 'unsupported' // a container or a compression method that we cannot open yet
  | 'damaged' // the container contradicts itself or ends early
  | 'depth' // the remaining reasons are limits of the budget
  | 'entries'
  | 'bytes'
  | 'ratio'
  | 'time'
  | 'matching'; // the engine's own limits on candidates and matches

/** Something that was not looked at, or not to its end. */
export interface Obstacle {
  readonly kind: 'obstacle';
  readonly reason: UnscannedReason;
  /** One sentence for people: the value that was met and the limit. */
  readonly message: string;
}

/** An obstacle and the layer it lies in. */
export interface Unscanned {
  readonly reason: UnscannedReason;
  /** Entry names from the outermost container inwards; empty for the object itself. */
  readonly entry: readonly string[];
  readonly message: string;
}

/** Bytes that take memory or a file until they are closed. */
export interface OpenSource extends ByteSource {
  /** Gives everything back; reading after it throws or answers short. May be called twice. */
  close(): void;
}

export interface Contents {
  /** Undefined when there is nothing to look at: a directory, or nothing came out. */
  readonly source: OpenSource | undefined;
  /** Set when the source is missing or only the first part of what the entry holds. */
  readonly obstacle: Obstacle | undefined;
}

export interface Entry {
  readonly kind: 'entry';
  /** For people: hostile text, control characters included. Never a path of ours. */
  readonly name: string;
  /**
   * Makes the entry's bytes available. Called at most once, and before the next entry is asked for.
   *
   * @throws {UnpackError} `UNPACK_SPOOL`; what the container's source throws
   */
  open(): Contents | Promise<Contents>;
}

/** What comes out of a container, in order: its entries, and the places where it could not be read. */
export type Item = Entry | Obstacle;
export type Items = Iterator<Item, void> | AsyncIterator<Item, void>;

/** What a container may use. */
export interface Means {
  readonly budget: Budget;
  readonly spools: SpoolPool;
  /** Name of the container itself, for formats that give their one entry none. */
  readonly name: string;
}

export interface Container {
  /**
   * Reads the entries of the container in `source`. Must end by itself when `means.budget` is spent.
   *
   * @throws what `source.read` throws: an object that cannot be read is no damaged container
   */
  items(source: ByteSource, means: Means): Items;
}

/** Builds an obstacle; see `Obstacle.message`. */
export function obstacle(reason: UnscannedReason, message: string): Obstacle {
  return { kind: 'obstacle', reason, message };
}

/** Nothing to look at, for the reason given or because nothing was there. */
export function nothing(why?: Obstacle): Contents {
  return { source: undefined, obstacle: why };
}
