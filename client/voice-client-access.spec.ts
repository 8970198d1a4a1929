import { CLOSE_CODES, SwitchboardError, type ControlEvent } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { can } from './can.ts';
import { settled } from './session/testing/fake-clock.ts';
import { FakePlatform } from './session/testing/fake-platform.ts';
import { aChannel, aGrant, aMember } from './session/testing/fake-server.ts';
import type { SignIn } from './session/sign-in.ts';
import { VoiceClient } from './voice-client.ts';

const ADA = { type: 'guest', nickname: 'ada' } as const;

async function connected(signIn: SignIn = ADA) {
  const platform = new FakePlatform();
  const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
  await sut.connect(signIn);
  return { sut, platform, server: platform.server, clock: platform.clock };
}

async function inLobby(signIn: SignIn = ADA) {
  const set = await connected(signIn);
  await set.sut.join('lobby');
  await settled();
  return set;
}

/** The session is gone on the server too, so that only a hello brings one back. */
async function afterRestart({ server, clock }: Awaited<ReturnType<typeof connected>>) {
  server.script['session.resume'] = () => ({ code: 'session.expired' });
  server.socket.break();
  await clock.advance(1_000);
}

describe('VoiceClient, access', () => {
  describe('tokens', () => {
    it('asks for an access token at each hello, and not for a resume', async () => {
      let asked = 0;
      const set = await connected({ type: 'access', getAccessToken: () => Promise.resolve(`token-${++asked}`) });
      set.server.socket.break();
      await set.clock.advance(1_000);
      expect([set.sut.state.connection.status, asked]).toEqual(['ready', 1]);
      await afterRestart(set);
      const shown = set.server.asked('session.hello').map(({ credentials }) => credentials);
      expect(shown).toEqual([
        { type: 'access', token: 'token-1' },
        { type: 'access', token: 'token-2' },
      ]);
    });

    it('comes in by a join token, and comes back under the name it has by then', async () => {
      const set = await connected({ type: 'join', nickname: 'ada', getJoinToken: () => Promise.resolve('j') });
      await set.sut.setNickname('Countess');
      await afterRestart(set);
      const shown = set.server.asked('session.hello').map(({ credentials }) => credentials);
      expect(shown).toEqual([
        { type: 'join', token: 'j', nickname: 'ada' },
        { type: 'join', token: 'j', nickname: 'Countess' },
      ]);
    });

    it('rejects where no token can be had', async () => {
      const refused = new SwitchboardError('auth.token_expired');
      await expect(connected({ type: 'access', getAccessToken: () => Promise.reject(refused) })).rejects.toMatchObject({
        code: 'auth.token_expired',
      });
    });

    it.each([
      ['cannot be reached', new Error('offline'), 'reconnecting'],
      ['is busy', new SwitchboardError('server.rate_limited'), 'reconnecting'],
      ['refuses', new SwitchboardError('auth.token_invalid'), 'closed'],
      ['has ended the log-in', new SwitchboardError('auth.log_in_ended'), 'closed'],
    ])('on the way back, where who issues tokens %s, is then %s', async (_, error, status) => {
      const token = { get: () => Promise.resolve('t') };
      const set = await connected({ type: 'access', getAccessToken: () => token.get() });
      token.get = () => Promise.reject(error);
      await afterRestart(set);
      expect(set.sut.state.connection.status).toBe(status);
      token.get = () => Promise.resolve('t');
      await set.clock.advance(60_000);
      expect(set.sut.state.connection.status).toBe(status === 'closed' ? 'closed' : 'ready');
    });

    it('does not wait for a token for ever', async () => {
      const token = { get: () => Promise.resolve('t') };
      const set = await connected({ type: 'access', getAccessToken: () => token.get() });
      token.get = () => new Promise(() => {});
      await afterRestart(set);
      await set.clock.advance(10_000);
      token.get = () => Promise.resolve('t');
      await set.clock.advance(60_000);
      expect(set.sut.state.connection.status).toBe('ready');
    });

    it('says nothing to a socket that was given up while the token was on its way', async () => {
      const platform = new FakePlatform();
      const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
      const { promise, resolve } = Promise.withResolvers<string>();
      const connecting = sut.connect({ type: 'access', getAccessToken: () => promise });
      await settled();
      await sut.close();
      resolve('late');
      await expect(connecting).rejects.toMatchObject({ code: 'client.closed' });
      expect(platform.server.asked('session.hello')).toEqual([]);
      expect(platform.clock.pending).toBe(0);
    });

    it('does not take the refusal of a token for one to the next try', async () => {
      const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform: new FakePlatform() });
      const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
      const failed = sut.connect({ type: 'access', getAccessToken: () => first.promise }).catch(() => undefined);
      await settled();
      await sut.close();
      await failed;
      const connecting = sut.connect({ type: 'access', getAccessToken: () => second.promise });
      await settled();
      first.reject(new SwitchboardError('auth.token_invalid'));
      await settled();
      expect(sut.state.connection.status).toBe('connecting');
      second.resolve('t');
      await connecting;
      expect(sut.state.connection.status).toBe('ready');
    });
  });

  describe('permissions', () => {
    it('are as told, and change as told', async () => {
      const { sut, server } = await connected();
      expect([can(sut.state, 'speak'), can(sut.state, 'member.kick')]).toEqual([true, false]);
      const told: ControlEvent = {
        type: 'self.permissions',
        data: { permissions: ['see', 'join'], channelPermissions: { pair: ['see', 'speak'] } },
      };
      server.tell(told);
      const { state } = sut;
      expect([can(state, 'join'), can(state, 'join', 'pair'), can(state, 'join', 'lobby')]).toEqual([
        true,
        false,
        true,
      ]);
      expect([can(state, 'speak'), can(state, 'speak', 'pair')]).toEqual([false, true]);
      server.tell(told);
      expect(sut.state).toBe(state);
    });

    it('shows nobody as speaking whom the server does not let through', async () => {
      const { sut, platform, server } = await inLobby();
      const speaks = () => sut.state.speaking.includes('ada');
      platform.engine.events.event({ type: 'self.speaking', speaking: true });
      expect(speaks()).toBe(true);
      server.tell({ type: 'self.permissions', data: { permissions: ['see'], channelPermissions: {} } });
      expect(speaks()).toBe(false);
    });
  });

  describe('being muted by a moderator', () => {
    it('holds for the engine too, whatever one does, and ends', async () => {
      const { sut, platform, server } = await inLobby();
      const told = () => platform.engine.sent('self').at(-1);
      server.tell({ type: 'self.muted', data: { muted: true, deafened: false } });
      expect(told()).toEqual({ type: 'self', muted: true, deafened: false });
      expect([sut.state.serverMuted, sut.state.muted]).toEqual([true, false]);
      sut.setMuted(true);
      sut.setMuted(false);
      expect(told()).toMatchObject({ muted: true });
      await settled();
      server.tell({ type: 'self.muted', data: { muted: true, deafened: true } });
      expect(told()).toMatchObject({ muted: true, deafened: true });
      server.tell({ type: 'member.updated', data: { member: aMember('ada', { channelId: 'lobby' }) } });
      expect(told()).toEqual({ type: 'self', muted: false, deafened: false });
      expect([sut.state.serverMuted, sut.state.serverDeafened]).toEqual([false, false]);
    });

    it('holds from the first moment in a room', async () => {
      const { sut, platform, server } = await connected();
      server.tell({ type: 'self.muted', data: { muted: true, deafened: false } });
      await sut.join('lobby');
      await settled();
      const [first] = platform.engine.commands.filter(({ type }) => type === 'self' || type === 'enter');
      expect(first).toEqual({ type: 'self', muted: true, deafened: false });
    });
  });

  describe('places', () => {
    const place = { workspace: 'switchboard', path: 'a.ts', line: 3 };

    it('are told to each room that one comes into, by oneself or not, and to the same one when one is back', async () => {
      const { sut, server, clock } = await inLobby();
      expect(server.asked('self.place')).toEqual([]);
      sut.sharePlace(place);
      expect(server.asked('self.place')).toEqual([{ place }]);
      server.tell({ type: 'self.moved', data: { channelId: 'pair', voice: aGrant('pair', { token: 9 }) } });
      expect(server.asked('self.place')).toHaveLength(2);
      server.socket.break();
      sut.sharePlace({ ...place, line: 4 });
      await clock.advance(5_000);
      expect(server.asked('self.place').slice(2)).toEqual([{ place: { ...place, line: 4 } }]);
      await sut.leave();
      await settled();
      sut.sharePlace(place);
      await clock.advance(5_000);
      expect(server.asked('self.place')).toHaveLength(3);
    });

    it('of the others are in the state', async () => {
      const { sut, server } = await inLobby();
      server.tell({ type: 'member.place', data: { memberId: 'bob', place } });
      expect(sut.state.places).toEqual({ bob: place });
      server.tell({ type: 'member.moved', data: { memberId: 'bob', channelId: 'pair' } });
      expect(sut.state.places).toEqual({});
    });
  });

  describe('being moved', () => {
    const toPair: ControlEvent = {
      type: 'self.moved',
      data: { channelId: 'pair', voice: aGrant('pair', { token: 9 }) },
    };

    it('enters the other room with its grant at once, and asks for nothing', async () => {
      const { sut, platform, server } = await inLobby();
      const exits = platform.engine.sent('leave').length;
      server.tell(toPair);
      expect(platform.engine.sent('enter').map(({ grant }) => grant.token)).toEqual([7, 9]);
      expect(platform.engine.sent('leave')).toHaveLength(exits);
      expect([sut.state.channelId, sut.state.joining, sut.state.moved]).toEqual(['pair', null, { channelId: 'pair' }]);
      await settled();
      expect(server.asked('channel.join')).toHaveLength(1);
      expect(sut.state.members.find(({ id }) => id === 'ada')?.channelId).toBe('pair');
      server.script['message.send'] = () => 'silence';
      void sut.sendMessage('hello');
      expect(server.asked('message.send').at(-1)).toMatchObject({ channelId: 'pair' });
    });

    it('hears the keys of the new room, and not those of the old one', async () => {
      const { platform, server } = await inLobby();
      server.tell(toPair);
      const epoch = (channelId: string) =>
        server.tell({ type: 'voice.epoch', data: { channelId, epoch: 1, secret: '3'.repeat(64) } });
      epoch('lobby');
      epoch('pair');
      expect(platform.engine.sent('epoch').map((command) => command.epoch.channelId)).toEqual(['pair']);
    });

    it('out of the room leaves it, and stays out', async () => {
      const { sut, platform, server, clock } = await inLobby();
      server.tell({ type: 'self.moved', data: { channelId: null, voice: null } });
      expect([sut.state.channelId, sut.state.moved]).toEqual([null, { channelId: null }]);
      expect(platform.engine.microphoneOpen).toBe(false);
      server.socket.break();
      await clock.advance(1_000);
      expect(server.asked('channel.join')).toHaveLength(1);
    });

    it('is forgotten as soon as one goes somewhere oneself', async () => {
      const { sut, server } = await inLobby();
      server.tell(toPair);
      await sut.join('lobby');
      expect([sut.state.moved, sut.state.channelId]).toEqual([null, 'lobby']);
    });

    it('while a join is on its way, is where one stays if that is refused', async () => {
      const { sut, platform, server } = await inLobby();
      server.channels = [...server.channels, aChannel('full')];
      server.script['channel.join'] = () => ({ code: 'channel.full' });
      const joining = sut.join('full');
      server.tell(toPair);
      await expect(joining).rejects.toMatchObject({ code: 'channel.full' });
      expect(sut.state.channelId).toBe('pair');
      expect(platform.engine.commands.at(-1)?.type).not.toBe('leave');
    });

    it('draws nobody into a room who is in none', async () => {
      const { sut, platform, server } = await inLobby();
      await sut.leave();
      await settled();
      server.tell(toPair);
      expect(sut.state.channelId).toBeNull();
      expect(platform.engine.sent('enter')).toHaveLength(1);
      expect(server.asked('channel.leave')).toHaveLength(2);
    });
  });

  describe('the end', () => {
    const kicked: ControlEvent = { type: 'self.kicked', data: { reason: 'Too loud' } };
    const banned: ControlEvent = { type: 'self.banned', data: { reason: 'Spam', until: 1_800_000_000_000 } };
    const loggedOut: ControlEvent = { type: 'self.loggedOut', data: {} };

    it.each([
      ['kicked', kicked, { code: 'session.kicked', reason: 'Too loud' }],
      ['banned', banned, { code: 'access.banned', reason: 'Spam', untilMs: 1_800_000_000_000 }],
      ['logged out', loggedOut, { code: 'session.logged_out' }],
    ])('%s: stays away, says why, and can connect again', async (_, event, problem) => {
      const { sut, platform, server, clock } = await inLobby();
      server.tell(event);
      server.socket.break(1008);
      await clock.advance(100_000);
      platform.goOnline();
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem });
      expect([sut.state.channelId, platform.engine.microphoneOpen]).toEqual([null, false]);
      expect(server.sockets).toHaveLength(1);
      await sut.connect(ADA);
      expect(sut.state.connection).toEqual({ status: 'ready' });
    });

    it.each([
      [CLOSE_CODES.kicked, 'session.kicked'],
      [CLOSE_CODES.banned, 'access.banned'],
      [CLOSE_CODES.loggedOut, 'session.logged_out'],
    ])('is known by the close code %d alone', async (code, problem) => {
      const { sut, server, clock } = await inLobby();
      server.socket.break(code);
      await clock.advance(100_000);
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem: { code: problem } });
      expect(server.sockets).toHaveLength(1);
    });

    it('is also that of who was banned while away', async () => {
      const set = await inLobby();
      const message = 'You are banned until tomorrow.';
      set.server.script['session.hello'] = () => ({ code: 'access.banned', message });
      await afterRestart(set);
      await set.clock.advance(100_000);
      expect(set.sut.state.connection).toMatchObject({ status: 'closed', problem: { code: 'access.banned', message } });
    });
  });

  it('makes a room below another, which can be joined before any event tells of it', async () => {
    const { sut, server } = await connected();
    const made = await sut.createTemporaryChannel({ name: 'Break', parentId: 'pair', password: 'x' });
    expect(server.asked('channel.createTemporary')).toEqual([
      { serverId: 's1', name: 'Break', parentId: 'pair', password: 'x' },
    ]);
    expect(sut.state.channels).toContainEqual(made);
    server.tell({ type: 'channel.created', data: { channel: made } });
    expect(sut.state.channels.filter(({ id }) => id === made.id)).toHaveLength(1);
  });

  it('asks for what moderators do', async () => {
    const { sut, server } = await connected();
    await sut.muteMember('bob', true);
    await sut.deafenMember('bob', false);
    await sut.moveMember('bob', 'pair');
    await sut.kickMember('bob');
    await sut.banMember('bob', { reason: 'Spam', durationMs: 60_000, address: true });
    expect(server.requests.slice(-5).map(({ type, data }) => [type, data])).toEqual([
      ['member.mute', { memberId: 'bob', muted: true }],
      ['member.deafen', { memberId: 'bob', deafened: false }],
      ['member.move', { memberId: 'bob', channelId: 'pair' }],
      ['member.kick', { memberId: 'bob', reason: '' }],
      ['member.ban', { memberId: 'bob', reason: 'Spam', durationMs: 60_000, address: true }],
    ]);
    server.script['member.kick'] = () => ({ code: 'access.rank' });
    await expect(sut.kickMember('bob', 'why')).rejects.toMatchObject({ code: 'access.rank' });
  });

  it('says how long slow mode lasts', async () => {
    const { sut, server } = await inLobby();
    server.script['message.send'] = () => ({ code: 'message.slow_mode', retryAfterMs: 4_200 });
    await expect(sut.sendMessage('again')).rejects.toMatchObject({ retryAfterMs: 4_200 });
    expect(sut.state.chat.entries).toMatchObject([
      { status: 'failed', problem: { code: 'message.slow_mode', retryAfterMs: 4_200 } },
    ]);
  });
});
