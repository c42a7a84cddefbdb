/**
 * The chosen bytes of a segment, in planned signatures.
 *
 * ```
 * choice     flags u8 (see HAS), cost f64 · run: bytes, place · spread: cost f64, count, each gram u32 and place + 1 ·
 *            fingerprint: place, rate f64, word, three lists of bytes
 * word       value u32, mask u32, place
 * ```
 */

import type { Choice, KnownWord } from '../prefilter/choose.ts';
import type { PlannedReader, PlannedWriter } from './planned-bytes.ts';

const HAS = { run: 1, spread: 2, fingerprint: 4 } as const;

export function writeChoice(writer: PlannedWriter, { run, spread, spreadCost, fingerprint, cost }: Choice): void {
  writer.byte((run ? HAS.run : 0) | (spread ? HAS.spread : 0) | (fingerprint ? HAS.fingerprint : 0));
  writer.f64(cost);
  if (run) {
    writer.block(run.bytes);
    writer.varint(run.at);
  }
  if (spread) {
    writer.f64(spreadCost!);
    writer.varint(spread.length);
    for (const { low, at } of spread) {
      writer.u32(low);
      writer.varint(at + 1);
    }
  }
  if (fingerprint) {
    writer.varint(fingerprint.at);
    writer.f64(fingerprint.rate);
    writeWord(writer, fingerprint.word);
    for (const options of fingerprint.options) writer.block(Uint8Array.from(options));
  }
}

export function readChoice(reader: PlannedReader): Choice {
  const flags = reader.byte();
  const cost = reader.f64();
  const run = flags & HAS.run ? { bytes: reader.block(), at: reader.varint() } : undefined;
  if (flags === HAS.run) return { run: run!, cost };
  const spreadCost = flags & HAS.spread ? reader.f64() : undefined;
  const spread =
    flags & HAS.spread
      ? Array.from({ length: reader.varint() }, () => ({ low: reader.u32(), at: reader.varint() - 1 }))
      : undefined;
  const fingerprint =
    flags & HAS.fingerprint
      ? {
          at: reader.varint(),
          rate: reader.f64(),
          word: readWord(reader),
          options: [0, 1, 2].map(() => [...reader.block()]),
        }
      : undefined;
  return {
    cost,
    ...(run && { run }),
    ...(spread && { spread, spreadCost: spreadCost! }),
    ...(fingerprint && { fingerprint }),
  };
}

export function writeWord(writer: PlannedWriter, { value, mask, delta }: KnownWord): void {
  writer.u32(value);
  writer.u32(mask);
  writer.varint(delta);
}

export function readWord(reader: PlannedReader): KnownWord {
  return { value: reader.u32(), mask: reader.u32(), delta: reader.varint() };
}
