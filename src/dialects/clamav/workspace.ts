/** What the reading of one source needs beside the line: buffers and memories that would be costly to set up for each line. */
import { ByteArena } from './arena.ts';
import type { Attributes } from './attributes.ts';
import { BodyPatternReader } from './body-pattern.ts';
import type { Line } from './line.ts';
import type { Logic } from './logic.ts';
import { Recall } from './recall.ts';

export interface Workspace {
  readonly arena: ByteArena;
  readonly patterns: BodyPatternReader;
  readonly attributes: Recall<Attributes>;
  readonly logics: Recall<Logic>;
}

export function createWorkspace(line: Line): Workspace {
  const arena = new ByteArena();
  return {
    arena,
    patterns: new BodyPatternReader(line, arena),
    attributes: new Recall(line.bytes),
    logics: new Recall(line.bytes),
  };
}
