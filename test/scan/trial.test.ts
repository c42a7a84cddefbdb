import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Signature } from '../../native-free-engine/index.ts';
import { createTrial } from '../../src/scan/trial/trial.ts';
import type { TrialReport } from '../../src/store/staging.ts';
import { Stage } from './support/stage.ts';
import { body, hash, ignore, text, wild } from './support/trial-signatures.ts';

const stages: Stage[] = [];
function stage(...signatures: readonly Signature[]): Stage {
  const made = new Stage(signatures);
  stages.push(made);
  return made;
}
afterEach(() => {
  for (const each of stages.splice(0)) each.remove();
});

const CLEAN = { clean: [], strict: false };
const code = (expected: string, message = /./) => ({ code: expected, message: expect.stringMatching(message) });
/** Enough good ones that some bad ones may be left out. */
const GOOD = Array.from({ length: 20 }, (_, i) => body(`Good.${i}`, `only malware number ${i} says this`));

describe('a good pattern file', () => {
  it('is compiled into the image directory, and nothing is quarantined', async () => {
    const { staged } = stage(...GOOD, hash('Good.Hash'));
    const report = await createTrial(CLEAN)(staged, undefined);
    expect(report).toMatchObject({ signatures: 21, quarantine: [] });
    expect(report.samples).toBeGreaterThan(21);
    expect(report.elapsedMs).toBeGreaterThanOrEqual(report.compileMs);
    expect(existsSync(staged.quarantinePath)).toBe(false);
    const [image, ...rest] = readdirSync(staged.imageDirectory);
    expect([image, rest]).toEqual([expect.stringMatching(/\.img$/), []]);
    expect(statSync(join(staged.imageDirectory, image!)).mode & 0o777).toBe(0o644);
  });
  it('without any signature passes as well', async () => {
    expect(await createTrial(CLEAN)(stage().staged, undefined)).toMatchObject({ signatures: 0, quarantine: [] });
  });
  it('whose image a scanner takes as it is', async () => {
    const made = stage(...GOOD, body('Bad.Json', '"name": "sigwall"'));
    await createTrial(CLEAN)(made.staged, undefined);
    const { compiled, found } = await made.scanWithStoreImage('only malware number 7 says this');
    expect({ compiled, found }).toEqual({ compiled: false, found: ['Good.7'] });
  });
});

