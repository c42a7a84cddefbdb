/**
 * What differs between two pattern files, by names of signatures: for people who read a release note.
 *
 * A name may stand for several signatures. It is `changed` when both sides have some of that name and not the same ones, or when only one of them switches
 * it off. Records that this engine cannot read have no name here.
 */

import { RecordCursor } from './content.ts';
import { recordName } from './decode-record.ts';
import { contentNames } from './names.ts';

export interface SignatureNames {
  readonly added: string[];
  readonly removed: string[];
  readonly changed: string[];
}

/**
 * @param from canonical records, as `to`
 * @returns names, each list sorted by code units
 * @throws {PatternFileError} `PATTERN_FILE_MALFORMED`
 */
export function changedSignatures(from: Uint8Array, to: Uint8Array): SignatureNames {
  const differing = differingNames(from, to);
  const before = namesAmong(from, differing);
  const after = namesAmong(to, differing);
  const names = [...differing].sort();
  return {
    added: names.filter((name) => !before.has(name) && after.has(name)),
    removed: names.filter((name) => before.has(name) && !after.has(name)),
    changed: names.filter((name) => before.has(name) && after.has(name)),
  };
}

/** Names in records, ignores included, that only one side has. */
function differingNames(from: Uint8Array, to: Uint8Array): Set<string> {
  const names = new Set<string>();
  const add = ({ bytes, start, end }: RecordCursor): void => {
    const found = recordName(bytes, start, end);
    if (found !== undefined) names.add(found.name);
  };
  const old = new RecordCursor(from);
  const current = new RecordCursor(to);
  let hasOld = old.next();
  let hasCurrent = current.next();
  while (hasOld || hasCurrent) {
    const order = !hasOld ? 1 : !hasCurrent ? -1 : old.compare(current);
    if (order < 0) add(old);
    if (order > 0) add(current);
    if (order <= 0) hasOld = old.next();
    if (order >= 0) hasCurrent = current.next();
  }
  return names;
}

/** Those of the names that a signature of the content has. */
function namesAmong(content: Uint8Array, names: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  if (names.size > 0) for (const name of contentNames(content)) if (names.has(name)) found.add(name);
  return found;
}
