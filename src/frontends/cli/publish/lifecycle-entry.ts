/** One line of the lifecycle, as words on the command line: `engine=<1.6.0 last=2400 ends=2027-03-31 move-to=>=1.6.0`. */
import { nearestName } from '../../../config/nearest.ts';
import { isEngineRange } from '../../../store/engine-range.ts';
import type { LifecycleEntry } from '../../../update/repository.ts';
import { badValue } from '../commander.ts';
import { readPatternNumber } from '../commands/values.ts';

const FIELDS = ['engine', 'last', 'ends', 'move-to'];
/** A range may hold spaces (`>=1.2.0 <1.6.0`), so a field ends where the next one begins. */
const FIELD = /(?:^|\s)([a-z-]+)=/g;

export function readLifecycleEntry(text: string): LifecycleEntry {
  const fields = fieldsOf(text);
  const engine = fields.get('engine');
  const ends = fields.get('ends');
  const last = fields.get('last');
  const moveTo = fields.get('move-to');
  if (engine === undefined || ends === undefined)
    throw badValue("'engine=RANGE ends=DATE', and perhaps last=N and move-to=RANGE");
  if (!/^\d{4}-\d\d-\d\d$/.test(ends) || Number.isNaN(Date.parse(ends)))
    throw badValue(`ends=DATE such as 2027-03-31, got ${ends}`);
  return {
    engine: readRange('engine', engine),
    ends,
    lastPattern: last === undefined ? undefined : readPatternNumber(last),
    moveTo: moveTo === undefined ? undefined : readRange('move-to', moveTo),
  };
}

function readRange(name: string, range: string): string {
  if (!isEngineRange(range)) throw badValue(`${name}=RANGE such as ${name}=<1.6.0, got ${range}`);
  return range;
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const starts = [...text.matchAll(FIELD)];
  const fields = new Map<string, string>();
  if (starts.length === 0 || text.slice(0, starts[0].index).trim() !== '')
    throw badValue('words such as engine=<1.6.0');
  for (const [at, { index, 0: start, 1: name }] of starts.entries()) {
    const near = nearestName(name, FIELDS);
    if (!FIELDS.includes(name))
      throw badValue(`one of ${FIELDS.join(', ')}, got ${name}${near ? ` (did you mean ${near}?)` : ''}`);
    if (fields.has(name)) throw badValue(`${name} once`);
    const value = text.slice(index + start.length, starts[at + 1]?.index).trim();
    if (value === '') throw badValue(`a value behind ${name}=`);
    fields.set(name, value);
  }
  return fields;
}
