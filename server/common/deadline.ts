import type { Clock } from './clock.ts';

/** What a promise resolves with, or undefined where it rejects or takes too long: who asks must not hang with it. */
export function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stopWaiting = clock.after(limitMs, () => {
      resolve(undefined);
    });
    const settle = (value: T | undefined): void => {
      stopWaiting();
      resolve(value);
    };
    promise.then(settle, () => {
      settle(undefined);
    });
  });
}