describe('a trial in the background', () => {
  const niceness = (): number[] =>
    readdirSync('/proc/self/task').flatMap((thread) => {
      try {
        // The name of a thread may hold spaces and brackets.
        const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
        return [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
      } catch {
        return [];
      }
    });
  it.skipIf(process.platform !== 'linux')(
    'runs in a thread of low priority, and no other thread becomes slower',
    async () => {
      const many = Array.from({ length: 5000 }, (_, i) => body(`Many.${i}`, `a text that is ${i}`));
      const before = niceness();
      const most = Math.max(...before);
      let seen: number[] = [];
      let isOver = false;
      const trial = createTrial(CLEAN)(stage(...many).staged, undefined).finally(() => {
        isOver = true;
      });
      while (!isOver && seen.length === 0) {
        await setTimeout(5);
        seen = niceness().filter((nice) => nice > most);
      }
      expect(seen).toHaveLength(1);
      await trial;
      // Nor does one stay behind: the pool for files is made by whoever first needs it.
      expect(Math.max(...niceness())).toBe(most);
    },
  );
  it('gives the same image and the same list each time', async () => {
    const made = stage(...GOOD, body('Bad.Json', '"name": "sigwall"'));
    const run = async (name: string): Promise<unknown[]> => {
      const imageDirectory = join(made.directory, name);
      const { quarantine } = await createTrial(CLEAN)({ ...made.staged, imageDirectory }, undefined);
      const [image] = readdirSync(imageDirectory);
      return [quarantine, image, readFileSync(join(imageDirectory, image!))];
    };
    expect(await run('one')).toEqual(await run('two'));
  });
});

describe('a signature that hits what is clean', () => {
  const json = body('Bad.Json', '"name": "sigwall"');

  it('is quarantined by itself, and the rest goes live', async () => {
    const made = stage(...GOOD, json);
    const report = await createTrial(CLEAN)(made.staged, undefined);
    expect(report).toMatchObject({
      signatures: 20,
      quarantine: [{ name: 'Bad.Json', reason: 'clean-corpus', detail: expect.stringContaining('package.json') }],
    });
    expect(readFileSync(made.staged.quarantinePath, 'utf8')).toBe('Bad.Json\n');
  });
  it('of the user is quarantined, and the file is named', async () => {
    const made = stage(...GOOD);
    const file = made.write('clean/deep/down/report.txt', 'only malware number 3 says this');
    const report = await createTrial({ ...CLEAN, clean: [join(made.directory, 'clean')] })(made.staged, undefined);
    expect(report.quarantine).toEqual([
      { name: 'Good.3', reason: 'clean-corpus', detail: `it hits ${file}, which is clean` },
    ]);
  });
  it('inside a container is quarantined, and the entry is named', async () => {
    const made = stage(...GOOD);
    const { gzipSync } = await import('node:zlib');
    made.write('clean/a.txt.gz', gzipSync('only malware number 3 says this'));
    const report = await createTrial({ ...CLEAN, clean: [join(made.directory, 'clean')] })(made.staged, undefined);
    expect(report.quarantine).toMatchObject([{ name: 'Good.3', detail: expect.stringMatching(/gz > /) }]);
  });
  it('with several of its name is quarantined with all of them', async () => {
    const made = stage(...GOOD, json, body('Bad.Json', 'never seen anywhere'));
    expect(await createTrial(CLEAN)(made.staged, undefined)).toMatchObject({ signatures: 20 });
  });
  it('by a hash is quarantined', async () => {
    const made = stage(...GOOD, hash('Bad.Empty', 'd41d8cd98f00b204e9800998ecf8427e', 0));
    const report = await createTrial(CLEAN)(made.staged, undefined);
    expect(report.quarantine).toMatchObject([{ name: 'Bad.Empty', reason: 'clean-corpus' }]);
  });
  it('is quarantined in either case of header it is content with', async () => {
    const headers = [
      body('Bad.Windows', 'MZ', { target: 1, at: 0 }),
      body('Bad.Linux', '\x7fELF', { target: 6, at: 0 }),
      body('Bad.Pdf', '%PDF-1.', { target: 10, at: 0 }),
      body('Bad.Html', '<html>', { target: 3 }),
    ];
    const made = stage(...GOOD, ...headers);
    const { quarantine } = await createTrial(CLEAN)(made.staged, undefined);
    expect(quarantine.map(({ name }) => name)).toEqual(['Bad.Html', 'Bad.Linux', 'Bad.Pdf', 'Bad.Windows']);
  });
  it('fails the trial when strict, and is named', async () => {
    const made = stage(...GOOD, json);
    const trial = createTrial({ ...CLEAN, strict: true })(made.staged, undefined);
    await expect(trial).rejects.toMatchObject(code('SCAN_TRIAL_QUARANTINE', /Bad\.Json.*package\.json.*strict/));
    expect(existsSync(made.staged.imageDirectory)).toBe(false);
  });
  it('fails the trial when no ignore list can hold its name', async () => {
    const made = stage(...GOOD, body('Bad:Json', '"name": "sigwall"'));
    await expect(createTrial(CLEAN)(made.staged, undefined)).rejects.toMatchObject(
      code('SCAN_TRIAL_QUARANTINE', /"Bad:Json".*no ignore list/),
    );
  });
  it('fails the trial when it begins like a comment', async () => {
    const made = stage(...GOOD, body('#Bad', '"name": "sigwall"'));
    await expect(createTrial(CLEAN)(made.staged, undefined)).rejects.toMatchObject(code('SCAN_TRIAL_QUARANTINE'));
  });
  it('fails the trial when it may not be compiled again', async () => {
    const options = { ...CLEAN, limits: { maxRounds: 1 } };
    await expect(createTrial(options)(stage(...GOOD, json).staged, undefined)).rejects.toMatchObject(
      code('SCAN_TRIAL_QUARANTINE', /after 1 round/),
    );
  });
  it('of the user is found in a single file that is named', async () => {
    const made = stage(...GOOD);
    const clean = [made.write('one file', 'only malware number 3 says this')];
    expect(await createTrial({ ...CLEAN, clean })(made.staged, undefined)).toMatchObject({
      quarantine: [{ name: 'Good.3' }],
    });
  });
  it('among too many of its like fails the trial', async () => {
    const bad = Array.from({ length: 11 }, (_, i) => body(`Bad.${i}`, '"name": "sigwall"'));
    await expect(createTrial(CLEAN)(stage(...GOOD, ...bad).staged, undefined)).rejects.toMatchObject(
      code('SCAN_TRIAL_QUARANTINE', /at most 10 of 31.*got 11.*…/),
    );
  });
  it('as the only one of its file fails the trial', async () => {
    await expect(createTrial(CLEAN)(stage(json).staged, undefined)).rejects.toMatchObject(
      code('SCAN_TRIAL_QUARANTINE', /at most 0 of 1/),
    );
  });
  it('on an ignore list of the file already is no matter', async () => {
    const made = stage(...GOOD, json, ignore('Bad.Json'));
    expect(await createTrial(CLEAN)(made.staged, undefined)).toMatchObject({ signatures: 20, quarantine: [] });
  });
});

describe('a signature that costs too much', () => {
  it('of time is quarantined as measured', async () => {
    const made = stage(...GOOD, wild('Bad.Slow'));
    const limits = { maxNsPerMegabyte: 1000, suspectNsPerMegabyte: 1000 };
    const { quarantine } = await createTrial({ ...CLEAN, limits })(made.staged, undefined);
    expect(quarantine).toEqual([
      { name: 'Bad.Slow', reason: 'time', detail: expect.stringMatching(/ms for each megabyte.*at most 0\.001 ms/) },
    ]);
  });
  it('of time stays by the limits that hold by default, when it only looks expensive', async () => {
    const made = stage(...GOOD, wild('Odd.Slow'));
    expect(await createTrial(CLEAN)(made.staged, undefined)).toMatchObject({ quarantine: [] });
  });
  it('of memory is quarantined before all is compiled', async () => {
    const made = stage(...GOOD, text.large('Bad.Large'));
    const limits = { maxImageBytes: 65_536 };
    const { quarantine, signatures } = await createTrial({ ...CLEAN, limits })(made.staged, undefined);
    expect(quarantine).toMatchObject([{ name: 'Bad.Large', reason: 'memory', detail: expect.stringMatching(/bytes/) }]);
    expect(signatures).toBe(20);
  });
  it('of memory by the variants that it multiplies out to is quarantined', async () => {
    const made = stage(...GOOD, text.manyVariants('Bad.Many'));
    expect(await createTrial(CLEAN)(made.staged, undefined)).toMatchObject({
      quarantine: [{ name: 'Bad.Many', reason: 'memory' }],
    });
  });
  it('by the places that it has in a clean file is quarantined', async () => {
    const made = stage(...GOOD, text.countless('Bad.Places'));
    made.write('clean/pairs', Buffer.alloc(2_400_000, 'ab'));
    // Not measured, or its time would be too much as well.
    const limits = { suspectNsPerMegabyte: 1e12 };
    const options = { ...CLEAN, clean: [join(made.directory, 'clean')], limits };
    expect(await createTrial(options)(made.staged, undefined)).toMatchObject({
      quarantine: [{ name: 'Bad.Places', reason: 'memory', detail: expect.stringMatching(/pairs.*separate places/) }],
    });
  });
});

describe('a trial that fails', () => {
  const noImage = (made: Stage) => expect(existsSync(made.staged.imageDirectory)).toBe(false);
  const rejected = async (made: Stage, trial: Promise<TrialReport>, expected: object) => {
    await expect(trial).rejects.toMatchObject(expected);
    noImage(made);
  };
  it('with a damaged file', async () => {
    const made = stage(...GOOD);
    made.damage();
    await rejected(made, createTrial(CLEAN)(made.staged, undefined), code('SCAN_PATTERNS'));
  });
  it('with no file', async () => {
    const made = stage(...GOOD);
    const staged = { ...made.staged, path: join(made.directory, 'none.npf') };
    await rejected(made, createTrial(CLEAN)(staged, undefined), code('SCAN_PATTERNS'));
  });
  it('with the file of another number', async () => {
    const made = stage(...GOOD);
    await rejected(made, createTrial(CLEAN)({ ...made.staged, number: 7 }, undefined), code('SCAN_PATTERNS', /7/));
  });
  it('with a clean directory that is not there', async () => {
    const made = stage(...GOOD);
    const options = { ...CLEAN, clean: [join(made.directory, 'nowhere')] };
    await rejected(made, createTrial(options)(made.staged, undefined), code('SCAN_TRIAL_CLEAN', /nowhere/));
  });
  it('when its time is over', async () => {
    const made = stage(...GOOD);
    const options = { ...CLEAN, limits: { timeoutMs: 1 } };
    await rejected(made, createTrial(options)(made.staged, undefined), code('SCAN_TRIAL_TIMEOUT'));
  });
  it('when it has not enough memory', async () => {
    const made = stage(...Array.from({ length: 30_000 }, (_, i) => body(`Many.${i}`, `a text that is ${i}`)));
    const options = { ...CLEAN, limits: { maxHeapMegabytes: 16 } };
    await rejected(made, createTrial(options)(made.staged, undefined), code('SCAN_TRIAL_DIED', /memory/));
  });
  it('when it is aborted before it begins', async () => {
    const made = stage(...GOOD);
    await rejected(made, createTrial(CLEAN)(made.staged, AbortSignal.abort()), code('SCAN_ABORTED'));
  });
  it('when it is aborted meanwhile', async () => {
    const made = stage(...GOOD);
    await rejected(made, createTrial(CLEAN)(made.staged, AbortSignal.timeout(20)), code('SCAN_ABORTED'));
  });
  it('when the image cannot be written', async () => {
    const made = stage(...GOOD);
    const imageDirectory = made.write('images', 'no directory');
    await expect(createTrial(CLEAN)({ ...made.staged, imageDirectory }, undefined)).rejects.toMatchObject(
      code('SCAN_TRIAL_STORE'),
    );
  });
  it('with a limit that is none', () => {
    expect(() => createTrial({ ...CLEAN, limits: { maxRounds: -1 } })).toThrow(
      expect.objectContaining(code('SCAN_OPTION', /trial\.maxRounds.*-1/)),
    );
  });
});
