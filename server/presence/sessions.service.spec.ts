import { describe, expect, it } from 'vitest';
import {
  CLOSE_CODES,
  MAX_REPLAY_EVENTS,
  SESSION_GRACE_MS,
  SwitchboardError,
  type ErrorCode,
} from '@switchboard/protocol';
import { FakeLink, PresenceHarness } from './testing/presence-harness.ts';

function refusal(code: ErrorCode): unknown {
  return expect.objectContaining({ name: SwitchboardError.name, code });
}

describe('SessionsService', () => {
  describe('enter', () => {
    it('gives the whole picture, and tells the others', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const bob = at.enter('Bob');
      expect(bob.welcome.members.map(({ nickname }) => nickname)).toEqual(['Ada', 'Bob']);
      expect(bob.welcome.seq).toBe(0);
      expect(bob.link.events).toEqual([]);
      expect(ada.link.of('member.joined')).toEqual([{ member: bob.welcome.self }]);
    });

    it('refuses a nickname that someone here has, however it is written', () => {
      const at = new PresenceHarness();
      at.enter('Ada');
      expect(() => at.enter('ＡDA')).toThrow(refusal('auth.nickname_taken'));
    });

    it('replaces the earlier session of the same guest, who may keep the nickname', () => {
      const at = new PresenceHarness();
      const earlier = at.enter('Ada', { userId: 'ada' });
      const bob = at.enter('Bob');
      at.rooms.join(earlier.session, 'lobby');
      const later = at.enter('ada', { userId: 'ada' });
      expect(earlier.link.of('session.replaced')).toEqual([{}]);
      expect(earlier.link.closedWith).toBe(CLOSE_CODES.replaced);
      expect(later.welcome.members).toHaveLength(2);
      expect(bob.link.of('member.left')).toEqual([{ memberId: earlier.session.member.id }]);
      expect(at.relay.sessions.size).toBe(0);
    });

    it('replaces a session that only waits for its socket without a word', () => {
      const at = new PresenceHarness();
      const earlier = at.enter('Ada', { userId: 'ada' });
      at.drop(earlier);
      at.enter('Ada', { userId: 'ada' });
      expect(earlier.link.of('session.replaced')).toEqual([]);
      expect(at.clock.pendingTimers).toBe(0);
    });

    it('refuses who comes when it is full, but not who only comes again', () => {
      const at = new PresenceHarness({ SWITCHBOARD_MAX_SESSIONS: '2' });
      at.enter('Ada', { userId: 'ada' });
      at.enter('Bob');
      expect(() => at.enter('Cid')).toThrow(refusal('server.full'));
      expect(at.enter('Ada', { userId: 'ada' }).welcome.members).toHaveLength(2);
    });

    it('refuses one address too many, those included that wait for their sockets, and exempts loopback', () => {
      const at = new PresenceHarness({ SWITCHBOARD_MAX_SESSIONS_PER_ADDRESS: '1' });
      at.drop(at.enter('Ada', { network: '192.0.2.1' }));
      expect(() => at.enter('Bob', { network: '192.0.2.1' })).toThrow(refusal('server.full'));
      at.enter('Cid', { network: '192.0.2.2' });
      at.enter('Dan');
      at.enter('Eve');
    });

    it('does not end the earlier session of one whom it refuses', () => {
      const at = new PresenceHarness({ SWITCHBOARD_MAX_SESSIONS_PER_ADDRESS: '1' });
      at.enter('Ada', { network: '192.0.2.1' });
      const bob = at.enter('Bob', { userId: 'bob', network: '192.0.2.2' });
      expect(() => at.enter('Bob', { userId: 'bob', network: '192.0.2.1' })).toThrow(refusal('server.full'));
      expect(bob.session.attachment.status).toBe('attached');
    });
  });

  describe('a lost socket', () => {
    it('shows the member as reconnecting for a minute, then it is gone', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const bob = at.enter('Bob');
      at.drop(bob);
      expect(ada.link.of('member.updated').map(({ member }) => member.reconnecting)).toEqual([true]);
      at.clock.advance(SESSION_GRACE_MS - 1);
      expect(ada.link.of('member.left')).toEqual([]);
      at.clock.advance(1);
      expect(ada.link.of('member.left')).toEqual([{ memberId: bob.session.member.id }]);
    });

    it('ends the session at once when it was closed on purpose', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const bob = at.enter('Bob');
      at.sessions.detach(bob.session, bob.link, true);
      expect(ada.link.of('member.left')).toHaveLength(1);
    });

    it('means nothing once the session lives on another', () => {
      const at = new PresenceHarness();
      const { session, link, welcome } = at.enter('Ada');
      at.sessions.resume(session.id, welcome.session.secret, 0, new FakeLink());
      at.sessions.detach(session, link, true);
      expect(session.attachment.status).toBe('attached');
    });
  });

  describe('resume', () => {
    it('gives what was missed, in order, and tells the others that the member is back', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const bob = at.enter('Bob');
      at.drop(bob);
      at.sessions.change(ada.session, { status: 'one' });
      at.sessions.change(ada.session, { status: 'two' });
      const resumed = at.sessions.resume(bob.session.id, bob.welcome.session.secret, 0, new FakeLink());
      at.sessions.caughtUp(resumed.session);
      expect(resumed.missed.map((text) => (JSON.parse(text) as { seq: number }).seq)).toEqual([1, 2]);
      expect(ada.link.of('member.updated').map(({ member }) => member.reconnecting)).toEqual([true, false]);
      at.clock.advance(SESSION_GRACE_MS);
      expect(ada.link.of('member.left')).toEqual([]);
    });

    it('takes each secret once', () => {
      const at = new PresenceHarness();
      const { session, welcome } = at.enter('Ada');
      const { secret } = at.sessions.resume(session.id, welcome.session.secret, 0, new FakeLink());
      expect(() => at.sessions.resume(session.id, welcome.session.secret, 0, new FakeLink())).toThrow(
        refusal('session.expired'),
      );
      expect(at.sessions.resume(session.id, secret, 0, new FakeLink()).session).toBe(session);
    });

    it('says the same of a wrong secret and of a session that never was, and harms neither', () => {
      const at = new PresenceHarness();
      const { session } = at.enter('Ada');
      const wrong = '0'.repeat(64);
      expect(() => at.sessions.resume(session.id, wrong, 0, new FakeLink())).toThrow(refusal('session.expired'));
      expect(() => at.sessions.resume('nobody', wrong, 0, new FakeLink())).toThrow(refusal('session.expired'));
      expect(session.attachment.status).toBe('attached');
    });

    it('is over after the minute', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      at.drop(ada);
      at.clock.advance(SESSION_GRACE_MS);
      expect(() => at.sessions.resume(ada.session.id, ada.welcome.session.secret, 0, new FakeLink())).toThrow(
        refusal('session.expired'),
      );
    });

    it('ends a session that is asked for with events that never were, and the socket that it lives on', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const { session, link, welcome } = at.enter('Bob');
      expect(() => at.sessions.resume(session.id, welcome.session.secret, 1_000, new FakeLink())).toThrow(
        refusal('session.expired'),
      );
      expect(link.closedWith).toBe(CLOSE_CODES.normal);
      expect(session.attachment.status).toBe('ended');
      expect(ada.link.of('member.left')).toHaveLength(1);
    });

    it('is over when more was missed than is kept', () => {
      const at = new PresenceHarness();
      const ada = at.enter('Ada');
      const bob = at.enter('Bob');
      at.drop(bob);
      for (let i = 0; i <= MAX_REPLAY_EVENTS; i++) at.sessions.change(ada.session, { status: String(i) });
      expect(() => at.sessions.resume(bob.session.id, bob.welcome.session.secret, 0, new FakeLink())).toThrow(
        refusal('session.expired'),
      );
      expect(ada.link.of('member.left')).toHaveLength(1);
    });
  });

  it('refuses to change a nickname to one that is taken, and changes nothing', () => {
    const at = new PresenceHarness();
    at.enter('Ada');
    const bob = at.enter('Bob');
    expect(() => at.sessions.change(bob.session, { nickname: 'ADA', muted: true })).toThrow(
      refusal('auth.nickname_taken'),
    );
    expect(bob.session.member).toMatchObject({ nickname: 'Bob', muted: false });
    expect(at.sessions.change(bob.session, { nickname: 'BOB' }).nickname).toBe('BOB');
  });
});
