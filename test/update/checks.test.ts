/** Pure parts of the updater: what is read of a repository, of an HTTP answer, and what is decided by it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { OfferedDelta, OfferedFull } from '../../src/update/catalogue.ts';
import { cheapestPath } from '../../src/update/delta-path.ts';
import { gravest, HttpStatusError, UpdateError } from '../../src/update/errors.ts';
import { contentStart, looksLikeHtml, retryAfterMs, shownUrl } from '../../src/update/http-answer.ts';
import { coolDownAfter, orderMirrors } from '../../src/update/mirrors.ts';
import { networkError } from '../../src/update/network-error.ts';
import { parseTargetCustom } from '../../src/update/repository-checks.ts';
import { verifyPath } from '../../src/update/source.ts';
import { NOW_MS } from './support/forge.ts';

const FULL = {
  kind: 'full',
  number: 1041,
  released: '2026-11-24T00:00:00Z',
  channel: 'stable',
  engine: '*',
  signatures: 1,
  contentBytes: 10,
  contentDigest: 'a'.repeat(64),
};
const DELTA = { kind: 'delta', from: 1040, number: 1041, rawBytes: 10 };

describe('what was signed about a target', () => {
  const ACCEPTED: readonly (readonly [name: string, target: string, custom: unknown])[] = [
    ['a full file', 'pattern/1041.npf', FULL],
    ['with a roll-out', 'pattern/1041.npf', { ...FULL, rollout: { start: '2026-11-24T00:00:00Z', hours: 24 } }],
    ['with fields that come later', 'pattern/1041.npf', { ...FULL, later: { deep: true } }],
    ['a delta', 'pattern/1040-1041.delta', DELTA],
    ['notices', 'pattern/notices-7.json', { kind: 'notices', version: 7 }],
    ['the last number', `pattern/${Number.MAX_SAFE_INTEGER}.npf`, { ...FULL, number: Number.MAX_SAFE_INTEGER }],
  ];
  test.each(ACCEPTED)('%s is read', (_name, target, custom) => {
    expect(parseTargetCustom(target, custom)).toMatchObject({ kind: (custom as { kind: string }).kind });
  });

  test.each([
    'pattern/1041.zip',
    'pattern/01041.npf',
    'pattern/1041.npf.minisig',
    'pattern/0.npf',
    'pattern/-1.npf',
    'x',
  ])('%s is none of ours, and passed over', (target) => {
    expect(parseTargetCustom(target, null)).toBeUndefined();
  });

  const REFUSED: readonly (readonly [name: string, target: string, custom: unknown])[] = [
    ['nothing', 'pattern/1041.npf', undefined],
    ['null', 'pattern/1041.npf', null],
    ['a list', 'pattern/1041.npf', [FULL]],
    ['another number than in the name', 'pattern/1041.npf', { ...FULL, number: 1042 }],
    ['a number as text', 'pattern/1041.npf', { ...FULL, number: '1041' }],
    ['a number beyond 2^53', 'pattern/9007199254740993.npf', { ...FULL, number: 9007199254740992 }],
    ['another kind', 'pattern/1041.npf', { ...FULL, kind: 'delta' }],
    ['a date that is none', 'pattern/1041.npf', { ...FULL, released: 'yesterday' }],
    ['a date without its zone', 'pattern/1041.npf', { ...FULL, released: '2026-11-24T00:00:00' }],
    ['a month that is none', 'pattern/1041.npf', { ...FULL, released: '2026-13-24T00:00:00Z' }],
    ['a channel that would forge a line', 'pattern/1041.npf', { ...FULL, channel: 'stable\nOK' }],
    ['a range that would colour a terminal', 'pattern/1041.npf', { ...FULL, engine: '\u001b[31m*' }],
    ['a digest in capitals', 'pattern/1041.npf', { ...FULL, contentDigest: 'A'.repeat(64) }],
    ['bytes below zero', 'pattern/1041.npf', { ...FULL, contentBytes: -1 }],
    ['bytes that are no integer', 'pattern/1041.npf', { ...FULL, contentBytes: 1.5 }],
    ['a roll-out without hours', 'pattern/1041.npf', { ...FULL, rollout: { start: '2026-11-24T00:00:00Z' } }],
    [
      'a roll-out of a lifetime',
      'pattern/1041.npf',
      { ...FULL, rollout: { start: '2026-11-24T00:00:00Z', hours: 1e6 } },
    ],
    ['a delta downwards', 'pattern/1041-1040.delta', { ...DELTA, from: 1041, number: 1040 }],
    ['a delta in place', 'pattern/1041-1041.delta', { ...DELTA, from: 1041 }],
    ['notices of another version', 'pattern/notices-7.json', { kind: 'notices', version: 8 }],
  ];
  test.each(REFUSED)('%s is refused', (_name, target, custom) => {
    expect(() => parseTargetCustom(target, custom)).toThrow(expect.objectContaining({ code: 'UPDATE_METADATA' }));
  });
});

describe('names that are fetched', () => {
  test.each([
    'metadata/timestamp.json',
    'metadata/2.root.json',
    'metadata/7.patterns.json',
    'targets/pattern/1.npf',
    'targets/pattern/1-2.delta',
  ])('%s is one', (path) => expect(() => verifyPath(path)).not.toThrow());
  test.each([
    'metadata/../secret',
    'metadata/snapshot.json',
    'metadata/1.evil.json',
    'targets/pattern/1.npf?x',
    'targets/pattern/1.npf.minisig',
    '/etc/passwd',
    'https://example.com/metadata/timestamp.json',
    'metadata/timestamp.json\n',
    '',
  ])('%j is none', (path) =>
    expect(() => verifyPath(path)).toThrow(expect.objectContaining({ code: 'UPDATE_METADATA' })),
  );
});

describe('the cheapest path', () => {
  type Row = readonly [
    name: string,
    full: number,
    deltas: readonly (readonly [from: number, to: number, bytes: number])[],
    kept: readonly number[],
    path: readonly number[] | undefined,
  ];
  const ROWS: readonly Row[] = [
    ['one step', 100, [[1, 5, 10]], [1], [1, 5]],
    ['no delta', 100, [], [1], undefined],
    ['nothing kept', 100, [[1, 5, 10]], [], undefined],
    [
      'a chain',
      100,
      [
        [1, 2, 10],
        [2, 3, 10],
        [3, 5, 10],
      ],
      [1],
      [1, 2, 3, 5],
    ],
    [
      'a chain that is interrupted',
      100,
      [
        [1, 2, 10],
        [3, 5, 10],
      ],
      [1],
      undefined,
    ],
    [
      'a roll-up that is cheaper than its steps',
      100,
      [
        [1, 2, 10],
        [2, 5, 10],
        [1, 5, 15],
      ],
      [1],
      [1, 5],
    ],
    [
      'steps that are cheaper than their roll-up',
      100,
      [
        [1, 2, 10],
        [2, 5, 10],
        [1, 5, 25],
      ],
      [1],
      [1, 2, 5],
    ],
    [
      'of equal bytes the fewer steps',
      100,
      [
        [1, 2, 10],
        [2, 5, 10],
        [1, 5, 20],
      ],
      [1],
      [1, 5],
    ],
    [
      'the full file when it is not longer',
      20,
      [
        [1, 2, 10],
        [2, 5, 10],
      ],
      [1],
      undefined,
    ],
    [
      'the cheapest of several starts',
      100,
      [
        [1, 5, 30],
        [4, 5, 10],
      ],
      [1, 4],
      [4, 5],
    ],
    [
      'the preferred of equal starts',
      100,
      [
        [1, 5, 10],
        [4, 5, 10],
      ],
      [4, 1],
      [4, 5],
    ],
    ['a higher one is no start', 100, [[7, 9, 10]], [7], undefined],
    ['the target itself', 100, [[1, 5, 10]], [1, 5], [5]],
    [
      'order of the list does not matter',
      100,
      [
        [3, 5, 10],
        [1, 2, 10],
        [2, 3, 10],
      ],
      [1],
      [1, 2, 3, 5],
    ],
  ];
  test.each(ROWS)('%s', (_name, length, steps, kept, path) => {
    const deltas = steps.map(([from, number, bytes]) => ({ from, number, length: bytes }) as OfferedDelta);
    const found = cheapestPath({ number: 5, length } as OfferedFull, deltas, kept);
    expect(found && [found.start, ...found.steps.map(({ number }) => number)]).toEqual(path);
  });

  test('work grows with the deltas, not with the paths', () => {
    const deltas: OfferedDelta[] = [];
    for (let from = 1; from < 300; from++)
      for (let number = from + 1; number <= 300; number += 7)
        deltas.push({ from, number, length: number - from } as OfferedDelta);
    const path = cheapestPath({ number: 300, length: 1e9 } as OfferedFull, deltas, [1]);
    expect(path?.bytes).toBe(299);
  });
});

describe('an HTTP answer', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999999', 86_400_000],
    ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2020 12:00:30 GMT', 0],
    ['soon', undefined],
    ['-5', 0],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %j', (value, expected) => {
    expect(retryAfterMs(value, NOW_MS)).toBe(expected);
  });

  test.each([
    ['bytes 5-9/10', 5],
    ['bytes 0-9/*', 0],
    ['bytes */10', undefined],
    ['5-9/10', undefined],
    ['bytes 99999999999999999-9/10', undefined],
    [undefined, undefined],
  ])('Content-Range %j', (value, expected) => {
    expect(contentStart(value)).toBe(expected);
  });

  test.each([
    ['<!DOCTYPE html>', true],
    ['\uFEFF  \n<html>', true],
    ['<?xml version="1.0"?>', true],
    ['{"a":"<b>"}', false],
    ['SIGWALL\n', false],
    ['', false],
  ])('%j is HTML: %s', (text, expected) => {
    expect(looksLikeHtml(Buffer.from(text))).toBe(expected);
  });

  test('a URL is shown without what may be secret', () => {
    expect(shownUrl(new URL('https://user:secret@example.com:8443/a/b?token=x#y'))).toBe(
      'https://example.com:8443/a/b',
    );
  });

  test.each([
    ['ECONNREFUSED', 'UPDATE_NETWORK'],
    ['ENOTFOUND', 'UPDATE_NETWORK'],
    ['UND_ERR_CONNECT_TIMEOUT', 'UPDATE_TIMEOUT'],
    ['UND_ERR_HEADERS_TIMEOUT', 'UPDATE_TIMEOUT'],
    ['UND_ERR_BODY_TIMEOUT', 'UPDATE_TIMEOUT'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UPDATE_TLS'],
    ['CERT_HAS_EXPIRED', 'UPDATE_TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'UPDATE_TLS'],
    ['HPE_INVALID_CONSTANT', 'UPDATE_HTTP'],
    ['UND_ERR_SOCKET', 'UPDATE_NETWORK'],
    ['SOMETHING_NEW', 'UPDATE_NETWORK'],
  ])('%s is %s', (code, expected) => {
    const one = Object.assign(new Error('one'), { code });
    for (const thrown of [one, new AggregateError([one]), new Error('outer', { cause: one })])
      expect(networkError('there', thrown)).toMatchObject({
        code: expected,
        message: expect.stringContaining('there: '),
      });
  });
});

