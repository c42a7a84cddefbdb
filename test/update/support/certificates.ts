/** A private certificate authority and a server's certificate by it, made by the openssl command; Node can make keys and no certificates. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  /** Path of the authority's certificate, PEM. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** @returns why there can be none; undefined when there can */
export function noCertificates(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'SKIPPED: no openssl command on this machine, so HTTPS with a private authority is not tested here';
  }
}

/** @param days until the server's certificate is over */
export function makeCertificates(directory: string, address = 'IP:127.0.0.1'): Certificates {
  const at = (name: string): string => join(directory, name);
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '3650',
    '-subj',
    '/CN=Private CA',
  );
  openssl('req', '-new', ...key, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=mirror');
  writeFileSync(at('server.ext'), `subjectAltName=${address}\n`);
  const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    at('server.csr'),
    ...authority,
    '-out',
    at('server.pem'),
    '-days',
    '3650',
    '-extfile',
    at('server.ext'),
  );
  return {
    ca: at('ca.pem'),
    key: readFileSync(at('server.key'), 'utf8'),
    cert: readFileSync(at('server.pem'), 'utf8'),
  };
}
