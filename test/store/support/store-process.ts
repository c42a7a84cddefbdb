/** A process that changes a store, as another user or until it is killed at a call. See store-child.ts. */
import { writeFileSync, writeSync } from 'node:fs';
import { type DurableFiles, nodeFiles } from '../../../src/files/durable.ts';
import { PatternStore } from '../../../src/store/store.ts';
import { PASSED, patternFile, QUARANTINED } from './patterns.ts';
import type { ChildReport, ChildTask, Step } from './store-child.ts';

const { directory, user, killAt, halfWritten, steps, keep, lockTimeoutMs }: ChildTask = JSON.parse(process.argv[2]!);
const calls: string[] = [];

/** Kills this process in place of call `killAt`, counted from 1; a write is half done by then when that was asked for. */
function mortal(files: DurableFiles): DurableFiles {
  return new Proxy(files, {
    get:
      (target, name: keyof DurableFiles) =>
      (...parameters: unknown[]) => {
        if (calls.push(name) === killAt) {
          if (halfWritten && name === 'write') {
            const [descriptor, bytes] = parameters as [number, Uint8Array];
            target.write(descriptor, bytes.subarray(0, bytes.length >> 1));
          }
          process.kill(process.pid, 'SIGKILL');
        }
        return (target[name] as (...all: unknown[]) => unknown)(...parameters);
      },
  });
}

function report(line: ChildReport): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function take(store: PatternStore, [verb, value]: Step): void {
  if (verb === 'install' || verb === 'install-quarantined') {
    const staged = store.stage(patternFile(value));
    const trial = verb === 'install' ? PASSED : QUARANTINED;
    if (verb !== 'install') writeFileSync(staged.quarantinePath, 'Test.Noisy\n');
    store.install(staged, trial);
  } else if (verb === 'rollback') store.rollback();
  else if (verb === 'use') store.use(value);
  else if (verb === 'pin') store.pin(value);
  else if (verb === 'hold') store.hold('forever');
  else store.prune(value);
}

if (user !== undefined) {
  process.setgid?.(user);
  process.setuid?.(user);
}
try {
  const store = PatternStore.open(directory, {
    files: mortal(nodeFiles),
    keep,
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
  });
  for (const step of steps) {
    take(store, step);
    report({ done: step[0], calls });
  }
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  report({ code: code ?? String(error), message });
}