describe('mirrors', () => {
  const [a, b, c] = ['http://a/', 'http://b/', 'http://c/'].map((name) => ({ name }));
  const status = (code: number, retry?: number) => new HttpStatusError('UPDATE_HTTP', 'x', code, retry);
  const failed = new UpdateError('UPDATE_NETWORK', 'x');
  const minutes = (error: UpdateError, before = 0) => {
    const earlier = before === 0 ? undefined : { url: 'u', until: '', kind: 'failed' as const, failures: before };
    const { until, kind } = coolDownAfter('u', error, earlier, NOW_MS);
    return [kind, (Date.parse(until) - NOW_MS) / 60_000];
  };

  test.each([
    ['a fault', failed, 0, ['failed', 10]],
    ['the third fault', failed, 2, ['failed', 40]],
    ['the hundredth fault', failed, 99, ['failed', 360]],
    ['403', status(403), 0, ['refused', 60]],
    ['403 again and again', status(403), 20, ['refused', 1440]],
    ['429 without a time', status(429), 0, ['refused', 60]],
    ['503 with a time', status(503, 300_000), 5, ['asked', 5]],
  ] as const)('%s', (_name, error, before, expected) => {
    expect(minutes(error, before)).toEqual(expected);
  });

  test('those that failed come last, those that ask for it are left out, and the first end is told', () => {
    const coolDowns = [
      coolDownAfter(a!.name, failed, undefined, NOW_MS),
      coolDownAfter(b!.name, status(503, 60_000), undefined, NOW_MS),
    ];
    const order = orderMirrors([a!, b!, c!], coolDowns, NOW_MS, false);
    expect(order.usable).toEqual([c, a]);
    expect(order.until).toBe('2026-11-24T12:01:00.000Z');
    expect(orderMirrors([a!, b!, c!], coolDowns, NOW_MS + 60_001, false).usable).toEqual([b, c, a]);
  });

  test('the gravest of their errors is told', () => {
    const errors = (['UPDATE_NETWORK', 'UPDATE_FREEZE', 'UPDATE_ROLLBACK'] as const).map(
      (code) => new UpdateError(code, 'x'),
    );
    expect(gravest(errors).code).toBe('UPDATE_ROLLBACK');
  });
});

