/** Files beside patterns that are none: why, by their names. Apart from the search: who only tells about them need not load it. */

/** ClamAV 1.5 signs databases and updates in files of their own: `daily-27714.cvd.sign`, `daily-27715.cdiff.sign`. */
export function isDetachedSignature(path: string): boolean {
  return /\.(?:cvd|cld|cud|cdiff)\.sign$/i.test(path);
}

/** Why a file in a directory of patterns was passed over, as the end of a sentence. */
export function whyIgnored(path: string): string {
  if (isDetachedSignature(path)) return 'a detached digital signature, which is not looked at';
  return /\.c[vl]d$/i.test(path) ? 'the same database is there in a newer version' : 'no patterns by its name';
}
