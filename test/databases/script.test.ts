/** Scripts of updates: what they make of files, and what ends them. test/real/databases.test.ts asks sigtool the same. */
import { describe, expect, test } from 'vitest';
import { applyScript } from '../../src/databases/script.ts';
import { FITTING, MISFITS, START } from './support/scripts.ts';

const run = (script: string) => {
  const members = new Map(Object.entries(START).map(([name, text]) => [name, Buffer.from(text)]));
  const after = applyScript(members, Buffer.from(script, 'latin1'));
  // Whatever happens to the result, the files before are as they were.
  expect(Object.fromEntries([...members].map(([name, bytes]) => [name, bytes.toString()]))).toEqual(START);
  return Object.fromEntries([...after].map(([name, bytes]) => [name, Buffer.from(bytes).toString('latin1')]));
};

describe('a script', () => {
  for (const [name, script, after] of FITTING) {
    test(name, () => expect(run(script)).toEqual({ ...START, ...after }));
  }

  test('takes a file away', () => expect(run('UNLINK y.ndb\n')).toEqual({ 'x.ndb': START['x.ndb'] }));

  test('moves a single line', () =>
    expect(run('MOVE x.ndb y.ndb 2 a2 2 a2\n')).toEqual({ 'x.ndb': 'a1\na3\na4\na5\n', 'y.ndb': 'b1\nb2\na2\n' }));

  test('of any bytes throws nothing but its own error', () => {
    const letters = [
      'OPEN x.ndb\n',
      'ADD ',
      'DEL 1 ',
      'XCHG 2 a',
      'CLOSE\n',
      'MOVE x.ndb y.ndb 1 ',
      ' ',
      '\n',
      '\xff',
      '0',
      'a1',
    ];
    let seed = 7;
    for (let round = 0; round < 2000; round++) {
      let script = '';
      for (let i = 0; i < 12; i++) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        script += letters[(seed >> 8) % letters.length];
      }
      try {
        run(script);
      } catch (error) {
        expect({ script, code: (error as { code?: string }).code }).toEqual({ script, code: 'DATABASE_UPDATE' });
      }
    }
  });
});

describe('refused', () => {
  test('a file that is never closed', () => {
    expect(() => run('OPEN x.ndb\nADD k\n')).toThrow('expected CLOSE of x.ndb before the end');
  });

  for (const [name, script, message] of MISFITS) {
    test(name, () => {
      expect(() => run(script)).toThrow(
        expect.objectContaining({ code: 'DATABASE_UPDATE', message: expect.stringContaining(message) }),
      );
    });
  }
});

test('the work of a script is linear in its edits', () => {
  const lines = Array.from({ length: 200_000 }, (_, i) => `line${i}`);
  const members = new Map([['x.ndb', Buffer.from(`${lines.join('\n')}\n`)]]);
  // Backwards, so that an insertion into a sorted list would take the square.
  const edits = lines.map((line, i) => `DEL ${i + 1} ${line}`).reverse();
  const after = applyScript(members, Buffer.from(`OPEN x.ndb\n${edits.join('\n')}\nCLOSE\n`));
  expect(after.get('x.ndb')!.length).toBe(0);
});

test('files that are written anew again and again meet a limit', () => {
  const members = new Map([['x.ndb', Buffer.alloc(1000, 'a\n')]]);
  const script = 'OPEN x.ndb\nADD k\nCLOSE\n'.repeat(20);
  const code = 'DATABASE_LIMIT';
  expect(() => applyScript(members, Buffer.from(script), { maxRewrittenBytes: 15_000 })).toThrow(
    expect.objectContaining({ code }),
  );
  expect(applyScript(members, Buffer.from(script)).get('x.ndb')!.length).toBe(1040);
});
