/**
 * A publisher and a consumer on this machine: what a fleet does, with one member.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_VERSION, encodePatternFile } from '../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../src/host/host.ts';
import { initRepository } from '../../src/publish/init.ts';
import { release } from '../../src/publish/release.ts';
import { type Served, serveRepository } from '../../src/publish/serve.ts';
import { createTrial } from '../../src/scan/trial/trial.ts';
import type { UpdateOutcome } from '../../src/update/outcome.ts';
import { updateOnce } from '../../src/update/update.ts';
import type { PatternDay } from './days.ts';

export interface Fleet extends AsyncDisposable {
  /** Directory of the consumer's store. */
  readonly store: string;
  /** Makes a day the newest release. */
  publish(day: PatternDay): Promise<void>;
  update(): Promise<UpdateOutcome>;
}

/** @param directory empty, and removed by the caller */
export async function openFleet(directory: string): Promise<Fleet> {
  const publisher = join(directory, 'publisher');
  const store = join(directory, 'store');
  const { rootFile } = await initRepository(publisher, { passphrase: undefined, now: new Date() });
  let served: Served | undefined;
  return {
    store,
    async publish(day) {
      await release(publisher, [], {
        number: day.header.number,
        channel: 'stable',
        released: day.header.released,
        passphrase: undefined,
        now: new Date(),
        clean: [],
        compile: async (_, { output, number, released, engineRange }) => {
          const header = { ...day.header, number, released, engineRange };
          writeFileSync(
            output,
            encodePatternFile(day.content, header, { digester: nodeDigester, compressor: zstdCompressor }),
          );
          return { skipped: [] };
        },
        selfTest: async () => {},
        findCleanHits: async () => [],
      });
    },
    async update() {
      served ??= await serveRepository(publisher, { port: 0 });
      return updateOnce({
        store,
        url: served.url,
        rootFile,
        engineVersion: ENGINE_VERSION,
        machineId: 'bench',
        trial: createTrial({ clean: [], strict: false }),
      });
    },
    async [Symbol.asyncDispose]() {
      await served?.close();
    },
  };
}
