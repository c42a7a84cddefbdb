/**
 * What clamscan takes for a mail: pairs of headers to the byte, first lines in letters of any size, and the targets that the bytes of a mail get.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CLAMSCAN_OPTIONS, readClamscanLines } from '../../bench/scan/clamscan.ts';
import { sight } from '../../src/filetype/identify.ts';
import { MemorySource } from '../../src/unpack/source.ts';
import { HEADER_PAIRS, mailOf } from '../filetype/mail-rows.ts';

const hasClamscan = spawnSync('clamscan', ['--version']).status === 0;
if (!hasClamscan) process.stderr.write('SKIPPED: clamscan is missing; what makes a mail is compared with nothing\n');

const directory = mkdtempSync(join(tmpdir(), 'mail-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Of each text, whether a signature for mail finds its last words. */
function mailsThere(texts: readonly string[]): boolean[] {
  const patterns = join(directory, 'mail.ndb');
  writeFileSync(patterns, `Mail:4:*:${Buffer.from('some words').toString('hex')}\n`);
  const paths = texts.map((text, i) => {
    const path = join(directory, `${i}`);
    writeFileSync(path, text, 'latin1');
    return path;
  });
  const { stdout } = spawnSync('clamscan', [...CLAMSCAN_OPTIONS, '-d', patterns, ...paths], { encoding: 'utf8' });
  const { names } = readClamscanLines(stdout);
  return paths.map((path) => names.get(path)?.has('Mail') ?? false);
}

function mailsHere(texts: readonly string[]): boolean[] {
  return texts.map((text) => sight(new MemorySource(Buffer.from(text, 'latin1'))).type === 'mail');
}

/** A word with one letter of the other size, for each letter. */
function turned(word: string): string[] {
  return Array.from(word, (letter, i) => {
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    return word.slice(0, i) + other + word.slice(i + 1);
  });
}

const FIRST_LINES =
  'From|To|For|Date|Subject|Received|Received-SPF|Return-Path|Return-path|Delivered-To|Delivery-date|Envelope-to|Message-ID|Message-Id|X-Apparently-To|X-Envelope-From|X-Original-To|X-Real-To|X-Sieve|X-UIDL|X-EVS|X-Symantec-|Cc|Sender|Reply-To|MIME-Version|Content-Type|Status|X-Mailer'.split(
    '|',
  );

describe.skipIf(!hasClamscan)('as clamscan has it', () => {
  test('places of headers and the bytes between them', () => {
    const texts = HEADER_PAIRS.flatMap(([first, second, lastStart, gap]) => [
      ...[lastStart, lastStart + 1].map((at) => mailOf(first, second, at, 0)),
      ...[gap, gap + 1].map((between) => mailOf(first, second, 20, between)),
    ]);
    expect(mailsHere(texts)).toEqual(mailsThere(texts));
  });

  test('letters of both sizes in headers', () => {
    const texts = HEADER_PAIRS.flatMap(([first, second]) => [
      ...turned(first).map((other) => mailOf(other, second, 20, 9)),
      ...turned(second).map((other) => mailOf(first, other, 20, 9)),
    ]);
    expect(mailsHere(texts)).toEqual(mailsThere(texts));
  });

  test('first lines', () => {
    const lines = FIRST_LINES.flatMap((name) => [name, ...turned(name)].flatMap((word) => [`${word}: x`, `${word} x`]));
    const texts = [...lines, '>From x', '>from x', ' From: x', 'Hi. This is the qmail-send', 'Hi. This is'].map(
      (line) => `${line}\n\nsome words\n`,
    );
    expect(mailsHere(texts)).toEqual(mailsThere(texts));
  });
});
