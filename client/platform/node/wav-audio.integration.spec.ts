import { FRAME_SAMPLES } from '@switchboard/protocol';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWav } from '../../audio/wav.ts';
import { ManualClock } from '../../engine/testing/manual-clock.ts';
import { WavAudio, type WavAudioOptions } from './wav-audio.ts';

describe('WavAudio', () => {
  let folder: string;
  let clock: ManualClock;
  let told: string[];
  let captured: Float32Array[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    clock = new ManualClock();
    told = [];
    captured = [];
  });

  afterEach(async () => rm(folder, { recursive: true }));

  async function started(options: Partial<WavAudioOptions> = {}): Promise<WavAudio> {
    const sut = new WavAudio({
      clock,
      events: {
        microphoneStarted: (atMs) => told.push(`started ${atMs}`),
        microphoneEnded: () => told.push('ended'),
        recordingStarted: (atMs) => told.push(`recording ${atMs}`),
      },
      ...options,
    });
    let count = 0;
    await sut.start({
      captured: (frame) => captured.push(frame.slice()),
      render: (out) => out.fill(++count / 1_000),
    });
    return sut;
  }

  it('gives the speech frame by frame once it is to speak, then silence', async () => {
    const speech = new Float32Array(FRAME_SAMPLES * 1.5).fill(0.25);
    const sut = await started({ speech });
    await sut.openMicrophone();
    clock.advance(20);
    expect(captured.at(-1)?.every((sample) => sample === 0)).toBe(true);
    sut.speak();
    clock.advance(60);
    const [, first, second, third] = captured;
    expect(first?.every((sample) => sample === 0.25)).toBe(true);
    expect(second?.findIndex((sample) => sample === 0)).toBe(FRAME_SAMPLES / 2);
    expect(third?.every((sample) => sample === 0)).toBe(true);
    expect(told).toEqual(['started 1040', 'ended']);
    sut.speak();
    clock.advance(100);
    expect(captured.at(-1)?.every((sample) => sample === 0)).toBe(true);
    await sut.close();
  });

  it('begins again at the end where it is to loop', async () => {
    const sut = await started({ speech: new Float32Array(FRAME_SAMPLES).fill(0.5), loop: true });
    await sut.openMicrophone();
    sut.speak();
    clock.advance(200);
    expect(captured.every((frame) => frame[0] === 0.5)).toBe(true);
    expect(told).not.toContain('ended');
    await sut.close();
  });

  it('captures nothing while the microphone is closed', async () => {
    const sut = await started({ speech: new Float32Array(FRAME_SAMPLES * 9) });
    sut.speak();
    clock.advance(100);
    expect(captured).toHaveLength(0);
    await sut.close();
  });

  it('writes all that is rendered, with the length in the header', async () => {
    const path = join(folder, 'out.wav');
    const sut = await started({ recordTo: path });
    clock.advance(2_000);
    await sut.close();
    const bytes = await readFile(path);
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
    const samples = readWav(bytes);
    expect(samples).toHaveLength(101 * FRAME_SAMPLES);
    expect(samples[FRAME_SAMPLES * 100]).toBeCloseTo(0.101, 3);
    expect(told).toEqual(['recording 1000']);
  });

  it('leaves a recording that can be read when nobody could close it', async () => {
    const path = join(folder, 'killed.wav');
    const sut = await started({ recordTo: path });
    clock.advance(2_000);
    await expect.poll(async () => (await readFile(path)).length).toBeGreaterThan(100_000);
    expect(readWav(await readFile(path)).length).toBeGreaterThan(50_000);
    await sut.close();
  });

  it('says in a sentence that the recording cannot be written', async () => {
    await expect(started({ recordTo: join(folder, 'missing', 'out.wav') })).rejects.toMatchObject({
      code: 'client.audio_failed',
      message: expect.stringContaining('missing/out.wav'),
    });
  });
});
