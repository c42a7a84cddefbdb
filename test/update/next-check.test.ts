import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../src/files/lock.ts';
import { EMPTY_STATE, readUpdateMemory, readUpdaterState, writeUpdaterState } from '../../src/update/memory.ts';
import { noteNextCheck } from '../../src/update/next-check.ts';

const AT = new Date('2026-11-25T03:17:00Z');

function store(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sigwall-next-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('the time is noted beside what the updates noted, and taken away again', () => {
  const directory = store();
  writeUpdaterState(directory, { ...EMPTY_STATE, url: 'https://a.test/', lastTrusted: '2026-11-24T00:00:00.000Z' });
  noteNextCheck(directory, AT);
  expect(readUpdaterState(directory)).toMatchObject({
    url: 'https://a.test/',
    nextCheck: '2026-11-25T03:17:00.000Z',
    lastTrusted: '2026-11-24T00:00:00.000Z',
  });
  noteNextCheck(directory, undefined);
  expect(readUpdateMemory(directory)).toMatchObject({ url: 'https://a.test/', nextCheck: undefined });
});

test('where nothing was ever updated nothing is noted', () => {
  const directory = store();
  noteNextCheck(directory, AT);
  expect(readUpdateMemory(directory)).toBeUndefined();
});

test('while an update is at work its notes are left alone', () => {
  const directory = store();
  writeUpdaterState(directory, { ...EMPTY_STATE, url: 'https://a.test/' });
  const unlock = takeLock(join(directory, 'update.lock'), 0);
  expect(unlock).toBeDefined();
  noteNextCheck(directory, AT);
  expect(readUpdateMemory(directory)?.nextCheck).toBeUndefined();
  unlock?.();
  noteNextCheck(directory, AT);
  expect(readUpdateMemory(directory)?.nextCheck).toBe(AT.toISOString());
});