describe('the inside of tuf-js that tuf.ts relies on', () => {
  const require = createRequire(import.meta.url);
  const { Updater } = require('tuf-js');
  const errors = require('tuf-js/dist/error.js');
  const { TrustedMetadataStore } = require('tuf-js/dist/store.js');

  test('is this version, named exactly', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(require('tuf-js/package.json').version).toBe('6.0.2');
    expect(dependencies['tuf-js']).toBe('6.0.2');
    expect(dependencies['@tufjs/models']).toBe('5.0.2');
  });

  test('has the checks that are watched, and a time that can be set', () => {
    for (const method of ['updateRoot', 'updateTimestamp', 'updateSnapshot', 'updateDelegatedTargets', 'getRole'])
      expect(TrustedMetadataStore.prototype).toHaveProperty(method);
    expect(TrustedMetadataStore.toString()).toContain('referenceTime');
    expect(Updater.toString()).toContain('trustedSet');
  });

  test('stops at a root that is not there by the class that is thrown for it', () => {
    expect(new errors.DownloadHTTPError('x', 404).statusCode).toBe(404);
    expect(Updater.prototype.loadRoot.toString()).toContain('instanceof error_1.DownloadHTTPError');
  });

  test.each([
    'BadVersionError',
    'EqualVersionError',
    'ExpiredMetadataError',
    'RepositoryError',
    'RuntimeError',
    'PersistError',
  ])('names %s', (name) => expect(errors[name]?.name).toBe(name));

  test.each(['UnsignedMetadataError', 'LengthOrHashMismatchError', 'ValueError'])('names %s of the models', (name) => {
    expect(require('@tufjs/models/dist/error.js')[name]?.name).toBe(name);
  });

  test('says what tuf-refusal.ts reads', () => {
    const text = [TrustedMetadataStore, Updater].map(String).join('\n');
    for (const words of [
      'less than current version',
      "doesn't match timestamp",
      'does not match snapshot version',
      'in new snapshot',
      'Failed to persist metadata',
    ])
      expect(text).toContain(words);
    expect(text).toMatch(/Expected version \$\{[^}]+\}, got/);
  });
});
