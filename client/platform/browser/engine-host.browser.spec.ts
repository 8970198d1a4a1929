import { SwitchboardError, type VoiceGrant } from '@switchboard/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { EngineEvent } from '../../engine/engine-messages.ts';
import { hangingAtSound, startOf } from '../../engine/testing/frame-plugins.ts';
import { gain } from '../../plugins/testing/hostile-plugins.ts';
import type { TestPlugin } from '../../plugins/testing/wat.ts';
import { browserClock } from './browser-clock.ts';
import { BrowserEngineHost } from './engine-host.ts';
import { PLAYBACK_LEAD } from './tuning.ts';

const here = import.meta.url;
const open: BrowserEngineHost[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const host of open.splice(0)) await host.close();
});

async function start(worker = 'testing/loopback-worker.js', worklet = 'audio-worklet.js') {
  const heard: EngineEvent[] = [];
  const audio = { blocked: vi.fn() };
  const events = {
    event: (event: EngineEvent) => heard.push(event),
    devicesChanged: vi.fn(),
    microphoneLost: vi.fn(),
    failed: vi.fn(),
  };
  const assets = {
    engineWorker: new URL(worker, here),
    audioWorklet: new URL(worklet, here),
    sandboxWorker: new URL('sandbox-worker.js', here),
  };
  const sut = await BrowserEngineHost.start({ assets, clock: browserClock, events, audio });
  open.push(sut);
  return { sut, heard, audio, events };
}

/** Lets the browser's own answer through, and keeps what it gave. */
function watchMicrophones(): MediaStreamTrack[] {
  const tracks: MediaStreamTrack[] = [];
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (constraints) => {
    const stream = await real(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  });
  return tracks;
}

/** Listens at the loudspeaker. */
function watchPlayback() {
  let analyser: AnalyserNode | undefined;
  const samples = new Float32Array(2_048);
  const real = AudioNode.prototype.connect as (to: AudioNode) => AudioNode;
  vi.spyOn(AudioNode.prototype, 'connect').mockImplementation(function (this: AudioNode, to: AudioNode | AudioParam) {
    if (to instanceof AudioDestinationNode && this.numberOfInputs === 0) {
      analyser = new AnalyserNode(this.context);
      real.call(this, analyser);
    }
    return real.call(this, to as AudioNode);
  });
  return {
    context: () => analyser?.context,
    peak: () => {
      analyser?.getFloatTimeDomainData(samples);
      return Math.max(...samples.map(Math.abs));
    },
  };
}

const live = (tracks: readonly MediaStreamTrack[]) => tracks.filter(({ readyState }) => readyState === 'live');

/** A room whose relay is not there. */
const GRANT: VoiceGrant = {
  token: 1,
  hopKey: '00'.repeat(16),
  epoch: { channelId: 'lobby', epoch: 1, secret: '00'.repeat(32) },
  members: [],
  whispers: [],
  audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
  lanes: { websocket: { port: 1 }, dataChannel: false },
};

