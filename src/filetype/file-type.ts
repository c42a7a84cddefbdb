/** The words for what an object is. They stand in verdicts, logs and `ObjectFacts.containers`. */

/** Types whose purpose is to carry other files, or to compress or encode one. */
export const ARCHIVE_TYPES = [
  'zip', // Office documents and jars as well
  'gzip',
  'tar',
  '7z',
  'ace',
  'alz',
  'ar', // Debian packages as well
  'arj',
  'binhex',
  'bzip2',
  'cab',
  'chm',
  'compress',
  'cpio',
  'egg',
  'iso', // UDF as well
  'kwaj',
  'lha',
  'lrzip',
  'lz4',
  'lzip',
  'lzma',
  'lzop',
  'rar',
  'rpm',
  'squashfs',
  'szdd',
  'tnef',
  'uuencode',
  'wim',
  'xar',
  'xz',
  'zoo',
  'zstd',
] as const;
export type ArchiveType = (typeof ARCHIVE_TYPES)[number];

export const FILE_TYPES = [
  'pe', // MZ with a PE header
  'dos', // MZ without one: DOS, NE, LE, LX
  'elf',
  'machO',
  'machOFat',
  'javaClass',
  'ole2',
  'pdf',
  'rtf',
  'oneNote',
  'postscript',
  'lnk',
  'swf',
  'html',
  'mail',
  'text', // ASCII, UTF-8 or another extension of ASCII
  'utf16',
  'graphics',
  'media', // sound and moving pictures
  ...ARCHIVE_TYPES,
  'data', // none of these
] as const;
export type FileType = (typeof FILE_TYPES)[number];
