import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import type { ClientState } from './client-state.ts';
import type { VoiceStats } from './engine/engine-messages.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aChannel, aGrant, aMember, aMessage, CHANNEL_AUDIO, FakeSocket } from './session/testing/fake-server.ts';
import { FakePlatform } from './session/testing/fake-platform.ts';
import { VoiceClient } from './voice-client.ts';

const ADA = { type: 'guest', nickname: 'ada' } as const;
const STATS: VoiceStats = {
  lane: 'udp',
  roundTripMs: 20,
  lossUp: 0.01,
  lossDown: 0.03,
  inputLevelDbfs: -30,
  frameCostMs: 0.5,
  packetsSent: 50,
  packetsReceived: 50,
  speakers: [],
  dropped: { malformed: 0, unknown_token: 0, not_authentic: 0, wrong_epoch: 0, undecodable: 0, overflow: 0 },
};

function setUp() {
  const platform = new FakePlatform();
  const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
  return { sut, platform, server: platform.server, clock: platform.clock };
}

async function connected() {
  const set = setUp();
  await set.sut.connect(ADA);
  return set;
}

async function inLobby() {
  const set = await connected();
  await set.sut.join('lobby');
  await settled();
  return set;
}

/** What a call came to, once everything that can happen without time passing has. */
async function outcome(promise: Promise<void>): Promise<string> {
  let result = 'pending';
  promise.then(
    () => (result = 'done'),
    (error: unknown) => (result = SwitchboardError.is(error) ? error.code : String(error)),
  );
  await settled();
  await settled();
  return result;
}

