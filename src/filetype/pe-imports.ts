/**
 * The text of a PE file's imports, whose digests `imports` signatures hold.
 *
 * `library.function` in small letters, between commas, in the order of the tables; the library without its `.dll`, `.ocx` or `.sys`, a function without a name as
 * `ord7`, but for three libraries whose ordinals never change. Source: Mandiant, "Tracking Malware with Import Hashing"; compared with the digests that
 * `clamscan --debug` prints.
 */
import { viewAt } from './header.ts';
import { type Directory, type MappedPe, readCutName, readName } from './pe-directories.ts';
import { nameOfOrdinal } from './pe-ordinals.ts';

const DESCRIPTOR_BYTES = 20;
/** As clamscan has it, for libraries and for the functions of each. */
const MAX_LIBRARIES = 1024;
const MAX_FUNCTIONS = 32768;
const NAME_BYTES = 256;
/** Of all together: tables can overlap, and name the same functions again and again. */
const MAX_TEXT_CHARACTERS = 4 * 1024 * 1024;

/** From the first dot on, if what stands behind it begins like this. */
const EXTENSION = /^([^.]*)\.(?:dll|ocx|sys).*$/s;

/** Thunks read at a time. */
const BLOCK_THUNKS = 64;

/**
 * @returns the text's bytes; undefined when the object imports nothing or its table cannot be read
 * @throws what `source.read` throws
 */
export function readImports(pe: MappedPe, directory: Directory): Uint8Array | undefined {
  const start = directory.size > DESCRIPTOR_BYTES ? pe.toOffset(directory.address) : undefined;
  if (start === undefined || start + directory.size > pe.source.size) return undefined;
  const imports = new ImportText();
  // The last descriptor, or what there is of it, says that no more follow.
  const libraries = Math.min(MAX_LIBRARIES, Math.ceil(directory.size / DESCRIPTOR_BYTES) - 1);
  for (let index = 0; index < libraries; index++) {
    const descriptor = viewAt(pe.source, start + index * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES);
    //  0  address of the table of names
    //  4  time stamp, 8 forwarders (ignored)
    // 12  address of the library's name
    const name = descriptor?.getUint32(12, true) ?? 0;
    if (descriptor === undefined || name === 0) break;
    // 16  address of the table that the loader overwrites; the same as the one of names as long as the program does not run
    const named = descriptor.getUint32(0, true);
    const thunks = (named === 0 ? undefined : pe.toOffset(named)) ?? pe.toOffset(descriptor.getUint32(16, true));
    const nameOffset = pe.toOffset(name);
    if (nameOffset === undefined || thunks === undefined) return undefined;
    const library = readName(pe, nameOffset, NAME_BYTES);
    if (library === undefined) break;
    if (!addLibrary(pe, imports, library, thunks)) break;
  }
  return imports.finish();
}

/** @returns false when there is no room for more */
function addLibrary(pe: MappedPe, imports: ImportText, fileName: string, thunks: number): boolean {
  const library = fileName.replace(EXTENSION, '$1');
  for (const thunk of thunksAt(pe, thunks)) {
    const name =
      thunk.ordinal === undefined
        ? functionAt(pe, thunk.address)
        : (nameOfOrdinal(fileName, thunk.ordinal)?.toLowerCase() ?? `ord${thunk.ordinal}`);
    if (!imports.add(`${library}.${name}`)) return false;
  }
  return true;
}

type Thunk = { readonly ordinal: number } | { readonly ordinal: undefined; readonly address: number };

/** Entries of a table up to the one that is 0. */
function* thunksAt({ source, isWide }: MappedPe, offset: number): Generator<Thunk> {
  const size = isWide ? 8 : 4;
  for (let count = 0; count < MAX_FUNCTIONS; ) {
    const fitting = Math.min(BLOCK_THUNKS, Math.floor((source.size - offset) / size));
    const block = fitting > 0 ? viewAt(source, offset, fitting * size) : undefined;
    if (block === undefined) return;
    for (let at = 0; at < block.byteLength && count < MAX_FUNCTIONS; at += size, count++) {
      const low = block.getUint32(at, true);
      const high = isWide ? block.getUint32(at + 4, true) : low;
      if (low === 0 && high === 0) return;
      // The highest bit: by ordinal.
      yield high >>> 31 === 1 ? { ordinal: low & 0xffff } : { ordinal: undefined, address: low };
    }
    offset += fitting * size;
  }
}

/** Two bytes of a hint come before the name. Where the object holds none, it is empty. */
function functionAt(pe: MappedPe, address: number): string {
  const offset = pe.toOffset(address);
  return offset === undefined ? '' : readCutName(pe, offset + 2, NAME_BYTES);
}

class ImportText {
  readonly #parts: string[] = [];
  #characters = 0;

  /** @returns false when there is no room for it */
  add(part: string): boolean {
    this.#characters += part.length + 1;
    if (this.#characters > MAX_TEXT_CHARACTERS) return false;
    this.#parts.push(part);
    return true;
  }

  finish(): Uint8Array | undefined {
    if (this.#parts.length === 0) return undefined;
    return Uint8Array.from(Buffer.from(this.#parts.join(','), 'latin1'));
  }
}
