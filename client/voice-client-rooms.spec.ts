import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import type { ClientState } from './client-state.ts';
import type { VoiceStats } from './engine/engine-messages.ts';
import { connected, inLobby, outcome } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aGrant, aMember, CHANNEL_AUDIO } from './session/testing/fake-server.ts';

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
  plugins: [],
  dropped: { malformed: 0, unknown_token: 0, not_authentic: 0, wrong_epoch: 0, undecodable: 0, overflow: 0 },
};

describe('VoiceClient', () => {
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

    it('is over at once when closed while the engine starts, which ends as soon as it has', async () => {
      const { sut, platform } = await connected();
      let start: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (start = resolve));
      const startEngine = platform.startEngine.bind(platform);
      platform.startEngine = (events) => held.then(() => startEngine(events));
      const joining = outcome(sut.join('lobby'));
      expect(await outcome(sut.close())).toBe('done');
      start();
      await settled();
      expect([platform.engine.closed, platform.engine.commands]).toEqual([true, []]);
      expect(await joining).not.toBe('done');
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
});
