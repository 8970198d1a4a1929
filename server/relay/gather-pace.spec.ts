import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatherPace } from './gather-pace.ts';

const LOW_PER_MS = 150;
const HIGH_PER_MS = 151;

/** A relay in a loop that takes `workMs` for what came while it paused; packets are sent evenly. */
class Loop {
  readonly #sut = new GatherPace();
  readonly #workMs: number;
  #nowMs = 50_000;
  #sent = 0;

  constructor(workMs = 0.25) {
    this.#workMs = workMs;
    this.#sut.pauseMs(0, this.#nowMs);
  }

  /** The pauses of so many ms under this load. */
  run(ms: number, sentPerMs: number): number[] {
    const pauses: number[] = [];
    for (const end = this.#nowMs + ms; this.#nowMs < end;) {
      const beforeMs = this.#nowMs;
      this.#nowMs += this.#workMs;
      const pause = this.#sut.pauseMs(Math.round(this.#sent + this.#workMs * sentPerMs), this.#nowMs);
      pauses.push(pause);
      this.#nowMs += pause;
      this.#sent += (this.#nowMs - beforeMs) * sentPerMs;
    }
    return pauses;
  }
}

describe('GatherPace', () => {
  it.each([0, 1, LOW_PER_MS])('never pauses at %i packets a ms', (sentPerMs) => {
    const pauses = new Loop().run(2_000, sentPerMs);
    expect(pauses.length).toBeGreaterThan(1_000);
    expect(pauses.every((pause) => pause === 0)).toBe(true);
  });

  it('makes the loop go once a millisecond when the load is high', () => {
    const sut = new Loop();
    sut.run(200, HIGH_PER_MS);
    const pauses = sut.run(1_000, HIGH_PER_MS);
    expect(pauses.length).toBeGreaterThanOrEqual(999);
    expect(pauses.length).toBeLessThanOrEqual(1_001);
    expect(pauses.every((pause) => pause > 0 && pause <= 1)).toBe(true);
  });

  it('does not pause when the work itself takes a millisecond', () => {
    const pauses = new Loop(1.5).run(1_000, 2 * HIGH_PER_MS);
    expect(pauses.every((pause) => pause === 0)).toBe(true);
  });

  it('switches on within 100 ms, and off within 100 ms', () => {
    const sut = new Loop();
    const before = sut.run(100, 4 * HIGH_PER_MS);
    expect(before.slice(0, -1).every((pause) => pause === 0)).toBe(true);
    expect(sut.run(100, 4 * HIGH_PER_MS).every((pause) => pause > 0)).toBe(true);
    // Whatever is left of the window in which the load ended still counts as high.
    sut.run(102, 0);
    expect(sut.run(1_000, 0).every((pause) => pause === 0)).toBe(true);
  });

  it('never pauses longer than a millisecond, whatever the load and whenever it is asked', () => {
    const calls = fc.array(fc.record({ afterMs: fc.double({ min: 0, max: 300, noNaN: true }), sent: fc.nat() }));
    fc.assert(
      fc.property(calls, (asked) => {
        const sut = new GatherPace();
        let nowMs = 0;
        let sentSoFar = 0;
        for (const { afterMs, sent } of asked) {
          nowMs += afterMs;
          sentSoFar += sent;
          const pause = sut.pauseMs(sentSoFar, nowMs);
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