const texts = ({ chat }: ClientState) =>
  chat.entries.map((entry) => (entry.status === 'sent' ? entry.message.text : `${entry.status}: ${entry.text}`));

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

  describe('rooms', () => {
    it('starts the engine at the first join, and goes live there', async () => {
      const { sut, platform } = await connected();
      expect(platform.engines).toHaveLength(0);
      await sut.join('lobby');
      await settled();
      expect(sut.state.channelId).toBe('lobby');
      expect(sut.state.joining).toBeNull();
      expect(sut.state.microphone).toEqual({ status: 'on' });
      expect(platform.engine.sent('enter')).toEqual([
        { type: 'enter', grant: aGrant('lobby'), controlHost: 'switchboard.test', secure: false },
      ]);
      await sut.join('pair');
      await settled();
      expect(platform.engines).toHaveLength(1);
      expect(platform.engine.sent('enter')).toHaveLength(2);
      expect(platform.engine.opened).toEqual([undefined]);
    });

    it('tells the engine of mute before it lets it into the room', async () => {
      const { sut, platform } = await connected();
      sut.setMuted(true);
      await sut.join('lobby');
      const types = platform.engine.commands.map(({ type }) => type);
      expect(types.indexOf('self')).toBeGreaterThanOrEqual(0);
      expect(types.indexOf('self')).toBeLessThan(types.indexOf('enter'));
      expect(platform.engine.sent('self')[0]).toEqual({ type: 'self', muted: true, deafened: false });
    });

    it('listens without a microphone', async () => {
      const { sut, platform } = await connected();
      platform.prepare = (engine) => {
        engine.open = () => Promise.reject(new SwitchboardError('client.microphone_refused'));
      };
      await sut.join('lobby');
      await settled();
      expect(sut.state.channelId).toBe('lobby');
      expect(sut.state.microphone).toMatchObject({
        status: 'failed',
        problem: { code: 'client.microphone_refused' },
      });
      platform.engine.open = () => Promise.resolve();
      await sut.useMicrophone(null);
      expect(sut.state.microphone).toEqual({ status: 'on' });
    });

    it('rejects when sound cannot be started, and is in no room', async () => {
      const { sut, platform, server } = await connected();
      platform.prepare = () => {
        throw new Error('no sound');
      };
      await expect(sut.join('lobby')).rejects.toMatchObject({ code: 'client.audio_failed' });
      await settled();
      expect(sut.state.channelId).toBeNull();
      expect(server.self.channelId).toBeNull();
      platform.prepare = () => undefined;
      await sut.join('lobby');
      expect(sut.state.channelId).toBe('lobby');
    });

    it('stays where it was when a room refuses', async () => {
      const { sut, platform, server } = await inLobby();
      server.script['channel.join'] = () => ({ code: 'channel.full' });
      await expect(sut.join('pair')).rejects.toMatchObject({ code: 'channel.full' });
      expect(sut.state).toMatchObject({ channelId: 'lobby', joining: null });
      expect(platform.engine.sent('leave')).toHaveLength(0);
    });

    it('ends in the last of several rooms asked for', async () => {
      const { sut, platform, server } = await connected();
      const joins = [sut.join('lobby'), sut.join('pair'), sut.join('lobby'), sut.join('pair')];
      await Promise.all(joins);
      await settled();
      expect(sut.state).toMatchObject({ channelId: 'pair', joining: null });
      expect(server.self.channelId).toBe('pair');
      expect(platform.engine.sent('enter').at(-1)?.grant).toEqual(aGrant('pair'));
    });

    it('is never heard when left while joining', async () => {
      const { sut, platform, server } = await connected();
      const answers: (() => void)[] = [];
      server.script['channel.join'] = () => 'silence';
      const joining = sut.join('lobby');
      await settled();
      answers.push(() => {
        const id = server.requests.findLast(({ type }) => type === 'channel.join')!.id;
        const data = { channelId: 'lobby', voice: aGrant('lobby') };
        server.socket.deliver(JSON.stringify({ type: 'channel.join', id, ok: true, data }));
      });
      await sut.leave();
      answers[0]?.();
      await joining;
      await settled();
      expect(sut.state).toMatchObject({ channelId: null, joining: null });
      expect(server.asked('channel.leave')).toHaveLength(1);
      expect(platform.engine.sent('enter')).toHaveLength(0);
      expect(platform.engine.microphoneOpen).toBe(false);
    });

    it('leaves: microphone off, lane idle, chat empty', async () => {
      const { sut, platform, server } = await inLobby();
      platform.engine.events.event({ type: 'lane', lane: { status: 'connected', lane: 'udp' } });
      platform.engine.events.event({ type: 'stats', stats: STATS });
      await sut.leave();
      await settled();
      expect(sut.state).toMatchObject({
        channelId: null,
        microphone: { status: 'off' },
        lane: { status: 'idle' },
        stats: null,
        chat: { entries: [] },
      });
      expect(platform.engine.microphoneOpen).toBe(false);
      expect(platform.engine.commands.at(-1)).toEqual({ type: 'leave' });
      expect(server.asked('channel.leave')).toHaveLength(1);
    });

    it('leaves for good when it was left while the connection was gone', async () => {
      const { sut, server, clock } = await inLobby();
      server.socket.break();
      await sut.leave();
      expect(sut.state.channelId).toBeNull();
      await clock.advance(125);
      expect(server.asked('channel.leave')).toHaveLength(1);
      expect(server.self.channelId).toBeNull();
    });

    it('does not take what was told before its join for an answer to it', async () => {
      const { sut, server } = await inLobby();
      server.script['channel.join'] = () => 'silence';
      void outcome(sut.join('pair'));
      server.tell({ type: 'member.moved', data: { memberId: 'ada', channelId: null } });
      expect(sut.state).toMatchObject({ channelId: 'lobby', joining: 'pair' });
    });

    it('is out when the server puts it out', async () => {
      const { sut, platform, server } = await inLobby();
      server.tell({ type: 'member.moved', data: { memberId: 'ada', channelId: null } });
      await settled();
      expect(sut.state.channelId).toBeNull();
      expect(platform.engine.microphoneOpen).toBe(false);
    });

    it('finishes a join that the connection broke in', async () => {
      const { sut, server, clock } = await connected();
      server.script['channel.join'] = () => 'silence';
      const joining = sut.join('lobby');
      await settled();
      server.socket.break();
      server.script = {};
      expect(sut.state.joining).toBe('lobby');
      await clock.advance(125);
      await joining;
      expect(sut.state).toMatchObject({ channelId: 'lobby', joining: null });
    });

    it('says why when the way back into the room is refused', async () => {
      const { sut, platform, server, clock } = await inLobby();
      server.script = {
        'session.resume': () => ({ code: 'session.expired' }),
        'channel.join': () => ({ code: 'channel.not_found' }),
      };
      server.socket.break();
      await clock.advance(125);
      expect(sut.state).toMatchObject({ channelId: null, notice: 'This channel does not exist any more.' });
      expect(platform.engine.microphoneOpen).toBe(false);
    });

    it('knocks again when the way back is refused for the moment only', async () => {
      const { sut, server, clock } = await inLobby();
      server.script = {
        'session.resume': () => ({ code: 'session.expired' }),
        'channel.join': () => ({ code: 'server.rate_limited' }),
      };
      server.socket.break();
      await clock.advance(1_000);
      expect(sut.state.channelId).toBe('lobby');
      server.script = {};
      await clock.advance(15_000);
      expect(sut.state).toMatchObject({ channelId: 'lobby', joining: null });
    });

    it('is out when its channel is deleted', async () => {
      const { sut, platform, server } = await inLobby();
      server.tell({ type: 'channel.deleted', data: { channelId: 'lobby' } });
      await settled();
      expect(sut.state.channelId).toBeNull();
      expect(platform.engine.commands.at(-1)).toEqual({ type: 'leave' });
      expect(server.asked('channel.leave')).toHaveLength(0);
    });

    it('tells the engine who comes, who goes, the epochs and the sound of its own room alone', async () => {
      const { platform, server } = await inLobby();
      const { engine } = platform;
      const before = engine.commands.length;
      const epoch = { channelId: 'lobby', epoch: 1, secret: '1'.repeat(64) };
      server.tell({ type: 'member.joined', data: { member: aMember('eve') } });
      server.tell({ type: 'member.moved', data: { memberId: 'eve', channelId: 'lobby', token: 9 } });
      server.tell({ type: 'voice.epoch', data: epoch });
      server.tell({ type: 'voice.epoch', data: { ...epoch, channelId: 'pair' } });
      server.tell({
        type: 'voice.config',
        data: { channelId: 'lobby', audio: { ...CHANNEL_AUDIO, bitrateBps: 64_000 } },
      });
      server.tell({ type: 'voice.config', data: { channelId: 'pair', audio: CHANNEL_AUDIO } });
      server.tell({ type: 'member.moved', data: { memberId: 'eve', channelId: 'pair' } });
      server.tell({ type: 'member.moved', data: { memberId: 'eve', channelId: null } });
      server.tell({ type: 'member.left', data: { memberId: 'eve' } });
      server.tell({ type: 'member.left', data: { memberId: 'bob' } });
      expect(engine.commands.slice(before)).toEqual([
        { type: 'member.add', memberId: 'eve', token: 9 },
        { type: 'epoch', epoch },
        { type: 'audio', audio: { ...CHANNEL_AUDIO, bitrateBps: 64_000 } },
        { type: 'member.remove', memberId: 'eve' },
        { type: 'member.remove', memberId: 'bob' },
      ]);
    });

    it('shows who speaks: by ear in its own room, by the server elsewhere', async () => {
      const { sut, platform, server } = await inLobby();
      server.tell({ type: 'member.joined', data: { member: aMember('eve', { channelId: 'pair' }) } });
      server.tell({ type: 'member.speaking', data: { memberId: 'eve', speaking: true } });
      server.tell({ type: 'member.speaking', data: { memberId: 'bob', speaking: true } });
      expect(sut.state.speaking).toEqual(['eve']);
      platform.engine.events.event({ type: 'speaking', memberId: 'bob', speaking: true });
      platform.engine.events.event({ type: 'self.speaking', speaking: true });
      expect(sut.state.speaking).toEqual(['ada', 'bob', 'eve']);
      server.tell({ type: 'member.left', data: { memberId: 'eve' } });
      platform.engine.events.event({ type: 'speaking', memberId: 'bob', speaking: false });
      expect(sut.state.speaking).toEqual(['ada']);
    });

    it('tells the level of the microphone to those who ask, and wakes nobody else', async () => {
      const { sut, platform } = await inLobby();
      const levels: number[] = [];
      const states: ClientState[] = [];
      const stop = sut.onLevel((dbfs) => levels.push(dbfs));
      sut.subscribe((state) => states.push(state));
      platform.engine.events.event({ type: 'level', dbfs: -30 });
      platform.engine.events.event({ type: 'level', dbfs: -20 });
      expect(levels).toEqual([-30, -20]);
      expect(states).toEqual([]);
      await sut.leave();
      await settled();
      expect(levels).toEqual([-30, -20, -127]);
      stop();
      await sut.join('lobby');
      platform.engine.events.event({ type: 'level', dbfs: -10 });
      expect(levels).toHaveLength(3);
    });

    it('reports its lane at each change, and every 10 s with figures', async () => {
      const { platform, server, clock } = await inLobby();
      const { events } = platform.engine;
      events.event({ type: 'lane', lane: { status: 'connecting' } });
      events.event({ type: 'lane', lane: { status: 'connected', lane: 'udp' } });
      events.event({ type: 'stats', stats: STATS });
      await clock.advance(20_000);
      expect(server.asked('voice.lane')).toEqual([
        { lane: 'udp' },
        { lane: 'udp', roundTripMs: 20, lossPct: 3 },
        { lane: 'udp', roundTripMs: 20, lossPct: 3 },
      ]);
    });
  });

  describe('being heard', () => {
    it('restores the mute of before when deafness ends', async () => {
      const { sut, platform, server } = await inLobby();
      const seen = () => [sut.state.muted, sut.state.deafened];
      sut.setDeafened(true);
      expect(seen()).toEqual([true, true]);
      expect(platform.engine.commands.at(-1)).toEqual({ type: 'self', muted: true, deafened: true });
      sut.setDeafened(false);
      expect(seen()).toEqual([false, false]);
      sut.setMuted(true);
      sut.setDeafened(true);
      sut.setDeafened(false);
      expect(seen()).toEqual([true, false]);
      sut.setDeafened(true);
      sut.setMuted(false);
      expect(seen()).toEqual([false, false]);
      expect(server.self).toMatchObject({ muted: false, deafened: false });
    });

    it('remembers volumes by user, and applies them to whoever comes', async () => {
      const { sut, platform, server } = await inLobby();
      sut.setVolume('user-bob', 0.5);
      sut.setVolume('user-eve', 7);
      sut.setVolume('user-bob', 1);
      sut.setVolume('user-bob', 7);
      sut.setVolume('user-bob', 0.5);
      const told = platform.engine.sent('volume').map(({ memberId, gain }) => [memberId, gain]);
      expect(told).toEqual([
        ['bob', 0.5],
        ['bob', 1],
        ['bob', 2],
        ['bob', 0.5],
      ]);
      expect(sut.state.volumes).toEqual({ 'user-eve': 2, 'user-bob': 0.5 });
      server.tell({ type: 'member.joined', data: { member: aMember('eve') } });
      server.tell({ type: 'member.moved', data: { memberId: 'eve', channelId: 'lobby', token: 9 } });
      expect(platform.engine.sent('volume').at(-1)).toEqual({ type: 'volume', memberId: 'eve', gain: 2 });
      const next = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
      expect(next.state.volumes).toEqual({ 'user-bob': 0.5, 'user-eve': 2 });
      await next.connect(ADA);
      await next.join('lobby');
      expect(platform.engine.sent('volume')).toEqual([{ type: 'volume', memberId: 'bob', gain: 0.5 }]);
    });

    it('opens the microphone that was last chosen, however often that changes meanwhile', async () => {
      const { sut, platform } = await connected();
      const prompts: (() => void)[] = [];
      platform.prepare = (engine) => {
        engine.open = () => new Promise((resolve) => prompts.push(resolve));
      };
      await sut.join('lobby');
      await settled();
      expect(sut.state.microphone).toEqual({ status: 'starting' });
      void sut.useMicrophone('a');
      const last = sut.useMicrophone('b');
      while (prompts.length > 0) {
        prompts.shift()?.();
        await settled();
      }
      await last;
      expect(platform.engine.opened).toEqual([undefined, 'b']);
      expect(sut.state).toMatchObject({ microphone: { status: 'on' }, microphoneId: 'b' });
    });

    it('closes a microphone that opens after one has left', async () => {
      const { sut, platform } = await connected();
      let allow = () => {};
      platform.prepare = (engine) => {
        engine.open = () => new Promise((resolve) => (allow = resolve));
      };
      await sut.join('lobby');
      await settled();
      await sut.leave();
      const seen: string[] = [];
      sut.subscribe(({ microphone }) => seen.push(microphone.status));
      allow();
      await settled();
      expect(seen).not.toContain('on');
      expect(platform.engine.microphoneOpen).toBe(false);
      expect(sut.state.microphone).toEqual({ status: 'off' });
    });

    it('falls back to the default microphone when the one in use goes away', async () => {
      const { sut, platform } = await inLobby();
      await sut.useMicrophone('usb');
      platform.engine.events.microphoneLost();
      await settled();
      expect(platform.engine.opened.at(-1)).toBeUndefined();
      expect(sut.state.microphone).toEqual({ status: 'on' });
    });
  });

  describe('whispering', () => {
    const TO_BOB = { memberIds: ['bob'], channelIds: [] };
    const grant = { targetToken: 5, token: 9, memberId: 'bob', secret: '1'.repeat(64) };
    const whispers = (platform: FakePlatform) =>
      platform.engine.commands.filter(({ type }) => type.startsWith('whisper.'));

    it('leads the microphone to the audience, and back to the room', async () => {
      const { sut, platform } = await inLobby();
      const started = sut.startWhisper(TO_BOB);
      // Before the server has answered, the room hears nothing any more.
      expect(whispers(platform)).toEqual([{ type: 'whisper.start', targetToken: null }]);
      expect(sut.state.whisperingTo).toEqual(TO_BOB);
      await started;
      sut.stopWhisper();
      expect(whispers(platform).slice(1)).toEqual([
        { type: 'whisper.target', target: { targetToken: 101, secret: '2'.repeat(64) } },
        { type: 'whisper.start', targetToken: 101 },
        { type: 'whisper.stop' },
      ]);
      expect(sut.state.whisperingTo).toBeNull();
    });

    it('is silent while muted or in no room, and its key held all the same', async () => {
      const { sut, platform } = await inLobby();
      await sut.startWhisper(TO_BOB);
      sut.setMuted(true);
      expect(sut.state.whisperingTo).toBeNull();
      sut.setMuted(false);
      expect(sut.state.whisperingTo).toEqual(TO_BOB);
      await sut.leave();
      await settled();
      expect(sut.state.whisperingTo).toBeNull();
      expect(whispers(platform)).not.toContainEqual({ type: 'whisper.stop' });
      await sut.join('lobby');
      await settled();
      expect(sut.state.whisperingTo).toEqual(TO_BOB);
      expect(whispers(platform).at(-1)).toEqual({ type: 'whisper.start', targetToken: 102 });
      sut.stopWhisper();
      expect(whispers(platform).at(-1)).toEqual({ type: 'whisper.stop' });
    });

    it('goes on in the next voice session, for a held key never leads to the room', async () => {
      const { sut, platform, server } = await inLobby();
      await sut.startWhisper(TO_BOB);
      const before = platform.engine.commands.length;
      await sut.join('pair');
      await settled();
      const after = platform.engine.commands.slice(before);
      const entered = after.findIndex(({ type }) => type === 'enter');
      expect(after[entered + 1]).toEqual({ type: 'whisper.start', targetToken: null });
      expect(after.at(-1)).toEqual({ type: 'whisper.start', targetToken: 102 });
      expect(server.asked('whisper.set')).toHaveLength(2);
    });

    it('shows who whispers, and tells the engine whose whispers they are and how loud', async () => {
      const { sut, platform, server } = await inLobby();
      sut.setVolume('user-bob', 0.5);
      const before = platform.engine.commands.length;
      server.tell({ type: 'voice.whisper', data: grant });
      server.tell({ type: 'voice.whisperEnded', data: { targetToken: 5 } });
      expect(platform.engine.commands.slice(before)).toEqual([
        { type: 'volume', memberId: 'bob', gain: 0.5 },
        { type: 'whisper.listen', grant },
        { type: 'whisper.forget', targetToken: 5 },
      ]);
      platform.engine.events.event({ type: 'whispering', memberId: 'bob', whispering: true });
      expect(sut.state.whisperedBy).toEqual(['bob']);
      platform.engine.events.event({ type: 'whispering', memberId: 'bob', whispering: false });
      expect(sut.state.whisperedBy).toEqual([]);
    });

    it('sets the volume of those who whisper already when one comes in', async () => {
      const { sut, platform, server } = await connected();
      sut.setVolume('user-bob', 0.5);
      server.members = server.members.map((member) => ({ ...member, channelId: 'pair' }));
      server.script['channel.join'] = ({ channelId }) => ({
        data: { channelId, voice: aGrant(channelId, { whispers: [grant] }) },
      });
      server.tell({ type: 'member.moved', data: { memberId: 'bob', channelId: 'pair' } });
      await sut.join('lobby');
      expect(platform.engine.sent('volume')).toEqual([{ type: 'volume', memberId: 'bob', gain: 0.5 }]);
    });
  });

  describe('an engine that breaks', () => {
    const broken = new SwitchboardError('client.audio_failed');

    it('is replaced by another, which enters the room with a fresh grant', async () => {
      const { sut, platform, server } = await inLobby();
      const first = platform.engine;
      server.script['channel.join'] = ({ channelId }) => ({
        data: { channelId, voice: aGrant(channelId, { token: 8 }) },
      });
      first.events.failed(broken);
      first.events.failed(broken);
      expect(sut.state.channelId).toBe('lobby');
      await settled();
      expect(first.closed).toBe(true);
      expect(platform.engines).toHaveLength(2);
      expect(server.asked('channel.join')).toHaveLength(2);
      expect(platform.engine.sent('enter').map(({ grant }) => grant.token)).toEqual([8]);
      expect(sut.state).toMatchObject({
        channelId: 'lobby',
        joining: null,
        microphone: { status: 'on' },
        notice: null,
      });
    });

    it('is replaced at the next join where it breaks outside of a room', async () => {
      const { sut, platform } = await inLobby();
      await sut.leave();
      platform.engine.events.failed(broken);
      await settled();
      expect(platform.engines).toHaveLength(1);
      await sut.join('lobby');
      await settled();
      expect(platform.engines).toHaveLength(2);
      expect(platform.engine.sent('enter')).toHaveLength(1);
    });

    it('takes one out of the room when it breaks a fourth time within a minute', async () => {
      const { sut, platform, server } = await inLobby();
      for (let n = 0; n < 4; n++) {
        expect(sut.state.channelId).toBe('lobby');
        platform.engine.events.failed(broken);
        await settled();
      }
      expect(platform.engines).toHaveLength(4);
      expect(sut.state).toMatchObject({ channelId: null, notice: broken.message });
      expect(server.self.channelId).toBeNull();
    });

    it('takes one out of the room when no other can be started', async () => {
      const { sut, platform } = await inLobby();
      platform.prepare = () => {
        throw broken;
      };
      platform.engine.events.failed(broken);
      await settled();
      expect(sut.state).toMatchObject({ channelId: null, notice: broken.message });
    });
  });

  describe('a chosen microphone that is missing', () => {
    async function withoutTheChosen() {
      const set = await connected();
      await set.sut.useMicrophone('m1');
      const device = { there: false };
      set.platform.prepare = (engine) => {
        engine.devices = () =>
          Promise.resolve(device.there ? [{ id: 'm1', label: 'Microphone', kind: 'microphone' as const }] : []);
        engine.open = (deviceId) =>
          !device.there && deviceId === 'm1'
            ? Promise.reject(new SwitchboardError('client.microphone_missing'))
            : Promise.resolve();
      };
      await set.sut.join('lobby');
      await settled();
      return { ...set, device };
    }

    it('is replaced by the default, which stays open from room to room', async () => {
      const { sut, platform } = await withoutTheChosen();
      expect(sut.state).toMatchObject({ microphone: { status: 'on' }, microphoneId: 'm1' });
      await sut.join('pair');
      platform.engine.events.devicesChanged();
      await settled();
      expect(platform.engine.opened).toEqual(['m1', undefined]);
    });

    it('is taken again when it is back', async () => {
      const { sut, platform, device } = await withoutTheChosen();
      device.there = true;
      platform.engine.events.devicesChanged();
      await settled();
      expect(platform.engine.opened).toEqual(['m1', undefined, 'm1']);
      platform.engine.events.microphoneLost();
      await settled();
      platform.engine.events.devicesChanged();
      await settled();
      expect(platform.engine.opened).toEqual(['m1', undefined, 'm1', undefined, 'm1']);
      expect(sut.state.microphone).toEqual({ status: 'on' });
    });
  });

  describe('chat', () => {
    it('shows what was said before, and what is said', async () => {
      const { sut, server } = await connected();
      server.messages.push(aMessage('m0000'));
      await sut.join('lobby');
      await sut.sendMessage('hello');
      server.tell({ type: 'message.created', data: { message: aMessage('m0002') } });
      expect(texts(sut.state)).toEqual(['text of m0000', 'hello', 'text of m0002']);
      expect(server.asked('message.send')[0]?.nonce).toMatch(/^[0-9a-f]{32}$/);
    });

    it('sends what was written without a connection once it is back, in order, each once', async () => {
      const { sut, server, clock } = await inLobby();
      server.script['message.send'] = ({ channelId, nonce, text }) => {
        // Stored, but the answer never arrives.
        server.answer({ type: 'message.send', id: 0, data: { channelId, nonce, text } });
        return 'silence';
      };
      const first = sut.sendMessage('one');
      server.socket.break();
      server.script = {};
      const others = [sut.sendMessage('two'), sut.sendMessage('three')];
      expect(texts(sut.state)).toEqual(['sending: one', 'sending: two', 'sending: three']);
      await clock.advance(125);
      await Promise.all([first, ...others]);
      expect(texts(sut.state)).toEqual(['one', 'two', 'three']);
      expect(server.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
      const nonces = server.asked('message.send').map(({ nonce }) => nonce);
      expect(nonces[0]).toBe(nonces[1]);
    });

    it('shows a message that is found in the history after a new hello once', async () => {
      const { sut, server, clock } = await inLobby();
      server.script = {
        'message.send': ({ channelId, nonce, text }) => {
          server.answer({ type: 'message.send', id: 0, data: { channelId, nonce, text } });
          return 'silence';
        },
        'session.resume': () => ({ code: 'session.expired' }),
      };
      const sending = sut.sendMessage('one');
      server.socket.break();
      await clock.advance(125);
      await sending;
      expect(texts(sut.state)).toEqual(['one']);
    });

    it('sends one at a time, so that none overtakes another', async () => {
      const { sut, server } = await inLobby();
      server.script['message.send'] = () => 'silence';
      void outcome(sut.sendMessage('one'));
      void outcome(sut.sendMessage('two'));
      await settled();
      expect(server.asked('message.send')).toHaveLength(1);
    });

    it('keeps a refused message for another try', async () => {
      const { sut, server } = await inLobby();
      server.script['message.send'] = () => ({ code: 'server.rate_limited' });
      await expect(sut.sendMessage('one')).rejects.toMatchObject({ code: 'server.rate_limited' });
      expect(texts(sut.state)).toEqual(['failed: one']);
      server.script = {};
      const [entry] = sut.state.chat.entries;
      await sut.retryMessage(entry?.status === 'failed' ? entry.nonce : '');
      expect(texts(sut.state)).toEqual(['one']);
      expect(server.messages).toHaveLength(1);
    });

    it('refuses nothing, too much, and talking to no room', async () => {
      const { sut, server } = await inLobby();
      expect(await outcome(sut.sendMessage(' \n'))).toBe('protocol.invalid');
      expect(await outcome(sut.sendMessage('x'.repeat(4_001)))).toBe('protocol.invalid');
      await sut.leave();
      expect(await outcome(sut.sendMessage('hello'))).toBe('channel.not_joined');
      expect(server.asked('message.send')).toHaveLength(0);
    });

    it('loads older messages until there are none', async () => {
      const { sut, server } = await connected();
      for (let n = 0; n < 120; n++) server.messages.push(aMessage(`m${String(n).padStart(4, '0')}`));
      await sut.join('lobby');
      await settled();
      const counts = [sut.state.chat.entries.length];
      while (sut.state.chat.more) {
        await Promise.all([sut.loadOlderMessages(), sut.loadOlderMessages()]);
        counts.push(sut.state.chat.entries.length);
      }
      expect(counts).toEqual([50, 100, 120]);
      expect(server.asked('message.history')).toHaveLength(3);
    });

    it('takes edits and deletions, its own and others’', async () => {
      const { sut, server } = await inLobby();
      await sut.sendMessage('one');
      const sent = server.messages[0]!;
      server.script['message.edit'] = ({ text }) => ({ data: { ...sent, text, editedAt: 2 } });
      await sut.editMessage(sent.id, 'two');
      expect(texts(sut.state)).toEqual(['two']);
      server.tell({ type: 'message.deleted', data: { message: { ...sent, text: '', deletedAt: 3 } } });
      expect(sut.state.chat.entries).toMatchObject([{ message: { text: '', deletedAt: 3 } }]);
    });

    it('shows who writes for 6 s, until the message comes, or the member goes', async () => {
      const { sut, server, clock } = await inLobby();
      const writes = () => server.tell({ type: 'message.typing', data: { channelId: 'lobby', memberId: 'bob' } });
      writes();
      await clock.advance(4_000);
      writes();
      await clock.advance(5_999);
      expect(sut.state.chat.typing).toEqual(['bob']);
      await clock.advance(1);
      expect(sut.state.chat.typing).toEqual([]);
      writes();
      server.tell({ type: 'message.created', data: { message: aMessage('m1') } });
      expect(sut.state.chat.typing).toEqual([]);
      writes();
      server.tell({ type: 'member.moved', data: { memberId: 'bob', channelId: null } });
      expect(sut.state.chat.typing).toEqual([]);
    });

    it('tells that one writes once in 3 s', async () => {
      const { sut, server, clock } = await inLobby();
      for (let n = 0; n < 10; n++) {
        sut.typing();
        await clock.advance(500);
      }
      expect(server.asked('message.typing')).toHaveLength(2);
    });
  });

  describe('telling of changes', () => {
    it('keeps what has not changed', async () => {
      const { sut, server } = await inLobby();
      const before = sut.state;
      server.tell({ type: 'member.updated', data: { member: aMember('bob', { channelId: 'lobby', muted: true }) } });
      expect(sut.state).not.toBe(before);
      expect(sut.state.channels).toBe(before.channels);
      expect(sut.state.chat).toBe(before.chat);
      expect(sut.state.speaking).toBe(before.speaking);
      expect(sut.state.connection).toBe(before.connection);
      expect(sut.state.members.find(({ id }) => id === 'ada')).toBe(before.members.find(({ id }) => id === 'ada'));
    });

    it('goes on when a listener throws, and lets the error surface', async () => {
      const { sut, clock } = await connected();
      const heard: boolean[] = [];
      sut.subscribe(() => {
        throw new Error('of the listener');
      });
      const stop = sut.subscribe(({ muted }) => heard.push(muted));
      sut.setMuted(true);
      await expect(clock.advance(0)).rejects.toThrow('of the listener');
      stop();
      sut.setMuted(false);
      expect(heard).toContain(true);
      expect(heard).not.toContain(false);
    });

    it('tells every listener in order, also of what a listener changes', async () => {
      const { sut } = await connected();
      const heard: boolean[] = [];
      sut.subscribe(({ muted }) => {
        if (muted) sut.setMuted(false);
      });
      sut.subscribe(({ muted }) => heard.push(muted));
      sut.setMuted(true);
      expect(heard).toEqual([true, false]);
    });

    it('shows each state of the connection once, whole', async () => {
      const { sut, server, clock } = setUp();
      const seen: string[] = [];
      sut.subscribe(({ connection, channelId, members }) =>
        seen.push([connection.status, channelId, members.length].join(' ')),
      );
      await sut.connect(ADA);
      await sut.join('lobby');
      await clock.advance(0);
      seen.length = 0;
      server.socket.break();
      await clock.advance(125);
      expect(seen).toEqual(['reconnecting lobby 2', 'ready lobby 2']);
      seen.length = 0;
      await sut.close();
      expect(seen).toEqual(['closed  0']);
    });

    it('shows a message from the moment it is written', async () => {
      const { sut } = await inLobby();
      const seen: string[][] = [];
      sut.subscribe((state) => seen.push(texts(state)));
      await sut.sendMessage('one');
      expect(seen).toEqual([['sending: one'], ['one']]);
    });

    it('shows a new room with its members at once', async () => {
      const { sut, server } = await connected();
      server.tell({ type: 'channel.created', data: { channel: aChannel('quiet', { position: 2 }) } });
      expect(sut.state.channels.map(({ id }) => id)).toEqual(['lobby', 'pair', 'quiet']);
    });
  });
});
