/** Signatures of a pattern file by their names, without decoding the others. */

import type { Signature } from '../signature.ts';
import { RecordCursor } from './content.ts';
import { decodeRecord, recordName } from './decode-record.ts';

/** Names of all signatures, in canonical order of their records: as often as there are signatures of that name. */
export function* contentNames(content: Uint8Array): Generator<string, void, void> {
  const cursor = new RecordCursor(content);
  while (cursor.next()) {
    const found = recordName(content, cursor.start, cursor.end);
    if (found !== undefined && found.kind !== 'ignore') yield found.name;
  }
}

/**
 * All signatures of some names, in canonical order; ignores are none.
 *
 * @throws {PatternFileError} `PATTERN_FILE_MALFORMED`
 */
export function namedSignatures(content: Uint8Array, names: ReadonlySet<string>): Signature[] {
  const found: Signature[] = [];
  const cursor = new RecordCursor(content);
  while (names.size > 0 && cursor.next()) {
    const { start, end } = cursor;
    const named = recordName(content, start, end);
    if (named === undefined || named.kind === 'ignore' || !names.has(named.name)) continue;
    const decoded = decodeRecord(content.subarray(start, end));
    if (typeof decoded !== 'string') found.push(decoded);
  }
  return found;
}
