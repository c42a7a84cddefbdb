/**
 * The Node API of dist/ in a process of its own: what loading costs and holds, how fast trees and buffers are scanned once it is warm.
 *
 * node bench/engine/probe-process.ts '{"patterns": […], "cache": "…", …}'       prints one line of JSON; probe.ts has the types
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine, EngineOptions } from '../../src/index.ts';
import { DIST } from '../places.ts';
import type { Pass, ProbeOptions, ProbeResult } from './probe.ts';

async function main(options: ProbeOptions): Promise<ProbeResult> {
  const { Engine: OpenedEngine } = (await import(pathToFileURL(join(DIST, 'src/index.js')).href)) as {
    Engine: typeof Engine;
  };
  const { patterns, cache: cacheDirectory, threads } = options;
  const given: Partial<EngineOptions> = { patterns, cacheDirectory, threads, allMatches: true };
  const from = performance.now();
  const engine = await OpenedEngine.open(given);
  // The first answer is part of being open: workers come up meanwhile.
  await engine.scanBuffer(new Uint8Array(1));
  const openSeconds = (performance.now() - from) / 1000;
  const { loadMs, compiled, signatures } = engine.info;
  const loaded = memory();
  const passes: Pass[] = [];
  for (let pass = 0; pass < options.passes; pass++) passes.push(await scanAll(engine, options));
  const latencies = await timeBuffers(engine, options.buffers);
  const scanned = memory();
  await engine.close();
  return {
    openSeconds,
    loadSeconds: loadMs / 1000,
    compiled,
    signatures,
    loadedBytes: loaded.now,
    peakBytes: scanned.peak,
    passes,
    latencies,
  };
}

async function scanAll(engine: Engine, { files, threads }: ProbeOptions): Promise<Pass> {
  let next = 0;
  let infected = 0;
  const takeFiles = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      if ((await engine.scanFile(files[at]!)).kind === 'infected') infected++;
    }
  };
  const cpu = process.cpuUsage();
  const from = performance.now();
  await Promise.all(Array.from({ length: threads * 2 }, takeFiles));
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, infected };
}

/** One after the other, as a service does that waits for each answer. @returns milliseconds of each scan, ascending */
async function timeBuffers(engine: Engine, { bytes, warm, counted, file }: ProbeOptions['buffers']): Promise<number[]> {
  if (counted === 0) return [];
  const content = file === undefined ? new Uint8Array(bytes) : new Uint8Array(readFileSync(file).subarray(0, bytes));
  const times: number[] = [];
  for (let scan = 0; scan < warm + counted; scan++) {
    const from = performance.now();
    await engine.scanBuffer(content);
    if (scan >= warm) times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

/** Resident bytes, and the most there were. */
function memory(): { now: number; peak: number } {
  const peak = process.platform === 'linux' ? /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) : null;
  const now = process.memoryUsage.rss();
  return { now, peak: peak ? Number(peak[1]) * 1024 : now };
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2]!) as ProbeOptions)));
