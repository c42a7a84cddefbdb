/**
 * Random scripts: half soup of tokens, half something that looks like a program, with what is unfolded in both.
 */

import type { Random } from '../../support/engine/random.ts';

const NAMES = 'a b c d foo Bar $ _x n000 n001 script x1 eval unescape dF'.split(' ');
const WORDS = 'if else return new typeof in for while this null true switch case'.split(' ');
const OPERATORS = '= == + - * / , ; : ? . ! && || ++ -- += < > << >>> [ ] { } ( ) & | ^ ~ % %='.split(' ');
const SPACES = ['', '', '', ' ', '\n', '\t', '\r\n', '  ', '/**/', '/* a b */', '//\n', '// c d\n'];
const NUMBERS =
  '0 1 12 077 0x1f 1.5 1. .5 1.5e3 2.50e-7 1e5 4294967296 3000000000 99999999999999999999 0.1 1.2.3 123456.75'.split(
    ' ',
  );
const ESCAPES = [
  '\\n',
  '\\x41',
  '\\u0041',
  '\\u20ac',
  '\\"',
  "\\'",
  '\\\\',
  '\\0',
  '\\q',
  '\\x4',
  '\\u12',
  '%41',
  '%u0042',
  '%',
  '%zz',
];
const TEXTS = ['a', 'Abc', ' ', 'x;', '1', ';', '+', '//', '<b>', '#', '\xe9', '\x01'];

function literal(random: Random): string {
  const quote = random.pick(['"', "'"]);
  let text = '';
  for (let parts = random.below(4); parts > 0; parts--) {
    const part = random.below(2) === 0 ? random.pick(ESCAPES) : random.pick(TEXTS);
    text += part;
  }
  return quote + text + quote;
}

/** A call with a script in it, quoted. */
function evaluated(random: Random, depth: number): string {
  const inner =
    (random.below(2) === 0
      ? soup(random, 1 + random.below(6), depth - 1)
      : program(random, 1 + random.below(2), depth - 1)) + random.pick(['', ' ', ';']);
  const quoted = inner
    .replace(/[\\"]/g, '\\$&')
    .replace(/[\r\n]/g, (character) => (character === '\n' ? '\\n' : '\\r'));
  return `eval("${quoted}")`;
}

function token(random: Random, depth: number): string {
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return random.pick(NAMES);
    case 3:
      return random.pick(WORDS);
    case 4:
      return random.below(2) === 0 ? 'var' : 'function';
    case 5:
      return random.pick(NUMBERS);
    case 6:
      return literal(random);
    case 7:
      if (random.below(4) !== 0) return literal(random);
      return depth > 0 && random.below(2) === 0 ? evaluated(random, depth) : `unescape(${literal(random)})`;
    default:
      return random.pick(OPERATORS);
  }
}

/** Tokens in any order, with white space or comments between some. */
export function soup(random: Random, length: number, depth = 2): string {
  let text = '';
  for (let tokens = 0; tokens < length; tokens++) {
    const next = token(random, depth);
    const space = random.pick(SPACES);
    const isGlued = space === '' && /[\w$]$/.test(text) && /^[\w$]/.test(next) && random.below(4) !== 0;
    text += (isGlued ? ' ' : space) + next;
  }
  return text;
}

function expression(random: Random, depth: number): string {
  switch (depth <= 0 ? random.below(3) : random.below(11)) {
    case 0:
      return random.pick(NAMES);
    case 1:
      return literal(random);
    case 2:
      return random.pick(NUMBERS);
    case 3:
      return `${expression(random, depth - 1)}+${expression(random, depth - 1)}`;
    case 4:
      return `${literal(random)} + ${literal(random)}`;
    case 5:
      return `${random.pick(NAMES)}(${expression(random, depth - 1)}, ${expression(random, depth - 1)})`;
    case 6:
      return `[${expression(random, depth - 1)},${expression(random, depth - 1)}]`;
    case 7:
      return `{${random.pick(NAMES)}:${expression(random, depth - 1)},b:${expression(random, depth - 1)}}`;
    case 8:
      return `function(${random.pick(NAMES)},${random.pick(NAMES)}){${program(random, random.below(3), depth - 1)}}`;
    case 9:
      return `unescape(${expression(random, depth - 1)})`;
    default:
      return `${random.pick(NAMES)}.${random.pick(NAMES)}`;
  }
}

/** Statements that a browser would mostly take. */
export function program(random: Random, statements: number, depth = 3): string {
  let text = '';
  for (let each = 0; each < statements; each++) text += statement(random, depth) + random.pick(['', '\n', ' ']);
  return text;
}

function statement(random: Random, depth: number): string {
  const name = random.pick(NAMES);
  switch (depth <= 0 ? random.below(3) : random.below(9)) {
    case 0:
      return `var ${name}=${expression(random, depth - 1)},${random.pick(NAMES)};`;
    case 1:
      return `${name}=${expression(random, depth - 1)};`;
    case 2:
      return `var ${name};`;
    case 3:
      return `function ${name}(${random.pick(NAMES)},${random.pick(NAMES)}){${program(random, random.below(3), depth - 1)}}`;
    case 4:
      return `for(var ${name}=0;${name}<10;${name}++){${program(random, random.below(3), depth - 1)}}`;
    case 5:
      return `if(${expression(random, depth - 1)}){${program(random, 1, depth - 1)}}else ${statement(random, depth - 1)}`;
    case 6:
      return `${evaluated(random, depth - 1)};`;
    case 7:
      return `// ${soup(random, 2, 0)}\n`;
    default:
      return `return ${expression(random, depth - 1)};`;
  }
}

/** @returns one script, some tokens to some hundred bytes long; without line feeds in literals' way and without an end tag */
export function randomScript(random: Random): string {
  const text = random.below(2) === 0 ? soup(random, 1 + random.below(24)) : program(random, 1 + random.below(5));
  return text.replaceAll('</script', '</ script');
}
