/**
 * Where a machine stands among all others: a number that is the same at every start and evenly spread over the fleet.
 *
 * A publisher's server must meet a hundred thousand machines one after the other, and a staged roll-out must reach a tenth of them first; neither may
 * need anybody who hands out turns.
 */
import { createHash } from 'node:crypto';

/** Bits that are taken of the digest: as many as a Number holds without loss in whole bytes. */
const BYTES = 6;

/**
 * @param purpose  what it is used for; places for different purposes have nothing to do with each other
 * @returns 0 ≤ place < 1
 */
export function placeOf(machineId: string, purpose: string): number {
  const digest = createHash('sha256').update(`${purpose}\0${machineId}`).digest();
  return digest.readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
}
