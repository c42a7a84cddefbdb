/** Conditional and partial requests: RFC 9110, sections 13 and 14. Pure. */
import type { IncomingHttpHeaders } from 'node:http';

/** What makes one state of a file differ from another. */
export interface FileVersion {
  /** Strong. */
  readonly etag: string;
  readonly modifiedMs: number;
}
/** [start, end) in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Whether the client has this state already (304). */
export function isFresh(headers: IncomingHttpHeaders, version: FileVersion): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === version.etag);
  }
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= wholeSeconds(version.modifiedMs);
}

/**
 * @returns undefined: the whole file is sent, which is always a right answer; several ranges, other units and a changed file end there
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  size: number,
  version: FileVersion,
): ByteRange | 'unsatisfiable' | undefined {
  const { range } = headers;
  if (range === undefined || !isUnchanged(headers['if-range'], version)) return undefined;
  const [, first, last] = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(range.replaceAll(' ', '')) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  // `bytes=9-3` is no range at all.
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  return length > 0 && size > 0 ? { start: Math.max(0, size - length), end: size } : 'unsatisfiable';
}

function isUnchanged(condition: string | string[] | undefined, version: FileVersion): boolean {
  if (condition === undefined || condition === version.etag) return true;
  return typeof condition === 'string' && Date.parse(condition) === wholeSeconds(version.modifiedMs);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
