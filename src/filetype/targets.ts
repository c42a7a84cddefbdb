/**
 * Which signatures are for an object of a type: ClamAV's target types.
 *
 * Found by giving clamscan 1.4.6 one body signature per target and files of every type (test/filetype/oracle.ts does it
 * again where clamscan is installed).
 */
import { TARGET } from '../../native-free-engine/index.ts';
import type { FileType } from './file-type.ts';
import { isText, passesForUtf16 } from './text.ts';

const bit = (target: number): number => 2 ** target;

/** Targets of normalised text. */
export const TEXT_TARGETS = bit(TARGET.text);
/** Targets of a page without its comments, and of its text without tags. */
export const HTML_TARGETS = bit(TARGET.html);
/** Targets of the scripts of a page. */
export const SCRIPT_TARGETS = bit(TARGET.html) | bit(TARGET.text);

/**
 * Types with targets of their own, views included: text and HTML have theirs when they are normalised. ClamAV gives the bodies of mail to
 * target 7 after taking them out; here the whole does for its parts.
 */
const TARGETS: Partial<Record<FileType, number>> = {
  pe: bit(TARGET.pe),
  dos: bit(TARGET.pe),
  elf: bit(TARGET.elf),
  machO: bit(TARGET.machO),
  machOFat: bit(TARGET.machO),
  javaClass: bit(TARGET.java),
  ole2: bit(TARGET.ole2),
  pdf: bit(TARGET.pdf),
  swf: bit(TARGET.swf),
  graphics: bit(TARGET.graphics),
  html: SCRIPT_TARGETS,
  mail: bit(TARGET.mail) | bit(TARGET.text),
  text: bit(TARGET.text),
  utf16: bit(TARGET.text),
};

/** Types that ClamAV 1.4 does not know: it takes them for text or for other data. */
const UNKNOWN_THERE: ReadonlySet<FileType> = new Set([
  'data',
  'ace',
  'ar',
  'compress',
  'iso',
  'kwaj',
  'lrzip',
  'lz4',
  'lzip',
  'lzma',
  'lzop',
  'rpm',
  'squashfs',
  'wim',
  'zoo',
  'zstd',
]);

/** True of text and nothing else: its target applies to the normalised text, and only target 0 to its bytes as they are. */
export function isTextAlone(targets: number): boolean {
  return targets === TEXT_TARGETS;
}

/** True of HTML: its targets apply to its views. */
export function isHtml(targets: number): boolean {
  return targets === SCRIPT_TARGETS;
}

/** Of the targets of an object with its views, those that apply to its bytes as they are. */
export function unchangedTargets(targets: number): number {
  return isTextAlone(targets) || isHtml(targets) ? 0 : targets;
}

/**
 * Targets that apply to an object or a view of it, as `ObjectFacts.targets` wants them: bit t for target t. Bit 0 (any) is never set.
 *
 * @param head the bytes that `identify` had; ClamAV tells other data from text by them
 */
export function targetsOf(type: FileType, head: Uint8Array): number {
  const targets = TARGETS[type];
  // What looks like UTF-16 to people, but has a control character, is other data there.
  if (type === 'utf16' && !passesForUtf16(head)) return bit(TARGET.other);
  if (targets !== undefined) return targets;
  if (!UNKNOWN_THERE.has(type)) return 0;
  return isText(head) || passesForUtf16(head) ? bit(TARGET.text) : bit(TARGET.other);
}

/**
 * ClamAV's names for file types, where a signature's `Container` or `HandlerType` may name them. Types that are missing are
 * never containers.
 */
export const CLAMAV_TYPES: ReadonlyMap<string, FileType> = new Map<string, FileType>([
  ['CL_TYPE_MSEXE', 'pe'],
  ['CL_TYPE_ELF', 'elf'],
  ['CL_TYPE_MACHO', 'machO'],
  ['CL_TYPE_MACHO_UNIBIN', 'machOFat'],
  ['CL_TYPE_JAVA', 'javaClass'],
  ['CL_TYPE_MSOLE2', 'ole2'],
  ['CL_TYPE_PDF', 'pdf'],
  ['CL_TYPE_RTF', 'rtf'],
  ['CL_TYPE_ONENOTE', 'oneNote'],
  ['CL_TYPE_PS', 'postscript'],
  ['CL_TYPE_LNK', 'lnk'],
  ['CL_TYPE_SWF', 'swf'],
  ['CL_TYPE_HTML', 'html'],
  ['CL_TYPE_MAIL', 'mail'],
  ['CL_TYPE_TEXT_ASCII', 'text'],
  ['CL_TYPE_TEXT_UTF8', 'text'],
  ['CL_TYPE_TEXT_UTF16LE', 'utf16'],
  ['CL_TYPE_TEXT_UTF16BE', 'utf16'],
  ['CL_TYPE_GRAPHICS', 'graphics'],
  ['CL_TYPE_ZIP', 'zip'],
  ['CL_TYPE_GZ', 'gzip'],
  ['CL_TYPE_POSIX_TAR', 'tar'],
  ['CL_TYPE_OLD_TAR', 'tar'],
  ['CL_TYPE_7Z', '7z'],
  ['CL_TYPE_ALZ', 'alz'],
  ['CL_TYPE_ARJ', 'arj'],
  ['CL_TYPE_BINHEX', 'binhex'],
  ['CL_TYPE_BZ', 'bzip2'],
  ['CL_TYPE_MSCAB', 'cab'],
  ['CL_TYPE_MSCHM', 'chm'],
  ['CL_TYPE_CPIO_OLD', 'cpio'],
  ['CL_TYPE_CPIO_ODC', 'cpio'],
  ['CL_TYPE_CPIO_NEWC', 'cpio'],
  ['CL_TYPE_CPIO_CRC', 'cpio'],
  ['CL_TYPE_EGG', 'egg'],
  ['CL_TYPE_ISO9660', 'iso'],
  ['CL_TYPE_UDF', 'iso'],
  ['CL_TYPE_LHA_LZH', 'lha'],
  ['CL_TYPE_RAR', 'rar'],
  ['CL_TYPE_MSSZDD', 'szdd'],
  ['CL_TYPE_TNEF', 'tnef'],
  ['CL_TYPE_UUENCODED', 'uuencode'],
  ['CL_TYPE_XAR', 'xar'],
  ['CL_TYPE_XZ', 'xz'],
  ['CL_TYPE_ZSTD', 'zstd'],
  ['CL_TYPE_BINARY_DATA', 'data'],
]);
