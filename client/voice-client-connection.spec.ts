import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { ADA, connected, inLobby, outcome, setUp, texts } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aMember, aMessage, FakeSocket } from './session/testing/fake-server.ts';
import { VoiceClient } from './voice-client.ts';

describe('VoiceClient', () => {
  describe('connecting', () => {
    it('finds the control lane, says hello, and shows who and what is there', async () => {
      const { sut, server } = await connected();
      expect(server.socket.address).toBe('ws://switchboard.test:7701/control');
      expect(sut.state.connection).toEqual({ status: 'ready' });
      expect(sut.state.channels.map(({ id }) => id)).toEqual(['lobby', 'pair']);
      expect(sut.state.members.map(({ id }) => id)).toEqual(['ada', 'bob']);
      expect(sut.state.selfId).toBe('ada');
    });

    it('is the same guest at the next visit, and another one to another server', async () => {
      const { sut, platform, server } = await connected();
      await sut.close();
      await new VoiceClient({ server: 'http://switchboard.test:7700', platform }).connect(ADA);
      await new VoiceClient({ server: 'http://elsewhere.test:7700', platform }).connect(ADA);
      const keys = server.asked('session.hello').map(({ credentials }) => 'key' in credentials && credentials.key);
      expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
    });

    it('rejects when the first attempt is refused, and can try again', async () => {
      const { sut, server } = setUp();
      server.script['session.hello'] = () => ({ code: 'auth.nickname_taken' });
      await expect(sut.connect(ADA)).rejects.toMatchObject({ code: 'auth.nickname_taken' });
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem: { code: 'auth.nickname_taken' } });
      server.script = {};
      await sut.connect({ ...ADA, nickname: 'ada2' });
      expect(sut.state.connection.status).toBe('ready');
    });

    it('rejects when the server cannot be reached', async () => {
      const { sut, platform } = setUp();
      platform.reachable = false;
      await expect(sut.connect(ADA)).rejects.toMatchObject({ code: 'client.unreachable' });
    });

    it('rejects a server of another version', async () => {
      const { sut, server } = setUp();
      server.protocol = 99;
      await expect(sut.connect(ADA)).rejects.toMatchObject({ code: 'protocol.version_unsupported' });
    });

    it('rejects when the server never answers', async () => {
      const { sut, server, clock } = setUp();
      server.script['session.hello'] = () => 'silence';
      const connecting = outcome(sut.connect(ADA));
      await clock.advance(1_000);
      expect(sut.state.connection.status).toBe('connecting');
      await connecting;
      await clock.advance(9_001);
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem: { code: 'client.timeout' } });
    });

    it('does not take an answer to a try that was given up for one to the next', async () => {
      const { sut, platform } = setUp();
      const answers: ((error: Error) => void)[] = [];
      platform.fetchJson = () => new Promise((_, reject) => answers.push(reject));
      const first = outcome(sut.connect(ADA));
      await sut.close();
      expect(await first).toBe('client.closed');
      void outcome(sut.connect(ADA));
      answers[0]?.(new SwitchboardError('client.unreachable'));
      await settled();
      expect(sut.state.connection.status).toBe('connecting');
    });

    it.each([['the answer to discovery'], ['the socket']])('can be closed while it waits for %s', async (what) => {
      const { sut, platform, server, clock } = setUp();
      if (what === 'the socket') server.open = (address, events) => new FakeSocket(address.href, events, server);
      else platform.fetchJson = () => new Promise(() => {});
      const connecting = outcome(sut.connect(ADA));
      await settled();
      await sut.close();
      expect(await connecting).toBe('client.closed');
      expect(clock.pending).toBe(0);
    });

    it('leaves nothing behind when closed', async () => {
      const { sut, platform, server, clock } = await inLobby();
      await sut.close();
      expect(sut.state.connection).toEqual({ status: 'closed', problem: null });
      expect(server.socket.closedByClient).toBe(1000);
      expect(platform.engine.closed).toBe(true);
      expect(clock.pending).toBe(0);
      expect(platform.onlineListeners).toBe(0);
      expect(await outcome(sut.join('lobby'))).toBe('client.closed');
    });
  });

  describe('losing the connection', () => {
    it('resumes with the last event it heard, and stays in the room', async () => {
      const { sut, platform, server, clock } = await inLobby();
      server.tell({ type: 'server.notice', data: { text: 'one' } });
      server.socket.break();
      expect(sut.state.connection).toEqual({
        status: 'reconnecting',
        attempt: 1,
        retryAtMs: clock.nowMs() + 125,
        problem: { code: 'client.disconnected', message: expect.any(String) as string },
      });
      expect(sut.state.channelId).toBe('lobby');
      await clock.advance(125);
      expect(server.asked('session.resume')).toEqual([
        { sessionId: 'session-1', secret: '1'.padStart(64, '0'), seq: 1 },
      ]);
      expect(sut.state.connection.status).toBe('ready');
      expect(server.asked('channel.join')).toHaveLength(1);
      expect(platform.engine.sent('enter')).toHaveLength(1);
      expect(platform.discoveries).toBe(1);
    });

    it('has voice look for a way at once when the session, or the network, is back', async () => {
      const { platform, server, clock } = await inLobby();
      server.socket.break();
      await clock.advance(125);
      expect(platform.engine.sent('hurry')).toHaveLength(1);
      platform.goOnline();
      expect(platform.engine.sent('hurry')).toHaveLength(2);
    });

    it('uses each resume secret once', async () => {
      const { server, clock } = await inLobby();
      for (let round = 0; round < 3; round++) {
        server.socket.break();
        await clock.advance(15_000);
      }
      const secrets = server.asked('session.resume').map(({ secret }) => Number(secret));
      expect(secrets).toEqual([1, 2, 3]);
    });

    it('takes an event that is replayed twice once', async () => {
      const { sut, server, clock } = await inLobby();
      server.tell({ type: 'message.created', data: { message: aMessage('m1') } });
      server.socket.break();
      await clock.advance(125);
      server.seq = 0;
      server.tell({ type: 'message.created', data: { message: aMessage('m2', { text: 'told before as another' }) } });
      server.tell({ type: 'message.created', data: { message: aMessage('m3') } });
      expect(texts(sut.state)).toEqual(['text of m1', 'text of m3']);
    });

    it('waits longer after each failure, up to 15 s, and for ever', async () => {
      const { sut, platform, server, clock } = await connected();
      platform.chance = 1;
      server.up = false;
      const waits: number[] = [];
      let before = 0;
      sut.subscribe(({ connection }) => {
        if (connection.status !== 'reconnecting' || connection.attempt === before) return;
        before = connection.attempt;
        waits.push(connection.retryAtMs - clock.nowMs());
      });
      await clock.advance(5_000);
      server.socket.break();
      await clock.advance(60_000);
      expect(waits.map(Math.round)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
      server.up = true;
      await clock.advance(15_000);
      expect(sut.state.connection.status).toBe('ready');
    });

    it.each([
      ['the network is back', (set: Awaited<ReturnType<typeof connected>>) => set.platform.goOnline()],
      ['asked to', (set: Awaited<ReturnType<typeof connected>>) => set.sut.retryNow()],
    ])('tries at once when %s', async (_, act) => {
      const set = await connected();
      set.platform.chance = 1;
      set.server.socket.break();
      act(set);
      await settled();
      await settled();
      expect(set.sut.state.connection.status).toBe('ready');
      expect(set.clock.nowMs()).toBe(0);
    });

    it('comes back after the time a draining server asks for', async () => {
      const { sut, server, clock } = await connected();
      server.tell({ type: 'server.draining', data: { retryAfterMs: 3_000 } });
      server.socket.break(1001);
      expect(sut.state.connection).toMatchObject({ status: 'reconnecting', problem: { code: 'server.draining' } });
      await clock.advance(2_999);
      expect(server.sockets).toHaveLength(1);
      await clock.advance(1_000);
      expect(sut.state.connection.status).toBe('ready');
    });

    it('says hello anew when the session has expired, and rejoins by itself with the password', async () => {
      const { sut, platform, server, clock } = await connected();
      await sut.join('pair', 'secret');
      server.script['session.resume'] = () => ({ code: 'session.expired' });
      server.socket.break();
      await clock.advance(125);
      expect(sut.state.connection.status).toBe('ready');
      expect(server.sockets).toHaveLength(2);
      expect(server.asked('session.hello')).toHaveLength(2);
      expect(server.asked('channel.join')).toEqual([
        { channelId: 'pair', password: 'secret' },
        { channelId: 'pair', password: 'secret' },
      ]);
      expect(platform.engine.sent('enter')).toHaveLength(2);
      expect(sut.state.channelId).toBe('pair');
    });

    it('tries on while its own nickname is still taken by what is left of it', async () => {
      const { sut, server, clock } = await connected();
      server.script = {
        'session.resume': () => ({ code: 'session.expired' }),
        'session.hello': () => ({ code: 'auth.nickname_taken' }),
      };
      server.socket.break();
      await clock.advance(1_000);
      expect(sut.state.connection).toMatchObject({
        status: 'reconnecting',
        problem: { code: 'auth.nickname_taken' },
      });
      server.script = {};
      await clock.advance(15_000);
      expect(sut.state.connection.status).toBe('ready');
    });

    it('gives up when what it comes with is not accepted any more', async () => {
      const { sut, server, clock } = await inLobby();
      server.script = {
        'session.resume': () => ({ code: 'session.expired' }),
        'session.hello': () => ({ code: 'auth.guests_disabled' }),
      };
      server.socket.break();
      await clock.advance(1_000);
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem: { code: 'auth.guests_disabled' } });
      expect(sut.state.channelId).toBeNull();
    });

    it.each([['the event'], ['the close code alone']])('stays away when replaced, told by %s', async (how) => {
      const { sut, platform, server, clock } = await inLobby();
      if (how === 'the event') server.tell({ type: 'session.replaced', data: {} });
      server.socket.break(4001);
      await clock.advance(100_000);
      expect(sut.state.connection).toMatchObject({ status: 'closed', problem: { code: 'session.replaced' } });
      expect(server.sockets).toHaveLength(1);
      expect(platform.engine.microphoneOpen).toBe(false);
    });

    it('says hello anew when an event is missing', async () => {
      const { sut, server, clock } = await inLobby();
      server.seq += 1;
      server.tell({ type: 'server.notice', data: { text: 'after a gap' } });
      expect(sut.state.connection.status).toBe('reconnecting');
      await clock.advance(250);
      expect(server.asked('session.resume')).toHaveLength(0);
      expect(server.asked('session.hello')).toHaveLength(2);
      expect(sut.state.channelId).toBe('lobby');
    });

    it('pings every 15 s, and takes 40 s of silence for a loss', async () => {
      const { sut, server, clock } = await connected();
      await clock.advance(45_000);
      expect(server.asked('session.ping')).toHaveLength(3);
      expect(sut.state.connection.status).toBe('ready');
      server.script['session.ping'] = () => 'silence';
      await clock.advance(39_999);
      expect(server.sockets).toHaveLength(1);
      await clock.advance(1_000);
      expect(server.sockets).toHaveLength(2);
      expect(server.asked('session.resume')).toHaveLength(1);
    });

    it('sees within 10 s of the network’s return that the old connection is dead', async () => {
      const { platform, server, clock } = await connected();
      server.script['session.ping'] = () => 'silence';
      platform.goOnline();
      await clock.advance(11_000);
      expect(server.sockets).toHaveLength(2);
    });

    it('fails what was asked when the connection broke, and refuses what is asked meanwhile', async () => {
      const { sut, server } = await connected();
      server.script['self.update'] = () => 'silence';
      const asked = outcome(sut.setStatus('busy'));
      server.socket.break();
      expect(await asked).toBe('client.disconnected');
      expect(await outcome(sut.setNickname('zoe'))).toBe('client.disconnected');
    });

    it('fails a request that is not answered for 10 s', async () => {
      const { sut, server, clock } = await connected();
      server.script['self.update'] = () => 'silence';
      const asked = sut.setStatus('busy').catch((error: unknown) => error);
      await clock.advance(10_000);
      expect(await asked).toMatchObject({ code: 'client.timeout' });
    });

    it('survives what it does not understand', async () => {
      const { sut, server } = await inLobby();
      for (const text of ['', '{', '[]', '{"type":"x"}', '{"type":"channel.join","id":9999,"ok":true,"data":{}}'])
        server.socket.deliver(text);
      server.socket.deliver(`{"type":"from.the.future","seq":${++server.seq},"data":{}}`);
      server.tell({ type: 'server.notice', data: { text: 'still here' } });
      expect(sut.state.notice).toBe('still here');
    });

    it('keeps the last notice until it is dismissed, and shows the same again if it is told again', async () => {
      const { sut, server } = await inLobby();
      const tell = (text: string) => server.tell({ type: 'server.notice', data: { text } });
      tell('one');
      tell('two');
      expect(sut.state.notice).toBe('two');
      sut.dismissNotice();
      expect(sut.state.notice).toBeNull();
      tell('two');
      expect(sut.state.notice).toBe('two');
    });

    it('says after a resume what it is to be, though the reply to an earlier word was lost', async () => {
      const { sut, server, clock } = await inLobby();
      server.script['self.update'] = (data) => {
        server.answer({ type: 'self.update', id: 0, data });
        return 'silence';
      };
      sut.setMuted(true);
      server.socket.break();
      sut.setMuted(false);
      server.script = {};
      await clock.advance(125);
      expect(sut.state.connection.status).toBe('ready');
      expect(server.asked('self.update').at(-1)).toEqual({ muted: false, deafened: false, status: '' });
      expect(server.self.muted).toBe(false);
    });

    it.each([
      ['its mute', (set: Awaited<ReturnType<typeof connected>>) => set.sut.setMuted(true), true],
      ['its status', (set: Awaited<ReturnType<typeof connected>>) => void outcome(set.sut.setStatus('busy')), false],
    ])('says again what it is to be when it hears no answer about %s', async (_, act, muted) => {
      const set = await connected();
      set.server.script['self.update'] = () => 'silence';
      act(set);
      set.server.script = {};
      await set.clock.advance(10_000);
      expect(set.server.asked('self.update').slice(1)).toEqual([{ muted, deafened: false, status: '' }]);
    });

    it('says it again once, however many of its words were not answered', async () => {
      const { sut, server, clock } = await connected();
      server.script['self.update'] = () => 'silence';
      sut.setMuted(true);
      sut.setDeafened(true);
      server.script = {};
      await clock.advance(10_000);
      expect(server.asked('self.update').slice(2)).toEqual([{ muted: true, deafened: true, status: '' }]);
    });

    it('comes back by its new name and with its status and mute', async () => {
      const { sut, server, clock } = await connected();
      await sut.setNickname('zoe');
      await sut.setStatus('busy');
      sut.setMuted(true);
      server.self = aMember('ada', { nickname: 'zoe' });
      server.script['session.resume'] = () => ({ code: 'session.expired' });
      server.socket.break();
      await clock.advance(125);
      expect(server.asked('session.hello').at(-1)).toMatchObject({ credentials: { nickname: 'zoe' } });
      expect(server.asked('self.update').at(-1)).toEqual({ muted: true, deafened: false, status: 'busy' });
    });
  });
});
