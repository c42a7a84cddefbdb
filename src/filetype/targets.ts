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
 * Types with targets of their own, views included: text and HTML have theirs when they are normalised. Of mail the whole has target 4; its parts
 * are objects of their own to ClamAV, of whatever type they are.
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
  mail: bit(TARGET.mail),
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
