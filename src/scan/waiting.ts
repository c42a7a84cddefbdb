/**
 * Signatures that are compiled and searched for, but wait for something: what they were written for lies in parts that no unpacker of ours takes out yet.
 *
 * Until then they find only what stands in the file as it is: used in part. They are no active ones in a report, which has them by the target or the container that they wait for.
 */
import { type BodySignature, type Condition, type Signature, TARGET } from '../../native-free-engine/index.ts';
import { isUsed } from '../filetype/type-rules.ts';
import { isOpened } from '../unpack/formats.ts';

/** What a report counts by. */
export type WaitingReason = `waiting:${string}` | 'unsupported:file-type';

/** Streams and macros of OLE2 files, parts of mail, streams of PDF, compressed Flash; what ClamAV writes for itself. */
const WAITING_TARGETS: ReadonlyMap<number, string> = new Map([
  [TARGET.ole2, 'ole2'],
  [TARGET.mail, 'mail'],
  [TARGET.pdf, 'pdf'],
  [TARGET.swf, 'swf'],
  [TARGET.internal, 'internal'],
]);

/** No containers, but what is in them is looked at all the same: scripts of HTML, archives behind programs. `any`: in no container. */
const TAKEN_APART: readonly string[] = ['any', 'html', 'pe'];

/** @returns undefined when it is used as it was meant */
export function waitingReason(signature: Signature): WaitingReason | undefined {
  // A type that nothing here is told by: its objects are looked at like all others.
  if (signature.kind === 'fileType') return isUsed(signature) ? undefined : 'unsupported:file-type';
  if (signature.kind !== 'body') return undefined;
  const target = WAITING_TARGETS.get(signature.target);
  if (target !== undefined) return `waiting:${target}`;
  const container = closedContainer(signature);
  return container === undefined ? undefined : `waiting:inside-${container}`;
}

/** The type of a container that the signature cannot do without, and that cannot be opened. */
function closedContainer({ condition }: BodySignature): string | undefined {
  for (const each of conjunctionOf(condition)) {
    const types = each.kind === 'container' ? [each.type] : each.kind === 'intermediates' ? each.types : [];
    const closed = types.find((type) => !TAKEN_APART.includes(type) && !isOpened(type));
    if (closed !== undefined) return closed;
  }
  return undefined;
}

/** What must all hold: attributes are and-ed before the logic of a signature. */
function conjunctionOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.of : [condition];
}
