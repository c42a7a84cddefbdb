/** A case as text: a row of test/tables/clamav/spans-regression.ts where it can be one, else all that it takes to repeat it. */
import { subsignatureMatches, type TwinLine, type TwinObject } from './twin.ts';
import { countOf } from './twin-pattern.ts';

const ROW = /^[^;]+;Engine:81-255,Target:0;0(?:=\d+)?;(.+)$/;

export function rowOf(name: string, { format, text }: TwinLine, object: TwinObject): string {
  const pattern = format === 'ldb' && object.target === 14 ? ROW.exec(text)?.[1] : undefined;
  if (pattern === undefined || pattern.includes(';')) {
    const { target, entryPoint, sections } = object;
    const facts = JSON.stringify({ target, entryPoint, sections });
    return `${format} ${text} | ${facts} | ${Buffer.from(object.bytes).toString('hex')}`;
  }
  const matches = subsignatureMatches(pattern, object);
  const nearest = new Map<number, number>();
  for (const { start, end } of matches) nearest.set(start, Math.min(end, nearest.get(start) ?? end));
  const spans = JSON.stringify([...nearest].sort(([a], [b]) => a - b));
  const count = countOf(matches);
  return `[${quoted(name)}, ${quoted(pattern)}, ${quoted(latin1(object.bytes))}, ${spans}${count === nearest.size ? '' : `, ${count}`}],`;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function quoted(text: string): string {
  const escaped = text.replace(/[^ -~]|['\\]/g, (character) =>
    character === "'" || character === '\\'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `'${escaped}'`;
}
