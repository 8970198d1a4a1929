import { beforeEach, describe, expect, it } from 'vitest';
import { HashGate } from './hash-gate.ts';

describe('HashGate', () => {
  let sut: HashGate;
  let running: (() => void)[];
  let order: number[];

  beforeEach(() => {
    sut = new HashGate();
    running = [];
    order = [];
  });

  function start(number: number): Promise<number> {
    return sut.run(async () => {
      order.push(number);
      await new Promise<void>((resolve) => running.push(resolve));
      return number;
    });
  }

  it('runs two at a time, in the order they came', async () => {
    const all = [1, 2, 3, 4].map(start);
    expect(order).toEqual([1, 2]);
    running[0]?.();
    await all[0];
    expect(order).toEqual([1, 2, 3]);
    running[1]?.();
    await all[1];
    expect(order).toEqual([1, 2, 3, 4]);
    for (const finish of running) finish();
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });

  it('lets 32 wait and refuses the next, until there is room', async () => {
    const all = Array.from({ length: 34 }, (_, i) => start(i));
    await expect(start(34)).rejects.toMatchObject({ code: 'server.rate_limited' });
    running[0]?.();
    await all[0];
    const next = start(35);
    for (let i = 1; i < 35; i++) {
      running[i]?.();
      await (all[i] ?? next);
    }
    expect(await next).toBe(35);
  });

  it('goes on after one that failed', async () => {
    const failing = () => sut.run(() => Promise.reject(new Error('no memory')));
    for (let i = 0; i < 5; i++) await expect(failing()).rejects.toThrow('no memory');
    expect(await sut.run(() => Promise.resolve('done'))).toBe('done');
  });
});
