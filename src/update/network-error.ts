/** What the network threw, as an error of this room: by the codes of Node, OpenSSL and undici. */
import { UpdateError, type UpdateErrorCode } from './errors.ts';

type Row = readonly [pattern: RegExp, code: UpdateErrorCode, message: string];

/** The first row that fits the code decides. */
const BY_CODE: readonly Row[] = [
  [/^ECONNREFUSED$/, 'UPDATE_NETWORK', 'nothing listens there; is the URL right, and the server running?'],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    'UPDATE_NETWORK',
    'the name of the host cannot be resolved; is the URL right, and is there a network?',
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    'UPDATE_NETWORK',
    'the host cannot be reached; is there a network, or a proxy to be set?',
  ],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    'UPDATE_TIMEOUT',
    'no connection in time; is there a firewall, or a proxy to be set?',
  ],
  [/^UND_ERR_HEADERS_TIMEOUT$/, 'UPDATE_TIMEOUT', 'no answer in time'],
  [/^UND_ERR_BODY_TIMEOUT$/, 'UPDATE_TIMEOUT', 'the answer stopped half-way'],
  [/^UND_ERR_PRX_TLS$/, 'UPDATE_TLS', "the proxy's certificate is for another name"],
  [/^UND_ERR_PRX_/, 'UPDATE_PROXY', 'the proxy closed the connection'],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID)$/, 'UPDATE_TLS', 'the certificate is for another name'],
  [/^CERT_HAS_EXPIRED$/, 'UPDATE_TLS', 'the certificate is expired, or the clock here is wrong'],
  [/^CERT_NOT_YET_VALID$/, 'UPDATE_TLS', 'the certificate is not valid yet: the clock here is wrong'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/,
    'UPDATE_TLS',
    'the certificate is signed by nobody trusted here; for a private authority set update.ca to its PEM file',
  ],
  [/^(ERR_SSL|ERR_TLS|EPROTO|CERT_)/, 'UPDATE_TLS', 'no TLS connection; does https fit the port?'],
  [/^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)/, 'UPDATE_HTTP', 'the answer is no HTTP that can be read'],
  [/^UND_ERR_(SOCKET|RES_CONTENT_LENGTH|ABORTED)|^(ECONNRESET|EPIPE)$/, 'UPDATE_NETWORK', 'the connection broke off'],
];

const PROXY_STATUS = /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/;

/**
 * @param where URL without a password, and the proxy if there is one
 * @param thrown by undici
 */
export function networkError(where: string, thrown: unknown): UpdateError {
  if (thrown instanceof UpdateError) return thrown;
  const first = innermost(thrown);
  const status = PROXY_STATUS.exec(first.message);
  if (status) return proxyError(where, status[1] ?? status[2]!, thrown);
  const code = String(first.code ?? '');
  // undici leaves the code of some parser errors out.
  const row = BY_CODE.find(([pattern]) => pattern.test(code || first.name));
  const [, kind, message] = row ?? [/$/, 'UPDATE_NETWORK' as const, first.message];
  return new UpdateError(kind, `${where}: ${message}${code === '' ? '' : ` (${code})`}`, { cause: thrown });
}

function proxyError(where: string, status: string, cause: unknown): UpdateError {
  const advice =
    status === '407'
      ? 'it wants a user and password: http://USER:PASSWORD@HOST:PORT'
      : 'it does not connect to that host; ask whoever runs it, or go past it: NO_PROXY';
  return new UpdateError('UPDATE_PROXY', `${where}: the proxy answers ${status}: ${advice}`, { cause });
}

/** A host with several addresses fails with a bundle of errors; undici wraps others. */
function innermost(thrown: unknown): { readonly code?: unknown; readonly name: string; readonly message: string } {
  let error = thrown as { code?: unknown; name: string; message: string; errors?: readonly unknown[]; cause?: unknown };
  for (let depth = 0; depth < 5; depth++) {
    const next = error.errors?.[0] ?? (error.code === undefined ? error.cause : undefined);
    if (!(next instanceof Error)) break;
    error = next;
  }
  return error;
}
