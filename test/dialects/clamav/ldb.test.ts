import { describe, expect, test } from 'vitest';
import type { BodySignature } from '../../../native-free-engine/signature.ts';
import { ATTRIBUTES, ATTRIBUTES_REFUSALS } from '../../tables/clamav/attributes.ts';
import { LOGIC, LOGIC_REFUSALS } from '../../tables/clamav/logic.ts';
import { readText, refusalOf, signatureOf } from './read-lines.ts';
import { showCondition, showElements, showModifiers, showOffset, showRange } from './show.ts';

const FOUR = '616161;626262;636363;646464';

function bodyOf(line: string): BodySignature {
  const signature = signatureOf(line, 'ldb');
  if (signature.kind !== 'body') throw new Error(line);
  return signature;
}

describe('logic', () => {
  for (const [name, expression, condition] of LOGIC) {
    test(name, () => {
      expect(showCondition(bodyOf(`N;Target:0;${expression};${FOUR}`).condition)).toBe(condition);
    });
  }
});

describe('refused logic', () => {
  for (const [name, expression, reason, column] of LOGIC_REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(`N;Target:0;${expression};${FOUR}`, 'ldb')).toEqual([reason, 'N;Target:0;'.length + column]);
    });
  }
});

describe('attributes', () => {
  for (const [name, block, levels, target, condition] of ATTRIBUTES) {
    test(name, () => {
      const signature = bodyOf(`N;${block};0;616161`);
      const { handler } = signature;
      const shown = `${showCondition(signature.condition)}${handler === undefined ? '' : `, taken for ${handler}`}`;
      expect([showRange(signature.levels), signature.target, shown]).toEqual([levels, target, condition]);
    });
  }
});

describe('refused attributes', () => {
  for (const [name, block, reason, column] of ATTRIBUTES_REFUSALS) {
    test(name, () => {
      expect(name.split('--')[0]).toBe(reason);
      expect(refusalOf(`N;${block};0;616161`, 'ldb')).toEqual([reason, 'N;'.length + column]);
    });
  }

  test('come before what else is wrong in the line: a later engine may write it differently', () => {
    expect(refusalOf('N;Engine:300-400,Foo:1;?!;zz', 'ldb')[0]).toBe('level');
    expect(refusalOf('N;Target:99;?!;zz', 'ldb')[0]).toBe('unknown-target');
    expect(refusalOf('N;Target:0,Foo:1;?!;zz', 'ldb')[0]).toBe('unsupported:attribute');
  });
});

const SUBSIGNATURES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['bytes', '616161', 'any 616161 ascii'],
  ['an offset', '12:616161', 'start +12 616161 ascii'],
  ['any offset, said outright', '*:616161', 'any 616161 ascii'],
  ['an offset and modifiers', 'EOF-9,3:616161::i', 'end -9 up to 3 on 616161 nocase ascii'],
  ['no modifiers behind the colons', '616161::', 'any 616161 ascii'],
  ['any case', '616161::i', 'any 616161 nocase ascii'],
  ['wide alone drops the plain form', '616161::w', 'any 616161 wide'],
  ['plain, said outright', '616161::a', 'any 616161 ascii'],
  ['wide and plain', '616161::wa', 'any 616161 wide ascii'],
  ['wide and plain, the other way round', '616161::aw', 'any 616161 wide ascii'],
  ['a full word', '616161::f', 'any 616161 ascii fullword'],
  ['all modifiers in any order', '616161::fawi', 'any 616161 nocase wide ascii fullword'],
  ['modifiers said twice', '616161::iiww', 'any 616161 nocase wide'],
];

describe('subsignatures', () => {
  for (const [name, text, shown] of SUBSIGNATURES) {
    test(name, () => {
      const [pattern] = bodyOf(`N;Target:0;0;${text}`).patterns;
      if (pattern.kind !== 'bytes') throw new Error(text);
      expect(`${showOffset(pattern.offset)} ${showElements(pattern.elements)} ${showModifiers(pattern)}`).toBe(shown);
    });
  }
});

const REGEXES: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['plain', '0/foo/', 'any 0 foo '],
  [
    'with an offset, a trigger and flags',
    '200,300:0&0/a(b|c)::d#e/gi',
    'start +200 up to 300 on (0 & 0) a(b|c)::d#e gi',
  ],
  ['with an offset said outright', '*:0/foo/', 'any 0 foo '],
  ['with a count as a trigger', '(0>1)/foo/s', 'any 0>1 foo s'],
  ['with slashes in it', '0/a/b\\/c/', 'any 0 a/b\\/c '],
  ['with a colon in it', '0/a:b/', 'any 0 a:b '],
  ['with colons that look like modifiers', '0/a::i/', 'any 0 a::i '],
  ['with bytes beyond ASCII', '0/\xe9\x80/', 'any 0 \xe9\x80 '],
  ['with all flags, in one order', '0/foo/UEAxmsierg', 'any 0 foo greismxAEU'],
  ['with flags said twice', '0/foo/iiss', 'any 0 foo is'],
  ['before the end', 'EOF-20:0/foo/r', 'end -20 0 foo r'],
];

