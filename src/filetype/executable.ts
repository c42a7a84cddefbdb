/** Facts of an executable, whatever its format. */
import type { ByteSource, ExecutableFacts } from '../../native-free-engine/index.ts';
import { readElf } from './elf.ts';
import type { FileType } from './file-type.ts';
import { readMachO } from './macho.ts';
import { readPe } from './pe.ts';

/**
 * Entry point and sections, from the headers alone.
 *
 * @param later the same object, for the facts that are read only when they are asked for; `source` may be gone by then
 * @returns undefined when the object is no executable, or its headers cannot be read or contradict themselves
 * @throws what `source.read` throws
 */
export function readExecutable(
  source: ByteSource,
  type: FileType,
  later: ByteSource = source,
): ExecutableFacts | undefined {
  if (type === 'pe') return readPe(source, later);
  if (type === 'elf') return readElf(source);
  if (type === 'machO') return readMachO(source);
  return undefined;
}
