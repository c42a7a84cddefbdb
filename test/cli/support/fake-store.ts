/** A pretend store: 1038 … 1041, of which 1041 is active; remembers what it was asked. */
import type { StoreOperations } from '../../../src/frontends/cli/store-operations.ts';
import type { KeptPattern, StoreView } from '../../../src/store/view.ts';

export function kept(number: number, more: Partial<KeptPattern> = {}): KeptPattern {
  return {
    number,
    path: `/store/${number}/${number}.npf`,
    quarantinePath: undefined,
    released: `2026-01-0${number - 1037}T03:00:00.000Z`,
    channel: 'stable',
    engineRange: '*',
    signatures: 362_400 + number,
    bytes: 41_400_000,
    contentDigest: 'ab'.repeat(32),
    installed: '2026-01-03T04:00:00.000Z',
    quarantine: [],
    ...more,
  };
}

export const VIEW: StoreView = {
  directory: '/store',
  active: kept(1040),
  activeSince: '2026-01-03T04:00:00.000Z',
  previous: 1039,
  kept: [kept(1038), kept(1039), kept(1040)],
  keep: 3,
  pinned: undefined,
  hold: undefined,
  bad: [],
  troubles: [],
};

export class FakeStore implements StoreOperations {
  readonly calls: unknown[][];
  /** What is in the store; undefined: it is none. */
  content: StoreView | undefined;
  /** This user may not look into it. */
  isLocked = false;
  /** Thrown by whatever would change it. */
  refusal: Error | undefined;

  constructor(calls: unknown[][]) {
    this.calls = calls;
  }

  async view() {
    if (this.isLocked) throw Object.assign(new Error('/store: permission denied'), { code: 'EACCES' });
    return this.content;
  }
  async use(directory: string, number: number) {
    this.#change('use', directory, number);
    return kept(number);
  }
  async rollback(directory: string) {
    this.#change('rollback', directory);
    return kept(this.content!.previous!);
  }
  async pin(directory: string, number: number | undefined) {
    this.#change('pin', directory, number);
    return number === undefined ? undefined : kept(number);
  }
  async hold(directory: string, until: 'forever' | Date | undefined) {
    this.#change('hold', directory, until);
  }
  async prune(directory: string, keep: number | undefined) {
    this.#change('prune', directory, keep);
    return keep === undefined ? [] : [1036, 1037];
  }
  async verify() {
    return [
      { number: 1038, problem: undefined },
      { number: 1039, problem: 'its digest is another one\x1b[2J' },
    ];
  }
  async compare(directory: string, from: number, to: number) {
    this.calls.push(['compare', directory, from, to]);
    return { added: ['New.One', 'New.\u202eTwo'], removed: ['Old.One'], changed: ['Other.One'] };
  }
  async presence(_directory: string, name: string) {
    const present: Record<string, readonly boolean[]> = {
      Came: [false, true, true],
      Old: [true, true, true],
      Went: [true, false, false],
      Again: [true, false, true],
    };
    return [1038, 1039, 1040].map((number, at) => ({ number, present: present[name]?.[at] ?? false }));
  }
  async details() {
    return {
      counts: { body: 362_000, hash: 1440, ignore: 0 },
      compression: 'zstd',
      contentBytes: 101_800_000,
      sources: [{ name: 'main.ldb', licence: 'GPL-2.0', signatures: 300_000 }],
    };
  }

  #change(...call: unknown[]): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.calls.push(call);
  }
}
