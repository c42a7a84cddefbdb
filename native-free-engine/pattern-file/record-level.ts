/** Which engines can read a record: the lowest record level that has all the signature says. */

import type { Condition, Pattern, Signature } from '../signature.ts';

/**
 * 1: what the first engines read. 2: byte compares, macros, version information, types of containers around, handlers, imports and file types.
 *
 * A signature of nothing new keeps the level of old, and with it its bytes: an older engine goes on with it.
 */
export function levelOf(signature: Signature): 1 | 2 {
  switch (signature.kind) {
    case 'body':
      return signature.handler !== undefined || signature.patterns.some(isNew) || isNewCondition(signature.condition)
        ? 2
        : 1;
    case 'hash':
      return signature.scope === 'imports' ? 2 : 1;
    case 'ignore':
      return 1;
    case 'macro':
    case 'fileType':
      return 2;
  }
}

function isNew(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'bytes':
      return pattern.offset.kind === 'versionInfo';
    case 'regex':
      return pattern.offset.kind === 'versionInfo' || isNewCondition(pattern.trigger);
    case 'byteCompare':
    case 'macro':
      return true;
  }
}

function isNewCondition(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.some(isNewCondition);
    case 'count':
      return isNewCondition(condition.of);
    case 'intermediates':
      return true;
    case 'container':
      // An older engine would look for a container whose type is called so.
      return condition.type === 'any';
    case 'match':
    case 'fileSize':
    case 'entryPoint':
    case 'sectionCount':
      return false;
  }
}
