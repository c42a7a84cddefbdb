/** PE32 and PE32+ files of one section, with tables of imports or a version resource in it. */

/** Where the section lies in memory and in the file. */
export const SECTION_ADDRESS = 0x1000;
export const SECTION_OFFSET = 0x400;

export interface TableSpec {
  readonly wide?: boolean;
  /** What the header says of the table's size. */
  readonly size?: number;
  /** 32-bit fields over the section: [offset, value]. */
  readonly patches?: readonly (readonly [number, number])[];
}

/** A function by name, by ordinal, or by the address of its name. */
export type Imported = string | number | { readonly address: number };
export type Library = readonly [name: string, functions: readonly Imported[]];

/** Descriptors stand at the start of the section, 20 bytes each. */
export function peWithImports(libraries: readonly Library[], spec: TableSpec = {}): Buffer {
  const descriptorBytes = (libraries.length + 1) * 20;
  const parts = new Parts(descriptorBytes);
  const descriptors = Buffer.alloc(descriptorBytes);
  libraries.forEach(([name, functions], i) => {
    const at = parts.add(Buffer.from(`${name}\0`, 'latin1'));
    const thunks = parts.add(thunksOf(functions, spec.wide ?? false, parts));
    [thunks, 0, 0, at, thunks].forEach((value, field) => {
      descriptors.writeUInt32LE(value, i * 20 + field * 4);
    });
  });
  return peAround(Buffer.concat([descriptors, parts.bytes]), 1, { size: descriptorBytes, ...spec });
}

function thunksOf(functions: readonly Imported[], wide: boolean, parts: Parts): Buffer {
  const bytes = Buffer.alloc((functions.length + 1) * (wide ? 8 : 4));
  functions.forEach((imported, i) => {
    const at = i * (wide ? 8 : 4);
    if (typeof imported === 'number') {
      bytes.writeUInt32LE(imported, at);
      bytes[at + (wide ? 7 : 3)] |= 0x80;
    } else if (typeof imported === 'string') {
      bytes.writeUInt32LE(parts.add(Buffer.from(`\0\0${imported}\0`, 'latin1')), at);
    } else bytes.writeUInt32LE(imported.address, at);
  });
  return bytes;
}

/** Pieces behind the first bytes of the section. */
class Parts {
  bytes = Buffer.alloc(0);
  readonly #base: number;

  constructor(base: number) {
    this.#base = SECTION_ADDRESS + base;
  }

  /** @returns its address */
  add(part: Buffer): number {
    const address = this.#base + this.bytes.length;
    this.bytes = Buffer.concat([this.bytes, part]);
    return address;
  }
}

/** A block of version information: key, value, children. */
export function versionBlock(key: string, value: Buffer, children: readonly Buffer[] = [], type = 1): Buffer {
  const head = padded(Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]));
  const inner = children.flatMap((child, i) => (i < children.length - 1 ? [padded(child)] : [child]));
  const block = Buffer.concat([head, children.length > 0 ? padded(value) : value, ...inner]);
  block.writeUInt16LE(block.length, 0);
  block.writeUInt16LE(type === 1 ? value.length / 2 : value.length, 2);
  block.writeUInt16LE(type, 4);
  return block;
}

/** A VS_VERSIONINFO with one table of these strings. */
export function versionInfo(strings: readonly (readonly [key: string, value: string])[]): Buffer {
  const texts = strings.map(([key, value]) => padded(versionBlock(key, Buffer.from(`${value}\0`, 'utf16le'))));
  const table = versionBlock('040904b0', Buffer.alloc(0), texts);
  const fixed = Buffer.alloc(52);
  fixed.writeUInt32LE(0xfeef04bd, 0);
  return versionBlock('VS_VERSION_INFO', fixed, [versionBlock('StringFileInfo', Buffer.alloc(0), [table])], 0);
}

export interface ResourceSpec extends TableSpec {
  /** Number of the resource's type. */
  readonly type?: number;
}

/** Three directories of one entry each and the leaf, 16 + 8 bytes each and 16, then the resource. */
export function peWithResource(resource: Buffer, spec: ResourceSpec = {}): Buffer {
  const tree = Buffer.alloc(3 * 24 + 16);
  [spec.type ?? 16, 1, 1033].forEach((id, level) => {
    const at = level * 24;
    tree.writeUInt16LE(1, at + 14);
    tree.writeUInt32LE(id, at + 16);
    tree.writeUInt32LE((level < 2 ? 0x80000000 : 0) + at + 24, at + 20);
  });
  tree.writeUInt32LE(SECTION_ADDRESS + tree.length, 72);
  tree.writeUInt32LE(resource.length, 76);
  return peAround(Buffer.concat([tree, resource]), 2, { size: tree.length, ...spec });
}

function peAround(section: Buffer, directory: number, { wide = false, size = 0, patches = [] }: TableSpec): Buffer {
  const sectionBytes = Math.ceil(section.length / 512) * 512;
  const bytes = Buffer.alloc(SECTION_OFFSET + sectionBytes);
  const optionalBytes = wide ? 240 : 224;
  bytes.write('MZ');
  bytes.writeUInt32LE(64, 60);
  bytes.write('PE', 64);
  bytes.writeUInt16LE(wide ? 0x8664 : 0x14c, 68);
  bytes.writeUInt16LE(1, 70);
  bytes.writeUInt16LE(optionalBytes, 84);
  bytes.writeUInt16LE(0x102, 86);
  const fields: readonly (readonly [number, number])[] = [
    [0, wide ? 0x20b : 0x10b],
    [16, SECTION_ADDRESS],
    [32, 0x1000],
    [36, 0x200],
    [56, SECTION_ADDRESS + Math.ceil(sectionBytes / 0x1000) * 0x1000],
    [60, SECTION_OFFSET],
    [68, 2],
    [wide ? 108 : 92, 16],
    [(wide ? 112 : 96) + directory * 8, SECTION_ADDRESS],
    [(wide ? 112 : 96) + directory * 8 + 4, size],
  ];
  for (const [offset, value] of fields) bytes.writeUInt32LE(value, 88 + offset);
  const table = 88 + optionalBytes;
  bytes.write('.text', table);
  [sectionBytes, SECTION_ADDRESS, sectionBytes, SECTION_OFFSET].forEach((value, i) => {
    bytes.writeUInt32LE(value, table + 8 + i * 4);
  });
  bytes.writeUInt32LE(0xe0000020, table + 36);
  section.copy(bytes, SECTION_OFFSET);
  for (const [offset, value] of patches) bytes.writeUInt32LE(value >>> 0, SECTION_OFFSET + offset);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
