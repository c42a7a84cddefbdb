/**
 * Mail, as clamscan 1.4.6 tells it from other text: by its first line, or by two headers of a pair that are not far from each other.
 *
 * Asked letter by letter and byte by byte: capitals count as written here, and the places are where the first header begins and how many bytes lie
 * between the two.
 */

const START =
  /^(?:>?From |(?:From|To|For|Date|Subject|Received|Received-SPF|Return-[Pp]ath|Delivered-To|Delivery-date|Envelope-to|Message-I[Dd]|X-Apparently-To|X-Envelope-From|X-Original-To|X-Real-To|X-Sieve|X-UIDL): |X-EVS|X-Symantec-|Hi\. This is the qmail-send)/;

interface HeaderPair {
  readonly first: RegExp;
  /** Last place where the first header may begin. */
  readonly lastStart: number;
  readonly second: RegExp;
  /** Most bytes between the two. */
  readonly gap: number;
}

const PAIRS: readonly HeaderPair[] = [
  { first: /\n[Ff]rom: /g, lastStart: 1024, second: /\n[Cc]ontent-[Tt]ype: /g, gap: 2048 },
  { first: /\n[Ff]rom: /g, lastStart: 1024, second: /\n[Mm][Ii][Mm][Ee]-[Vv]ersion: /g, gap: 1024 },
  { first: /\n[Rr]eceived: /g, lastStart: 2048, second: /\n[Cc]ontent-[Tt]ype: /g, gap: 2048 },
  { first: /\n[Mm]essage-[Ii]d: /g, lastStart: 1024, second: /\n[Cc]ontent-[Tt]ype: /g, gap: 1024 },
  { first: /Delivered-To: /g, lastStart: 1024, second: /Received: /g, gap: 255 },
];
/** All pairs end before. */
const PAIR_BYTES = 2048 + 2048 + 64;

/** @param text the object's first bytes, one character each */
export function startsAsMail(text: string): boolean {
  return START.test(text);
}

/** @param text as much of the object as may be looked at, one character for each byte */
export function hasMailHeaders(text: string): boolean {
  const head = text.slice(0, PAIR_BYTES);
  return PAIRS.some((pair) => hasPair(head, pair));
}

/** The nearest first header before each second one is enough; with few of either in the head, that is linear. */
function hasPair(head: string, { first, lastStart, second, gap }: HeaderPair): boolean {
  const ends: number[] = [];
  for (const match of head.matchAll(first)) if (match.index <= lastStart) ends.push(match.index + match[0].length);
  if (ends.length === 0) return false;
  for (const { index } of head.matchAll(second)) {
    const end = ends.findLast((end) => end <= index);
    if (end !== undefined && index - end <= gap) return true;
  }
  return false;
}