describe(BrowserEngineHost, () => {
  it('runs the voice engine with its codec, between microphone and loudspeaker', async () => {
    const { sut, heard } = await start('testing/tested-engine-worker.js');
    await sut.openMicrophone(undefined);
    sut.send({ type: 'enter', grant: GRANT, controlHost: 'localhost', secure: false });

    const stats = () => heard.flatMap((event) => (event.type === 'stats' ? event.stats : []));
    // Chromium's made microphone beeps twice a second.
    const loudest = () => Math.max(...stats().map(({ inputLevelDbfs }) => inputLevelDbfs));
    await expect.poll(loudest).toBeGreaterThan(-60);
    expect(stats().at(-1)?.frameCostMs).toBeGreaterThan(0);
    expect(heard).toContainEqual({ type: 'lane', lane: { status: 'connecting' } });
    expect(sut.playback.leadSamples).toBeGreaterThanOrEqual(PLAYBACK_LEAD.minSamples);
  });

  it('plays oneself back without a room, and lets the loudspeaker rest afterwards', async () => {
    const played = watchPlayback();
    const { sut, heard } = await start('testing/tested-engine-worker.js');
    await sut.openMicrophone(undefined);
    sut.send({ type: 'echo', on: true });
    await expect.poll(() => played.peak()).toBeGreaterThan(0.01);
    expect(heard).toContainEqual({ type: 'level', dbfs: expect.any(Number) as number });
    sut.send({ type: 'echo', on: false });
    await expect.poll(() => played.context()?.state).toBe('suspended');
  });

  describe('with plugins', () => {
    /** In a room, with one's own microphone, and a plugin for it; what its thread said. */
    async function startWith(plugin: TestPlugin) {
      const { sut, heard } = await start('testing/tested-engine-worker.js');
      const said: string[] = [];
      const line = sut.openSandbox({
        message: ({ type }) => {
          if (type !== 'loaded') said.push(type);
        },
        stuck: () => said.push('stuck'),
        ended: (reason) => said.push(reason),
      });
      line.post(startOf(plugin));
      await expect.poll(() => said).toEqual(['started']);
      await sut.openMicrophone(undefined);
      sut.send({ type: 'enter', grant: GRANT, controlHost: 'localhost', secure: false });
      sut.send({ type: 'plugins', captured: [line.id], received: [] });
      const stats = () => heard.flatMap((event) => (event.type === 'stats' ? event.stats.plugins : []));
      return { sut, line, said, stats };
    }

    it('leads frames straight between the engine’s worker and the plugin’s', async () => {
      const { line, stats } = await startWith(await gain());
      await expect.poll(() => stats().at(-1)?.frames ?? 0).toBeGreaterThan(10);
      expect(stats().at(-1)).toMatchObject({ sandboxId: line.id });
      expect(stats().at(-1)?.meanUs).toBeGreaterThan(0);
    });

    it('tells that one is stuck, and hears nothing more of it when it is closed', async () => {
      const { sut, line, said } = await startWith(await hangingAtSound());
      await expect.poll(() => said).toContain('stuck');
      line.close();
      expect(said).toEqual(['started', 'stuck']);
      await sut.close();
      const closed = sut.openSandbox({ message: () => said.push('?'), stuck: () => {}, ended: () => said.push('?') });
      closed.post({ type: 'config', config: {} });
      closed.close();
      expect(said).toEqual(['started', 'stuck']);
    });
  });

  it('carries the microphone to the engine in the worker', async () => {
    const { sut, heard } = await start();
    await sut.openMicrophone(undefined);
    await expect.poll(() => heard).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it('takes the microphone at another rate where the browser will not convert it', async () => {
    const { sut, heard } = await start();
    const real = AudioContext;
    vi.stubGlobal('AudioContext', function (options: AudioContextOptions) {
      return new real({ ...options, sampleRate: 44_100 });
    });
    // As Firefox does.
    vi.spyOn(real.prototype, 'createMediaStreamSource').mockImplementationOnce(() => {
      throw new DOMException('', 'NotSupportedError');
    });
    await sut.openMicrophone(undefined);
    await expect.poll(() => heard).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it('lets go of a microphone that it cannot use', async () => {
    const { sut } = await start();
    const tracks = watchMicrophones();
    vi.spyOn(AudioContext.prototype, 'createMediaStreamSource').mockImplementationOnce(() => {
      throw new DOMException('', 'InvalidStateError');
    });
    await expect(sut.openMicrophone(undefined)).rejects.toMatchObject({ code: 'client.microphone_failed' });
    expect(tracks).toHaveLength(1);
    expect(live(tracks)).toHaveLength(0);
  });

  it('starts a worker and a worklet of another origin', async () => {
    const other = new URL(here);
    other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
    const worker = new URL('testing/loopback-worker.js', other);
    expect(worker.origin).not.toBe(location.origin);

    const { sut, heard } = await start(worker.href, new URL('audio-worklet.js', other).href);
    await sut.openMicrophone(undefined);
    await expect.poll(() => heard).toContainEqual({ type: 'self.speaking', speaking: true });
  });

  it('lists devices by name and opens the chosen ones', async () => {
    const { sut } = await start();
    const tracks = watchMicrophones();
    const devices = await sut.devices();
    const microphones = devices.filter(({ kind }) => kind === 'microphone');
    const speaker = devices.find(({ kind }) => kind === 'speaker');
    expect(microphones.length).toBeGreaterThan(1);
    expect(devices.every(({ label }) => label !== '')).toBe(true);

    await sut.openMicrophone(microphones[1]?.id);
    expect(tracks[0]?.getSettings().deviceId).toBe(microphones[1]?.id);
    await expect(sut.useSpeaker(speaker?.id)).resolves.toBeUndefined();
    await expect(sut.useSpeaker(undefined)).resolves.toBeUndefined();
  });

  it('says what is wrong with a device that is not there', async () => {
    const { sut } = await start();
    await expect(sut.openMicrophone('unplugged')).rejects.toMatchObject({ code: 'client.microphone_missing' });
    await expect(sut.useSpeaker('unplugged')).rejects.toMatchObject({ code: 'client.audio_failed' });
  });

  it('keeps one microphone open: the last one asked for', async () => {
    const { sut } = await start();
    const tracks = watchMicrophones();
    await sut.openMicrophone(undefined);
    await Promise.all([sut.openMicrophone(undefined), sut.openMicrophone(undefined)]);
    expect(tracks).toHaveLength(3);
    expect(live(tracks)).toHaveLength(1);
  });

  it('opens none that was closed while it was asked for', async () => {
    const { sut } = await start();
    const tracks = watchMicrophones();
    const opening = sut.openMicrophone(undefined);
    sut.closeMicrophone();
    await opening;
    expect(tracks).toHaveLength(1);
    expect(live(tracks)).toHaveLength(0);
  });

  it('tells when the microphone has gone', async () => {
    const { sut, events } = await start();
    const tracks = watchMicrophones();
    await sut.openMicrophone(undefined);
    tracks[0]?.dispatchEvent(new Event('ended'));
    expect(events.microphoneLost).toHaveBeenCalledOnce();
  });

  it('tells when devices come and go, until it is closed', async () => {
    const { sut, events } = await start();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await sut.close();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    expect(events.devicesChanged).toHaveBeenCalledOnce();
  });

  it('lets go of the microphone when closed', async () => {
    const { sut } = await start();
    const tracks = watchMicrophones();
    await sut.openMicrophone(undefined);
    await sut.close();
    expect(live(tracks)).toHaveLength(0);
    await expect(sut.openMicrophone(undefined)).rejects.toMatchObject({ code: 'client.closed' });
  });

  it.each([
    ['its worker', 'testing/nowhere.js', 'audio-worklet.js'],
    ['its worklet', 'testing/loopback-worker.js', 'nowhere.js'],
  ])('does not start without %s', async (_, worker, worklet) => {
    await expect(start(worker, worklet)).rejects.toSatisfy((error) =>
      SwitchboardError.is(error, 'client.audio_failed'),
    );
  });

  it('tells when the engine broke, and lets the microphone go', async () => {
    const { sut, events } = await start('testing/failing-worker.js');
    const tracks = watchMicrophones();
    await sut.openMicrophone(undefined);
    sut.send({ type: 'leave' });
    await expect.poll(() => events.failed.mock.calls).toHaveLength(1);
    expect(events.failed.mock.calls[0]?.[0]).toMatchObject({ code: 'client.audio_failed' });
    expect(live(tracks)).toHaveLength(0);
  });
});
