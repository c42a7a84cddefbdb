/** A directory for one test, filled and removed again. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export class Tree {
  readonly path = mkdtempSync(join(tmpdir(), 'sigwall-test-'));

  constructor() {
    chmodSync(this.path, 0o755); // a test looks at it as another user
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Absolute path of a name in it; bytes for a name that is no UTF-8. */
  at(name: string | Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.path}/`), Buffer.from(name as string)]);
  }

  file(name: string | Buffer, contents: string | Buffer = ''): this {
    mkdirSync(dirname(this.at(name).toString()), { recursive: true });
    writeFileSync(this.at(name), contents);
    return this;
  }

  directory(name: string): this {
    mkdirSync(this.at(name), { recursive: true });
    return this;
  }

  link(name: string, target: string): this {
    symlinkSync(target, this.at(name));
    return this;
  }

  fifo(name: string): this {
    execFileSync('mkfifo', [this.at(name).toString()]);
    return this;
  }
}
