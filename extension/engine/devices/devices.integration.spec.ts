import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MICROPHONE, SPEAKER, SoundCard } from '../../../e2e/harness/sound-card.ts';
import type { SoundRecording } from '../../../e2e/harness/sound-recording.ts';
import { RealDevices } from './testing/real-devices.ts';

const AUDIBLE_DBFS = -40;

async function next(recording: SoundRecording, seconds: number): Promise<Float32Array> {
  const from = recording.samples.length;
  return (await recording.more(seconds)).subarray(from);
}

async function levelOf(recording: SoundRecording): Promise<number> {
  const samples = await next(recording, 0.2);
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

describe('openAudio', () => {
  let card: SoundCard;

  beforeAll(async () => {
    card = await SoundCard.start();
  });

  afterAll(() => card[Symbol.asyncDispose]());

  it.each([
    { opened: 'decibri, node-web-audio-api', without: [] },
    { opened: 'decibri, decibri', without: ['node-web-audio-api'] },
    { opened: 'node-web-audio-api, node-web-audio-api', without: ['decibri'] },
  ])('hears by the first library and plays by the second of $opened, and gives the microphone back', async (row) => {
    await using devices = await RealDevices.start({ env: card.env, mode: 'tone', without: row.without });
    await devices.openMicrophone();
    expect(await card.hearers()).toBe(1);
    await expect.poll(async () => (await devices.figures()).capturedFrames).toBeGreaterThan(20);
    const speaker = await card.record();
    await expect.poll(() => levelOf(speaker)).toBeGreaterThan(AUDIBLE_DBFS);
    // Polled: decibri's speaker is opened again after an overrun, and a busy machine has some.
    const libraries = async () => {
      const { microphoneLibrary, speakerLibrary } = await devices.figures();
      return [microphoneLibrary, speakerLibrary].join(', ');
    };
    await expect.poll(libraries).toBe(row.opened);
    await expect.poll(async () => (await devices.figures()).leadMs).toBeGreaterThan(20);

    await devices.order({ type: 'closeMicrophone' });
    await expect.poll(() => card.hearers()).toBe(0);
    const { capturedFrames } = await devices.figures();
    await expect.poll(() => levelOf(speaker)).toBeGreaterThan(AUDIBLE_DBFS);
    expect((await devices.figures()).capturedFrames).toBe(capturedFrames);
    await devices.openMicrophone();
    expect(await card.hearers()).toBe(1);
  });

  it('lists what is there, tells what is plugged in, and goes on by the default when it is unplugged', async () => {
    await using devices = await RealDevices.start({ env: card.env, mode: 'tone' });
    const ids = async () => (await devices.devices()).map(({ kind, id }) => `${kind} ${id}`);
    expect(await ids()).toEqual(['microphone Test microphone', 'speaker Test speaker']);

    await card.addMicrophone('headset', 'Headset');
    await expect.poll(() => devices.told).toContain('devicesChanged');
    await card.addSpeaker('dock', 'Dock');
    expect(await ids()).toEqual(expect.arrayContaining(['microphone Headset', 'speaker Dock']));

    await devices.openMicrophone('Headset');
    expect([await card.hearers('headset'), await card.hearers(MICROPHONE)]).toEqual([1, 0]);
    await devices.useSpeaker('Dock');
    const dock = await card.record('dock');
    await expect.poll(() => levelOf(dock)).toBeGreaterThan(AUDIBLE_DBFS);
    const speaker = await card.record(SPEAKER);
    await expect.poll(() => levelOf(speaker)).toBeLessThan(AUDIBLE_DBFS);

    await dock.stop();
    await card.remove('headset');
    await card.remove('dock');
    await expect.poll(() => devices.told).toContain('microphoneLost');
    await expect.poll(() => levelOf(speaker)).toBeGreaterThan(AUDIBLE_DBFS);
    await expect.poll(() => card.hearers(MICROPHONE)).toBe(0);
    expect((await devices.figures()).speakerReopenings).toBe(2);
    await expect(devices.openMicrophone('Headset')).rejects.toMatchObject({
      code: 'client.microphone_missing',
      message: expect.stringContaining('“Headset”'),
    });
  });
});

describe('openAudio without a microphone', () => {
  it.each([{ without: [] }, { without: ['decibri'] }])(
    'says so and plays on, without $without',
    async ({ without }) => {
      await using card = await SoundCard.start({ microphone: false });
      await using devices = await RealDevices.start({ env: card.env, mode: 'tone', without });
      await expect(devices.openMicrophone()).rejects.toMatchObject({ code: 'client.microphone_missing' });
      const speaker = await card.record();
      await expect.poll(() => levelOf(speaker)).toBeGreaterThan(AUDIBLE_DBFS);
      expect((await devices.devices()).map(({ kind }) => kind)).toEqual(['speaker']);
    },
  );
});

describe('openAudio where no library loads', () => {
  it('says which, and what to do', async () => {
    const loading = RealDevices.load({ env: {}, mode: 'listen', without: ['decibri', 'node-web-audio-api'] });
    await expect(loading).rejects.toThrow(/ended: 1/);
  });
});
