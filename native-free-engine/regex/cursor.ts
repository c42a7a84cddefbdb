/** A place in a source. One character is one byte. */

export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, or `ahead` behind it; empty at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** The character here, and goes on to the next. */
  take(): string {
    return this.text.charAt(this.at++);
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  takeIf(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  takeMatch(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (!match) return undefined;
    this.at += match[0].length;
    return match;
  }

  /** What stands here, for a message. */
  describe(): string {
    return this.isAtEnd ? 'the end' : JSON.stringify(this.peek());
  }
}
