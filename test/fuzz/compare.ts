/** Rounds of random lines on random objects: the twin says what is right, the engine and clamscan are held against it. */

import { RELEASE, TWINS } from '../support/engine/engine.ts';
import { Random } from '../support/engine/random.ts';
import { BESIDE_OTHERS, declaredKind } from './declared.ts';
import { randomLine, THEMES } from './grammar.ts';
import { digestLines, randomObject } from './objects.ts';
import { type Answers, askClamscan, askEngine, type PeerAnswers, readLines } from './sides.ts';
import { holds, type TwinLine, type TwinObject } from './twin.ts';

export type Side = 'engine' | 'clamscan';

/** A side that does not say what the twin says. */
export interface Difference {
  readonly side: Side;
  readonly line: TwinLine;
  readonly object: TwinObject;
  /** What the twin says. */
  readonly expected: boolean;
  /** Kind of declared difference; undefined: unexplained. */
  readonly declared: string | undefined;
}

/** What the twin says of one line. */
export interface LineResult {
  readonly line: TwinLine;
  readonly pairs: number;
  readonly matches: number;
}

export interface Round {
  readonly results: readonly LineResult[];
  readonly differences: readonly Difference[];
  /** Lines that we refuse, with the reason. */
  readonly skipped: readonly string[];
  /** Lines that we take and clamscan refuses. */
  readonly refused: PeerAnswers['refused'];
}

const LINES = 40;
const OBJECTS = 100;
/** Objects that lines of hashes are made of. */
const HASHED = 3;
/** Copies of the first object, so that its digest is found more than once. */
const COPIES = 12;
/** Of the lines, so many are to hold on an object. */
const SHARES = [1, 1, 1, 0.8, 0.3];
/** Groups that macros may ask for. */
const MACRO_GROUPS = 32;

/** Everything about a round follows from its seed. */
export function makeRound(seed: number): { lines: TwinLine[]; objects: TwinObject[] } {
  const random = new Random(seed);
  const theme = random.pick(THEMES);
  const body = Array.from({ length: LINES }, (_, i) =>
    randomLine(random, `Fuzz.${i}`, theme, i < MACRO_GROUPS ? i : undefined),
  );
  const made = Array.from({ length: OBJECTS - COPIES }, (_, i) => {
    const share = random.pick(SHARES);
    return randomObject(random, `o${i}`, theme, random.shuffled(body).slice(0, Math.round(share * LINES)));
  });
  const copies = Array.from({ length: COPIES }, (_, i) => ({ ...made[0]!, name: `copy${i}` }));
  const hashes = made.slice(0, HASHED).flatMap((object) => digestLines(random, object.parts?.at(-1) ?? object));
  const named = hashes.map((line, i) => ({
    ...line,
    name: `Fuzz.hash.${i}`,
    text: line.text.replace('NAME', `Fuzz.hash.${i}`),
  }));
  return { lines: [...body, ...named], objects: [...made, ...copies] };
}

/** @param withClamscan false: the engine alone is asked */
export async function runRound(seed: number, withClamscan: boolean): Promise<Round> {
  const { lines: all, objects } = makeRound(seed);
  const { skipped } = readLines(all);
  const lines = all.filter(({ text }) => !skipped.some((message) => message.startsWith(`${text}: `)));
  const peer = withClamscan ? askClamscan(lines, objects) : undefined;
  const expected = askTwin(lines, objects);
  const twin = TWINS[seed % TWINS.length]!;
  const ours = askEngine(lines, objects, seed % 4 === 0 ? twin : RELEASE, seed % 2 === 0);
  const { answers: theirs, refused = [] } = (await peer) ?? {};
  const differences = differencesOf('engine', ours, lines, objects, expected);
  if (theirs) {
    const taken = lines.filter((line) => !refused.some((each) => each.line === line));
    differences.push(...(await explained(differencesOf('clamscan', theirs, taken, objects, expected))));
  }
  const results = lines.map((line) => ({
    line,
    pairs: objects.length,
    matches: objects.filter(({ name }) => expected.get(name)!.has(line.name)).length,
  }));
  return { results, differences, skipped, refused };
}

function differencesOf(
  side: Side,
  answers: Answers,
  lines: readonly TwinLine[],
  objects: readonly TwinObject[],
  right: Answers,
): Difference[] {
  return objects.flatMap((object) =>
    lines
      .filter(({ name }) => answers.get(object.name)!.has(name) !== right.get(object.name)!.has(name))
      .map((line) => ({ side, line, object, expected: right.get(object.name)!.has(line.name), declared: undefined })),
  );
}

/** Of clamscan: the kinds that are declared. */
async function explained(differences: readonly Difference[]): Promise<Difference[]> {
  const known = differences.map((each) => ({ ...each, declared: declaredKind(each.line, each.object) }));
  const open = known.filter(({ declared }) => declared === undefined);
  const alone = new Set<Difference>();
  for (const line of new Set(open.map((each) => each.line))) {
    const ofLine = open.filter((each) => each.line === line);
    const right = await rightAlone(
      line,
      ofLine.map(({ object }) => object),
    );
    for (const each of ofLine) if (right.has(each.object)) alone.add(each);
  }
  return known.map((each) => (alone.has(each) ? { ...each, declared: BESIDE_OTHERS } : each));
}

/** Objects that clamscan answers right on, as soon as it is asked of nothing else. */
export async function rightAlone(line: TwinLine, objects: readonly TwinObject[]): Promise<Set<TwinObject>> {
  const { answers } = await askClamscan([line], objects);
  return new Set(objects.filter((object) => answers.get(object.name)!.has(line.name) === holds(line, object)));
}

export function askTwin(lines: readonly TwinLine[], objects: readonly TwinObject[]): Answers {
  return new Map(
    objects.map((object) => [
      object.name,
      new Set(lines.filter((line) => holds(line, object)).map(({ name }) => name)),
    ]),
  );
}
