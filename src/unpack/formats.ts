/** Which types can be opened, and which are known to carry files that stay closed. */
import type { ByteSource } from '../../native-free-engine/index.ts';
import { ARCHIVE_TYPES, type FileType } from '../filetype/file-type.ts';
import { type Container, type Obstacle, obstacle } from './container.ts';
import { gzip } from './gzip.ts';
import { hasHtmlData, htmlData } from './html-data.ts';
import { machOFat } from './macho-fat.ts';
import { bytesAt } from './reading.ts';
import { tar } from './tar.ts';
import { zip } from './zip.ts';
import { hasAppendedZip } from './zip-end.ts';
import { zstd } from './zstd.ts';

const CONTAINERS: Partial<Record<FileType, Container>> = { gzip, machOFat, tar, zip, zstd };

/**
 * Types whose purpose is to carry files, and that cannot be opened yet: never silently clean.
 *
 * Documents (PDF, OLE2, RTF, SWF) are not among them, though they may have compressed parts: they are looked at as
 * they are, which is what most signatures for them expect.
 */
const CLOSED: ReadonlySet<FileType> = new Set(ARCHIVE_TYPES.filter((type) => CONTAINERS[type] === undefined));

/** Mail is read this far for parts that are encoded. */
const MAIL_BYTES = 64 * 1024;
const ENCODED_PART =
  /^content-transfer-encoding:[ \t]*(?:\r?\n[ \t]+)?(?:base64|quoted-printable|x-uue)|^begin [0-7]{3} /im;

/** How an object is opened. */
export interface Opening {
  readonly container: Container;
  /** What its entries lie in, outermost first. */
  readonly types: readonly FileType[];
}

/**
 * How to open an object; undefined when nothing opens it.
 *
 * An archive appended to a program or a picture makes it both: its entries lie in a zip in a pe.
 *
 * @throws what `source.read` throws
 */
export function openingOf(type: FileType, source: ByteSource): Opening | undefined {
  const container = CONTAINERS[type];
  if (container !== undefined) return { container, types: [type] };
  if (type === 'html' && hasHtmlData(source)) return { container: htmlData, types: [type] };
  return hasAppendedZip(source) ? { container: zip, types: [type, 'zip'] } : undefined;
}

/** Set when an object of this type holds files that stay closed, whatever else is appended to it. */
export function whyClosed(type: FileType, source: ByteSource): Obstacle | undefined {
  if (CLOSED.has(type)) return obstacle('unsupported', `${type}: this kind of container cannot be opened yet`);
  if (type !== 'mail') return undefined;
  const isEncoded = ENCODED_PART.test(bytesAt(source, 0, MAIL_BYTES).toString('latin1'));
  return isEncoded ? obstacle('unsupported', 'mail: its encoded parts cannot be opened yet') : undefined;
}

/** Whether objects of this type are opened, and what lies in them is looked at. */
export function isOpened(type: string): boolean {
  return Object.hasOwn(CONTAINERS, type);
}
