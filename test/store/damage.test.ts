/** A store whatever lies in it: readers find a whole pattern where one is, nothing crashes, and the next change mends it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openPatternFile } from '../../native-free-engine/index.ts';
import { nodeDigester } from '../../src/host/host.ts';
import { decodeManifest } from '../../src/store/manifest.ts';
import { decodePatternHead, readPatternHead } from '../../src/store/pattern-head.ts';
import { activePattern, isStore, readStore } from '../../src/store/read.ts';
import { seal, unseal } from '../../src/store/sealed.ts';
import { decodeState, EMPTY_STATE, encodeState } from '../../src/store/state.ts';
import { patternFile, QUARANTINED } from './support/patterns.ts';
import { codeOf, install, numbersOf, withStore } from './support/scene.ts';

const scene = withStore();

/** Each cut, and each byte with one bit and with all bits wrong. */
function* damagedForms(whole: Buffer): Generator<readonly [what: string, bytes: Buffer]> {
  for (let length = 0; length < whole.length; length++) yield [`cut at ${length}`, whole.subarray(0, length)];
  for (let at = 0; at < whole.length; at++) {
    for (const bits of [1 << (at % 8), 0xff]) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ bits;
      yield [`byte ${at} ^ ${bits}`, bytes];
    }
  }
  yield ['twice', Buffer.concat([whole, whole])];
  yield ['with a byte behind', Buffer.concat([whole, Buffer.from('\n')])];
}

/** 1039, 1040 and 1041 with a list of set-aside signatures; 1041 was rolled back, so 1040 is active. */
function rolledBack() {
  const store = scene().with([1039, 1040]);
  install(store, 1041, { trial: QUARANTINED });
  store.rollback('it found too much');
  return store;
}

const state = () => scene().path('state.json');
const copy = () => scene().path('state.copy.json');

describe('state.json damaged at any place', () => {
  test('changes nothing for readers: its copy knows all of it, marks and pins too', () => {
    const store = rolledBack();
    store.pin(1040);
    const before = store.view();
    const troubles = [expect.stringMatching(/state\.json: missing or damaged; its copy is used/)];
    const whole = readFileSync(state());
    for (const [what, bytes] of damagedForms(whole)) {
      writeFileSync(state(), bytes);
      expect([what, activePattern(scene().directory)?.number]).toEqual([what, 1040]);
      expect([what, store.view()]).toEqual([what, { ...before, troubles }]);
    }
  });

  test('and its copy as well: the newest whole pattern is used, and it is said what is lost', () => {
    const store = rolledBack();
    const whole = readFileSync(state());
    for (const [what, bytes] of damagedForms(whole)) {
      writeFileSync(state(), bytes);
      writeFileSync(copy(), bytes);
      expect([what, activePattern(scene().directory)?.paths.length]).toEqual([what, 2]);
      const view = store.view();
      expect([what, view.active?.number, numbersOf(view.kept)]).toEqual([what, 1041, [1039, 1040, 1041]]);
      expect(view.troubles).toEqual([expect.stringMatching(/pins, holds and marks are lost/)]);
    }
  });

  test('is written anew by the next change', () => {
    const store = rolledBack();
    writeFileSync(state(), '{}');
    store.setKeep(5);
    expect(store.view()).toMatchObject({ active: { number: 1040 }, keep: 5, bad: [{ number: 1041 }], troubles: [] });
    for (const path of [state(), copy()]) unlinkSync(path);
    expect(install(store, 1042).pattern.number).toBe(1042);
    expect(store.view()).toMatchObject({ active: { number: 1042 }, previous: 1041, troubles: [] });
  });

  test('a copy that is damaged alone is not even looked at', () => {
    const store = rolledBack();
    writeFileSync(copy(), '');
    expect(store.view().troubles).toEqual([]);
    expect(activePattern(scene().directory)?.number).toBe(1040);
  });
});

