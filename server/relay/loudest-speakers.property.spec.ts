import { LEVEL_SILENCE, MAX_FORWARD_LIMIT } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoudestSpeakers } from './loudest-speakers.ts';

const PACKET_MS = 20;
/** The stay of who came first, and one round of packets for each slot: the quietest gives way to the loudest, one after the other. */
const settledAfterMs = (limit: number) => 400 + PACKET_MS * (limit + 1);

const level = fc.nat({ max: LEVEL_SILENCE });
const limit = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: MAX_FORWARD_LIMIT }));
const start = fc.oneof(fc.nat({ max: 1_000 }), fc.double({ min: 0, max: 1e10, noNaN: true }));

interface Speaker {
  readonly token: number;
  readonly level: number;
}

/** Everyone sends a packet each 20 ms, each time in another order, as `shuffle` decides. */
class Conversation {
  readonly state = LoudestSpeakers.allocate();
  readonly #sut = new LoudestSpeakers(this.state);
  readonly #speakers: Speaker[];
  #nowMs: number;
  #seed = 1;

  constructor(levels: readonly number[], startMs: number) {
    this.#speakers = levels.map((each, at) => ({ token: at + 1, level: each }));
    this.#nowMs = startMs;
  }

  /** Returns who was let through in the last round. */
  last(durationMs: number, slots: number): Set<number> {
    let admitted = new Set<number>();
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += PACKET_MS) admitted = this.round(slots);
    return admitted;
  }

  round(slots: number): Set<number> {
    this.#nowMs += PACKET_MS;
    this.#shuffle();
    const admitted = this.#speakers.filter((each) => this.#sut.admits(each.token, each.level, slots, this.#nowMs));
    return new Set(admitted.map(({ token }) => token));
  }

  #shuffle(): void {
    for (let at = this.#speakers.length - 1; at > 0; at--) {
      this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0;
      const other = (this.#seed >>> 8) % (at + 1);
      [this.#speakers[at], this.#speakers[other]] = [this.#speakers[other]!, this.#speakers[at]!];
    }
  }
}

describe('LoudestSpeakers, whatever is said', () => {
  it('never has more holders than the limit at one instant, and none who has released', () => {
    const token = fc.constantFrom(1, 2, 3, 4, 5, 6, 0xffff_ffff);
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ type: fc.constant('packet' as const), token, level }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), token }) },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('time' as const), ms: fc.nat({ max: 500 }) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('limit' as const), to: fc.integer({ min: 1, max: 4 }) }) },
    );
    fc.assert(
      fc.property(start, fc.array(step, { minLength: 1, maxLength: 200 }), (startMs, steps) => {
        const state = LoudestSpeakers.allocate();
        const sut = new LoudestSpeakers(state);
        const speaking = new Set<number>();
        let nowMs = startMs;
        let slots = 2;
        for (const each of steps) {
          if (each.type === 'time') nowMs += each.ms;
          else if (each.type === 'limit') slots = each.to;
          else if (each.type === 'release') {
            sut.release(each.token);
            speaking.delete(each.token);
          } else {
            sut.admits(each.token, each.level, slots, nowMs);
            speaking.add(each.token);
          }
          // Who is silent replaces nobody: of a copy of the memory it only asks, and fills what is vacant.
          const asked = new LoudestSpeakers(copyOf(state));
          const holders = [...speaking].filter((one) => asked.admits(one, LEVEL_SILENCE, slots, nowMs));
          expect(holders).toHaveLength(Math.min(slots, speaking.size));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps nobody back while there are no more speakers than the limit', () => {
    const packet = fc.record({ speaker: fc.nat({ max: 31 }), level, afterMs: fc.nat({ max: 400 }) });
    fc.assert(
      fc.property(limit, start, fc.array(packet, { maxLength: 200 }), (slots, startMs, packets) => {
        const sut = new LoudestSpeakers(LoudestSpeakers.allocate());
        let nowMs = startMs;
        for (const { speaker, level: each, afterMs } of packets) {
          nowMs += afterMs;
          expect(sut.admits((speaker % slots) + 1, each, slots, nowMs)).toBe(true);
        }
      }),
    );
  });

  it('has the loudest soon, where they are 6 dB louder than the others', () => {
    const crowd = limit.chain((slots) =>
      fc.record({
        loud: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: slots, maxLength: slots }),
        quiet: fc.array(fc.integer({ min: 56, max: LEVEL_SILENCE }), { minLength: 1, maxLength: MAX_FORWARD_LIMIT }),
      }),
    );
    fc.assert(
      fc.property(crowd, start, ({ loud, quiet }, startMs) => {
        const slots = loud.length;
        const settled = new Conversation([...quiet, ...loud], startMs).last(settledAfterMs(slots), slots);
        const expected = loud.map((_, at) => quiet.length + at + 1);
        expect([...settled].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it('does not flutter while everyone talks on as before', () => {
    const levels = fc.array(level, { minLength: 1, maxLength: MAX_FORWARD_LIMIT });
    fc.assert(
      fc.property(levels, limit, start, (everyone, slots, startMs) => {
        const sut = new Conversation(everyone, startMs);
        const settled = sut.last(settledAfterMs(slots), slots);
        for (let round = 0; round < 100; round++) expect(sut.round(slots)).toEqual(settled);
      }),
    );
  });

  it('changes a slot at most once in 400 ms, however wildly levels change', () => {
    const rounds = fc.array(fc.tuple(level, level, level), { minLength: 40, maxLength: 150 });
    fc.assert(
      fc.property(rounds, start, (levels, startMs) => {
        const sut = new LoudestSpeakers(LoudestSpeakers.allocate());
        let holder = 0;
        let changedAtMs = -Infinity;
        for (const [round, heard] of levels.entries()) {
          const nowMs = startMs + round * PACKET_MS;
          for (const [at, each] of heard.entries()) {
            if (!sut.admits(at + 1, each, 1, nowMs) || holder === at + 1) continue;
            expect(nowMs - changedAtMs).toBeGreaterThan(400 - 1);
            holder = at + 1;
            changedAtMs = nowMs;
          }
        }
      }),
    );
  });
});

function copyOf(shared: SharedArrayBuffer): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(shared.byteLength);
  new Uint8Array(copy).set(new Uint8Array(shared));
  return copy;
}
