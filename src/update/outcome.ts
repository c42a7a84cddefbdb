/** What came of an update, and what is known of the next one: plain data for the command and for health checks. */
import type { TrialReport } from '../store/staging.ts';
import type { KeptPattern } from '../store/view.ts';

/** Something a person must know, apart from daily news. Each has a subject of its own, so that it does not drown. */
export interface Notice {
  /** Stable: `LIFECYCLE_ENDS`, `LIFECYCLE_ENDED`, `WITHDRAWN`, `PATTERN_STALE`, `CLOCK`, `HELD`, `PINNED`, `QUARANTINE` … */
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** One line, for a mail's subject. */
  readonly subject: string;
  /** One or two sentences: what it is and what to do. */
  readonly message: string;
}

/** Whether this engine is supported, by the publisher's signed lifecycle. */
export type Support =
  | { readonly kind: 'supported' }
  | {
      /** `ending`: patterns still come; `ended`: the last that fits is held. */
      readonly kind: 'ending' | 'ended';
      /** ISO 8601 date. */
      readonly ends: string;
      /** Whole days until then; negative when it is over. */
      readonly daysLeft: number;
      /** Pattern number; the last that this engine gets. */
      readonly lastPattern: number | undefined;
      /** SemVer range of engines to move to. */
      readonly moveTo: string | undefined;
      /** WARNING from 90 days, CRITICAL at 14. */
      readonly severity: 'info' | 'warning' | 'critical';
    };

export type UpdateOutcome = {
  /** ISO 8601, UTC. */
  readonly checked: string;
  /** The highest number that the publisher offers to this engine, channel and machine; undefined when it offers none. */
  readonly newest: number | undefined;
  readonly active: KeptPattern | undefined;
  /** Requests and bytes of bodies over the network. */
  readonly requests: number;
  readonly receivedBytes: number;
  readonly elapsedMs: number;
  readonly notices: readonly Notice[];
  readonly support: Support;
} & (
  | { readonly kind: 'current' }
  /** There is news, and it does not go live now: pinned, held, not this machine's turn, or only a check was asked for. */
  | {
      readonly kind: 'waiting';
      readonly reason: 'pinned' | 'held' | 'rollout' | 'check-only' | 'retry-after';
      readonly until: string | undefined;
    }
  | {
      readonly kind: 'updated';
      readonly from: number | undefined;
      readonly number: number;
      /** How it came. */
      readonly by: 'delta' | 'full' | 'import';
      /** Numbers of the chain, first to last; two or more by delta. */
      readonly path: readonly number[];
      /** Why a delta was not used although there was one; undefined when nothing went wrong. */
      readonly fallback: string | undefined;
      readonly trial: TrialReport;
      /** Numbers that were rotated out. */
      readonly pruned: readonly number[];
    }
);

/** What the updater remembers from run to run (`update.json` in the store). */
export interface UpdateMemory {
  /** Undefined: no repository was ever given. */
  readonly url: string | undefined;
  readonly mirrors: readonly string[];
  readonly channel: string;
  readonly lastCheck:
    | { readonly at: string; readonly ok: boolean; readonly code: string; readonly message: string }
    | undefined;
  /** ISO 8601, UTC: the last check that found out everything. */
  readonly lastGood: string | undefined;
  /** ISO 8601, UTC; set by the schedule. */
  readonly nextCheck: string | undefined;
  readonly support: Support;
  /** Publisher's withdrawals that were seen. */
  readonly withdrawn: readonly { readonly number: number; readonly reason: string }[];
  readonly notices: readonly Notice[];
}

export type HealthState = 'ok' | 'warning' | 'critical' | 'unknown';
/** Nagios-style: one line, performance data. Exit code 0 … 3 in the order of HealthState. */
export interface Health {
  readonly state: HealthState;
  /** One line without the state word and performance data. */
  readonly summary: string;
  readonly perfdata: readonly {
    readonly label: string;
    readonly value: number;
    readonly unit: string;
    readonly warn?: number;
    readonly crit?: number;
    readonly min?: number;
  }[];
  readonly problems: readonly Notice[];
}
