/** The engines that a definition can name: ours first, so that ratios are ours to theirs. */
import { AHO_CORASICKS } from '../peers/aho-corasick.ts';
import { HYPERSCANS } from '../peers/hyperscan.ts';
import type { SearchEngine } from './engine.ts';
import { INDEX_OF } from './index-of.ts';
import { OUR_TWIN, OURS } from './ours.ts';
import { REFERENCE } from './reference.ts';

export const NATIVE_ENGINES: readonly SearchEngine[] = [...HYPERSCANS, ...AHO_CORASICKS];
export const SEARCH_ENGINES: readonly SearchEngine[] = [OURS, ...NATIVE_ENGINES, OUR_TWIN, INDEX_OF, REFERENCE];
