import { beforeAll, describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../../client/audio/frame.ts';
import { DEFAULT_VOICE_ACTIVATION } from '../../client/audio/gate.ts';
import { Mixer } from '../../client/audio/mixer.ts';
import { opusCodec } from '../../client/audio/opus-codec.ts';
import { SpeakerPlayout, type PlayoutFigures } from '../../client/audio/speaker-playout.ts';
import { framesOf, joined, seeded } from '../../client/audio/testing/sounds.ts';
import { VoiceUplink, type UplinkPacket } from '../../client/audio/uplink.ts';
import { findClicks, findImpulses, impulseTrain } from './click-detector.ts';
import { heard } from './heard.ts';
import { concatenated, levelled, speech } from './speech.ts';

/* The whole audio core without a network: microphone → uplink → [what a network does] → playout → loudspeaker. */

interface Network {
  readonly loss?: number;
  /** Delay of a packet beyond the shortest, up to this. */
  readonly jitterMs?: number;
  readonly bitrateBps?: number;
  readonly volume?: number;
}

interface Outcome {
  readonly sound: Float32Array;
  readonly figures: PlayoutFigures;
  readonly packetSizes: ReadonlySet<number>;
}

const SHORTEST_DELAY_MS = 10;
/** Where in the 20 ms between captures the loudspeaker asks. */
const TICK_PHASE_MS = 13;

async function talk(
  spoken: Float32Array,
  { loss = 0, jitterMs = 0, bitrateBps = 32_000, volume = 1 }: Network = {},
): Promise<Outcome> {
  const random = seeded(11);
  const onTheirWay: { readonly atMs: number; readonly sequence: number; readonly packet: UplinkPacket }[] = [];
  const packetSizes = new Set<number>();
  const encoder = await opusCodec.createEncoder({ bitrateBps });
  const playout = new SpeakerPlayout({ decoder: await opusCodec.createDecoder() });
  playout.setVolume(volume);
  let nowMs = 0;
  let sequence = 0;
  const uplink = new VoiceUplink({
    encoder,
    gate: DEFAULT_VOICE_ACTIVATION,
    sink: (packet) => {
      packetSizes.add(packet.opus.length);
      const atMs = nowMs + SHORTEST_DELAY_MS + random() ** 3 * jitterMs;
      if (random() >= loss) onTheirWay.push({ atMs, sequence, packet });
      sequence++;
    },
  });
  const frames = framesOf(concatenated([spoken, new Float32Array(48_000)])).map((frame) => {
    nowMs += 20;
    uplink.push(frame);
    onTheirWay.sort((a, b) => a.atMs - b.atMs);
    while ((onTheirWay[0]?.atMs ?? Infinity) <= nowMs + TICK_PHASE_MS) {
      const { packet, sequence: arrived } = onTheirWay.shift()!;
      playout.insert({
        sequence: arrived,
        timestampSamples: packet.timestampSamples,
        end: packet.end,
        payload: packet.opus,
      });
    }
    return playout.pull() ?? new Float32Array(FRAME_SAMPLES);
  });
  const { figures } = playout;
  encoder.free();
  playout.free();
  return { sound: joined(frames), figures, packetSizes };
}

const VOICES = { anna: speech('anna'), bruno: speech('bruno'), clara: speech('clara') };

describe.each(Object.entries(VOICES))('the voice of %s', (_, spoken) => {
  it('is understood without loss, in packets of one size and without a click', async () => {
    const { sound, figures, packetSizes } = await talk(spoken);
    const { meanStoi, worstStoi } = heard(spoken, sound);
    expect(meanStoi).toBeGreaterThan(0.97);
    expect(worstStoi).toBeGreaterThan(0.95);
    expect(packetSizes).toEqual(new Set([80]));
    expect(findClicks(sound)).toEqual([]);
    expect(figures).toMatchObject({ concealed: 0, lost: 0, late: 0, refused: 0 });
  });

  it('is understood at 10 % loss', async () => {
    const { sound, figures } = await talk(spoken, { loss: 0.1 });
    expect(figures.lost / (figures.played + figures.lost)).toBeGreaterThan(0.05);
    expect(heard(spoken, sound).meanStoi).toBeGreaterThan(0.95);
  });

  it('is understood with 60 ms of jitter and 5 % loss', async () => {
    const { sound } = await talk(spoken, { loss: 0.05, jitterMs: 60 });
    // A stall puts off what follows it up to the next pause: that is aligned second by second.
    expect(heard(spoken, sound, { segmentSamples: 48_000 }).meanStoi).toBeGreaterThan(0.9);
  });
});

describe('the voice path', () => {
  it.each([24_000, 32_000, 40_000])('carries speech at %i b/s', async (bitrateBps) => {
    const { sound, packetSizes } = await talk(VOICES.anna, { bitrateBps });
    expect(heard(VOICES.anna, sound).meanStoi).toBeGreaterThan(0.95);
    expect(packetSizes).toEqual(new Set([bitrateBps / 400]));
  });

  it.each([-40, -10])('carries a voice of %i dBFS whole', async (dbfs) => {
    const spoken = levelled(VOICES.bruno, dbfs).map((sample) => Math.max(-1, Math.min(1, sample)));
    const { sound } = await talk(spoken);
    expect(heard(spoken, sound).meanStoi).toBeGreaterThan(0.95);
  });

  it('delays a first syllable by one frame of buffering and the codec’s 6.5 ms, and no more', async () => {
    const positions = [48_000, 96_000, 144_000];
    const { sound } = await talk(impulseTrain(positions, 192_000));
    const delaysMs = findImpulses(sound, 24_000).map((position, i) => (position - positions[i]!) / 48);
    expect(delaysMs).toHaveLength(3);
    // Here a frame could be played in the tick in which it was captured; the rest of a real delay is outside this core.
    for (const delayMs of delaysMs) expect(delayMs).toBeCloseTo(26.5, 0);
  });

  describe('with three people talking at once', () => {
    let together: Float32Array;

    beforeAll(async () => {
      const sounds = await Promise.all(
        Object.values(VOICES).map(async (spoken) => (await talk(levelled(spoken, -20), { volume: 2 })).sound),
      );
      const mixer = new Mixer();
      const speakers = sounds.map(framesOf);
      const ticks = Math.max(...speakers.map((frames) => frames.length));
      together = joined(
        Array.from({ length: ticks }, (_, i) => mixer.mix(speakers.flatMap((frames) => frames[i] ?? []))),
      );
    });

    it('never exceeds full scale, however loud', () => {
      expect(together.every((sample) => Math.abs(sample) <= 1)).toBe(true);
      expect(together.some((sample) => Math.abs(sample) > 0.95)).toBe(true);
    });

    it('does not click', () => {
      expect(findClicks(together)).toEqual([]);
    });
  });
});
