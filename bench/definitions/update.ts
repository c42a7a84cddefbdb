/** Updates of the real set: what they weigh, how long they take, and what they do to scans in flight. */
import type { UpdateDefinition } from './definition.ts';

/** Half a percent: ClamAV's daily set on an ordinary day. */
const DAY = { kind: 'update', patterns: 'real set', share: 0.005, seed: 1 } as const;

export const UPDATES: readonly UpdateDefinition[] = [
  {
    ...DAY,
    name: 'update/deltas',
    measure: 'deltas',
    days: 30,
    analysis:
      'Digests do not compress, so that a delta weighs about as much of the full file as changed, and each record is counted twice: as gone and as come.',
  },
  {
    ...DAY,
    name: 'update/loopback',
    measure: 'loopback',
    days: 1,
    analysis:
      'Nearly all of an update is the compilation of the image, at the lowest priority, which is what scans in flight notice least.',
  },
  {
    ...DAY,
    name: 'update/switch',
    measure: 'switch',
    days: 1,
    analysis:
      'The next image is filled by a thread while scans go on in the other memory, so that a switch is a change of a pointer.',
  },
];
