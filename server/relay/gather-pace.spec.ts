import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatherPace } from './gather-pace.ts';

const LOW_PER_MS = 150;
const HIGH_PER_MS = 151;

/** A relay in a loop that takes `workMs` for what came while it paused; packets are sent evenly. */
class Loop {
  readonly #sut = new GatherPace();
  readonly #workMs: number;
  readonly #moreWait: boolean;
  #nowMs = 50_000;
  #sent = 0;

  constructor(workMs = 0.25, moreWait = false) {
    this.#workMs = workMs;
    this.#moreWait = moreWait;
    this.#sut.pauseMs(0, this.#nowMs, false);
  }

  /** The pauses of so many ms under this load. */
  run(ms: number, sentPerMs: number): number[] {
    const pauses: number[] = [];
    for (const end = this.#nowMs + ms; this.#nowMs < end;) {
      const pause = this.#sut.pauseMs(Math.round(this.#sent), this.#nowMs, this.#moreWait);
      pauses.push(pause);
      this.#nowMs += this.#workMs + pause;
      this.#sent += (this.#workMs + pause) * sentPerMs;
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

  it.each([
    [0.25, 1],
    [0.75, 1],
    [1, 1],
    [1.5, 0.5],
    [1.75, 0.25],
    [2, 0],
    [5, 0],
  ])('pauses when the load is high: after %d ms of work %d ms', (workMs, pauseMs) => {
    const sut = new Loop(workMs);
    sut.run(300, HIGH_PER_MS);
    for (const pause of sut.run(1_000, HIGH_PER_MS)) expect(pause).toBeCloseTo(pauseMs, 6);
  });

  it('does not pause as long as more waits than could be received', () => {
    const pauses = new Loop(0.25, true).run(1_000, 2 * HIGH_PER_MS);
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
    const calls = fc.array(
      fc.record({ afterMs: fc.double({ min: 0, max: 300, noNaN: true }), sent: fc.nat(), moreWait: fc.boolean() }),
    );
    fc.assert(
      fc.property(calls, (asked) => {
        const sut = new GatherPace();
        let nowMs = 0;
        let sentSoFar = 0;
        for (const { afterMs, sent, moreWait } of asked) {
          nowMs += afterMs;
          sentSoFar += sent;
          const pause = sut.pauseMs(sentSoFar, nowMs, moreWait);
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
