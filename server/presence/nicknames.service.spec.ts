import { describe, expect, it } from 'vitest';
import { MAX_NICKNAME_LENGTH, setOf, type ErrorCode } from '@switchboard/protocol';
import { PresenceHarness } from './testing/presence-harness.ts';

const ACCOUNT = { type: 'account' } as const;
const TOKEN = { type: 'token', channelId: 'pair', permissions: setOf(['see', 'join']), mintedBy: 'mod' } as const;

function refusal(code: ErrorCode): unknown {
  return expect.objectContaining({ code });
}

/** A server with an account named Ada. */
function setUp(): PresenceHarness {
  const at = new PresenceHarness();
  at.names.keep('ada', 'Ada');
  return at;
}

const enterAda = (at: PresenceHarness) => at.enter('Ada', { userId: 'ada', access: ACCOUNT });

describe('nicknames', () => {
  it.each(['Ada', 'ＡDA', ' ada '])('of an account are taken by no guest, here or not: %j', (nickname) => {
    const at = setUp();
    expect(() => at.enter(nickname)).toThrow(refusal('auth.nickname_taken'));
    const { session } = at.enter('Guest');
    expect(() => at.sessions.change(session, { nickname })).toThrow(refusal('auth.nickname_taken'));
    expect(session.member.nickname).toBe('Guest');
  });

  it('of an account are its own, and taken by no other account that is here', () => {
    const at = setUp();
    const { session } = enterAda(at);
    at.sessions.change(session, { nickname: 'Countess' });
    at.sessions.change(session, { nickname: 'ADA' });
    const bob = at.enter('Bob', { userId: 'bob', access: ACCOUNT });
    expect(() => at.sessions.change(bob.session, { nickname: 'ada' })).toThrow(refusal('auth.nickname_taken'));
  });

  it.each([
    ['a guest', { access: { type: 'guest' } as const }, 'ada (guest)'],
    ['a visitor', { access: TOKEN }, 'ada (guest)'],
    ['another account', { access: ACCOUNT }, 'ada (2)'],
  ])('that %s has are given to the account that comes, and everyone is told', (_who, more, nickname) => {
    const at = new PresenceHarness();
    const holder = at.enter('ada', more);
    const bob = at.enter('Bob');
    at.names.keep('ada', 'Ada');
    const { welcome } = enterAda(at);
    expect(welcome.self.nickname).toBe('Ada');
    expect(welcome.members.map((member) => member.nickname)).toEqual([nickname, 'Bob', 'Ada']);
    for (const { link } of [holder, bob]) {
      expect(link.events.slice(-2).map(({ type }) => type)).toEqual(['member.updated', 'member.joined']);
      expect(link.of('member.updated')).toEqual([{ member: { ...holder.session.member, nickname } }]);
    }
    // The one who comes again is still the account.
    enterAda(at);
    expect(holder.session.member.nickname).toBe(nickname);
  });

  it('are numbered where that name is taken, too, by who is here or by an account', () => {
    const at = new PresenceHarness();
    const holder = at.enter('Ada');
    at.enter('ADA (Guest)');
    at.names.keep('joker', 'Ada (guest 2)');
    enterAda(at);
    expect(holder.session.member.nickname).toBe('Ada (guest 3)');
  });

  it('stay as short as they have to be, in whole characters', () => {
    const at = new PresenceHarness();
    const name = '😀'.repeat(MAX_NICKNAME_LENGTH / 2);
    const holder = at.enter(name);
    at.enter(name, { userId: 'ada', access: ACCOUNT });
    expect(holder.session.member.nickname).toBe(`${'😀'.repeat(12)} (guest)`);
  });

  it('are taken from nobody by an account that is refused', () => {
    const at = new PresenceHarness({ SWITCHBOARD_MAX_SESSIONS: '1' });
    const holder = at.enter('Ada');
    expect(() => enterAda(at)).toThrow(refusal('server.full'));
    expect(holder.session.member.nickname).toBe('Ada');
    expect(holder.link.events).toEqual([]);
  });

  it('of two accounts that are called the same from before belong to who is here', () => {
    const at = setUp();
    at.names.keep('other', 'Ada');
    enterAda(at);
    expect(() => at.enter('Ada', { userId: 'other', access: ACCOUNT })).toThrow(refusal('auth.nickname_taken'));
  });

  describe('that a token gives', () => {
    it('are made others where they are taken: its bearer could not choose', () => {
      const at = setUp();
      at.enter('Bob');
      const enter = (nickname: string, userId: string) => at.enter(nickname, { userId, access: TOKEN, isNamed: true });
      expect(enter('Ada', 'jt1').welcome.self.nickname).toBe('Ada (guest)');
      expect(enter('Bob', 'jt2').welcome.self.nickname).toBe('Bob (guest)');
      // Nor does who comes again stand in their own way.
      expect(enter('Ada', 'jt1').welcome.self.nickname).toBe('Ada (guest)');
    });

    it('are not for its bearer to change', () => {
      const at = setUp();
      const named = at.enter('Visitor', { access: TOKEN, isNamed: true }).session;
      expect(() => at.sessions.change(named, { nickname: 'Administrator' })).toThrow(refusal('access.denied'));
      at.sessions.change(named, { status: 'away' });
      expect(named.member).toMatchObject({ nickname: 'Visitor', status: 'away' });
      const free = at.enter('Chosen', { access: TOKEN }).session;
      at.sessions.change(free, { nickname: 'Another' });
      expect(free.member.nickname).toBe('Another');
    });
  });
});
