import { SwitchboardError } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { MicrophoneInUse } from './microphone-in-use.ts';
import { FakeLibrary, microphone } from './testing/fake-library.ts';

describe('MicrophoneInUse', () => {
  let first: FakeLibrary;
  let second: FakeLibrary;
  let heard: number;
  let lost: number;
  let sut: MicrophoneInUse;
  const headset = microphone('headset');

  beforeEach(() => {
    first = new FakeLibrary('first');
    second = new FakeLibrary('second');
    heard = 0;
    lost = 0;
    sut = new MicrophoneInUse([first, second], {
      heard: () => heard++,
      lost: () => lost++,
      log: () => undefined,
    });
  });

  it('opens the default, and closes it for another', async () => {
    first.there = [headset];
    await sut.open(undefined);
    expect(first.last.deviceId).toBeUndefined();
    const before = first.last;
    await sut.open(headset);
    expect(before.closed).toBe(true);
    expect(first.last.deviceId).toBe('headset');
    before.sound(new Float32Array(480));
    expect(heard).toBe(0);
    first.last.sound(new Float32Array(480));
    expect(heard).toBe(1);
    expect(sut).toMatchObject({ library: 'first', lostSamples: 960 });
  });

  it('goes on to the other library when one fails', async () => {
    first.failure = new SwitchboardError('client.microphone_failed');
    await sut.open(undefined);
    expect(sut.library).toBe('second');
  });

  it('fails as the first one did when no library can', async () => {
    first.failure = new SwitchboardError('client.microphone_refused');
    second.failure = new SwitchboardError('client.microphone_failed');
    await expect(sut.open(undefined)).rejects.toMatchObject({ code: 'client.microphone_refused' });
  });

  it('does not ask the other library for a microphone that is not there: it may end the process', async () => {
    first.failure = new SwitchboardError('client.microphone_missing');
    await expect(sut.open(undefined)).rejects.toMatchObject({ code: 'client.microphone_missing' });
    expect(second.lines).toHaveLength(0);
  });

  it('tells that the one in use failed, once, and hears nothing of it any more', async () => {
    await sut.open(undefined);
    const line = first.last;
    line.events.failed(new Error('unplugged'));
    line.events.failed(new Error('unplugged'));
    line.sound(new Float32Array(480));
    expect([lost, heard, line.closed, sut.library]).toEqual([1, 0, true, undefined]);
  });

  it('tells that the one that was chosen is not listed any more', async () => {
    first.there = [headset];
    await sut.open(headset);
    sut.listed([headset]);
    expect(lost).toBe(0);
    sut.listed([microphone('other')]);
    sut.listed([]);
    expect([lost, first.last.closed]).toEqual([1, true]);
  });

  it('leaves the default to the system', async () => {
    await sut.open(undefined);
    sut.listed([]);
    expect(lost).toBe(0);
  });

  it('closes what opens after nobody wants it any more', async () => {
    let open: () => void = () => undefined;
    first.gate = new Promise((resolve) => (open = resolve));
    const opening = sut.open(undefined);
    sut.close();
    open();
    await opening;
    expect(first.last.closed).toBe(true);
    expect(sut.library).toBeUndefined();
  });
});
