/**
 * What an object is, from its first bytes and never from its name.
 *
 * Where formats can be told apart at all, the order and the strictness follow what `clamscan --debug` recognises, because
 * signatures are restricted to its types; DESIGN.md lists where this is stricter.
 */
import type { ByteSource, ExecutableFacts } from '../../native-free-engine/index.ts';
import { readExecutable } from './executable.ts';
import type { FileType } from './file-type.ts';
import { HeadedSource, viewAt } from './header.ts';
import { magicType } from './magic.ts';
import { isTarHeader } from './tar-header.ts';
import { targetsOf } from './targets.ts';
import { textType } from './text.ts';
import type { TypeRules } from './type-rules.ts';

/** Bytes of the object's start that decide most types. */
export const HEAD_BYTES = 4096;
/** Text is read this far for what makes it HTML. ClamAV looks through all of it. */
export const LONG_HEAD_BYTES = 65536;

/**
 * @param head bytes [0, head.length) of the object, up to `LONG_HEAD_BYTES`; `HEAD_BYTES` are enough for all but late HTML.
 *             Not kept.
 */
export function identify(head: Uint8Array): FileType {
  return magicType(head) ?? (isTarHeader(head) ? 'tar' : textType(head));
}

/** What the signatures of an object depend on, beside its bytes. */
export interface Sighting {
  readonly type: FileType;
  /** Bits of the target types, as `ObjectFacts.targets` wants them. */
  readonly targets: number;
  /** Undefined when the object is no executable whose headers could be read. */
  readonly executable: ExecutableFacts | undefined;
}

// One scratch area per thread: scanning is synchronous, and nothing of it outlives the call.
const scratch = new Uint8Array(LONG_HEAD_BYTES);

/**
 * Reads as much of the object as it takes: 4 KB of most, 64 KB of text, the headers of executables.
 *
 * @param rules of the pattern sources, when they have any
 * @throws what `source.read` throws
 */
export function sight(source: ByteSource, rules?: TypeRules): Sighting {
  let head = readHead(source, HEAD_BYTES);
  let type = identify(head);
  if (type === 'text' && source.size > HEAD_BYTES) {
    head = readHead(source, LONG_HEAD_BYTES);
    type = identify(head);
  } else if (type === 'data' && isDiskImage(source)) type = 'iso';
  return sightingOf(rules === undefined ? type : rules.typeOf(type, head), head, source);
}

function sightingOf(type: FileType, head: Uint8Array, source: ByteSource): Sighting {
  // The head is scratch: what is read later must come from the source itself.
  const executable = readExecutable(new HeadedSource(source, head), type, source);
  return { type, targets: targetsOf(type, head), executable };
}

function readHead(source: ByteSource, length: number): Uint8Array {
  return scratch.subarray(0, source.read(0, scratch.subarray(0, Math.min(source.size, length))));
}

/** ISO 9660 or UDF: the volume descriptors begin at sector 16. */
function isDiskImage(source: ByteSource): boolean {
  // 32768  type of the descriptor, 32769 its identifier
  const identifier = viewAt(source, 32769, 5);
  if (identifier === undefined) return false;
  const text = String.fromCharCode(...new Uint8Array(identifier.buffer));
  return text === 'CD001' || text === 'BEA01';
}
