/**
 * Where the benchmarks keep what they make, and where the shared data lies.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Corpora and packages that were fetched: made once, kept between runs. */
export const BENCH_CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sigwall-bench');

/** What `npm run build` makes. */
export const OWN_DIST = fileURLToPath(new URL('../dist', import.meta.url));
/** … or another build that is to be measured. */
export const DIST = process.env.SIGWALL_BENCH_DIST || OWN_DIST;

/** Real signatures, beside the checkout; data/README.md says what is in it. */
export const SHARED_DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
