/**
 * Which files hold ClamAV's text formats, by their names. Apart from the readers: who only asks for a name need not load them.
 */

const READ_FORMATS = [
  'hdb',
  'hdu',
  'hsb',
  'hsu',
  'mdb',
  'mdu',
  'msb',
  'msu',
  'imp',
  'fp',
  'sfp',
  'ndb',
  'ndu',
  'ldb',
  'ldu',
  'db',
  'ign',
  'ign2',
  'ftm',
] as const;

const UNREAD_FORMATS = [
  // Phishing: addresses and domains that mails pretend to lead to.
  'pdb',
  'gdb',
  'wdb',
  // Certificates, that is, who may sign a program.
  'cat',
  'crb',
  // Programs in bytecode, and switches of the engine.
  'cbc',
  'cfg',
  // Passwords of archives, and files by their names and sizes in archives.
  'pwdb',
  'cdb',
  'rmd',
  'zmd',
  // Icons of programs.
  'idb',
  // Other dialects.
  'ioc',
  'yar',
  'yara',
  // What a database says of its files; those who open databases have read it.
  'info',
] as const;

/** A format that can be read: the extension of the files that hold it. */
export type ReadFormat = (typeof READ_FORMATS)[number];

/** A format of ClamAV whose lines are counted and not read. */
export type UnreadFormat = (typeof UNREAD_FORMATS)[number];

export type ClamavFormat = ReadFormat | UnreadFormat;

const FORMATS: readonly ClamavFormat[] = [...READ_FORMATS, ...UNREAD_FORMATS];
const BODIES: ReadonlySet<string> = new Set(['ndb', 'ndu', 'ldb', 'ldu', 'db'] satisfies ReadFormat[]);
const UNREAD: ReadonlySet<string> = new Set(UNREAD_FORMATS);

/** The format of a file, by the extension of its name in any case; undefined when it is none of ClamAV's. */
export function formatOfName(fileName: string): ClamavFormat | undefined {
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  return FORMATS.find((format) => format === extension);
}

/** Whether its lines are signatures of what files hold, not of their digests. */
export function isBodyFormat(format: ClamavFormat): boolean {
  return BODIES.has(format);
}

export function isUnreadFormat(format: ClamavFormat): format is UnreadFormat {
  return UNREAD.has(format);
}
