import { describe, expect, it } from 'vitest';
import { Randomness } from '../common/randomness.ts';
import { GIVE_UP_AFTER_MS, retryDelayMs } from './retry-delay.ts';

class Always extends Randomness {
  readonly #byte: number;

  constructor(byte: number) {
    super();
    this.#byte = byte;
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length).fill(this.#byte);
  }
}

const SHORTEST = new Always(0);
const LONGEST = new Always(255);

describe('retryDelayMs', () => {
  it('begins at 10 s, grows threefold, and ends at 4 hours, spread by 20 %', () => {
    expect(retryDelayMs(1, SHORTEST)).toBe(8_000);
    expect(retryDelayMs(1, LONGEST)).toBe(12_000);
    expect(retryDelayMs(2, SHORTEST)).toBe(24_000);
    expect(retryDelayMs(3, LONGEST)).toBe(108_000);
    expect(retryDelayMs(50, SHORTEST)).toBe(0.8 * 4 * 3_600_000);
  });

  it.each([SHORTEST, LONGEST])('tries some dozen times within a day', (random) => {
    let attempts = 1;
    let atMs = 0;
    while ((atMs += retryDelayMs(attempts, random)) <= GIVE_UP_AFTER_MS) attempts++;
    expect(attempts).toBeGreaterThanOrEqual(10);
    expect(attempts).toBeLessThanOrEqual(16);
  });
});
