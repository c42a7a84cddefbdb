/** Every definition, in the order in which they run. */
import type { Definition } from './definition.ts';
import { ENGINE_COSTS } from './engine.ts';
import { SCANS } from './scan.ts';
import { SEARCHES } from './search.ts';
import { UPDATES } from './update.ts';
import { YARAS } from './yara.ts';

export const DEFINITIONS: readonly Definition[] = [...SEARCHES, ...ENGINE_COSTS, ...YARAS, ...SCANS, ...UPDATES];
