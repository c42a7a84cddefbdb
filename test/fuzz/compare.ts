/** Rounds of random lines on random objects: the twin says what is right, the engine and clamscan are held against it. */

import { RELEASE, TWINS } from '../support/engine/engine.ts';
import { Random } from '../support/engine/random.ts';
import { BESIDE_OTHERS, declaredKind } from './declared.ts';
import { randomLine } from './grammar.ts';
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

export interface Round {
  readonly pairs: number;
  readonly matches: number;
  readonly differences: readonly Difference[];
  /** Lines that we refuse, with the reason. */
  readonly skipped: readonly string[];
  /** Lines that we take and clamscan refuses. */
  readonly refused: PeerAnswers['refused'];
}

const LINES = 50;
const OBJECTS = 160;

/** Everything about a round follows from its seed. */
export function makeRound(seed: number): { lines: TwinLine[]; objects: TwinObject[] } {
  const random = new Random(seed);
  // Hashes need objects, objects need patterns: patterns first.
  const body = Array.from({ length: LINES }, (_, i) => randomLine(random, `Fuzz.${i}`, []));
  const patterns = body.flatMap(patternTexts);
  const objects = Array.from({ length: OBJECTS }, (_, i) =>
    // Every pattern, or about half of them, or a few.
    randomObject(
      random,
      `o${i}`,
      random.shuffled(patterns).slice(0, random.pick([patterns.length, patterns.length >> 1, 8])),
    ),
  );
  const digests = objects.slice(0, 8).flatMap((object) => digestLines(random, object));
  const hashes = digests.map(({ format, text }, i) => ({
    name: `Fuzz.hash.${i}`,
    format,
    text: text.replace('NAME', `Fuzz.hash.${i}`),
  }));
  return { lines: [...body, ...hashes], objects };
}

function patternTexts({ format, text }: TwinLine): string[] {
  return format === 'ndb' ? [text.split(':')[3]!] : text.split(';').slice(3);
}

/** @param withClamscan false: the engine alone is asked */
export async function runRound(seed: number, withClamscan: boolean): Promise<Round> {
  const { lines: all, objects } = makeRound(seed);
  const { skipped } = readLines(all);
  const lines = all.filter(({ text }) => !skipped.some((message) => message.startsWith(`${text}: `)));
  const peer = withClamscan ? askClamscan(lines, objects) : undefined;
  const expected = askTwin(lines, objects);
  const twin = TWINS[seed % TWINS.length]!;
  const sides: [Side, Answers][] = [
    ['engine', askEngine(lines, objects, seed % 4 === 0 ? twin : RELEASE, seed % 2 === 0)],
  ];
  const { answers, refused = [] } = (await peer) ?? {};
  if (answers) sides.push(['clamscan', answers]);
  const differences: Difference[] = [];
  let matches = 0;
  for (const object of objects) {
    const right = expected.get(object.name)!;
    matches += right.size;
    for (const line of lines) {
      const isThere = right.has(line.name);
      for (const [side, answers] of sides) {
        if (answers.get(object.name)!.has(line.name) === isThere) continue;
        if (side === 'clamscan' && refused.some((each) => each.line === line)) continue;
        const declared =
          side === 'clamscan' ? (declaredKind(line, object) ?? (await besideOthers(line, object))) : undefined;
        differences.push({ side, line, object, expected: isThere, declared });
      }
    }
  }
  return { pairs: lines.length * objects.length, matches, differences, skipped, refused };
}

/** @returns the kind, when clamscan answers right as soon as it is asked of nothing else */
export async function besideOthers(line: TwinLine, object: TwinObject): Promise<string | undefined> {
  const { answers } = await askClamscan([line], [object]);
  return answers.get(object.name)!.has(line.name) === holds(line, object) ? BESIDE_OTHERS : undefined;
}

export function askTwin(lines: readonly TwinLine[], objects: readonly TwinObject[]): Answers {
  return new Map(
    objects.map((object) => [
      object.name,
      new Set(lines.filter((line) => holds(line, object)).map(({ name }) => name)),
    ]),
  );
}
