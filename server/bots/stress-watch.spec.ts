import { describe, expect, it } from 'vitest';
import { StressWatch } from './stress-watch.ts';

describe('StressWatch', () => {
  const judged = (seconds: readonly (readonly [lossPct: number, loopDelayMs: number])[]) => {
    const sut = new StressWatch();
    return seconds.map(([lossPct, loopDelayMs]) => sut.look(lossPct, loopDelayMs));
  };

  it('lets pass what the server stands', () => {
    expect(judged(Array.from({ length: 20 }, () => [20, 200]))).toEqual(Array.from({ length: 20 }));
  });

  it.each([
    ['loss', [20.1, 0], 'packets were lost'],
    ['delay', [0, 201], 'ms late'],
  ] as const)('ends it after five seconds of too much %s', (_, second, sentence) => {
    const verdicts = judged(Array.from({ length: 5 }, () => second));
    expect(verdicts.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(verdicts[4]).toContain(sentence);
  });

  it('counts seconds in a row', () => {
    const bad = Array.from({ length: 4 }, () => [100, 0] as const);
    expect(judged([...bad, [0, 0], ...bad])).toEqual(Array.from({ length: 9 }));
  });

  it('does not add one kind to the other', () => {
    expect(judged([...Array.from({ length: 4 }, () => [100, 0] as const), [0, 500]])).toEqual(
      Array.from({ length: 5 }),
    );
  });
});
