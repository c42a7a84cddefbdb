/** Where the functions of the kernel tell their caller how far they came. */

// Search state, u32 words: see ../../layout.ts.
export const S_NEXT: usize = 0;
export const S_HITS: usize = 4;
export const S_CANDIDATES1: usize = 8;
export const S_CANDIDATES2: usize = 12;
export const S_STEPS: usize = 16;
export const S_ENTRY: usize = 20;
export const S_SCRATCH: usize = 32;
