import type { Clock } from './clock.ts';

const TOO_LATE = Symbol('too late');

/**
 * What comes in parts, as long as each part comes in time. How long whoever takes a part is busy with it does not count.
 * @throws whatever `onPause` makes, once nothing has come for `limitMs`; what comes after that is not waited for
 */
export async function* withoutPauses<T>(
  parts: AsyncIterable<T>,
  { clock, limitMs, onPause }: { readonly clock: Clock; readonly limitMs: number; readonly onPause: () => Error },
): AsyncGenerator<T, void, undefined> {
  const iterator = parts[Symbol.asyncIterator]();
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = iterator.next();
      const { promise: late, resolve } = Promise.withResolvers<typeof TOO_LATE>();
      const cancel = clock.after(limitMs, () => {
        resolve(TOO_LATE);
      });
      const first = await Promise.race([next, late]).finally(cancel);
      if (first === TOO_LATE) {
        // The connection is cut; that it then breaks off is no news.
        next.catch(() => undefined);
        throw onPause();
      }
      isWaiting = false;
      if (first.done === true) return;
      yield first.value;
    }
  } finally {
    // One that is asked for more only ends after that has come.
    if (!isWaiting) await iterator.return?.();
  }
}
