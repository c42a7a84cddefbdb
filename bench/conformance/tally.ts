/**
 * What became of each signature, and of the kinds of them.
 *
 * A signature agrees when an object was built that both engines find it in and no object of its slice shows it to one of them alone. One for which no
 * object could be built, or whose object neither finds, does not agree; neither does one that both refuse, or that is for no engine of our time: there
 * was nothing to agree on.
 */
import { TARGET } from '../../native-free-engine/index.ts';
import { featuresOf } from '../plants/features.ts';
import type { BatchItem, BatchResult, Disagreement, Waiting } from './batch.ts';
import { whyCannotMatch } from './cannot-match.ts';
import { type Difference, declaredFor } from './deviations.ts';
import type { HashForm } from './hash-forms.ts';
import type { SignatureLine } from './lines.ts';
import { whyPlacesExclude } from './shared-places.ts';

export type Outcome =
  | 'agreed'
  | 'inactive in both'
  | 'declared'
  | 'waits for its unpacker'
  | 'cannot match'
  | 'found by ours alone'
  | 'found by clamscan alone'
  | 'found by neither'
  | 'no object'
  | 'refused by clamscan'
  | 'refused by both'
  | 'skipped';

export interface Entry {
  readonly name: string;
  readonly source: string;
  readonly line: number;
  readonly outcome: Outcome;
  /** Reason of a skipped line, label of a declared deviation, object and role of a disagreement. */
  readonly detail: string;
}

export interface Share {
  agreed: number;
  declared: number;
  /** Waits for its unpacker. */
  waiting: number;
  /** Cannot match, as is shown. */
  impossible: number;
  of: number;
}

/** An object of a signature that our engine did not look at whole. */
export interface UnscannedObject {
  readonly name: string;
  readonly source: string;
  readonly line: number;
  readonly role: string;
  readonly reason: string;
  /** Type of a container that it is because its signature asks for it; undefined: it should not be one. */
  readonly askedType: string | undefined;
}

/** No agreement all the same, but for the first. */
export const CLOSED: ReadonlySet<Outcome> = new Set([
  'agreed',
  'declared',
  'waits for its unpacker',
  'cannot match',
  'inactive in both',
  'refused by both',
]);
/** f-levels that an engine of 1.4 has: clamscan's own, and the one that we stand for. */
const OUR_LEVEL = 214;
const PEER_LEVEL = 216;

export class Tally {
  readonly outcomes = new Map<Outcome, number>();
  readonly features = new Map<string, Share>();
  readonly sources = new Map<string, Share>();
  readonly roles = new Map<string, number>();
  /** Every signature that is not simply agreed. */
  readonly entries: Entry[] = [];
  /** Forms of hash lines, beside the signatures. */
  readonly hashForms: HashForm[] = [];
  readonly unscanned: UnscannedObject[] = [];
  /** Signatures of each declared kind, by label. */
  readonly declared = new Map<string, number>();
  objects = 0;

  add(items: readonly BatchItem[], result: BatchResult): void {
    this.objects += result.objects;
    for (const { cases } of items) for (const { role } of cases) count(this.roles, role);
    const byId = new Map<string, Disagreement[]>();
    for (const row of result.disagreements) byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
    for (const item of items) {
      const { outcome, detail } = outcomeOf(item, result, byId.get(item.line.id) ?? []);
      this.#record(item.line, outcome, detail);
    }
    const lines = new Map(items.map(({ line }) => [line.id, line]));
    for (const { builtFor, role, reason, askedType } of result.unscanned) {
      const { originalName: name, source, line } = lines.get(builtFor)!;
      this.unscanned.push({ name, source, line, role, reason, askedType });
    }
  }

  /** Whether a signature does not agree, or an object was not looked at whole. */
  get isOpen(): boolean {
    return (
      this.unscanned.some(({ askedType }) => askedType === undefined) ||
      this.hashForms.some(({ agrees }) => !agrees) ||
      this.entries.some(({ outcome }) => !CLOSED.has(outcome))
    );
  }

  /** A line that we skip. */
  addSkipped(line: SignatureLine, isRefusedByPeer: boolean): void {
    const declared = isRefusedByPeer ? undefined : declaredFor(ofLine(line, 'peer'));
    if (declared) this.#record(line, 'declared', declared);
    else this.#record(line, isRefusedByPeer ? 'refused by both' : 'skipped', line.skipped ?? '');
  }

