/** A repository on a web server. */
import { UpdateError } from './errors.ts';
import type { WebClient } from './fetch.ts';
import { shownUrl } from './http-answer.ts';
import type { UpdateLimits } from './limits.ts';
import { METADATA_PATH } from './repository.ts';
import { type FileRequest, type OpenedFile, type RepositorySource, verifyPath } from './source.ts';

export class WebSource implements RepositorySource {
  readonly name: string;
  readonly #base: URL;
  readonly #client: WebClient;
  readonly #limits: UpdateLimits;

  /** @throws {UpdateError} `UPDATE_OPTION` when it is no http or https URL */
  constructor(url: string, client: WebClient, limits: UpdateLimits) {
    this.#base = parseRepositoryUrl(url);
    this.#client = client;
    this.#limits = limits;
    this.name = shownUrl(this.#base);
  }

  open(path: string, request: FileRequest): Promise<OpenedFile> {
    verifyPath(path);
    // A query stays: the key of a bucket may be in it.
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/*$/, '')}/${path}`;
    const { metadataDeadlineMs, targetDeadlineMs } = this.#limits;
    const deadlineMs = path.startsWith(`${METADATA_PATH}/`) ? metadataDeadlineMs : targetDeadlineMs;
    return this.#client.get(url, request, { ...this.#limits, deadlineMs });
  }
}

/** @throws {UpdateError} `UPDATE_OPTION` */
export function parseRepositoryUrl(text: string): URL {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url && isWeb && isDecodable(url.username) && isDecodable(url.password)) return url;
  // Shown only where it cannot hold a password.
  const got = text.includes('@') ? 'something else' : JSON.stringify(text);
  throw new UpdateError('UPDATE_OPTION', `URL of the repository: expected http://… or https://…, got ${got}`);
}

/** What may be remembered: the URL without user, password and query, which may hold a secret. */
export function withoutSecrets(text: string): string {
  const url = parseRepositoryUrl(text);
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
