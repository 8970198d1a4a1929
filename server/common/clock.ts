import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';

/** Time, injected so that what depends on it is tested without waiting. */
export abstract class Clock {
  /** Monotonic, in ms. */
  abstract nowMs(): number;
  /** Milliseconds since 1970. */
  abstract epochMs(): number;
  /** Calls once after `delayMs`; the returned function cancels. */
  abstract after(delayMs: number, callback: () => void): () => void;
}

@Injectable()
export class SystemClock extends Clock {
  nowMs(): number {
    return performance.now();
  }

  epochMs(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  }
}
