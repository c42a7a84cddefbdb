/** What is made once, or the reason why it cannot be made here. */
export interface Remembered<T> {
  readonly value?: T;
  readonly missing?: string;
}

/** @param make throws what is missing @returns makes it when it is asked for the first time */
export function remembered<T>(make: () => T): () => Remembered<T> {
  let known: Remembered<T> | undefined;
  return () => {
    try {
      known ??= { value: make() };
    } catch (error) {
      // The first line: compilers and apt-get write many.
      known = { missing: (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]! };
    }
    return known;
  };
}
