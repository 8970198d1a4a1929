import { meanSquare, opusCodec, powerToDbov } from '@switchboard/client/headless';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';

/** One encoded frame of 20 ms. */
export interface SpokenFrame {
  readonly opus: Uint8Array;
  /** −dBov, as it stands in the packet's header. */
  readonly level: number;
}

const SECONDS = 2;
const PITCH_HZ = 120;
const AMPLITUDE = 0.4;
/** Of an open vowel: centre and width of each formant, in Hz. */
const FORMANTS = [
  [700, 90],
  [1_200, 110],
  [2_600, 160],
] as const;
const HIGHEST_HZ = 4_000;
const SYLLABLES_PER_S = 3;
/** Between syllables a voice gets quieter, not silent: the gate of a client would stay open. */
const LOUDNESS_BETWEEN = 0.2;

/**
 * What all bots say, over and over: a vowel three times a second. It is made, so that no recording has to be shipped, and encoded once: what
 * costs a server anything is sealing, sending and forwarding it.
 */
export async function madeSpeech(bitrateBps: number): Promise<readonly SpokenFrame[]> {
  const samples = vowel(SECONDS * SAMPLE_RATE_HZ);
  const encoder = await opusCodec.createEncoder({ bitrateBps });
  const frames: SpokenFrame[] = [];
  for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
    const frame = samples.subarray(at, at + FRAME_SAMPLES);
    frames.push({ opus: encoder.encode(frame), level: powerToDbov(meanSquare(frame)) });
  }
  encoder.free();
  return frames;
}

function vowel(length: number): Float32Array {
  const weights = Array.from({ length: Math.floor(HIGHEST_HZ / PITCH_HZ) }, (_, harmonic) =>
    FORMANTS.reduce((sum, [centre, width]) => sum + 1 / (1 + (((harmonic + 1) * PITCH_HZ - centre) / width) ** 2), 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from({ length }, (_, i) => {
    const turn = (2 * Math.PI * i) / SAMPLE_RATE_HZ;
    const syllable = Math.max(LOUDNESS_BETWEEN, Math.sin(SYLLABLES_PER_S * turn) ** 2);
    const voice = weights.reduce((sum, weight, k) => sum + weight * Math.sin((k + 1) * PITCH_HZ * turn), 0);
    return (AMPLITUDE * syllable * voice) / total;
  });
}
