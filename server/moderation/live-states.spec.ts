import { beforeEach, describe, expect, it } from 'vitest';
import { PresenceHarness } from '../presence/testing/presence-harness.ts';
import { LiveStates } from './live-states.ts';

describe('LiveStates', () => {
  let at: PresenceHarness;
  let sut: LiveStates;

  beforeEach(() => {
    at = new PresenceHarness();
    sut = new LiveStates(at.sessions, at.rooms, at.relay, at.clock);
    sut.onApplicationBootstrap();
  });

  it('knows since when somebody is here, whatever becomes of the socket', () => {
    const { session } = at.enter('Ada');
    at.sessions.caughtUp(session);
    const since = at.clock.epochMs();
    at.clock.advance(5_000);
    at.sessions.caughtUp(session);
    expect(sut.connectedAt(session)).toBe(since);
  });

  it('follows what the relay tells of a voice', () => {
    const { session } = at.enter('Ada');
    expect(sut.voiceOf(session)).toEqual({ speaking: false, lane: null });
    const { token } = at.rooms.join(session, 'lobby');
    at.relay.bind(token, 'udp');
    at.relay.speak(token, true);
    expect(sut.voiceOf(session)).toEqual({ speaking: true, lane: 'udp' });
    at.relay.speak(token, false);
    at.relay.bind(token, 'websocket');
    expect(sut.voiceOf(session)).toEqual({ speaking: false, lane: 'websocket' });
  });

  it('begins anew with each room, and ends with it', () => {
    const { session } = at.enter('Ada');
    const { token } = at.rooms.join(session, 'lobby');
    at.relay.bind(token, 'udp');
    const next = at.rooms.join(session, 'desk');
    // What is told late of the voice before is nothing to this one.
    at.relay.speak(token, true);
    expect(sut.voiceOf(session)).toEqual({ speaking: false, lane: null });
    at.relay.bind(next.token, 'udp');
    at.rooms.leave(session);
    expect(sut.voiceOf(session)).toEqual({ speaking: false, lane: null });
  });

  it('tells people apart', () => {
    const [ada, bob] = [at.enter('Ada').session, at.enter('Bob').session];
    const { token } = at.rooms.join(ada, 'lobby');
    at.rooms.join(bob, 'lobby');
    at.relay.speak(token, true);
    expect([ada, bob].map((session) => sut.voiceOf(session).speaking)).toEqual([true, false]);
  });
});
