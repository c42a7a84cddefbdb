/** Something that this machine does not have: the benchmark is skipped, and says so. */
export class Missing extends Error {}
