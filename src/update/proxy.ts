/** Which proxy a URL goes through: what the configuration says, else the environment as curl and others read it. */
import { UpdateError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** In place of a URL: no proxy, whatever the environment says. */
const NONE = 'none';
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * @param configured URL of the proxy for everything, `none`, or empty for what the environment says
 * @returns undefined: go there directly
 * @throws {UpdateError} `UPDATE_OPTION` when it is no http or https URL
 */
export function proxyFor(target: URL, configured: string | undefined, environment: Environment): URL | undefined {
  if (configured === NONE) return undefined;
  if (configured) return parseProxy(configured, 'proxy');
  const scheme = target.protocol === 'https:' ? 'https' : 'http';
  for (const name of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY']) {
    const value = environment[name];
    if (!value) continue;
    return isExcepted(target, environment.no_proxy ?? environment.NO_PROXY ?? '') ? undefined : parseProxy(value, name);
  }
  return undefined;
}

function parseProxy(text: string, where: string): URL {
  // curl takes `host:port` as http, and people write it that way.
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  // The text is not shown: it may hold a password.
  throw new UpdateError('UPDATE_OPTION', `${where}: expected http://[USER:PASSWORD@]HOST:PORT, got something else`);
}

/**
 * NO_PROXY: names apart by commas or spaces; `example.com` and `.example.com` mean that domain and what is below it, `*` everything. A port
 * may follow.
 */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = bare(hostname);
  const targetPort = Number(port) || DEFAULT_PORTS[protocol];
  return list.split(/[\s,]+/).some((entry) => {
    const parts = /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry);
    if (entry === '' || !parts || (parts[2] !== undefined && Number(parts[2]) !== targetPort)) return false;
    const name = bare(parts[1]!).replace(/^\*?\./, '');
    return name === '*' || host === name || host.endsWith(`.${name}`);
  });
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(?<=.)\.$/, '');
}
