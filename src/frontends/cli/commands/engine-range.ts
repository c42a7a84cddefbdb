/** The parser of `--engine`. Apart from the others, since semver takes its time to load. */
import { isEngineRange } from '../../../store/engine-range.ts';
import { badValue } from '../commander.ts';

/** A SemVer range of engines. A range that cannot be read would fit no engine at all. */
export function readEngineRange(text: string): string {
  if (!isEngineRange(text)) throw badValue('a SemVer range such as ">=1.2.0 <3.0.0-0"');
  return text;
}
