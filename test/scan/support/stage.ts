/** A pattern file that is staged as a store would stage it, in a directory of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileSignatures, type Signature } from '../../../native-free-engine/index.ts';
import { nodeDigester, zstdCompressor } from '../../../src/host/host.ts';
import { Engine } from '../../../src/scan/engine.ts';
import type { StagedPattern } from '../../../src/store/staging.ts';

export class Stage {
  readonly directory = mkdtempSync(join(tmpdir(), 'sigwall-trial-'));
  readonly staged: StagedPattern;

  constructor(signatures: readonly Signature[], number = 1041) {
    const path = join(this.directory, `${number}.npf`);
    const description = { number, released: '2026-11-24T00:00:00Z', channel: 'stable', engineRange: '*', sources: [] };
    const host = { digester: nodeDigester, compressor: zstdCompressor };
    writeFileSync(path, compileSignatures(signatures, description, host).bytes);
    this.staged = {
      number,
      path,
      quarantinePath: join(this.directory, 'quarantine.ign2'),
      imageDirectory: join(this.directory, 'images'),
    };
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** One byte of the records becomes another. */
  damage(): void {
    const bytes = readFileSync(this.staged.path);
    bytes[bytes.length - 20]! ^= 0xff;
    writeFileSync(this.staged.path, bytes);
  }

  /** What an engine finds that is given the staged files, and whether it had to compile. */
  async scanWithStoreImage(content: string): Promise<{ compiled: boolean; found: string[] }> {
    const { path, quarantinePath, imageDirectory } = this.staged;
    await using engine = await Engine.open({
      patterns: [path, quarantinePath],
      cacheDirectory: imageDirectory,
      threads: 1,
      allMatches: true,
    });
    const verdict = await engine.scanBuffer(Buffer.from(content));
    const found = verdict.kind === 'infected' ? verdict.detections.map(({ name }) => name) : [];
    return { compiled: engine.info.compiled, found };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