describe('regular expressions', () => {
  for (const [name, text, shown] of REGEXES) {
    test(name, () => {
      const [, pattern] = bodyOf(`N;Target:0;0&1;626262;${text}`).patterns;
      if (pattern.kind !== 'regex') throw new Error(text);
      const { offset, trigger, source, flags } = pattern;
      expect(`${showOffset(offset)} ${showCondition(trigger)} ${source} ${flags}`).toBe(shown);
    });
  }

  test('in a section of a program, and as a trigger of another', () => {
    const { patterns } = bodyOf('N;Target:1;0&2;626262;SE1:0/foo/e;0&1/bar/');
    expect(patterns.map((each) => (each.kind === 'regex' ? showOffset(each.offset) : ''))).toEqual([
      '',
      'in section 1',
      'any',
    ]);
  });

  test('a message quotes nothing that a terminal would obey', () => {
    const { skipped } = readText('N;Target:0;0&1;626262;0/a)\x9b31m/\n', 'ldb');
    expect(skipped[0].message).toMatch(/^[\x20-\x7e]+$/);
  });
});

const SUBSIGNATURE_REFUSALS: readonly (readonly [name: string, text: string, reason: string, column: number])[] = [
  ['limit--nothing', '', 'limit', 1],
  ['malformed--an unknown modifier', '616161::x', 'malformed', 9],
  ['malformed--modifiers twice', '616161::i::w', 'malformed', 10],
  ['malformed--one colon before modifiers', '616161:i', 'malformed', 8],
  ['limit--an offset without a pattern', '0:', 'limit', 3],
  ['malformed--no offset before a colon', ':616161', 'malformed', 1],
  ['malformed--an entry point of any file', 'EP+0:616161', 'malformed', 1],
  ['unsupported:pcre--recursion', '0/(a)b(?1)/', 'unsupported:pcre', 7],
  ['unsupported:pcre--looking behind', '0/a(?<!bc)d/', 'unsupported:pcre', 4],
  ['unsupported:pcre--a verb', '0/(*UTF)a/', 'unsupported:pcre', 3],
  ['malformed--an expression that is none', '0/a(b/', 'malformed', 6],
  ['malformed--an expression without end', '0/ab', 'malformed', 2],
  ['malformed--an expression of nothing', '0//i', 'malformed', 3],
  ['malformed--an expression without a trigger', '/ab/', 'malformed', 1],
  ['malformed--a trigger that is none', '0&/ab/', 'malformed', 3],
  ['malformed--a trigger with a blank', '0 /ab/', 'malformed', 2],
  ['malformed--a trigger that asks for itself', '0&1/ab/', 'malformed', 1],
  ['malformed--a trigger that asks for what follows', '2/ab/', 'malformed', 1],
  ['malformed--an unknown flag', '0/ab/ik', 'malformed', 7],
  ['malformed--modifiers behind an expression', '0/ab/::i', 'malformed', 6],
  ['malformed--an offset of an expression', '0,x:0/ab/', 'malformed', 2],
  ['malformed--no offset before the colon of a trigger', ':0/ab/', 'malformed', 1],
  ['malformed--an expression at the entry point of any file', 'EP+0:0/ab/', 'malformed', 1],
  ['malformed--a quantifier out of order', '0/a{3,2}/', 'malformed', 4],
  ['limit--an expression too large', '0/((a{100}){100}){100}/', 'limit', 3],
  ['unsupported:fuzzy-img--a hash', 'fuzzy_img#af2ad01ed42993c7#0', 'unsupported:fuzzy-img', 1],
  ['malformed--a member of a macro group', '$1$:616161', 'malformed', 1],
  ['malformed--version information of any file', 'VI:616161', 'malformed', 1],
];

describe('refused subsignatures', () => {
  for (const [name, text, reason, column] of SUBSIGNATURE_REFUSALS) {
    test(name, () => {
      expect(refusalOf(`N;Target:0;0&1;626262;${text}`, 'ldb')).toEqual([
        reason,
        'N;Target:0;0&1;626262;'.length + column,
      ]);
    });
  }

  test('one of them is enough to skip the signature', () => {
    const { signatures, skipped } = readText('N;Target:0;0|1|2;616161;0/(x)(?1)/;636363\n', 'ldb');
    expect([signatures.length, skipped.length, skipped[0].name]).toEqual([0, 1, 'N']);
  });
});

describe('lines', () => {
  const line = (count: number) =>
    `N;Target:0;${Array.from({ length: count }, (_, id) => id).join('&')}${';616161'.repeat(count)}`;

  test('have up to 64 subsignatures', () => {
    expect(bodyOf(line(64)).patterns.length).toBe(64);
    expect(refusalOf(line(65), 'ldb')[0]).toBe('limit');
    expect(refusalOf(line(5000), 'ldb')[0]).toBe('limit');
  });

  test('have a subsignature at least', () => {
    expect(refusalOf('N;Target:0;0', 'ldb')).toEqual(['malformed', 'N;Target:0;0'.length + 1]);
    expect(refusalOf('N', 'ldb')).toEqual(['malformed', 2]);
  });

  test('may have subsignatures that the logic does not name', () => {
    const { patterns, condition } = bodyOf('N;Target:0;1;616161;626262');
    expect([patterns.length, showCondition(condition)]).toEqual([2, '1']);
  });

  test('share what they have in common', () => {
    const { signatures } = readText('A;Target:1;0&1;6161;6262\nB;Target:1;0&1;6363;6464\n', 'ldb');
    const [one, other] = signatures as readonly BodySignature[];
    expect(one.condition).toBe(other.condition);
    expect(one.patterns).not.toBe(other.patterns);
  });
});
