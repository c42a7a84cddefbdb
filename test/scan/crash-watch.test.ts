import { expect, test } from 'vitest';
import { CrashWatch } from '../../src/scan/crash-watch.ts';

const MINUTE = 60_000;

/** Minutes of switches (`s`) and crashes (`c`), and for each crash whether it was one too many. */
const COURSES: readonly (readonly [what: string, course: string, expected: string])[] = [
  ['crashes without a switch blame nothing', 'c0 c1 c2', 'no no no'],
  ['one crash after a switch may be chance', 's0 c1', 'no'],
  ['two crashes soon after a switch are too many', 's0 c1 c2', 'no yes'],
  ['two crashes at the edge of five minutes still count', 's0 c1 c5', 'no yes'],
  ['a crash later than five minutes has another cause', 's0 c1 c6', 'no no'],
  ['two late crashes have another cause', 's0 c6 c7', 'no no'],
  ['trouble from shortly before the switch goes on', 'c0 s1 c2 c3', 'no no no'],
  ['trouble from long before the switch is over', 'c0 s9 c10 c11', 'no no yes'],
  ['the next switch begins anew when the first one was quiet', 's0 s9 c10 c11', 'no yes'],
  ['crashes on the patterns before do not count against the next', 's0 c1 s2 c3 c4', 'no no no'],
];
test.each(COURSES)('%s', (_, course, expected) => {
  let minute = 0;
  const watch = new CrashWatch(() => minute * MINUTE);
  const answers: string[] = [];
  for (const event of course.split(' ')) {
    minute = Number(event.slice(1));
    if (event[0] === 's') watch.switched();
    else answers.push(watch.crashed() ? 'yes' : 'no');
  }
  expect(answers.join(' ')).toBe(expected);
});

test('when there is nothing to go back to, nothing is blamed', () => {
  const watch = new CrashWatch(() => 0);
  watch.switched();
  watch.forget();
  expect([watch.crashed(), watch.crashed(), watch.crashed()]).toEqual([false, false, false]);
});
