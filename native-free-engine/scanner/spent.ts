/** Thrown inside a scan when a budget of the engine is spent; the scanner turns it into a value. */
export class Spent extends Error {
  /** The segment whose search made too much work; undefined when it was no single one. */
  readonly segment: number | undefined;
  /** The regular expression that did. */
  readonly pattern: number | undefined;
  constructor(message: string, segment?: number, pattern?: number) {
    super(message);
    this.segment = segment;
    this.pattern = pattern;
  }
}
