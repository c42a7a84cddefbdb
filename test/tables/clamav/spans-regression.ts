/** What once went wrong, most of it found by `npm run fuzz -- dialect` (notation: spans.ts). */
import type { SpanRow } from './spans.ts';

export const REGRESSION: readonly SpanRow[] = [];
