/**
 * Objects that are containers because their signature asks for it: the first bytes of an archive, the headers of an encoded part.
 *
 * We cannot open such a one, or what was built is none but for its first bytes; it would be so whatever lies between the patterns.
 */
import { sight } from '../../src/filetype/identify.ts';
import { isOpened, whyClosed } from '../../src/unpack/formats.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import type { PlantObject } from '../plants/object.ts';

const SPACE = 0x20;

/** @returns the type of such an object; undefined when it is no container without what was filled in */
export function askedType({ bytes, taken }: PlantObject): string | undefined {
  const bare = bytes.map((byte, at) => (taken[at] === 1 ? byte : SPACE));
  const source = new MemorySource(bare);
  const { type } = sight(source);
  return isOpened(type) || whyClosed(type, source) !== undefined ? type : undefined;
}
