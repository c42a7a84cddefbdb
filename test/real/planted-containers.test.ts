/** Containers that bench/plants makes: clamscan takes them for what they are, and finds the object in them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { peHost } from '../../bench/plants/hosts.ts';
import { packedIn } from '../../bench/plants/pack.ts';
import { findClamscan } from '../../bench/scan/clamscan.ts';

const clamscan = findClamscan();
if (typeof clamscan === 'string')
  process.stderr.write(`SKIPPED: ${clamscan}; planted containers are not shown to it\n`);

const directory = mkdtempSync(join(tmpdir(), 'real-planted-containers-'));
afterAll(() => rmSync(directory, { recursive: true }));

const MARK = 'marked by the test';
const DATA = Buffer.from(`\0\x01\x01\0${MARK}${'\0\x01\x01\0'.repeat(20)}`, 'latin1');
const STREAM = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), DATA]);

/** Name of ClamAV's, container of ours, target and the object in it. */
const ROWS = [
  ['ZIP', 'zip', 0, DATA],
  ['GZ', 'gzip', 0, DATA],
  ['MAIL', 'mail', 0, DATA],
  ['PDF', 'pdf', 0, DATA],
  ['RTF', 'rtf', 2, STREAM],
  ['MSOLE2', 'ole2', 0, DATA],
  ['MSOLE2', 'word-macro', 2, DATA],
  ['OOXML_WORD', 'ooxml-word', 0, DATA],
  ['OOXML_XL', 'ooxml-xl', 0, DATA],
  ['OOXML_PPT', 'ooxml-ppt', 0, DATA],
  ['MSEXE', 'pe', 1, Buffer.concat([peHost({ sections: [512], entry: 64 }).bytes, DATA])],
] as const;

describe.skipIf(typeof clamscan === 'string')('an object in a container', () => {
  test('is found there, and by a signature that asks for this container alone', async () => {
    const patterns = join(directory, 'patterns');
    mkdirSync(patterns);
    const mark = Buffer.from(MARK).toString('hex');
    const lines = ROWS.map(
      ([type, container, target]) =>
        `${container};Engine:51-255,Container:CL_TYPE_${type},Target:${target};0;${mark}\n`,
    );
    writeFileSync(join(patterns, 'test.ldb'), lines.join(''));
    const paths = ROWS.map(([, container, , bytes]) => {
      const path = join(directory, container);
      writeFileSync(path, packedIn(container, bytes)!);
      return path;
    });
    if (typeof clamscan === 'string') throw new Error(clamscan);
    const { findings } = await clamscan.scan([patterns], paths);
    const found = Object.fromEntries(
      ROWS.map(([, container], i) => [container, findings.names.get(paths[i]!)?.has(container) ?? false]),
    );
    expect(found).toEqual(Object.fromEntries(ROWS.map(([, container]) => [container, true])));
  });
});
