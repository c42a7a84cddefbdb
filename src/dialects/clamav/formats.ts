/**
 * Which files hold ClamAV's text formats, by their names. Apart from the readers: who only asks for a name need not load them.
 */

const FORMATS = [
  'hdb',
  'hdu',
  'hsb',
  'hsu',
  'mdb',
  'mdu',
  'msb',
  'msu',
  'fp',
  'sfp',
  'ndb',
  'ndu',
  'ldb',
  'ldu',
  'db',
  'ign',
  'ign2',
] as const;

/** A format that can be read: the extension of the files that hold it. */
export type ClamavFormat = (typeof FORMATS)[number];

/** The format of a file, by the extension of its name in any case; undefined when it is none of ours. */
export function formatOfName(fileName: string): ClamavFormat | undefined {
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  return FORMATS.find((format) => format === extension);
}
