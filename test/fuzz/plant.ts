/** Writes into an object what makes signatures hold, each where its offset wants it, none over another. */
import type { Random } from '../support/engine/random.ts';
import { ALPHABET } from './grammar-pattern.ts';
import { type Instance, instanceOf } from './instance.ts';
import { bodyOf, macroOf, regexOf, subjectOf, type TwinLine, type TwinObject, windowOf } from './twin.ts';
import { evaluateLogic } from './twin-logic.ts';
import { compareOf } from './twin-number.ts';

/** Ways of making an expression true that are tried. */
const MOST_WISHES = 80;

/** Bytes of an object, and which of them are taken. */
export class Canvas {
  readonly bytes: Uint8Array;
  readonly #taken: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#taken = new Uint8Array(bytes.length);
  }

  take(from: number, to: number): void {
    this.#taken.fill(1, from, to);
  }

  /** Writes a piece that begins in [from, to], where there is room for it; else nothing. */
  place(random: Random, from: number, to: number, piece: Uint8Array): void {
    const first = Math.max(0, from);
    const places = Math.min(to, this.bytes.length - piece.length) - first + 1;
    const start = places > 0 ? random.below(places) : 0;
    for (let tries = 0; tries < places; tries++) {
      const at = first + ((start + tries) % places);
      if (this.#taken.subarray(at, at + piece.length).includes(1)) continue;
      this.bytes.set(piece, at);
      this.take(at, at + piece.length);
      return;
    }
  }
}

/** @param object with the facts that offsets are about, and the bytes of the canvas */
export function plantLine(random: Random, line: TwinLine, object: TwinObject, canvas: Canvas): void {
  if (line.format === 'ndb') {
    const [, target, offset, pattern] = line.text.split(':') as [string, string, string, string];
    if (isFor(target, object)) plantAt(random, offset, instanceOf(random, pattern), object, canvas);
    return;
  }
  if (line.format !== 'ldb') return;
  const [, block, logic, ...subsignatures] = line.text.split(';') as [string, string, string, ...string[]];
  if (!isFor(/Target:(\d+)/.exec(block)![1]!, object)) return;
  const wishes = wishesFor(random, logic, subsignatures);
  for (const [i, text] of subsignatures.entries()) {
    if (compareOf(text) || macroOf(text)) continue;
    for (let count = 0; count < wishes[i]!; count++) plantSubsignature(random, i, line, wishes, object, canvas);
  }
}

function plantSubsignature(
  random: Random,
  i: number,
  line: TwinLine,
  wishes: readonly number[],
  object: TwinObject,
  canvas: Canvas,
): void {
  const subsignatures = line.text.split(';').slice(3);
  const text = subsignatures[i]!;
  const regex = regexOf(text);
  if (regex) {
    const subject = subjectOf(regex, object);
    const sample = Buffer.from(random.pick(line.samples!.get(i)!), 'latin1');
    if (subject) canvas.place(random, subject.start, Math.min(subject.last, subject.end - sample.length), sample);
    return;
  }
  const around = subsignatures.flatMap((each, j) => (wishes[j] ? dependentPieces(random, each, i, j, line) : []));
  const match = instanceOf(random, text);
  plantAt(random, bodyOf(text).offset, around.length > 0 ? composed(random, match, around) : match, object, canvas);
}

interface Piece {
  /** From the start of the match. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What subsignature j, when it hangs on i, wants beside the match of that. */
function dependentPieces(random: Random, text: string, i: number, j: number, line: TwinLine): Piece[] {
  const compare = compareOf(text);
  if (compare?.of === i)
    return [{ at: compare.offset, bytes: Buffer.from(random.pick(line.samples!.get(j)!), 'latin1') }];
  const macro = macroOf(text);
  if (!macro || j !== i + 1) return [];
  const member = instanceOf(random, random.pick(line.members!).split(':')[3]!).bytes;
  const at = random.between(macro.min, macro.max);
  // clamscan wants another match of what is in front.
  const again = instanceOf(random, line.text.split(';')[3 + i]!).bytes;
  const behind = { at: at + member.length + random.below(3), bytes: again };
  return [{ at, bytes: member }, ...(random.chance(0.8) ? [behind] : [])];
}

/** All in one piece. */
function composed(random: Random, { bytes: match, origin }: Instance, around: readonly Piece[]): Instance {
  const all = [{ at: -origin, bytes: match }, ...around];
  const low = Math.min(...all.map(({ at }) => at));
  const piece = random.bytes(Math.max(...all.map(({ at, bytes }) => at + bytes.length)) - low, ALPHABET);
  for (const { at, bytes } of all) piece.set(bytes, at - low);
  return { bytes: piece, origin: -low };
}

function plantAt(
  random: Random,
  offset: string,
  { bytes, origin }: Instance,
  object: TwinObject,
  canvas: Canvas,
): void {
  // Strings of version information are there or not.
  const window = offset === 'VI' ? undefined : windowOf(offset, object);
  if (window) canvas.place(random, window[0] - origin, window[1] - origin, bytes);
}

/** How often each subsignature is to be there, so that the expression holds. */
function wishesFor(random: Random, logic: string, subsignatures: readonly string[]): number[] {
  for (let tries = 0; tries < MOST_WISHES; tries++) {
    const counts: number[] = [];
    for (const text of subsignatures) counts.push(wishFor(random, text, counts));
    if (evaluateLogic(logic, counts).holds) return counts;
  }
  return subsignatures.map(() => 1);
}

/** Of what hangs on others no more than those allow. */
function wishFor(random: Random, text: string, before: readonly number[]): number {
  const compare = compareOf(text);
  if (compare) return before[compare.of]! > 0 ? random.below(2) : 0;
  if (macroOf(text)) return Math.min(1, before.at(-1)!);
  const regex = regexOf(text);
  if (!regex) return random.pick([0, 0, 1, 1, 1, 1, 2, 3]);
  if (!evaluateLogic(regex.trigger, before).holds) return 0;
  return regex.flags.includes('g') ? random.pick([0, 1, 1, 2]) : random.below(2);
}

function isFor(target: string, object: TwinObject): boolean {
  return target === '0' || Number(target) === object.target;
}
