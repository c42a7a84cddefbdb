/**
 * A pretend product: knows one "signature", the text EVIL, and does on demand whatever the command must be able to bear.
 *
 * The name of a file says what happens to it: `slow-200` takes 200 ms, `encrypted` and `depth` are unscanned for that reason, `dies` kills its
 * worker, `never-read` is clean unread. Anything else is read and searched.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExplainReport, Operations, ScanEngine } from '../../../src/frontends/cli/operations.ts';
import type { EngineInfo, EngineOptions, PatternChoice } from '../../../src/scan/options.ts';
import type { Unscanned, UnscannedReason, Verdict } from '../../../src/scan/verdict.ts';
import { FakePublisher } from './fake-publisher.ts';
import { FakeStore } from './fake-store.ts';
import { FakeUpdates } from './fake-updates.ts';

const NEEDLE = 'EVIL';

export const FACTORY_INFO: EngineInfo = {
  productVersion: '0.1.0',
  engineVersion: '1.0.0',
  node: '24.21.0',
  patterns: [
    {
      path: '/opt/sigwall/factory.npf',
      number: 1000,
      signatures: 3,
      skipped: {},
      released: '2026-01-01T00:00:00.000Z',
      channel: 'stable',
      factory: true,
    },
  ],
  patternNumber: 1000,
  signatures: 3,
  loadMs: 12,
  compiled: false,
};

/** What the command asked for, in order. */
export class FakeOperations implements Operations {
  readonly calls: unknown[][] = [];
  readonly store = new FakeStore(this.calls);
  readonly updates = new FakeUpdates(this.calls);
  readonly publisher = new FakePublisher(this.calls);
  /** Most files that were being scanned at one time. */
  mostInFlight = 0;
  info: EngineInfo = FACTORY_INFO;
  /** Of patterns that are named. */
  released = FACTORY_INFO.patterns[0]!.released;
  #inFlight = 0;

  async openEngine(options: Partial<EngineOptions>): Promise<ScanEngine> {
    this.calls.push(['openEngine', options]);
    if (options.patterns?.includes('broken.npf')) {
      throw Object.assign(new Error('broken.npf: header: expected 32 bytes, got 3'), {
        code: 'PATTERN_FILE_TRUNCATED',
      });
    }
    if (options.patterns?.includes('slow.npf')) await sleep(60_000);
    return {
      info: options.patterns?.length ? this.#infoOf(options.patterns) : this.info,
      scanFile: (path, { signal }) => this.#count(this.#scanFile(path, signal)),
      scanStream: (stream) => this.#count(scanStream(stream)),
      close: async () => {
        this.calls.push(['close']);
      },
    };
  }

  async patternInfo(options: Partial<EngineOptions>) {
    this.calls.push(['patternInfo', options]);
    return options.patterns?.length ? this.#infoOf(options.patterns) : this.info;
  }

  async compile(sources: readonly string[], options: Parameters<Operations['compile']>[1]) {
    this.calls.push(['compile', sources, options]);
    const coverage = {
      lines: 1239,
      loaded: 1237,
      active: 1234,
      inactive: { ignored: 1, 'waiting:ole2': 1, 'waiting:inside-rar': 1 },
      skipped: { malformed: 1, 'unsupported:icon': 1 },
    };
    return {
      ...options,
      bytes: 123_456,
      contentDigest: 'ab'.repeat(32),
      signatures: 1234,
      byKind: { body: 1000, hash: 234 },
      coverage,
      sources: sources.map((path) => ({ path, signatures: 1237, skipped: 2, coverage })),
      ignored: ['sigs/daily.cvd.sign', 'sigs/README'],
      skipped: [
        { name: 'Icon.One', source: sources[0]!, line: 12, reason: 'unsupported:icon', detail: '' },
        { name: '', source: sources[0]!, line: 99, reason: 'malformed', detail: 'expected 4 fields, got 2' },
      ],
      inactive: [
        { name: 'Ignored.One', source: sources[0]!, line: 1, reason: 'ignored' },
        { name: 'Macro.One', source: sources[0]!, line: 2, reason: 'waiting:ole2' },
        { name: 'Rar.One', source: 'old.npf', line: 0, reason: 'waiting:inside-rar' },
      ],
      expensive: [{ name: 'Zeros', reason: 'its rarest atom is 8 zero bytes' }],
      elapsedMs: 1500,
    };
  }

