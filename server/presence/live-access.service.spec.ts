import { describe, expect, it } from 'vitest';
import { setOf, type Permission } from '@switchboard/protocol';
import { FakeLink, PresenceHarness, type Present } from './testing/presence-harness.ts';

const OWN: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];

function inRoom(at: PresenceHarness, nickname: string, channelId = 'lobby'): Present & { token: number } {
  const present = at.enter(nickname);
  return { ...present, token: at.placing.join(present.session, channelId).token };
}

describe('LiveAccessService', () => {
  it('mutes at once who may not speak any more, and lets them speak again', () => {
    const at = new PresenceHarness();
    const { token, link } = inRoom(at, 'Ada');
    at.rule('lobby', 'guest', [], ['speak']);
    expect(at.relay.sessions.get(token)).toMatchObject({ speaks: false, hears: true });
    expect(link.of('self.permissions')).toEqual([
      { permissions: OWN, channelPermissions: { lobby: ['see', 'join', 'whisper', 'chat.send'] } },
    ]);
    at.rule('lobby', 'guest', ['speak'], []);
    expect(at.relay.sessions.get(token)).toMatchObject({ speaks: true });
    expect(link.of('self.permissions').at(-1)).toEqual({ permissions: OWN, channelPermissions: {} });
  });

  it('tells nobody of what changes nothing for them', () => {
    const at = new PresenceHarness();
    const { link } = inRoom(at, 'Ada');
    at.rule('desk', 'moderator', ['member.kick'], []);
    at.directory.apply(() => undefined);
    expect(link.events).toEqual([]);
  });

  it('takes out who may not join any more, and tells them and the others', () => {
    const at = new PresenceHarness();
    const [ada, moderator] = [inRoom(at, 'Ada'), at.enterAs(['moderator'], 'Mod')];
    at.rule('lobby', 'guest', [], ['join']);
    expect(at.relay.sessions.size).toBe(0);
    expect(ada.session.member.channelId).toBeNull();
    expect(ada.link.of('self.moved')).toEqual([{ channelId: null, voice: null }]);
    expect(moderator.link.of('member.moved').at(-1)).toEqual({ memberId: ada.session.member.id, channelId: null });
  });

  it('makes a channel vanish for who may not see it any more', () => {
    const at = new PresenceHarness();
    const [ada, bob] = [at.enter('Ada'), at.enterAs(['moderator'], 'Bob')];
    at.placing.join(bob.session, 'desk');
    at.rule('desk', 'guest', [], ['see']);
    const memberId = bob.session.member.id;
    expect(ada.link.events.slice(-3).map(({ type, data }) => [type, data])).toEqual([
      ['member.moved', { memberId, channelId: 'desk' }],
      ['member.moved', { memberId, channelId: null }],
      ['channel.deleted', { channelId: 'desk' }],
    ]);
    at.rule('desk', 'guest', [], []);
    expect(ada.link.events.slice(-2)).toMatchObject([
      { type: 'channel.created', data: { channel: { id: 'desk' } } },
      { type: 'member.moved', data: { memberId, channelId: 'desk' } },
    ]);
  });

  it('takes out who is in a channel that is deleted, then deletes it', () => {
    const at = new PresenceHarness();
    const { link } = inRoom(at, 'Ada', 'desk');
    at.channels.remove('desk');
    expect(link.events.map(({ type }) => type)).toEqual(['self.moved', 'channel.deleted']);
    expect(at.relay.sessions.size).toBe(0);
  });

  it('takes out who has lost the role that the channel asks for', () => {
    const at = new PresenceHarness();
    const mod = at.enterAs(['moderator'], 'Mod');
    at.channels.put([{ ...at.channels.stored('desk')!, requiredRoleId: 'moderator' }]);
    at.placing.join(mod.session, 'desk');
    at.directory.apply(({ given }) => given.delete(mod.session.identity.userId));
    expect(mod.link.of('self.moved')).toEqual([{ channelId: null, voice: null }]);
  });

  it('leaves who was put into a room by a moderator there', () => {
    const at = new PresenceHarness();
    const { session, link } = inRoom(at, 'Ada');
    at.rule('desk', 'guest', [], ['see', 'join']);
    at.placing.put(session, 'desk');
    expect(link.of('channel.created').map(({ channel }) => channel.id)).toEqual(['desk']);
    at.rule('pair', 'guest', [], ['speak']);
    expect(session.member.channelId).toBe('desk');
    // A fresh voice session changes nothing of it; leaving does.
    at.placing.join(session, 'desk');
    at.rule('pair', 'guest', [], []);
    expect(session.member.channelId).toBe('desk');
    at.rooms.leave(session);
    expect(session.sees('desk')).toBe(false);
  });

  it('gives new audio settings to those in the room and the relay', () => {
    const at = new PresenceHarness();
    const [ada, bob] = [inRoom(at, 'Ada'), inRoom(at, 'Bob', 'desk')];
    at.channels.put([{ ...at.channels.stored('lobby')!, bitrateBps: 64_000, forwardLimit: 3 }]);
    expect(at.relay.sessions.get(ada.token)).toMatchObject({ bitrateBps: 64_000, forwardLimit: 3 });
    expect(ada.link.of('voice.config')).toMatchObject([{ channelId: 'lobby', audio: { bitrateBps: 64_000 } }]);
    expect(bob.link.of('voice.config')).toEqual([]);
    expect(bob.link.of('channel.updated')).toHaveLength(1);
  });

  it('shows the highest role that was given, to everyone', () => {
    const at = new PresenceHarness();
    const [ada, bob] = [at.enterAs([], 'Ada'), at.enter('Bob')];
    expect(ada.session.member.role).toBeNull();
    at.directory.apply(({ given }) => given.set(ada.session.identity.userId, new Set(['moderator'])));
    for (const { link } of [ada, bob]) {
      expect(link.of('member.updated').at(-1)?.member.role).toEqual({ name: 'Moderator', colour: null });
    }
    expect(at.enterAs(['moderator', 'admin'], 'Cid').welcome.self.role).toEqual({ name: 'Admin', colour: null });
  });

  describe('whispers', () => {
    function whispering() {
      const at = new PresenceHarness();
      const [ada, bob, cid] = [inRoom(at, 'Ada'), inRoom(at, 'Bob', 'desk'), inRoom(at, 'Cid', 'pair')];
      const { targetToken } = at.whispers.set(ada.session, {
        memberIds: [cid.session.member.id],
        channelIds: ['desk'],
      });
      return { at, ada, bob, cid, targetToken };
    }

    it.each(['lobby', 'desk'])('end with the permission in %s', (channelId) => {
      const { at, ada, bob, cid, targetToken } = whispering();
      at.rule(channelId, 'guest', [], ['whisper']);
      expect(at.relay.whispers.size).toBe(0);
      for (const { link } of [ada, bob, cid]) expect(link.of('voice.whisperEnded')).toEqual([{ targetToken }]);
    });

    it('go on without the permission elsewhere', () => {
      const { at, targetToken } = whispering();
      at.rule('pair', 'guest', [], ['whisper']);
      expect(at.relay.whispers.has(targetToken)).toBe(true);
    });

    it('reach nobody where the speaker sees nobody, and reach them again', () => {
      const { at, bob, cid, targetToken } = whispering();
      at.rule('pair', 'guest', [], ['see']);
      // Cid had to leave, with the room that nobody of them sees.
      expect(cid.session.member.channelId).toBeNull();
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([bob.token]);
      at.directory.apply(({ given, rules }) => {
        rules.clear();
        given.clear();
      });
      at.placing.join(cid.session, 'pair');
      expect(at.relay.whispers.get(targetToken)?.listeners).toHaveLength(2);
    });

    it('drop a listener whose room the speaker does not see any more, and take them in again', () => {
      const at = new PresenceHarness();
      const ada = inRoom(at, 'Ada');
      const mod = at.enterAs(['moderator'], 'Mod');
      const { token } = at.placing.join(mod.session, 'desk');
      const bob = inRoom(at, 'Bob');
      const { targetToken } = at.whispers.set(ada.session, {
        memberIds: [mod.session.member.id, bob.session.member.id],
        channelIds: [],
      });
      at.rule('desk', 'guest', [], ['see']);
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([bob.token]);
      expect(mod.link.of('voice.whisperEnded')).toEqual([{ targetToken }]);
      at.rule('desk', 'guest', [], []);
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([bob.token, token]);
      expect(mod.link.of('voice.whisper')).toHaveLength(2);
    });

    it('are refused into a room without the permission, and find nobody in one that is not seen', () => {
      const { at, ada } = whispering();
      at.rule('desk', 'guest', [], ['whisper']);
      const set = (channelIds: string[]) => () => at.whispers.set(ada.session, { memberIds: [], channelIds });
      expect(set(['desk'])).toThrow(expect.objectContaining({ code: 'whisper.not_allowed' }));
      at.rule('desk', 'guest', [], ['see', 'whisper']);
      expect(set(['desk'])).toThrow(expect.objectContaining({ code: 'whisper.no_audience' }));
    });
  });

  it('gives who was away the changes with the replay', () => {
    const at = new PresenceHarness();
    const ada = at.enter('Ada');
    at.drop(ada);
    at.rule('desk', 'guest', [], ['see']);
    const { id } = ada.session;
    const { missed } = at.sessions.resume(id, ada.welcome.session.secret, 0, new FakeLink());
    expect(missed.map((text) => (JSON.parse(text) as { type: string }).type)).toEqual(['channel.deleted']);
  });

  it('shows a join token its channel and what is below, and nothing else', () => {
    const at = new PresenceHarness();
    at.channels.put([{ ...at.channels.stored('desk')!, parentId: 'pair' }]);
    const other = inRoom(at, 'Bob');
    at.directory.apply(({ given }) => given.set('mod', new Set(['moderator'])));
    const access = { type: 'token', channelId: 'pair', permissions: setOf(['see', 'join']), mintedBy: 'mod' } as const;
    const { welcome } = at.enter('Tim', { access });
    expect(welcome.channels.map((each) => [each.id, each.parentId]).sort()).toEqual([
      ['desk', 'pair'],
      ['pair', null],
    ]);
    expect(welcome.permissions).toEqual([]);
    expect(welcome.channelPermissions).toEqual({ desk: ['see', 'join'], pair: ['see', 'join'] });
    expect(welcome.members.find(({ id }) => id === other.session.member.id)?.channelId).toBeNull();
  });
});