  #record(line: SignatureLine, outcome: Outcome, detail: string): void {
    count(this.outcomes, outcome);
    if (outcome === 'declared') count(this.declared, detail);
    addTo(this.sources, line.source, outcome);
    for (const feature of line.signature ? featuresOf(line.signature) : ['not read'])
      addTo(this.features, feature, outcome);
    if (outcome !== 'agreed') {
      this.entries.push({ name: line.originalName, source: line.source, line: line.line, outcome, detail });
    }
  }
}

function outcomeOf(
  { line, cases }: BatchItem,
  { refusedByPeer, hitByOurs, hitByPeer, waiting }: BatchResult,
  disagreements: readonly Disagreement[],
): { outcome: Outcome; detail: string } {
  if (refusedByPeer.has(line.id)) return ofRefused(line);
  const reasons = disagreements.map((row) => declaredFor({ ...row, line }));
  const opens = disagreements.filter((_, i) => reasons[i] === undefined);
  const [open] = opens;
  if (open) {
    const detail = open.builtFor === line.id ? open.role : `${open.role} of another`;
    return { outcome: open.foundBy === 'ours' ? 'found by ours alone' : 'found by clamscan alone', detail };
  }
  if (reasons[0] !== undefined) return { outcome: 'declared', detail: reasons[0] };
  if (hitByOurs.has(line.id) && hitByPeer.has(line.id)) return { outcome: 'agreed', detail: '' };
  const waits = waiting.get(line.id);
  if (waits && !hitByOurs.has(line.id)) return { outcome: 'waits for its unpacker', detail: waitingText(waits) };
  // Both were asked of every kind of object first.
  const why = whyCannotMatch(line.signature!) ?? whyPlacesExclude(line.signature!);
  if (why !== undefined) return { outcome: 'cannot match', detail: why };
  if (cases.length === 0) return { outcome: 'no object', detail: whyNoObject(line) };
  return { outcome: isInactive(line) ? 'inactive in both' : 'found by neither', detail: '' };
}

function ofRefused(line: SignatureLine): { outcome: Outcome; detail: string } {
  const declared = declaredFor(ofLine(line, 'ours'));
  return declared ? { outcome: 'declared', detail: declared } : { outcome: 'refused by clamscan', detail: '' };
}

/** That side alone takes the line. */
function ofLine(line: SignatureLine, foundBy: 'ours' | 'peer'): Difference {
  return { line, foundBy, bytes: undefined, agreesAlone: false };
}

/** What stands in the way of an object, as far as the signature tells. */
function whyNoObject({ signature }: SignatureLine): string {
  if (!signature) return 'not read';
  const container = /"kind":"container","type":"(\w+)"/.exec(JSON.stringify(signature.condition))?.[1];
  if (container !== undefined) return `it lies in a container that is not built here: ${container}`;
  const isFixed = signature.patterns.some(
    ({ kind, ...rest }) => kind === 'bytes' && 'offset' in rest && isAtStart(rest.offset),
  );
  if (signature.target === TARGET.ole2 && isFixed) return 'a stream inside an OLE2 file: waits for its unpacker';
  return 'patterns that exclude each other, or a header that is not built here';
}

function isAtStart(offset: unknown): boolean {
  return typeof offset === 'object' && offset !== null && 'base' in offset && offset.base === 'start';
}

function waitingText({ container, isUnscanned }: Waiting): string {
  return isUnscanned ? container : `${container}, which counts as looked at here`;
}

/** Neither engine is of a level that the signature is for. */
function isInactive({ signature }: SignatureLine): boolean {
  if (!signature) return false;
  const { min, max } = signature.levels;
  return [OUR_LEVEL, PEER_LEVEL].every((level) => level < min || level > max);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function addTo(shares: Map<string, Share>, key: string, outcome: Outcome): void {
  const share = shares.get(key) ?? { agreed: 0, declared: 0, waiting: 0, impossible: 0, of: 0 };
  share.of++;
  if (outcome === 'agreed') share.agreed++;
  if (outcome === 'declared') share.declared++;
  if (outcome === 'waits for its unpacker') share.waiting++;
  if (outcome === 'cannot match') share.impossible++;
  shares.set(key, share);
}