  async *findSignatures(patterns: PatternChoice, query: string) {
    this.calls.push(['findSignatures', patterns, query]);
    for (const name of ['Evil-Test', 'Evil-Other']) {
      if (!name.toLowerCase().includes(query.toLowerCase())) continue;
      yield { name, kind: 'body', target: 'any', path: 'factory.npf' };
    }
  }

  async showSignature(patterns: PatternChoice, name: string) {
    this.calls.push(['showSignature', patterns, name]);
    if (name !== 'Evil-Test') return [];
    return [
      {
        name,
        kind: 'body',
        target: 'any',
        path: 'factory.npf',
        fields: [['Levels', '1 … 255']] as const,
        patterns: ['45 56 49 4c'],
        condition: '0',
      },
    ];
  }

  async testSignature(patterns: PatternChoice, name: string, file: string): Promise<ExplainReport> {
    this.calls.push(['testSignature', patterns, name, file]);
    return this.explain(file, { ...patterns, signature: name });
  }

  async explain(file: string, options: Parameters<Operations['explain']>[1]): Promise<ExplainReport> {
    this.calls.push(['explain', file, options]);
    const bytes = await readFile(file);
    const offset = bytes.indexOf(NEEDLE);
    const part = { pattern: 0, offset, length: NEEDLE.length, bytes: Buffer.from(NEEDLE) };
    const detection = { name: 'Evil-Test', entry: ['in.exe'], fileType: 'other', by: 'body' as const };
    return {
      verdict: verdictOf(bytes),
      layers: [
        { entry: [], fileType: 'zip', size: bytes.length },
        { entry: ['in.exe'], fileType: 'pe', size: 4000 },
      ],
      detections: offset < 0 ? [] : [{ ...detection, summary: '', parts: [part] }],
      missing:
        options.signature === undefined || offset >= 0
          ? []
          : [{ entry: [], signature: options.signature, reasons: ['pattern 0 matches nowhere'] }],
    };
  }

  #infoOf(paths: readonly string[]): EngineInfo {
    const patterns = paths.map((path) => ({
      ...FACTORY_INFO.patterns[0]!,
      path,
      number: 1234,
      signatures: 5678,
      released: this.released,
      skipped: { 'regular expressions': 2 },
      factory: false,
    }));
    return { ...FACTORY_INFO, patterns, patternNumber: 1234, signatures: 5678 };
  }

  async #count<T>(scan: Promise<T>): Promise<T> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      return await scan;
    } finally {
      this.#inFlight--;
    }
  }

  async #scanFile(path: Buffer, signal: AbortSignal): Promise<Verdict> {
    const name = path.toString();
    const [, delay] = /slow-(\d+)/.exec(name) ?? [];
    if (delay !== undefined) await sleep(Number(delay), undefined, { signal });
    if (name.includes('dies')) throw Object.assign(new Error('the worker died'), { code: 'SCAN_WORKER_DIED' });
    if (name.includes('never-read')) return verdictOf(Buffer.alloc(0));
    const bytes = await readFile(path);
    const [reason] = /encrypted|depth/.exec(name) ?? [];
    return verdictOf(bytes, reason as UnscannedReason | undefined);
  }
}

async function scanStream(stream: AsyncIterable<Uint8Array>): Promise<Verdict> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return verdictOf(Buffer.concat(chunks));
}

function verdictOf(bytes: Buffer, reason?: UnscannedReason): Verdict {
  const base = {
    patternNumber: 1000,
    engineVersion: '1.0.0',
    size: bytes.length,
    objects: 1,
    scannedBytes: bytes.length,
    elapsedMs: 0.1234567,
  };
  const unscanned: Unscanned[] = reason ? [{ reason, entry: ['a.zip', 'b\n.exe'], message: `${reason} is met` }] : [];
  if (bytes.includes(NEEDLE)) {
    const detection = { name: 'Evil-Test', fileType: 'other', by: 'body', offset: bytes.indexOf(NEEDLE) } as const;
    return { ...base, kind: 'infected', detections: [{ ...detection, entry: ['b.exe'] }], unscanned };
  }
  const [first] = unscanned;
  return first ? { ...base, kind: 'unscanned', unscanned: [first] } : { ...base, kind: 'clean' };
}