describe('manifest.json damaged at any place', () => {
  test('of the active pattern: state.json knows what is needed', () => {
    const store = scene().with([1040]);
    install(store, 1041, { trial: QUARANTINED });
    const path = scene().path('1041/manifest.json');
    for (const [what, bytes] of damagedForms(readFileSync(path))) {
      writeFileSync(path, bytes);
      expect([what, activePattern(scene().directory)]).toEqual([
        what,
        expect.objectContaining({
          number: 1041,
          paths: [scene().path('1041/1041.npf'), scene().path('1041/quarantine.ign2')],
        }),
      ]);
      const { active, troubles } = store.view();
      expect([what, active?.number, troubles.length]).toEqual([what, 1041, 1]);
    }
  });

  test('of the active pattern, with state.json lost: the newest whole one is used', () => {
    const store = scene().with([1040]);
    install(store, 1041, { trial: QUARANTINED });
    for (const each of [state(), copy()]) writeFileSync(each, 'lost');
    const path = scene().path('1041/manifest.json');
    for (const [what, bytes] of damagedForms(readFileSync(path))) {
      writeFileSync(path, bytes);
      expect([what, activePattern(scene().directory)?.number]).toEqual([what, 1040]);
      expect([what, store.view().active?.number]).toEqual([what, 1040]);
    }
  });

  test('of the only pattern, with state.json lost: its file and what was set aside are used all the same', () => {
    const store = scene().open();
    install(store, 1041, { trial: QUARANTINED });
    for (const name of ['state.json', 'state.copy.json', '1041/manifest.json']) unlinkSync(scene().path(name));
    expect(activePattern(scene().directory)?.paths).toHaveLength(2);
    expect(store.view().active).toMatchObject({ number: 1041, signatures: 1 });
    expect(store.view().troubles).toHaveLength(1);
  });

  test('of another number is none of this one', () => {
    const store = scene().with([1040, 1041]);
    writeFileSync(scene().path('1040/manifest.json'), readFileSync(scene().path('1041/manifest.json')));
    expect(store.view().troubles).toEqual([expect.stringMatching(/1040\/manifest\.json: missing or damaged/)]);
    expect(codeOf(() => store.use(1040))).toBe('STORE_NOT_KEPT');
  });
});

describe('the active pattern', () => {
  const DAMAGE: readonly (readonly [name: string, damage: () => void])[] = [
    ['empty', () => writeFileSync(scene().path('1041/1041.npf'), '')],
    ['cut short', () => writeFileSync(scene().path('1041/1041.npf'), patternFile(1041).subarray(0, -1))],
    ['with another header', () => writeFileSync(scene().path('1041/1041.npf'), patternFile(1041, { salt: 'x' }))],
    ['with the header of another number', () => writeFileSync(scene().path('1041/1041.npf'), patternFile(1042))],
    ['without its file', () => unlinkSync(scene().path('1041/1041.npf'))],
    ['without its directory', () => rmSync(scene().path('1041'), { recursive: true })],
    ['a file in the place of its directory', () => replace('1041', (path) => writeFileSync(path, ''))],
    ['a link in the place of its file', () => link('1041/1041.npf')],
    ['a link in the place of its directory', () => link('1041')],
    ['a directory in the place of its file', () => replace('1041/1041.npf', mkdirSync)],
    ['a pipe in the place of its file', () => pipe('1041/1041.npf')],
    ['without what was set aside', () => unlinkSync(scene().path('1041/quarantine.ign2'))],
    ['with something else set aside', () => writeFileSync(scene().path('1041/quarantine.ign2'), '')],
  ];
  test.each(DAMAGE)('%s: the newest whole one is used, with a word about it', (_name, damage) => {
    const store = scene().with([1039, 1040]);
    install(store, 1041, { trial: QUARANTINED });
    damage();
    expect(activePattern(scene().directory)?.number).toBe(1040);
    expect(store.view().active?.number).toBe(1040);
    expect(store.view().troubles).toContainEqual(
      'pattern 1041: it should be active and is damaged or missing; 1040 is used instead',
    );
    expect(store.rollback().number).toBe(1040);
    expect(install(store, 1042).pattern.number).toBe(1042);
  });

  test('damaged, and nothing else is there: there is none, and it is said', () => {
    const store = scene().with([1041]);
    writeFileSync(scene().path('1041/1041.npf'), 'x');
    expect(activePattern(scene().directory)).toBeUndefined();
    expect(store.view()).toMatchObject({ active: undefined, activeSince: undefined });
    expect(store.view().troubles).toHaveLength(2);
    expect(install(store, 1041).pattern.number).toBe(1041);
    expect(store.view()).toMatchObject({ active: { number: 1041 }, troubles: [] });
  });

  test('damaged: what is marked as bad does not take its place', () => {
    const store = scene().with([1038, 1039, 1040]);
    store.markBad(1039, 'withdrawn');
    writeFileSync(scene().path('1040/1040.npf'), 'x');
    expect(activePattern(scene().directory)?.number).toBe(1038);
    expect(store.view().active?.number).toBe(1038);
  });
});

