/** A thread that makes a pattern file. */
import { type PatternFileOptions, writePatternFile } from './pattern-writer.ts';
import { answerThread } from './thread.ts';

export interface WriteTask {
  readonly sources: readonly string[];
  readonly options: PatternFileOptions;
}

await answerThread(({ sources, options }: WriteTask) => writePatternFile(sources, options));
