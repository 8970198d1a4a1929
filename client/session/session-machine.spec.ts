import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from './problem.ts';
import {
  BACKOFF_BASE_MS,
  BACKOFF_LIMIT_MS,
  backoffMs,
  STABLE_AFTER_MS,
  transition,
  type SessionEvent,
  type SessionState,
} from './session-machine.ts';

const address = new URL('ws://switchboard.test:7701/control');
const ticket = { sessionId: 's', secret: 'x' };
const NOW = { nowMs: 0, chance: 0.5 };
const LOST: SessionEvent = { type: 'lost', problem: problem('client.disconnected') };
const TO_READY: readonly SessionEvent[] = [
  { type: 'connect' },
  { type: 'discovered', address },
  { type: 'opened' },
  { type: 'welcomed', ticket },
];

/** The state, and what the last event asked for, after these events. */
function after(events: readonly SessionEvent[], instant = NOW) {
  return events.reduce<ReturnType<typeof transition>>(({ state }, event) => transition(state, event, instant), {
    state: { status: 'idle' },
    effects: [],
  });
}

const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constantFrom<SessionEvent>(
    { type: 'connect' },
    { type: 'discovered', address },
    { type: 'opened' },
    { type: 'welcomed', ticket },
    { type: 'resumed', secret: 'y' },
    { type: 'incomplete' },
    { type: 'ended', problem: problem('session.replaced') },
    { type: 'due' },
    { type: 'hurry' },
    { type: 'close' },
    LOST,
  ),
  fc.nat(60_000).map((retryAfterMs): SessionEvent => ({ type: 'draining', retryAfterMs })),
  fc
    .constantFrom('session.expired', 'auth.nickname_taken', 'auth.credentials_invalid', 'server.full')
    .map((code): SessionEvent => ({ type: 'refused', problem: problem(code as 'server.full') })),
);
const anyEvents = fc.array(
  fc.record({ event: anyEvent, nowMs: fc.nat(100_000), chance: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  { maxLength: 60 },
);

describe('session machine', () => {
  it('goes the whole way to ready', () => {
    expect(after(TO_READY).state).toEqual({
      status: 'ready',
      address,
      ticket,
      sinceMs: 0,
      attempts: 0,
      drainMs: null,
    });
  });

  it('takes any failure of the very first try for the answer', () => {
    for (const length of [1, 2, 3])
      expect(after([...TO_READY.slice(0, length), LOST]).state).toMatchObject({ status: 'closed' });
  });

  it('resumes where it was, and asks for the address again only when that fails', () => {
    const resuming = after([...TO_READY, LOST, { type: 'due' }, { type: 'opened' }]);
    expect(resuming.state).toMatchObject({ status: 'resuming', ticket });
    expect(resuming.effects).toEqual([{ type: 'resume', ticket }]);
    const failed = after([...TO_READY, LOST, { type: 'due' }, LOST, { type: 'due' }]);
    expect(failed.effects).toEqual([{ type: 'discover' }]);
  });

  it('keeps the new secret of a resume', () => {
    const resumed = after([...TO_READY, LOST, { type: 'due' }, { type: 'opened' }, { type: 'resumed', secret: 'y' }]);
    expect(resumed.state).toMatchObject({ status: 'ready', ticket: { sessionId: 's', secret: 'y' } });
  });

  it('says hello on the same socket when the session has expired', () => {
    const expired: SessionEvent = { type: 'refused', problem: problem('session.expired') };
    const { state, effects } = after([...TO_READY, LOST, { type: 'due' }, { type: 'opened' }, expired]);
    expect(state.status).toBe('greeting');
    expect(effects).toEqual([{ type: 'hello' }]);
  });

  it('begins at the shortest wait only after a connection that lasted', () => {
    const again: readonly SessionEvent[] = [
      LOST,
      { type: 'due' },
      { type: 'opened' },
      { type: 'resumed', secret: 'y' },
    ];
    const flapping = after([...TO_READY, ...again, ...again, ...again]);
    const attemptAt = (nowMs: number) => {
      const { state } = transition(flapping.state, LOST, { nowMs, chance: 0.5 });
      return state.status === 'reconnecting' ? state.comeback.attempt : undefined;
    };
    expect(attemptAt(STABLE_AFTER_MS - 1)).toBe(4);
    expect(attemptAt(STABLE_AFTER_MS)).toBe(1);
  });

  it('waits for a draining server at least as long as it asks', () => {
    const draining: SessionEvent = { type: 'draining', retryAfterMs: 5_000 };
    for (const chance of [0, 0.5, 0.99]) {
      const { effects } = after([...TO_READY, draining, LOST], { nowMs: 0, chance });
      expect(effects).toContainEqual({ type: 'schedule', delayMs: 5_000 + 1_000 * chance });
    }
  });

  it('backs off by full jitter, never beyond the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const delayMs = backoffMs(attempt, chance);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(
            Math.min(BACKOFF_LIMIT_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt - 1, 20)),
          );
        },
      ),
    );
  });

  it('holds one connection, and one timer while it waits, whatever happens', () => {
    fc.assert(
      fc.property(fc.boolean(), anyEvents, (begun, steps) => {
        // By chance alone, few runs would get as far as a session.
        let state: SessionState = begun ? after(TO_READY).state : { status: 'idle' };
        let connection = begun;
        let timer = false;
        for (const { event, nowMs, chance } of steps) {
          if (event.type === 'due') {
            if (!timer) continue;
            timer = false;
          }
          // The socket of a lost connection is gone, but giving it up once more does no harm.
          const next = transition(state, event, { nowMs, chance });
          for (const effect of next.effects) {
            if (effect.type === 'discover' || effect.type === 'open') {
              expect(timer).toBe(false);
              expect(connection && effect.type === 'open').toBe(false);
              connection = effect.type === 'open';
            } else if (effect.type === 'drop') connection = false;
            else if (effect.type === 'schedule') {
              expect(timer).toBe(false);
              timer = true;
            } else if (effect.type === 'cancel') timer = false;
            else expect(connection).toBe(true);
          }
          state = next.state;
          expect(timer).toBe(state.status === 'reconnecting');
          expect(connection).toBe(['connecting', 'greeting', 'resuming', 'ready'].includes(state.status));
        }
      }),
    );
  });

  it('is ready again, from wherever it is still trying, once the server answers', () => {
    fc.assert(
      fc.property(anyEvents, (steps) => {
        let state = after([...TO_READY, LOST]).state;
        for (const { event, nowMs, chance } of steps) state = transition(state, event, { nowMs, chance }).state;
        fc.pre(state.status !== 'closed' && state.status !== 'idle');
        const answers: Partial<Record<SessionState['status'], SessionEvent>> = {
          discovering: { type: 'discovered', address },
          connecting: { type: 'opened' },
          greeting: { type: 'welcomed', ticket },
          resuming: { type: 'resumed', secret: 'z' },
          reconnecting: { type: 'due' },
        };
        for (let n = 0; n < 5; n++) {
          const answer: SessionEvent | undefined = answers[state.status];
          if (answer !== undefined) state = transition(state, answer, NOW).state;
        }
        expect(state.status).toBe('ready');
      }),
    );
  });
});