describe('in the place of state.json', () => {
  const PLACES: readonly (readonly [name: string, put: () => void])[] = [
    ['a link to a whole one', () => link('state.json')],
    ['a link to itself', () => replace('state.json', (path) => symlinkSync(path, path))],
    ['a directory', () => replace('state.json', mkdirSync)],
    ['a pipe', () => pipe('state.json')],
    ['nothing', () => unlinkSync(state())],
    ['more than it can be', () => writeFileSync(state(), Buffer.alloc(5 << 20, 0x20))],
    ['the state of a later version', () => writeFileSync(state(), seal({ ...EMPTY_STATE, format: 2 }))],
  ];
  test.each(PLACES)('%s: the copy is used', (_name, put) => {
    const store = rolledBack();
    put();
    expect(activePattern(scene().directory)?.number).toBe(1040);
    expect(store.view()).toMatchObject({ active: { number: 1040 }, bad: [{ number: 1041 }] });
    expect(isStore(scene().directory)).toBe(true);
  });
  test('a link is replaced by the next change, and what it points at is left alone', () => {
    const store = rolledBack();
    link('state.json');
    const before = readFileSync(scene().path('../elsewhere'));
    store.setKeep(7);
    expect(readFileSync(scene().path('../elsewhere'))).toEqual(before);
    expect(store.view().keep).toBe(7);
  });
});

describe('what is sealed', () => {
  const content = { number: 1, text: 'schön\n}\n', list: [null, true] };
  test('comes back, and is JSON', () => {
    expect(unseal(seal(content))).toEqual(content);
    expect(JSON.parse(seal(content).toString())).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), content });
  });
  test('does not come back after any damage', () => {
    for (const [what, bytes] of damagedForms(seal(content))) expect([what, unseal(bytes)]).toEqual([what, undefined]);
  });
});

describe('a state that somebody has sealed', () => {
  const PROOF = { number: 1, bytes: 1, contentDigest: 'a'.repeat(64), quarantineDigest: null };
  const AT = '2026-11-24T12:00:00.000Z';
  const FIELDS: readonly (readonly [field: string, values: readonly unknown[]])[] = [
    ['format', [0, 2, '1', null]],
    [
      'active',
      [
        undefined,
        1,
        [],
        'x',
        { ...PROOF, number: 2 ** 53 },
        { ...PROOF, number: '1' },
        { ...PROOF, bytes: -1 },
        { ...PROOF, contentDigest: 'A'.repeat(64) },
      ],
    ],
    ['activeSince', [undefined, 0, 'yesterday', '2026-13-24T12:00:00Z', '2026-11-24']],
    ['previous', [undefined, 0, -1, 1.5, 2 ** 53, '1']],
    ['pinned', [undefined, 0, '1', {}]],
    ['hold', [undefined, true, {}, { since: AT }, { since: AT, until: 'x' }, { since: 0, until: null }]],
    [
      'bad',
      [
        undefined,
        {},
        [1],
        [{ number: 1 }],
        [{ number: 1, reason: 'x'.repeat(1001), at: AT }],
        Array(101).fill({ number: 1, reason: '', at: AT }),
      ],
    ],
    ['keep', [undefined, 0, -1, 1.5, '3', 1001]],
  ];
  test.each(FIELDS)('is not believed with a strange %s', (field, values) => {
    for (const value of values) {
      expect([value, decodeState(seal({ ...EMPTY_STATE, format: 1, [field]: value }))]).toEqual([value, undefined]);
    }
  });
  test.each([null, [], 1, 'x'])('is not believed as %j', (value) => {
    expect(decodeState(seal(value))).toBeUndefined();
    expect(decodeManifest(seal(value))).toBeUndefined();
  });
  test('comes back when it is sound', () => {
    const sound = { ...EMPTY_STATE, active: PROOF, activeSince: AT, hold: { since: AT, until: AT }, pinned: 1 };
    expect(decodeState(encodeState(sound))).toEqual(sound);
  });
});

