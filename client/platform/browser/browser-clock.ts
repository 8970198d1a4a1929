import type { Clock } from '../platform.ts';

/** For pages and workers. */
export const browserClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
