/** The engines that a definition can name. A native peer would get a file of its own here, which says what is missing to run it. */
import type { SearchEngine } from './engine.ts';
import { INDEX_OF } from './index-of.ts';
import { OUR_TWIN, OURS } from './ours.ts';
import { REFERENCE } from './reference.ts';

export const SEARCH_ENGINES: readonly SearchEngine[] = [OURS, OUR_TWIN, INDEX_OF, REFERENCE];
