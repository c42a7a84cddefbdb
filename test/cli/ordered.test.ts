import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OrderedRun } from '../../src/frontends/cli/scan/ordered.ts';
import { collect } from '../files/collect.ts';

const never = new AbortController().signal;

async function* upTo(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) yield item;
}

test('results come in the order of the items, whatever takes long', async () => {
  const run = new OrderedRun((item: number) => sleep((item * 7) % 5, item), {
    concurrency: 4,
    window: 100,
    signal: never,
  });
  expect(await collect(run.results(upTo(60)))).toEqual([...Array(60).keys()]);
});

test('never more at once than allowed, and as many as allowed', async () => {
  let working = 0;
  let most = 0;
  const work = async (item: number) => {
    most = Math.max(most, ++working);
    await sleep(1);
    working--;
    return item;
  };
  await collect(new OrderedRun(work, { concurrency: 3, window: 100, signal: never }).results(upTo(30)));
  expect(most).toBe(3);
});

test('a slow item holds back the others up to the window, then they overtake it', async () => {
  const work = (item: number) => (item === 0 ? sleep(100, item) : turn(item));
  const run = new OrderedRun(work, { concurrency: 2, window: 5, signal: never });
  const results = await collect(run.results(upTo(50)));
  expect(results.indexOf(0)).toBeGreaterThan(0);
  expect([...results].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(results.filter((item) => item !== 0)).toEqual([...Array(50).keys()].slice(1));
});

test('the source is not drawn further than the window', async () => {
  let drawn = 0;
  async function* source() {
    for (; drawn < 1000; drawn++) yield drawn;
  }
  const run = new OrderedRun((item: number) => sleep(1, item), { concurrency: 2, window: 10, signal: never });
  for await (const item of run.results(source())) expect(drawn - item).toBeLessThanOrEqual(11);
  expect(drawn).toBe(1000);
});

test('items without work pass in their place', async () => {
  const work = (item: number) => (item % 2 === 0 ? item : sleep(1, item));
  const run = new OrderedRun(work, { concurrency: 2, window: 10, signal: never });
  expect(await collect(run.results(upTo(40)))).toEqual([...Array(40).keys()]);
});

test('when aborted, what is finished still comes, and it ends at once', async () => {
  const controller = new AbortController();
  const work = (item: number) => (item === 1 ? new Promise<number>(() => {}) : Promise.resolve(item));
  const run = new OrderedRun(work, { concurrency: 4, window: 100, signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  expect((await collect(run.results(upTo(10)))).slice(0, 3)).toEqual([0, 2, 3]);
  expect(run.oldest).toBe(1);
});

test('a source that fails is told after the results before it', async () => {
  async function* source() {
    yield 1;
    yield 2;
    throw new Error('the list breaks off');
  }
  const seen: number[] = [];
  const reading = async () => {
    const run = new OrderedRun((item: number) => sleep(5, item), { concurrency: 2, window: 10, signal: never });
    for await (const item of run.results(source())) seen.push(item);
  };
  await expect(reading()).rejects.toThrow('the list breaks off');
  expect(seen).toEqual([1, 2]);
});

test('steps grow with the number of items alone', async () => {
  const steps = async (count: number) => {
    let wakes = 0;
    const work = async (item: number) => {
      wakes++;
      return item;
    };
    await collect(new OrderedRun(work, { concurrency: 4, window: 64, signal: never }).results(upTo(count)));
    return wakes;
  };
  expect(await steps(2000)).toBe(2 * (await steps(1000)));
});
