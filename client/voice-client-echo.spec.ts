import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { settled } from './session/testing/fake-clock.ts';
import { FakePlatform, type FakeEngine } from './session/testing/fake-platform.ts';
import { VoiceClient } from './voice-client.ts';

async function connected(prepare: (engine: FakeEngine) => void = () => undefined) {
  const platform = new FakePlatform();
  platform.prepare = prepare;
  const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
  await sut.connect({ type: 'guest', nickname: 'ada' });
  return { sut, platform, clock: platform.clock };
}

async function inLobby(prepare?: (engine: FakeEngine) => void) {
  const set = await connected(prepare);
  await set.sut.join('lobby');
  await settled();
  return set;
}

const transient = (engine: FakeEngine) => Object.assign(engine, { transient: true });
const echoes = (platform: FakePlatform) => platform.engine.sent('echo').map(({ on }) => on);

describe('VoiceClient, hearing oneself', () => {
  it('opens a microphone for it outside a room, and closes it afterwards', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    expect(sut.state).toMatchObject({ echoTest: true, microphone: { status: 'on' } });
    expect([platform.engine.microphoneOpen, echoes(platform)]).toEqual([true, [true]]);
    sut.stopEchoTest();
    expect(sut.state).toMatchObject({ echoTest: false, microphone: { status: 'off' } });
    expect([platform.engine.microphoneOpen, echoes(platform)]).toEqual([false, [true, false]]);
  });

  it('leaves the microphone of a room open', async () => {
    const { sut, platform } = await inLobby();
    await sut.startEchoTest();
    sut.stopEchoTest();
    expect([platform.engine.microphoneOpen, platform.engine.opened.length]).toEqual([true, 1]);
  });

  it('ends when the engine says so', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    platform.engine.events.event({ type: 'echo.ended' });
    expect(sut.state).toMatchObject({ echoTest: false, microphone: { status: 'off' } });
    expect(echoes(platform)).toEqual([true, false]);
  });

  it('tells the level meanwhile, and silence afterwards', async () => {
    const { sut, platform } = await connected();
    const levels: number[] = [];
    sut.onLevel((dbfs) => levels.push(dbfs));
    await sut.startEchoTest();
    platform.engine.events.event({ type: 'level', dbfs: -20 });
    sut.stopEchoTest();
    platform.engine.events.event({ type: 'level', dbfs: -10 });
    expect(levels).toEqual([-20, -127]);
  });

  it('is once at a time', async () => {
    const { sut, platform } = await connected();
    await Promise.all([sut.startEchoTest(), sut.startEchoTest()]);
    expect(echoes(platform)).toEqual([true]);
    sut.stopEchoTest();
    sut.stopEchoTest();
    expect(echoes(platform)).toEqual([true, false]);
  });

  it.each(['in', 'out of'] as const)('rejects without a microphone, %s a room', async (where) => {
    const refuse = (engine: FakeEngine) => {
      engine.open = () => Promise.reject(new SwitchboardError('client.microphone_refused'));
    };
    const { sut, platform } = await (where === 'in' ? inLobby(refuse) : connected(refuse));
    await expect(sut.startEchoTest()).rejects.toMatchObject({ code: 'client.microphone_refused' });
    expect([sut.state.echoTest, echoes(platform).includes(true)]).toEqual([false, false]);
  });

  it('rejects without an engine', async () => {
    const { sut } = await connected(() => {
      throw new Error('no sound here');
    });
    await expect(sut.startEchoTest()).rejects.toMatchObject({ code: 'client.audio_failed' });
    expect(sut.state.echoTest).toBe(false);
  });

  it('does not begin any more once it was stopped while the microphone opened', async () => {
    let opened: () => void = () => undefined;
    const { sut, platform } = await connected((engine) => {
      engine.open = () => new Promise((resolve) => (opened = resolve));
    });
    const starting = sut.startEchoTest();
    await settled();
    expect(sut.state).toMatchObject({ echoTest: true, microphone: { status: 'starting' } });
    sut.stopEchoTest();
    opened();
    await starting;
    await settled();
    expect([echoes(platform).includes(true), platform.engine.microphoneOpen]).toEqual([false, false]);
  });

  it('takes another microphone meanwhile', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    await sut.useMicrophone('m1');
    expect(platform.engine.opened).toEqual([undefined, 'm1']);
  });

  it('ends where a room is entered or left, and the microphone goes with the room', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    await sut.join('lobby');
    await settled();
    expect([sut.state.echoTest, platform.engine.microphoneOpen, platform.engine.opened.length]).toEqual([
      false,
      true,
      1,
    ]);
    await sut.startEchoTest();
    await sut.leave();
    await settled();
    expect([sut.state.echoTest, platform.engine.microphoneOpen]).toEqual([false, false]);
  });

  it('ends with an engine that breaks', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    platform.engine.events.failed(new SwitchboardError('client.audio_failed', 'It broke.'));
    expect(sut.state).toMatchObject({ echoTest: false, microphone: { status: 'off' }, notice: 'It broke.' });
    await sut.startEchoTest();
    expect([platform.engines.length, echoes(platform)]).toEqual([2, [true]]);
  });

  it('ends with the client', async () => {
    const { sut, platform } = await connected();
    await sut.startEchoTest();
    await sut.close();
    expect([sut.state.echoTest, platform.engine.closed, platform.clock.pending]).toEqual([false, true, 0]);
  });
});

