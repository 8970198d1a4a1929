import { describe, expect, it } from 'vitest';
import { settled } from './testing/fake-clock.ts';
import { TaskQueue } from './task-queue.ts';

describe('TaskQueue', () => {
  it('runs tasks in their order, so many at a time, whatever becomes of them', async () => {
    const sut = new TaskQueue(2);
    const running: number[] = [];
    const ends: ((fails: boolean) => void)[] = [];
    const results = [0, 1, 2, 3].map((n) =>
      sut
        .run(() => {
          running.push(n);
          return new Promise<number>((resolve, reject) => {
            ends[n] = (fails) => (fails ? reject(new Error(`${n}`)) : resolve(n));
          });
        })
        .catch((error: unknown) => String(error)),
    );
    await settled();
    expect(running).toEqual([0, 1]);
    ends[1]?.(true);
    await settled();
    expect(running).toEqual([0, 1, 2]);
    ends[0]?.(false);
    ends[2]?.(false);
    await settled();
    ends[3]?.(false);
    expect(await Promise.all(results)).toEqual([0, 'Error: 1', 2, 3]);
    expect(await sut.run(() => Promise.resolve('later'))).toBe('later');
  });
});
