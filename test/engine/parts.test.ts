/** Digests of a program's imports, scans without digests, one hit for who wants no more, and what tells file types. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type HashSignature, type ObjectFacts, openImage, TARGET } from '../../native-free-engine/index.ts';
import {
  ALL_LEVELS,
  coldReader,
  compile,
  engineOf,
  load,
  NO_FACTS,
  NODE_DIGESTER,
  RELEASE,
  signature,
} from '../support/engine/engine.ts';
import { latin1, pattern } from '../support/engine/notation.ts';
import { EVERY_FORM } from '../support/engine/samples.ts';

const IMPORTS = latin1('kernel32.exitprocess,user32.messageboxa');
const OBJECT = latin1('a program that is all headers');

function hash(
  name: string,
  bytes: Uint8Array,
  scope: HashSignature['scope'],
  more: Partial<HashSignature> = {},
): HashSignature {
  const digest = new Uint8Array(createHash('md5').update(bytes).digest());
  return {
    kind: 'hash',
    name,
    levels: ALL_LEVELS,
    algorithm: 'md5',
    digest,
    size: undefined,
    scope,
    action: 'detect',
    ...more,
  };
}

function program(imports: () => Uint8Array | undefined): ObjectFacts {
  return { ...NO_FACTS, targets: 1 << TARGET.pe, executable: { entryPoint: 0, sections: [], imports } };
}

describe('imports', () => {
  it.each([
    ['of any size are found', hash('x', IMPORTS, 'imports'), ['x']],
    ['of their size are found', hash('x', IMPORTS, 'imports', { size: IMPORTS.length }), ['x']],
    ['of another size are not', hash('x', IMPORTS, 'imports', { size: 1 }), []],
    ['are not the object', hash('x', IMPORTS, 'object'), []],
    ['are no section', hash('x', IMPORTS, 'section'), []],
    ['of another program are not found', hash('x', OBJECT, 'imports'), []],
    ['allow nothing', hash('x', IMPORTS, 'imports', { action: 'allow' }), []],
  ] as const)('%s', (_, each, names) => {
    expect(
      engineOf([each], RELEASE).namesIn(
        OBJECT,
        program(() => IMPORTS),
      ),
    ).toEqual(names);
  });
  it('are not asked for when no signature has them', () => {
    const never = (): never => {
      throw new Error('asked');
    };
    expect(engineOf([hash('x', OBJECT, 'object')], RELEASE).namesIn(OBJECT, program(never))).toEqual(['x']);
  });
  it('may be none', () => {
    const engine = engineOf([hash('x', IMPORTS, 'imports')], RELEASE);
    expect(
      engine.namesIn(
        OBJECT,
        program(() => undefined),
      ),
    ).toEqual([]);
    expect(engine.namesIn(OBJECT, NO_FACTS)).toEqual([]);
  });
});

describe('a scan', () => {
  const all = [
    hash('1', OBJECT, 'object'),
    hash('2', OBJECT, 'object', { size: OBJECT.length }),
    hash('3', IMPORTS, 'imports'),
    hash('4', OBJECT.subarray(2, 9), 'section'),
  ];
  const facts: ObjectFacts = {
    ...NO_FACTS,
    targets: 1 << TARGET.pe,
    executable: { entryPoint: 0, sections: [{ offset: 2, size: 7 }], imports: () => IMPORTS },
  };
  it('reports one hash when one is enough', () => {
    const engine = engineOf(all, RELEASE);
    expect(engine.scanBytes(OBJECT, { facts }).detections).toHaveLength(4);
    expect(engine.scanBytes(OBJECT, { facts, allMatches: false }).detections).toHaveLength(1);
  });
  it('of a view asks for no digest', () => {
    const engine = engineOf(
      [...all, hash('5', OBJECT, 'object', { action: 'allow' }), signature('b', [pattern("'all'")])],
      RELEASE,
    );
    expect(engine.scanBytes(OBJECT, { facts }).allowed).toBe(true);
    const { allowed, detections } = engine.scanBytes(OBJECT, { facts, hashes: false });
    expect([allowed, detections.map(({ name }) => name)]).toEqual([false, ['b']]);
  });
});

describe('file types', () => {
  it('come out of an image as they went in, in their order', () => {
    const types = EVERY_FORM.filter(({ kind }) => kind === 'fileType');
    const { bytes } = compile(EVERY_FORM);
    const hotBytes = new DataView(bytes.buffer).getFloat64(16, true);
    const image = openImage(load(bytes, hotBytes), 65536, coldReader(bytes), NODE_DIGESTER);
    expect(types).toHaveLength(2);
    expect(image.fileTypes()).toEqual(types);
  });
});