describe('VoiceClient with an engine that holds what it has opened until it ends', () => {
  it('closes it with the room, and starts another for the next', async () => {
    const { sut, platform } = await inLobby(transient);
    await sut.leave();
    await settled();
    expect(platform.engine.closed).toBe(true);
    await sut.join('lobby');
    await settled();
    expect(platform.engines).toHaveLength(2);
    expect(platform.engine).toMatchObject({ closed: false, microphoneOpen: true });
    expect(platform.engine.sent('enter')).toHaveLength(1);
  });

  it('closes it after an echo test outside a room, and not within one', async () => {
    const { sut, platform } = await connected(transient);
    await sut.startEchoTest();
    sut.stopEchoTest();
    expect(platform.engine.closed).toBe(true);
    await sut.join('lobby');
    await settled();
    await sut.startEchoTest();
    sut.stopEchoTest();
    expect([platform.engines.length, platform.engine.closed]).toEqual([2, false]);
  });

  it('closes it a while after it was asked for devices, unless it is needed by then', async () => {
    const { sut, platform, clock } = await connected(transient);
    await sut.refreshDevices();
    await clock.advance(29_999);
    expect(platform.engine.closed).toBe(false);
    await clock.advance(1);
    expect(platform.engine.closed).toBe(true);
    expect(sut.state.devices).toHaveLength(1);
    await sut.refreshDevices();
    await sut.join('lobby');
    await clock.advance(60_000);
    expect([platform.engines.length, platform.engine.closed]).toEqual([2, false]);
  });

  it('keeps it from room to room', async () => {
    const { sut, platform } = await inLobby(transient);
    await sut.join('pair');
    await settled();
    expect([platform.engines.length, platform.engine.opened.length]).toEqual([1, 1]);
  });

  it('starts another where it came to rest before the room was entered', async () => {
    const { sut, platform, clock } = await connected(transient);
    platform.server.up = false;
    platform.server.socket.break();
    const joining = sut.join('lobby');
    await clock.advance(60_000);
    expect(platform.engine.closed).toBe(true);
    platform.server.up = true;
    await clock.advance(60_000);
    await joining;
    await settled();
    expect([platform.engines.length, platform.engine.sent('enter').length]).toEqual([2, 1]);
    expect(platform.engine).toMatchObject({ closed: false, microphoneOpen: true });
  });
});
