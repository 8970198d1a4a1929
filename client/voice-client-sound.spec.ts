import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { ADA, connected, inLobby } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import type { FakePlatform } from './session/testing/fake-platform.ts';
import { aGrant, aMember } from './session/testing/fake-server.ts';
import { VoiceClient } from './voice-client.ts';

describe('VoiceClient', () => {
  describe('being heard', () => {
    it('tells the engine that one types', async () => {
      const { sut, platform } = await inLobby();
      sut.setTyping(true);
      sut.setTyping(false);
      expect(platform.engine.sent('typing').map(({ typing }) => typing)).toEqual([true, false]);
    });

    describe('while the talk key is down', () => {
      const talks = ({ engine }: FakePlatform) => {
        const entered = engine.commands.findLastIndex(({ type }) => type === 'enter');
        return engine.commands.slice(entered).filter(({ type }) => type === 'talk');
      };

      async function talking() {
        const set = await inLobby();
        set.sut.setActivation({ mode: 'push-to-talk' });
        set.sut.setTalking(true);
        return set;
      }

      it('is not in the next room, until it is pressed there', async () => {
        const { sut, platform } = await talking();
        await sut.join('pair');
        expect(talks(platform)).toEqual([]);
        await sut.join('lobby');
        expect(talks(platform)).toEqual([]);
        sut.setTalking(true);
        expect(talks(platform)).toEqual([{ type: 'talk', pressed: true }]);
      });

      it.each([
        ['has left', (sut: VoiceClient) => void sut.leave()],
        [
          'has muted oneself',
          (sut: VoiceClient) => {
            sut.setMuted(true);
            sut.setMuted(false);
          },
        ],
        ['has let go of it', (sut: VoiceClient) => sut.setTalking(false)],
      ])('is not any more when one comes back after one %s', async (_, act) => {
        const { sut, platform } = await talking();
        act(sut);
        platform.engine.events.failed(new SwitchboardError('client.audio_failed'));
        await settled();
        await sut.join('lobby');
        await settled();
        expect(platform.engines).toHaveLength(2);
        expect(talks(platform)).toEqual([]);
      });
    });

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

    it('is shown until voice is back', async () => {
      const { sut, platform } = await inLobby();
      platform.engine.events.failed(broken);
      expect(sut.state.soundProblem).toMatchObject({ code: 'client.audio_broke' });
      await settled();
      platform.engine.events.event({ type: 'lane', lane: { status: 'connecting' } });
      expect(sut.state.soundProblem).not.toBeNull();
      platform.engine.events.event({ type: 'lane', lane: { status: 'connected', lane: 'udp' } });
      expect(sut.state.soundProblem).toBeNull();
    });

    it('is not shown any more to one who has gone elsewhere', async () => {
      const { sut, platform } = await inLobby();
      platform.engine.events.failed(broken);
      await sut.leave();
      expect(sut.state.soundProblem).toBeNull();
      await sut.join('lobby');
      expect(sut.state.soundProblem).toBeNull();
    });

    it.each([
      ['the next engine knows nothing of it', (platform: FakePlatform) => platform.engine.events.failed(broken)],
      [
        'the server has begun anew',
        ({ server }: FakePlatform) => {
          server.script['session.resume'] = () => ({ code: 'session.expired' });
          server.socket.break();
        },
      ],
    ])('leaves a talk key down that is down, though %s', async (_, act) => {
      const { sut, platform } = await inLobby();
      sut.setActivation({ mode: 'push-to-talk' });
      sut.setTalking(true);
      act(platform);
      await settled();
      await platform.clock.advance(125);
      expect(platform.engines.length + platform.engine.sent('enter').length).toBe(3);
      const told = platform.engine.commands.map(({ type }) => type);
      expect(told.lastIndexOf('talk')).toBeGreaterThan(told.lastIndexOf('enter'));
      expect(platform.engine.sent('talk').at(-1)).toEqual({ type: 'talk', pressed: true });
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
      expect(sut.state).toMatchObject({ channelId: null, notice: broken.message, soundProblem: null });
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
});
