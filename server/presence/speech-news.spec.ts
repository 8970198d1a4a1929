import { beforeEach, describe, expect, it } from 'vitest';
import { FakeLink, PresenceHarness, type Present } from './testing/presence-harness.ts';
import { SPEECH_HOLD_MS } from './speech-news.ts';

describe('SpeechNews', () => {
  let at: PresenceHarness;
  let ada: Present;
  let bob: Present;
  let token: number;

  function told({ link }: Pick<Present, 'link'>): unknown[] {
    return link.of('member.speaking').map(({ memberId, speaking }) => {
      expect(memberId).toBe(ada.session.member.id);
      return speaking;
    });
  }

  /** As a connection does it: the replay, then what is the case. */
  function comeBack({ session }: Present, secret: string): { link: FakeLink; missed: string[]; secret: string } {
    const link = new FakeLink();
    const resumed = at.sessions.resume(session.id, secret, session.events.seq, link);
    at.sessions.caughtUp(session);
    return { link, missed: [...resumed.missed], secret: resumed.secret };
  }

  beforeEach(() => {
    at = new PresenceHarness();
    [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
    token = at.rooms.join(ada.session, 'lobby').token;
  });

  it('holds the end of a speech, so that a talker who pauses is no news', () => {
    for (let i = 0; i < 100; i++) {
      at.relay.speak(token, true);
      at.clock.advance(50);
      at.relay.speak(token, false);
      at.clock.advance(SPEECH_HOLD_MS - 1);
    }
    expect(told(bob)).toEqual([true]);
    at.clock.advance(1);
    expect(told(bob)).toEqual([true, false]);
    expect(at.clock.pendingTimers).toBe(0);
  });

  it('ends at once with the voice session, and leaves no timer', () => {
    at.relay.speak(token, true);
    at.relay.speak(token, false);
    at.rooms.leave(ada.session);
    expect(told(bob)).toEqual([true, false]);
    at.clock.advance(60_000);
    expect(told(bob)).toEqual([true, false]);
    expect(at.clock.pendingTimers).toBe(0);
  });

  it('tells who comes in who speaks now', () => {
    at.relay.speak(token, true);
    const cid = at.enter('Cid');
    expect(told(cid)).toEqual([]);
    at.sessions.caughtUp(cid.session);
    expect(told(cid)).toEqual([true]);
  });

  it('tells who leaves the room of a speaker, and takes it back from who joins', () => {
    at.relay.speak(token, true);
    at.rooms.join(bob.session, 'lobby');
    at.rooms.leave(bob.session);
    at.rooms.join(bob.session, 'desk');
    expect(told(bob)).toEqual([true, false, true]);
  });

  it('costs who is away no event, and tells on coming back just what is different', () => {
    at.drop(bob);
    const { seq } = bob.session.events;
    for (let i = 0; i < 10; i++) {
      at.relay.speak(token, i % 2 === 0);
      at.clock.advance(SPEECH_HOLD_MS);
    }
    at.relay.speak(token, true);
    expect(bob.session.events.seq).toBe(seq);
    const first = comeBack(bob, bob.welcome.session.secret);
    expect(told(first)).toEqual([true]);

    const second = comeBack(bob, first.secret);
    expect(told(second)).toEqual([]);

    at.sessions.detach(bob.session, second.link, false);
    at.relay.speak(token, false);
    at.clock.advance(SPEECH_HOLD_MS);
    expect(told(comeBack(bob, second.secret))).toEqual([false]);
  });
});
