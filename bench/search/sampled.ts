/** Where literals are sampled from: libraries, which are in no haystack of the benchmarks. */
export const LIBRARIES = { directory: '/usr/lib/x86_64-linux-gnu', files: /\.so(\.|$)/, bytes: 32, seed: 1 } as const;
