/** A consumer that is not ours: the Updater of tuf-js over a directory, with a clock of its own. */
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BaseFetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import type { Scene } from './scene.ts';

const BASE = 'http://publisher.test/';

class DirectoryFetcher extends BaseFetcher {
  readonly requests: string[] = [];
  readonly #directory: string;
  constructor(directory: string) {
    super();
    this.#directory = directory;
  }
  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const path = url.slice(BASE.length);
    this.requests.push(path);
    const file = join(this.#directory, path);
    if (!existsSync(file)) throw new DownloadHTTPError('Failed to download', 404);
    return Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  }
}

export class Client {
  readonly #scene: Scene;
  /** Of what it has seen. */
  readonly directory: string;
  requests: readonly string[] = [];

  /** @param root what a person brought here, default the newest; or the directory of a consumer that it goes on from */
  constructor(scene: Scene, root: Uint8Array | string = scene.read('root.json')) {
    this.#scene = scene;
    this.directory = mkdtempSync(scene.path('client-'));
    if (typeof root === 'string') cpSync(root, this.directory, { recursive: true });
    else writeFileSync(join(this.directory, 'root.json'), root);
  }

  /** Downloads a target as the publisher's metadata has it now. @returns undefined when it lists none of that name */
  async fetch(name: string): Promise<Buffer | undefined> {
    const updater = await this.#refreshed();
    const info = await updater.getTargetInfo(name);
    if (info === undefined) return undefined;
    return readFileSync(await updater.downloadTarget(info, join(this.directory, 'target')));
  }

  /** Version of the root that the consumer has come to. */
  async rootVersion(): Promise<number> {
    await this.#refreshed();
    return JSON.parse(readFileSync(join(this.directory, 'root.json'), 'utf8')).signed.version;
  }

  /** Sees the newest timestamp and forgets what it leads to. */
  async timestampOnly(): Promise<void> {
    await this.#refreshed();
    for (const name of readdirSync(this.directory)) {
      if (name !== 'root.json' && name !== 'timestamp.json') rmSync(join(this.directory, name), { recursive: true });
    }
  }

  async #refreshed(): Promise<Updater> {
    const fetcher = new DirectoryFetcher(this.#scene.publicDirectory);
    const updater = new Updater({
      metadataDir: this.directory,
      metadataBaseUrl: `${BASE}metadata`,
      targetBaseUrl: `${BASE}targets`,
      fetcher,
      config: { prefixTargetsWithHash: false },
    });
    (updater as unknown as { trustedSet: { referenceTime: Date } }).trustedSet.referenceTime = this.#scene.now;
    try {
      await updater.refresh();
    } finally {
      this.requests = fetcher.requests;
    }
    return updater;
  }
}