describe('a manifest that somebody has sealed', () => {
  const SOUND = {
    format: 1,
    number: 1,
    bytes: 1,
    contentDigest: 'a'.repeat(64),
    quarantineDigest: null,
    fileDigest: 'b'.repeat(64),
    installed: '2026-11-24T12:00:00Z',
    signatures: 1,
    quarantine: [{ name: 'x', reason: 'time', detail: '' }],
    trial: { samples: 1, compileMs: 1.5, elapsedMs: 2 },
  };
  const FIELDS: readonly (readonly [field: string, values: readonly unknown[]])[] = [
    ['number', [0, '1', null]],
    ['bytes', [-1, 1.5]],
    ['contentDigest', ['', 1]],
    ['quarantineDigest', ['', undefined]],
    ['fileDigest', [null, 'b']],
    ['installed', [null, 'x']],
    ['signatures', [-1, null]],
    [
      'quarantine',
      [null, [{}], [{ name: 'x', reason: 'mood', detail: '' }], [{ name: 1, reason: 'time', detail: '' }]],
    ],
    ['trial', [null, {}, { samples: 1, compileMs: -1, elapsedMs: 1 }, { samples: 1, compileMs: null, elapsedMs: 1 }]],
  ];
  test('comes back when it is sound', () => {
    expect(decodeManifest(seal(SOUND))).toMatchObject({ number: 1, quarantine: SOUND.quarantine });
  });
  test.each(FIELDS)('is not believed with a strange %s', (field, values) => {
    for (const value of values) {
      expect([value, decodeManifest(seal({ ...SOUND, [field]: value }))]).toEqual([value, undefined]);
    }
  });
});

describe('the header of a pattern file', () => {
  test('is read as the engine reads it', () => {
    for (const number of [1, 1041, Number.MAX_SAFE_INTEGER]) {
      const bytes = patternFile(number, { channel: 'canary', engineRange: '>=1.0.0 <3.0.0-0' });
      const { counts, contentBytes, compression, sources, ...header } = openPatternFile(bytes, nodeDigester).header;
      const signatures = counts.body + counts.hash;
      expect(decodePatternHead(bytes, bytes.length)).toEqual({ ...header, signatures, bytes: bytes.length });
    }
  });
  test('is refused where the engine refuses it', () => {
    const whole = Buffer.from(patternFile(1041));
    for (const [what, bytes] of damagedForms(whole)) {
      const opened = codeOf(() => openPatternFile(bytes, nodeDigester).header.number);
      expect([what, decodePatternHead(bytes, bytes.length)?.number]).toEqual([
        what,
        opened === 1041 ? 1041 : undefined,
      ]);
    }
  });
  test('may be longer than what is read first', () => {
    const engineRange = Array.from({ length: 60 }, (_, i) => `>=1.${i}.0`).join(' || ');
    const bytes = patternFile(1041, { engineRange, salt: 'long' });
    scene().open();
    const path = scene().path('long.npf');
    writeFileSync(path, bytes);
    expect(readPatternHead(path)).toMatchObject({ number: 1041, engineRange, bytes: bytes.length });
  });
});

describe('a store as a whole', () => {
  test('that is an empty directory, a file or nothing is none', () => {
    mkdirSync(scene().directory);
    expect([isStore(scene().directory), readStore(scene().directory)]).toEqual([false, undefined]);
    writeFileSync(scene().path('file'), '');
    for (const path of [scene().path('file'), scene().path('nothing'), scene().path('file/below')]) {
      expect([isStore(path), readStore(path), activePattern(path)]).toEqual([false, undefined, undefined]);
    }
  });
  test('that was moved goes on, with new paths', () => {
    scene().with([1040, 1041]);
    const moved = `${scene().directory}-moved`;
    renameSync(scene().directory, moved);
    expect(activePattern(moved)?.paths).toEqual([`${moved}/1041/1041.npf`]);
  });
});

function link(name: string): void {
  const target = scene().path('..', 'elsewhere');
  renameSync(scene().path(name), target);
  symlinkSync(target, scene().path(name));
}

function pipe(name: string): void {
  replace(name, (path) => execFileSync('mkfifo', [path]));
}

function replace(name: string, put: (path: string) => unknown): void {
  rmSync(scene().path(name), { recursive: true });
  put(scene().path(name));
}
